"""The sampling command: the same seed gives the same images, as a grid or as an array."""

from dataclasses import replace
from pathlib import Path

import keras
import numpy as np
import pytest
from PIL import Image

from tests.scripts.conftest import Script
from textgan.grids import GAP, SIDE, grid
from textgan.images.model import ImageFormat, ImageModel
from textgan.images.networks import build_generator
from textgan.images.settings import ImageNetworkSettings

SETTINGS = ImageNetworkSettings(noise=4, generator_width=8, generator_blocks=0)
FORMAT = ImageFormat((8, 8, 1), shares=(0.5, 0.25, 0.25))
BACKEND = ("--backend", keras.backend.backend())


def make_run(folder: Path, image_format: ImageFormat) -> Path:
    """A run folder whose model has not been trained."""
    (folder / "model").mkdir()
    generator = build_generator(image_format.shape, SETTINGS, image_format.condition)
    ImageModel(generator, image_format, SETTINGS).save(folder / "model")
    return folder


@pytest.fixture(scope="module")
def run(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return make_run(tmp_path_factory.mktemp("run"), FORMAT)


def read(place: Path) -> np.ndarray:
    with np.load(place, allow_pickle=False) as archive:
        return archive["images"]


def test_the_same_seed_gives_the_same_images(script: Script, run: Path, tmp_path: Path) -> None:
    sample = ("sample_images.py", run, *BACKEND, "--seed", 3)
    out = tmp_path / "images.npz"
    ending = script(*sample, "-n", 20, "--out", out)
    assert (ending.status, ending.stdout, ending.stderr) == (0, f"wrote {out}\n", "")
    images = read(out)
    assert (images.shape, images.dtype) == ((20, 8, 8, 1), np.uint8)
    script(*sample, "-n", 5, "--out", tmp_path / "grid.png")
    with Image.open(tmp_path / "grid.png") as picture:
        np.testing.assert_array_equal(np.asarray(picture), grid(images[:5], 3)[..., 0])
    script(*sample, "-n", 5, "--out", out, "--truncation", 0, "--label", 2)
    assert len(np.unique(read(out), axis=0)) == 1
    script(*sample, "-n", 6, "--out", tmp_path / "strip.png", "--interpolate", "--label", 1)
    with Image.open(tmp_path / "strip.png") as picture:
        assert picture.size == (6 * (SIDE + GAP) + GAP, SIDE + 2 * GAP)


@pytest.mark.parametrize(
    ("arguments", "message"),
    [
        (("-n", "0"), "n must be at least 1"),
        (("--seed", "-1"), "n must be at least 1, the others 0"),
        (("--truncation", "nan"), "n must be at least 1, the others 0"),
        (("--label", "3"), "label 3: classes go from 0 to 2"),
        (("--out", "images.gif"), "--out images.gif: its name must end in .png or .npz"),
        (("--out", "/no/such/folder/file.png"), "cannot write /no/such/folder/file.png"),
    ],
)
def test_mistakes_end_in_one_line(
    script: Script, run: Path, tmp_path: Path, arguments: tuple[str, ...], message: str
) -> None:
    ending = script("sample_images.py", run, *BACKEND, "--out", tmp_path / "a.png", *arguments)
    assert (ending.status, ending.stderr.count("\n")) == (2, 1)
    assert message in ending.stderr
    assert not list(tmp_path.iterdir())


def test_a_label_for_a_model_that_is_not_conditional(script: Script, tmp_path: Path) -> None:
    run = make_run(tmp_path, replace(FORMAT, shares=()))
    ending = script("sample_images.py", run, *BACKEND, "--label", 1, "--out", tmp_path / "a.png")
    assert (ending.status, ending.stderr.count("\n")) == (2, 1)
    assert "this model is not conditional; train one with --conditional" in ending.stderr


def test_a_folder_that_is_no_run(script: Script, tmp_path: Path) -> None:
    ending = script("sample_images.py", tmp_path, *BACKEND, "--out", tmp_path / "a.png")
    assert (ending.status, ending.stderr.count("\n")) == (2, 1)
    assert "holds no trained image model" in ending.stderr
