"""Every script: `--help` is long, a wrong command line is one line."""

import importlib
import os
import shlex
import subprocess
import sys
from pathlib import Path

import pytest

from tests.scripts.conftest import SCRIPTS, Script

NAMES = sorted(path.name for path in SCRIPTS.glob("*.py"))


@pytest.mark.parametrize("name", NAMES)
def test_an_option_that_there_is_not(script: Script, name: str) -> None:
    ending = script(name, "--no-such-option", "1")
    assert (ending.status, ending.stdout, ending.stderr.count("\n")) == (2, "", 1)
    assert ending.stderr.endswith("; see --help\n")


@pytest.mark.parametrize("name", NAMES)
def test_help(script: Script, name: str) -> None:
    ending = script(name, "--help")
    assert (ending.status, ending.stderr) == (0, "")
    assert ending.stdout.startswith("usage: ")
    assert ending.stdout.count("\n") > 5


@pytest.mark.parametrize(
    ("arguments", "message"),
    [
        (("--steps", "abc"), "--steps: invalid literal for int() with base 10: 'abc'"),
        (("--steps",), "Missing value for argument '--steps'. Expected 1 values"),
        (("--backend", "torch"), "invalid choice 'torch' for argument '--backend'. Expected one "),
        (("scenes", "coco"), "Unrecognized options: coco"),
        (("scenes", "coco", "--widht", "3"), "Unrecognized options: coco, --widht, 3"),
    ],
)
def test_a_wrong_value(script: Script, arguments: tuple[str, ...], message: str) -> None:
    ending = script("train_language_model.py", *arguments)
    assert (ending.status, ending.stdout, ending.stderr.count("\n")) == (2, "", 1)
    assert ending.stderr.startswith(f"error: {message}")
    assert ending.stderr.endswith("; see --help\n")


@pytest.mark.parametrize(
    ("arguments", "message"),
    [
        (("--dropout", "1"), "dropout is 1.0: it must be at least 0 and below 1"),
        (("--dropout", "nan"), "dropout is nan: it must be"),
        (("--rate", "0"), "rate is 0.0: it must be above 0"),
        (("--layers", "0"), "layers is 0: it must be above 0"),
        (("--patience", "-1"), "patience is -1: it must be above 0"),
        (("--seed", "-1"), "--seed -1: it must be from 0"),
    ],
)
def test_a_value_out_of_range(
    script: Script, tmp_path: Path, arguments: tuple[str, ...], message: str
) -> None:
    run = tmp_path / "run"
    ending = script("train_language_model.py", *arguments, "--run-dir", run)
    assert (ending.status, ending.stderr.count("\n")) == (2, 1)
    assert message in ending.stderr
    assert not run.exists()


@pytest.mark.parametrize(
    ("arguments", "message"),
    [
        (("--n", "1"), "--n 1: it must be at least 2"),
        (("--temperatures", "1", "0"), "temperature 0.0: it must be from"),
        (("--temperatures", "1e-40"), "temperature 1e-40: it must be from"),
        (("--temperatures", "nan"), "temperature nan: it must be from"),
        (("--temperatures", "inf"), "temperature inf: it must be from"),
    ],
)
def test_a_frontier_of_nothing(script: Script, arguments: tuple[str, ...], message: str) -> None:
    ending = script("mle_frontier.py", "scenes", *arguments)
    assert (ending.status, ending.stderr.count("\n")) == (2, 1)
    assert message in ending.stderr


@pytest.mark.parametrize("place", ["nowhere.x", "a" * 5000, "a\nb.x"])
@pytest.mark.parametrize(
    ("name", "arguments"),
    [
        *((name, ()) for name in NAMES if name.startswith(("evaluate_", "inspect", "report"))),
        *((name, ("--out", "out.png")) for name in NAMES if name.startswith("sample_")),
        ("train_table_gan.py", ()),
        ("train_image_gan.py", ()),
        ("train_language_model.py", ()),
        ("train_embeddings.py", ()),
    ],
)
def test_what_is_not_there(
    script: Script, name: str, arguments: tuple[str, ...], place: str
) -> None:
    ending = script(name, place, *arguments)
    assert (ending.status, ending.stderr.count("\n")) == (2, 1)
    assert place.split()[-1][:200] in ending.stderr and len(ending.stderr) < 1500


