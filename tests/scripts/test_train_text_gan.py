"""The training command: from a text file to sentences, also after Ctrl-C, and what it refuses."""

import os
import subprocess
import sys
from functools import partial
from pathlib import Path
from typing import Any

import keras
import numpy as np
import pytest

import textgan.runs
from tests.scripts.conftest import SCRIPTS, Ending, Script
from textgan.gan.run_folder import RunFolder, read_config, read_telemetry

TINY = (
    *("--batch-size", 8, "--generator-width", 8, "--generator-layers", 1),
    *("--attention-heads", 2, "--discriminator-width", 8, "--discriminator-layers", 1),
    *("--steps", 12, "--log-every", 2, "--evaluate-every", 6),
    *("--cloze-width", 8, "--cloze-layers", 1),
    *("--backend", keras.backend.backend()),
)


def refused(ending: Ending, message: str) -> None:
    assert ending.status == 2
    assert ending.stderr.count("\n") == 1
    assert message in ending.stderr


def weights(run: Path) -> list[bytes]:
    files = (run / "checkpoints" / "12" / "state.npz", run / "model" / "generator.npz")
    arrays = []
    for file in files:
        with np.load(file, allow_pickle=False) as archive:
            arrays += [archive[name].tobytes() for name in archive.files]
    return arrays


