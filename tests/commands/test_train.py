"""textgan train: a preset or data of one's own, and what a dry run says."""

import json
import os
import subprocess
import sys
from functools import partial
from pathlib import Path

import pytest
from tensorboard.backend.event_processing.event_accumulator import EventAccumulator

from tests.commands.conftest import BACKEND, DATA, LOOP, TEXT, Command
from tests.images.holiday import write_holiday
from textgan import runs
from textgan.gan.run_folder import read_config, read_telemetry
from textgan.images import classifier
from textgan.images.classifier import ClassifierSettings
from textgan.text import vectors
from textgan.text.settings import PRESETS


def settings(run: Path) -> dict[str, object]:
    return read_config(run)["settings"]


def test_a_text_file_where_a_preset_stands(textgan: Command, corpus: Path) -> None:
    ending = textgan("train", "text", "my.txt", *LOOP, *TEXT, *BACKEND)
    assert (ending.status, ending.stderr) == (0, "")
    assert "sample it: textgan sample runs/my -n 10 --seed 1\n" in ending.stdout
    assert "score it: textgan evaluate runs/my\n" in ending.stdout
    assert settings(corpus.parent / "runs" / "my")["corpus"] == "my.txt"


@pytest.mark.parametrize(
    ("kind", "given", "field", "value"),
    [
        ("text", "coco-captions", "corpus", "coco-captions"),
        ("text", "coco", "corpus", "coco-captions"),
        ("text", "hub:a/b", "corpus", "hub:a/b"),
        ("text", "https://x.org/y.txt", "corpus", "https://x.org/y.txt"),
        ("images", str(DATA / "bars.npz"), "images", str(DATA / "bars.npz")),
        ("images", "mnist", "images", "mnist"),
        ("images", "hub:a/b", "images", "hub:a/b"),
        ("images", str(DATA), "images", str(DATA)),
        ("tables", str(DATA / "trees.csv"), "table", str(DATA / "trees.csv")),
        ("tables", "wine", "table", "wine"),
    ],
)
def test_what_stands_where_a_preset_stands(
    textgan: Command,
    folder: Path,
    monkeypatch: pytest.MonkeyPatch,
    kind: str,
    given: str,
    field: str,
    value: str,
) -> None:
    asked = []
    monkeypatch.setattr(runs, "train_run", lambda *values: asked.append(values))
    assert textgan("train", kind, given, *BACKEND).status == 0
    ((domain, found, place, seed, watchers),) = asked
    assert (domain.plural, getattr(found, field), seed) == (kind, value, 1)
    assert watchers == []
    assert place == Path("runs") / Path(given).stem