@pytest.mark.parametrize(
    ("name", "option"),
    [
        ("train_embeddings.py", "--out"),
        *((name, "--json") for name in NAMES if name.startswith(("evaluate_", "mle_"))),
    ],
)
@pytest.mark.parametrize("place", ["a folder", "no/such/folder/file", "/proc/file"])
def test_an_output_that_cannot_be_written_is_told_before_the_work(
    script: Script, tmp_path: Path, name: str, option: str, place: str
) -> None:
    (tmp_path / "a folder").mkdir()
    empty = tmp_path / "a.txt"
    empty.touch()
    more = ("--real", empty) if name == "evaluate_table.py" else ()
    ending = script(name, empty, *more, option, tmp_path / place)
    assert (ending.status, ending.stdout, ending.stderr.count("\n")) == (2, "", 1)
    assert ending.stderr.startswith(f"error: cannot write {tmp_path / place}: ")


@pytest.mark.parametrize("name", ["sample_text.py", "sample_images.py", "sample_table.py"])
@pytest.mark.parametrize("file", ["generator.npz", "language_model.npz"])
def test_a_run_of_another_kind(script: Script, tmp_path: Path, name: str, file: str) -> None:
    (tmp_path / "model").mkdir()
    (tmp_path / "model" / file).write_bytes(b"")
    (tmp_path / "config.json").write_text('{"settings": {"kind": "language model"}}')
    ending = script(name, tmp_path, "--out", tmp_path / "out.png")
    assert (ending.status, ending.stderr.count("\n")) == (2, 1)
    assert f"{tmp_path} is a run of kind 'language model': it holds no" in ending.stderr


@pytest.mark.parametrize("encoding", ["ascii", "utf-8"])
def test_on_a_terminal_of_another_encoding(encoding: str) -> None:
    done = subprocess.run(
        [sys.executable, SCRIPTS / "train_text_gan.py", "scenes", "--gamma", "---"],
        env=os.environ | {"PYTHONIOENCODING": encoding},
        capture_output=True,
        text=True,
        check=False,
    )
    assert (done.returncode, done.stdout) == (2, "")
    assert done.stderr == "error: --gamma: could not convert string to float: '---'; see --help\n"


@pytest.mark.parametrize("kind", ["text", "image", "table"])
def test_what_to_do_next_can_be_pasted(
    script: Script, monkeypatch: pytest.MonkeyPatch, kind: str
) -> None:
    monkeypatch.setattr(importlib.import_module("textgan.runs"), "train_run", lambda *_: None)
    ending = script(f"train_{kind}_gan.py", "--run-dir", "a <b> 'c'")
    assert ending.status == 0
    commands = [line.partition(": ")[2] for line in ending.stdout.splitlines()]
    assert [shlex.split(line)[:3] for line in commands] == [
        ["textgan", "sample", "a <b> 'c'"],
        ["textgan", "evaluate", "a <b> 'c'"],
    ]


def test_on_a_coloured_terminal(script: Script, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("TERM", "xterm")
    monkeypatch.setattr(sys.stdout, "isatty", lambda: True)
    assert "\x1b[" in script("train_text_gan.py", "--help").stdout
    ending = script("train_text_gan.py", "scenes", "--gamma", "much")
    message = "error: --gamma: could not convert string to float: 'much'; see --help\n"
    assert ending.stderr == message


def test_something_missing(script: Script) -> None:
    ending = script("mle_frontier.py")
    assert (ending.status, ending.stderr.count("\n")) == (2, 1)
    assert "mle_frontier.py: STR a card, a text file" in ending.stderr
