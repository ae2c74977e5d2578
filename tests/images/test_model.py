"""The exported image model: sampling, classes, files that come back or are refused."""

import shutil
from dataclasses import asdict, replace
from pathlib import Path
from typing import Any

import numpy as np
import pytest

from tests.damage import Damage, cut, setting
from textgan.errors import UserError
from textgan.images.model import ImageFormat, ImageModel
from textgan.images.networks import build_generator
from textgan.images.settings import ImageNetworkSettings

SETTINGS = ImageNetworkSettings(noise=5, generator_width=8, generator_blocks=0)
FORMAT = ImageFormat((8, 8, 1))
CONDITIONAL = ImageFormat((8, 8, 1), shares=(0.5, 0.2, 0.3))
BATCH = 20


@pytest.fixture(autouse=True, scope="module")
def small_batches() -> Any:
    patch = pytest.MonkeyPatch()
    patch.setattr(ImageModel, "batch", BATCH)
    yield
    patch.undo()


def make_model(image_format: ImageFormat) -> ImageModel:
    generator = build_generator(image_format.shape, SETTINGS, image_format.condition)
    return ImageModel(generator, image_format, SETTINGS)


@pytest.fixture(scope="module")
def model() -> ImageModel:
    return make_model(FORMAT)


@pytest.fixture(scope="module")
def conditional() -> ImageModel:
    return make_model(CONDITIONAL)


@pytest.fixture(scope="module")
def saved(conditional: ImageModel, tmp_path_factory: pytest.TempPathFactory) -> Path:
    run = tmp_path_factory.mktemp("run")
    (run / "model").mkdir()
    conditional.save(run / "model")
    return run


def stream(model: ImageModel, *arguments: Any) -> np.ndarray:
    return np.concatenate(list(model.stream(*arguments)))


# Classes


def test_classes_are_conditions_picture_by_picture() -> None:
    stacked = ImageFormat((8, 8, 3), shares=(0.5, 0.2, 0.3), stack=3)
    assert stacked.condition == 9
    np.testing.assert_array_equal(
        stacked.encode(np.array([[2, 0, 1]])), [[0, 0, 1, 1, 0, 0, 0, 1, 0]]
    )
    np.testing.assert_array_equal(stacked.parts(2 * 9 + 0 * 3 + 1), [2, 0, 1])
    assert FORMAT.encode(np.array([[1], [2]])).shape == (2, 0)
    classes = np.array([[2, 0, 1], [1, 1, 0]])
    np.testing.assert_array_equal(stacked.decode(stacked.encode(classes)), classes)
    np.testing.assert_array_equal(FORMAT.decode(np.empty((2, 0))), [[0], [0]])


@pytest.mark.parametrize(
    ("image_format", "label", "message"),
    [
        (FORMAT, 0, "label 0: this model is not conditional; train one with --conditional"),
        (CONDITIONAL, 3, "label 3: classes go from 0 to 2"),
        (CONDITIONAL, -1, "label -1: classes go from 0 to 2"),
        (replace(CONDITIONAL, stack=3), 27, "label 27: classes go from 0 to 26"),
    ],
)
def test_classes_that_there_are_not(image_format: ImageFormat, label: int, message: str) -> None:
    with pytest.raises(UserError, match=message):
        image_format.parts(label)


def test_classes_are_drawn_as_often_as_in_the_data(
    conditional: ImageModel, monkeypatch: pytest.MonkeyPatch
) -> None:
    seen: list[np.ndarray] = []

    def watch(noise: np.ndarray, condition: np.ndarray) -> np.ndarray:
        seen.append(condition)
        return noise

    monkeypatch.setattr(conditional, "images", watch)
    conditional.sample(5000, seed=1)
    drawn = np.concatenate(seen)
    np.testing.assert_allclose(drawn.sum(axis=1), 1)
    np.testing.assert_allclose(drawn.mean(axis=0), CONDITIONAL.shares, atol=0.03)
    seen.clear()
    stream(conditional, 30, 1, 2)
    assert (np.concatenate(seen) == [0, 0, 1]).all()


# Sampling


def test_fewer_images_are_the_first_of_more(model: ImageModel, conditional: ImageModel) -> None:
    for each in (model, conditional):
        many = each.sample(2 * BATCH + 3, seed=7)
        assert (many.shape, many.dtype) == ((2 * BATCH + 3, 8, 8, 1), np.float32)
        assert len(np.unique(many, axis=0)) == len(many)
        for n in (1, BATCH, BATCH + 1):
            np.testing.assert_array_equal(each.sample(n, seed=7), many[:n])
        assert np.abs(each.sample(5, seed=8) - many[:5]).max() > 0.1