def test_a_preset_that_is_also_a_file(
    textgan: Command, folder: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    asked = []
    monkeypatch.setattr(runs, "train_run", lambda *values: asked.append(values[1]))
    (folder / "coco").write_text("a line\n")
    said = [textgan("train", "text", name, *BACKEND).stdout for name in ("coco", "./coco")]
    assert [found.corpus for found in asked] == [PRESETS["coco"].corpus, "./coco"]
    notes = [line for text in said for line in text.splitlines() if "preset" in line]
    assert notes == ["coco is taken for the preset; for the file of that name write ./coco"]


@pytest.mark.parametrize("kind", ["text", "images", "tables"])
def test_a_name_that_is_nothing(textgan: Command, folder: Path, kind: str) -> None:
    ending = textgan("train", kind, "nothing", *BACKEND)
    assert (ending.status, ending.stdout, ending.stderr.count("\n")) == (2, "", 1)
    first = {"text": "scenes", "images": "digits", "tables": "breast_cancer"}[kind]
    assert f"'nothing' is no preset ({first}, " in ending.stderr
    assert "no file of that name was found" in ending.stderr


def test_what_is_to_be_trained_comes_first(textgan: Command) -> None:
    ending = textgan("train", "mnist")
    assert (ending.status, ending.stderr.count("\n")) == (2, 1)
    assert "textgan train mnist: name text, images, tables first" in ending.stderr


def test_a_dry_run_says_what_a_training_does_and_does_nothing(
    textgan: Command, corpus: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    words = ("train", "text", "my.txt", *LOOP, *TEXT, *BACKEND)
    with monkeypatch.context() as patch:
        patch.setattr(vectors, "train_vectors", None)
        planned = textgan(*words, "--dry-run")
    assert (planned.status, planned.stderr) == (0, "")
    assert [path.name for path in corpus.parent.iterdir()] == ["my.txt"]
    assert not (corpus.parents[1] / "cache").exists()
    lines = planned.stdout.splitlines()
    assert lines[0].startswith("would train in runs/my, seed 1, ")
    assert "  network.generator_width         8" in lines
    assert lines[-1] == "4 steps of 8 sentences: 0.2 times through 170"
    trained = textgan(*words).stdout.splitlines()
    data, cost = lines[-3], lines[-2].removeprefix("cost: ")
    assert data == "my.txt: 170 training sentences, 242 words of 64 dimensions"
    assert data in trained and cost in trained


def test_a_folder_of_holiday_pictures(
    textgan: Command, folder: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Trained on, sampled, scored and reported, without a word of classes."""
    write_holiday(folder / "holiday")
    brief = partial(ClassifierSettings, steps=4)
    monkeypatch.setattr(classifier, "ClassifierSettings", brief)
    small = ("--size", 16, "--generator-width", 8, "--discriminator-width", 8)
    ending = textgan("train", "images", "holiday/", *LOOP, *small, *BACKEND)
    assert (ending.status, ending.stderr) == (0, "")
    said = ending.stdout.splitlines()
    assert said[0].startswith("holiday/: 293 of 300 are used, the middle square of each as 16 x 16")
    assert "left out: 4 broken (such as cut.jpg), 2 neither PNG nor JPEG" in said[0]
    assert said[1] == "holiday/: 235 training images of 16 x 16 x 3, 1 class"
    assert "in telling their turns" in ending.stdout and "modes" not in ending.stdout
    run = folder / "runs" / "holiday"
    assert "modes" not in read_telemetry(run)[-1] and "frechet_ratio" in read_telemetry(run)[-1]
    scored = textgan("evaluate", run)
    assert "% of the test images in telling their turns" in scored.stdout
    scores = json.loads((run / "evaluation.json").read_text())
    assert not {"modes", "class_kl", "classifier_score"} & scores.keys()
    assert "classifier:turns-cnn-" in scores["frechet"]["signature"]
    assert textgan("sample", run, "-n", 20, "--seed", 1, "--out", "s.npz").status == 0
    again = textgan("evaluate", "s.npz", "--data", "holiday", "--json", "again.json")
    assert (again.status, json.loads(Path("again.json").read_text()).keys()) == (0, scores.keys())
    assert textgan("report", run).status == 0
    assert "Fréchet distance" in (run / "report.html").read_text()


@pytest.mark.parametrize(
    ("words", "said"),
    [
        (("images", "digits"), "5,000 steps of 32 images: 111.3 times through 1,437"),
        (("tables", "wine"), "1,500 steps of 64 rows: 774.2 times through 124"),
    ],
)
def test_a_dry_run_of_other_kinds(
    textgan: Command,
    folder: Path,
    monkeypatch: pytest.MonkeyPatch,
    words: tuple[str, ...],
    said: str,
) -> None:
    monkeypatch.setattr(classifier, "train_classifier", None)
    ending = textgan("train", *words, "--dry-run", *BACKEND)
    assert (ending.status, ending.stderr) == (0, "")
    assert ending.stdout.splitlines()[-1] == said
    assert not list(folder.iterdir())


def test_a_dry_run_fetches_nothing(
    textgan: Command, folder: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("TEXTGAN_DATA", "")
    for given in ("coco-captions", "https://example.org/some.txt", "hub:some/texts"):
        ending = textgan("train", "text", given, "--dry-run", *BACKEND)
        assert (ending.status, ending.stderr.count("\n")) == (2, 1)
        assert ending.stderr.endswith("is not on this machine, and a dry run fetches nothing\n")


def test_event_files_beside_the_telemetry(textgan: Command, folder: Path) -> None:
    small = ("--generator-width", 8, "--generator-layers", 1, "--discriminator-width", 8)
    ending = textgan("train", "tables", "wine", *LOOP, *small, *BACKEND, "--tensorboard")
    assert (ending.status, ending.stderr) == (0, "")
    run = folder / "runs" / "wine"
    rows, events = read_telemetry(run), EventAccumulator(str(run)).Reload()
    for name in ("logit_gap", "score"):
        logged = [(event.step, event.value) for event in events.Scalars(name)]
        assert logged == [(row["step"], pytest.approx(row[name])) for row in rows if name in row]
    assert {"gradient/generator", "update/discriminator"} <= set(events.Tags()["histograms"])
    assert [event.step for event in events.Tensors("samples/text_summary")] == [2, 4]


@pytest.mark.parametrize(
    ("words", "said"),
    [
        (("--devices", 2, "--backend", "tensorflow"), "2 devices: add --backend jax"),
        (("--devices", 3, "--backend", "jax"), "--batch-size 64 cannot be cut into 3 equal parts"),
        (("--process", 0, "--backend", "jax"), "go together"),
    ],
)
def test_devices_that_cannot_be_used(
    textgan: Command, folder: Path, words: tuple[object, ...], said: str
) -> None:
    ending = textgan("train", "tables", "wine", *words)
    assert (ending.status, ending.stdout, ending.stderr.count("\n")) == (2, "", 1)
    assert said in ending.stderr
    assert not list(folder.iterdir())


@pytest.mark.skipif((os.cpu_count() or 1) < 2, reason="there is one core")
def test_a_batch_cut_over_two_devices(folder: Path) -> None:
    pytest.importorskip("jax", reason="the JAX backend is not installed")
    small = ("--generator-width", 8, "--generator-layers", 1, "--discriminator-width", 8)
    words = ("train", "tables", "wine", *LOOP, *small, "--backend", "jax", "--devices", 2)
    done = subprocess.run(
        [sys.executable, "-c", "from textgan.commands.main import main; main()", *map(str, words)],
        capture_output=True,
        text=True,
    )
    assert (done.returncode, done.stderr) == (0, "")
    assert "each batch is cut over 2 cpu devices\n" in done.stdout
    assert [row["step"] for row in read_telemetry(folder / "runs" / "wine")] == [2, 4]
