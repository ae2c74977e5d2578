"""The command that scores images: a file and a data set of one's own, and what it refuses."""

import json
from pathlib import Path

import keras
import numpy as np
import pytest

from tests.scripts.conftest import Script

BACKEND = ("--backend", keras.backend.backend())


@pytest.fixture
def data(tmp_path: Path) -> Path:
    """Two classes of images: bright on the left, bright on the right."""
    rng = np.random.default_rng(0)
    labels = np.arange(60) % 2
    images = rng.integers(60, size=(60, 8, 8), dtype=np.uint8)
    images[labels == 0, :, :4] += 150
    images[labels == 1, :, 4:] += 150
    train, test = slice(0, 40), slice(40, 60)
    np.savez(
        tmp_path / "sides.npz",
        x_train=images[train],
        y_train=labels[train],
        x_test=images[test],
        y_test=labels[test],
    )
    np.savez(tmp_path / "left.npz", images=images[test][labels[test] == 0])
    return tmp_path / "sides.npz"


def test_a_file_against_images_of_ones_own(script: Script, data: Path) -> None:
    out = data.parent / "scores.json"
    samples = data.parent / "left.npz"
    ending = script("evaluate_images.py", samples, "--data", data, "--json", out, *BACKEND)
    assert ending.status == 0, ending.stderr
    assert "classifier: step" in ending.stderr
    assert "classifier right on 100.00% of the test images" in ending.stdout
    scores = json.loads(out.read_text())
    assert (scores["modes"]["value"], scores["modes"]["real"]["value"]) == (1, 2)
    assert scores["class_kl"]["value"] == pytest.approx(np.log(2))
    assert scores["classifier_score"]["real"]["value"] > 1.5
    again = script("evaluate_images.py", samples, "--data", data, *BACKEND)
    assert (again.stdout, again.stderr) == (ending.stdout, "")  # the classifier was kept


def test_mistakes_end_in_one_line(script: Script, data: Path) -> None:
    samples = data.parent / "left.npz"
    for arguments, message in (
        ((samples,), "Give --data"),
        ((data, "--data", "digits"), "holds no images; it must hold images"),
        ((samples, "--data", "digit"), "neither a file, a folder nor a set of images"),
        ((data.parent,), "is not a run folder"),
        ((), "required"),
    ):
        ending = script("evaluate_images.py", *arguments, *BACKEND)
        assert ending.status == 2
        assert message in ending.stderr and ending.stderr.count("\n") == 1, ending.stderr