def test_from_a_text_file_to_sentences_also_after_ctrl_c(
    script: Script, corpus_file: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    whole, stopped = tmp_path / "whole", tmp_path / "stopped"
    train = partial(
        script, "train_text_gan.py", "file", "--corpus", corpus_file, *TINY, "--seed", 5
    )
    ending = train("--run-dir", whole)
    assert (ending.status, ending.stderr) == (0, "")
    assert "12/12" in ending.stdout
    assert f"textgan sample {whole}" in ending.stdout
    assert [row["step"] for row in read_telemetry(whole)] == [2, 4, 6, 8, 10, 12]
    assert read_config(whole)["settings"]["seed"] == 5
    assert len((whole / "samples" / "0000012.txt").read_text().splitlines()) == 200

    log = RunFolder.log

    def interrupted(run: RunFolder, row: dict[str, Any]) -> None:
        if row["step"] == 8:
            raise KeyboardInterrupt
        log(run, row)

    every_row = partial(textgan.runs.train, checkpoint_seconds=0.0)
    with monkeypatch.context() as patch:
        patch.setattr(textgan.runs, "train", every_row)
        patch.setattr(RunFolder, "log", interrupted)
        ending = train("--run-dir", stopped)
    assert (ending.status, ending.stderr.count("\n")) == (130, 1)
    assert "same command again" in ending.stderr
    ending = train("--run-dir", stopped)
    assert f"resuming {stopped} at step 6" in ending.stdout
    assert weights(stopped) == weights(whole)

    ending = train("--run-dir", stopped)
    assert ending.status == 0
    assert "is finished: 12 steps" in ending.stdout
    refused(train("--run-dir", stopped, "--gamma", 2), "game.gamma was 0.05, is now 2.0")
    refused(train("--run-dir", corpus_file), "cannot write the run folder")
    refused(train("--run-dir", corpus_file.parent), "is not empty and holds no run")


@pytest.mark.parametrize(
    ("arguments", "message"),
    [
        (("nonsense",), "'nonsense' is no preset (scenes, coco, news, file), and no file"),
        (("file",), "preset file needs --corpus"),
        (("scenes", "--corpus", "no-such-card"), "'no-such-card' is neither a file nor a card"),
        (("scenes", "--vectors", "no-such-card"), "no-such-card"),
        (("scenes", "--seed", "-1"), "--seed -1: it must be from 0"),
        (("--log-every", "0"), "log_every is 0: it must be above 0"),
        (("--evaluate-every", "70"), "evaluate_every is 70: it must be a multiple of log_every"),
        (("--generator-width", "10", "--attention-heads", "3"), "generator_width is 10: it must"),
        (("--beta-2", "1"), "beta_2 is 1.0: it must be below 1"),
        (("--whitening", "2"), "whitening is 2.0: it must be from 0 to 1"),
        (("--decoding-whitening", "-1"), "decoding_whitening is -1.0: it must be from 0 to 1"),
        (("--decoding-whitening", "nan"), "decoding_whitening is nan: it must be from 0 to 1"),
        (("--max-words", "0"), "max_words is 0: it must be above 0"),
        (("--rate-floor", "2"), "rate_floor is 2.0: it must be from 0 to 1"),
        (("--gamma", "inf"), "gamma is inf: it cannot be below 0 or infinite"),
        (("--generator-rate", "inf"), "generator_rate is inf: it must be above 0 and finite"),
    ],
)
def test_mistakes_end_in_one_line(
    script: Script, tmp_path: Path, arguments: tuple[str, ...], message: str
) -> None:
    run = tmp_path / "run"
    refused(script("train_text_gan.py", *arguments, "--run-dir", run), message)
    assert not run.exists()


@pytest.mark.parametrize(
    ("content", "message"),
    [
        (b"", "is empty"),
        (b"fine\nnot fine \xff\n", "line 2: not UTF-8"),
        (b"fine\nfine\n\0\1\2\n", "line 3: binary data"),
        (b"one\ntwo\nthree\nfour\n", "a batch needs"),
        (
            b"".join(b"a sentence of " + b"many " * 30 + b"words %d\n" % n for n in range(40)),
            "more than 16 words, the shortest 35: raise --max-words",
        ),
    ],
)
def test_files_that_are_no_corpus(
    script: Script, tmp_path: Path, content: bytes, message: str
) -> None:
    path = tmp_path / "corpus.txt"
    path.write_bytes(content)
    refused(script("train_text_gan.py", "file", "--corpus", path, *TINY), message)


def test_lines_of_one_word_are_trained_on_and_looked_into(script: Script, tmp_path: Path) -> None:
    """No validation word is among those that are trained on: nothing is measured on them."""
    (tmp_path / "words.txt").write_text("".join(f"w{n % 60}\n" for n in range(180)))
    run = tmp_path / "run"
    ending = script(
        *("train_text_gan.py", "file", "--corpus", tmp_path / "words.txt", *TINY),
        *("--run-dir", run, "--seed", 5),
    )
    assert (ending.status, ending.stderr) == (0, "")
    assert "no validation sentence is short enough" in ending.stdout
    assert "NaN" not in (run / "telemetry.jsonl").read_text()
    row = read_telemetry(run)[-1]
    assert 0 <= row["win_rate_train"] <= 1 and "win_rate_unseen" not in row
    assert script("inspect_run.py", run, "--what", "layers").status == 0
    assert script("report.py", run).status == 0


def test_what_the_owner_of_a_text_should_know_is_said(script: Script, tmp_path: Path) -> None:
    path = tmp_path / "zh.txt"
    path.write_text("".join(f"我喜欢在公园里散步{n}\n\n" for n in range(30)), encoding="utf-8")
    run = tmp_path / "run"
    ending = script("train_text_gan.py", "file", "--corpus", path, *TINY, "--run-dir", run)
    assert ending.status == 0
    assert "zh.txt: words are what stands between blanks" in ending.stdout
    assert "zh.txt: 30 empty lines are left out" in ending.stdout


def test_a_run_on_tokenised_text_of_an_earlier_version_goes_on(
    script: Script, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    path, run = tmp_path / "corpus.txt", tmp_path / "run"
    path.write_text("".join(f"`` {n} '' , she said .\n" for n in range(60)))
    train = partial(script, "train_text_gan.py", "file", "--corpus", path, *TINY, "--run-dir", run)
    with monkeypatch.context() as patch:
        patch.setattr("textgan.text.corpus.recognise", lambda lines: "nltk")
        assert train().status == 0
    assert "is finished: 12 steps" in train().stdout
    assert script("evaluate_text.py", run).status == 0


def test_nothing_else_is_written_to_the_terminal(tmp_path: Path) -> None:
    """In a process of its own: also the native libraries keep quiet while they start."""
    (tmp_path / "empty.txt").touch()
    done = subprocess.run(
        [sys.executable, SCRIPTS / "train_text_gan.py", "file", "--corpus", "empty.txt"],
        cwd=tmp_path,
        env={name: value for name, value in os.environ.items() if not name.startswith("TF_")},
        capture_output=True,
        text=True,
        check=False,
    )
    refused(Ending(done.returncode, done.stdout, done.stderr), "empty.txt is empty")
