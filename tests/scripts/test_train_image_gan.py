"""The training command: from a file of images to grids, also after Ctrl-C, and what it refuses."""

from functools import partial
from pathlib import Path
from typing import Any

import keras
import numpy as np
import pytest
from PIL import Image

import textgan.runs
from tests.scripts.conftest import Ending, Script
from textgan.gan.run_folder import RunFolder, read_config, read_telemetry

TINY = (
    *("--batch-size", 8, "--noise", 4, "--generator-width", 8, "--discriminator-width", 8),
    *("--generator-blocks", 1, "--discriminator-blocks", 0),
    *("--steps", 12, "--log-every", 2, "--evaluate-every", 6),
    *("--backend", keras.backend.backend()),
)


@pytest.fixture(scope="module")
def image_file(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Bright bars at three places, noisy."""
    rng = np.random.default_rng(0)
    arrays: dict[str, Any] = {}
    for part, count in (("train", 90), ("test", 30)):
        labels = np.arange(count) % 3
        images = rng.random((count, 8, 8)) * 0.5
        for image, label in zip(images, labels, strict=True):
            image[1 + 2 * label] = 1
        arrays |= {f"x_{part}": images, f"y_{part}": labels}
    place = tmp_path_factory.mktemp("images") / "bars.npz"
    np.savez(place, **arrays)
    return place


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


@pytest.mark.parametrize("condition", ["--conditional", "--no-conditional", "--clusters=3"])
def test_from_a_file_to_grids_also_after_ctrl_c(
    script: Script,
    image_file: Path,
    tmp_path: Path,
    monkeypatch: pytest.MonkeyPatch,
    condition: str,
) -> None:
    whole, stopped = tmp_path / "whole", tmp_path / "stopped"
    arguments = ("digits", "--images", image_file, *TINY, condition, "--seed", 5)
    train = partial(script, "train_image_gan.py", *arguments)
    ending = train("--run-dir", whole)
    assert (ending.status, ending.stderr) == (0, "")
    assert "12/12" in ending.stdout
    assert f"textgan sample {whole}" in ending.stdout
    assert [row["step"] for row in read_telemetry(whole)] == [2, 4, 6, 8, 10, 12]
    assert read_config(whole)["settings"]["kind"] == "image"
    with Image.open(whole / "samples" / "evolution.gif") as film:
        assert film.n_frames == 2  # type: ignore[attr-defined]

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
    ending = train("--run-dir", stopped)
    assert f"resuming {stopped} at step 6" in ending.stdout
    assert weights(stopped) == weights(whole)
    refused(train("--run-dir", stopped, "--gamma", 2), "game.gamma was")


@pytest.mark.parametrize(
    ("arguments", "message"),
    [
        (
            ("nonsense",),
            "'nonsense' is no preset (digits, crops, mnist, fashion_mnist, stacked_mnist, cifar10)",
        ),
        (("--images", "mnits"), "'mnits' is neither a file, a folder nor a set of images"),
        (("--seed", "-1"), "--seed -1: it must be from 0"),
        (("--noise", "0"), "noise is 0: it must be above 0"),
        (("--generator-blocks", "-1"), "generator_blocks is -1: it cannot be below 0"),
        (("--objective", "softmax"), "softmax"),
    ],
)
def test_mistakes_end_in_one_line(
    script: Script, tmp_path: Path, arguments: tuple[str, ...], message: str
) -> None:
    run = tmp_path / "run"
    refused(script("train_image_gan.py", *arguments, "--run-dir", run), message)
    assert not run.exists()


def test_a_file_by_its_name_alone(script: Script, image_file: Path, tmp_path: Path) -> None:
    run = tmp_path / "run"
    ending = script("train_image_gan.py", image_file, *TINY, "--run-dir", run)
    assert (ending.status, ending.stderr) == (0, "")
    assert read_config(run)["settings"]["images"] == str(image_file)


def test_a_damaged_file(script: Script, image_file: Path, tmp_path: Path) -> None:
    place = tmp_path / "half.npz"
    place.write_bytes(image_file.read_bytes()[:2000])
    ending = script("train_image_gan.py", "--images", place, "--run-dir", tmp_path / "run", *TINY)
    refused(ending, "half.npz is not a readable .npz of arrays")