def test_images_are_what_the_generator_makes(conditional: ImageModel) -> None:
    noise = np.random.default_rng(0).standard_normal((BATCH + 2, 5)).astype("float32")
    condition = CONDITIONAL.encode(np.arange(BATCH + 2)[:, None] % 3)
    expected = np.asarray(conditional.generator([noise, condition]))
    np.testing.assert_allclose(conditional.images(noise, condition), expected, atol=1e-5)


def test_truncation_trades_diversity(model: ImageModel) -> None:
    spread = [stream(model, 50, 7, None, scale).std(axis=0).mean() for scale in (0, 0.5, 1)]
    assert spread[0] == pytest.approx(0, abs=1e-6)
    assert spread[0] < spread[1] < spread[2]


def test_interpolation_goes_from_image_to_image_in_even_steps(model: ImageModel) -> None:
    ends = model.sample(2, seed=3)
    n = BATCH + 5
    way = np.concatenate(list(model.interpolate(n, seed=3)))
    np.testing.assert_allclose(way[[0, -1]], ends, atol=1e-5)
    steps = np.abs(np.diff(way, axis=0)).max(axis=(1, 2, 3))
    assert steps.max() < np.abs(ends[0] - ends[1]).max() / 3
    assert next(iter(model.interpolate(1, seed=3))).shape == (1, 8, 8, 1)


def test_interpolation_keeps_the_class(
    conditional: ImageModel, monkeypatch: pytest.MonkeyPatch
) -> None:
    seen: list[np.ndarray] = []
    generate = conditional.images

    def watch(noise: np.ndarray, condition: np.ndarray) -> np.ndarray:
        np.testing.assert_allclose(np.square(noise).mean(), 1, atol=1.5)
        seen.append(condition)
        return generate(noise, condition)

    monkeypatch.setattr(conditional, "images", watch)
    list(conditional.interpolate(30, seed=3))
    list(conditional.interpolate(30, seed=3, label=1))
    conditions = np.concatenate(seen)
    assert len(np.unique(conditions[:30], axis=0)) == 1
    assert (conditions[30:] == [0, 1, 0]).all()


# Files


def test_a_loaded_model_makes_the_same_images(saved: Path, conditional: ImageModel) -> None:
    loaded = ImageModel.load(saved)
    np.testing.assert_array_equal(loaded.sample(30, seed=4), conditional.sample(30, seed=4))
    assert (loaded.format, loaded.network) == (CONDITIONAL, SETTINGS)
    assert {path.name for path in (saved / "model").iterdir()} == {"settings.json", "generator.npz"}


def test_no_model_yet(tmp_path: Path) -> None:
    with pytest.raises(UserError, match="holds no trained image model"):
        ImageModel.load(tmp_path)


NETWORK, IMAGES = asdict(SETTINGS), asdict(CONDITIONAL)
DAMAGES: dict[str, Damage] = {
    "no settings": lambda folder: (folder / "settings.json").unlink(),
    "half the settings": cut("settings.json"),
    "settings of another kind": lambda folder: (folder / "settings.json").write_text("[1]"),
    "no format": setting(format=...),
    "format is a list": setting(format=[8, 8, 1]),
    "flat images": setting(format=IMAGES | {"shape": [8, 8]}),
    "no pixels": setting(format=IMAGES | {"shape": [0, 8, 1]}),
    "pixels are words": setting(format=IMAGES | {"shape": ["8", "8", "1"]}),
    "shares above one": setting(format=IMAGES | {"shares": [0.5, 0.2, 0.4]}),
    "shares below zero": setting(format=IMAGES | {"shares": [0.5, -0.2, 0.7]}),
    "fewer shares": setting(format=IMAGES | {"shares": [0.5, 0.5]}),
    "no stack": setting(format=IMAGES | {"stack": 0}),
    "unknown size": setting(network=NETWORK | {"depth": 3}),
    "blocks are words": setting(network=NETWORK | {"generator_blocks": "two"}),
    "no width": setting(network=NETWORK | {"generator_width": 0}),
    "another width": setting(network=NETWORK | {"generator_width": 16}),
    "half the generator": cut("generator.npz"),
    "empty generator": lambda folder: (folder / "generator.npz").write_bytes(b""),
    "another generator": lambda folder: np.savez(folder / "generator.npz", np.zeros((2, 2))),
    "pickled generator": lambda folder: np.savez(
        folder / "generator.npz", *([np.array([{}], dtype=object)] * 4)
    ),
}


@pytest.mark.parametrize("damage", DAMAGES)
def test_damage_is_reported_in_one_line(saved: Path, tmp_path: Path, damage: str) -> None:
    shutil.copytree(saved, tmp_path / "copy")
    DAMAGES[damage](tmp_path / "copy" / "model")
    with pytest.raises(UserError, match=r"is damaged|by another version") as caught:
        ImageModel.load(tmp_path / "copy")
    assert "\n" not in str(caught.value)
