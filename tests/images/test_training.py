"""Training on images: live scores against closed forms, and what the loop is given."""

from dataclasses import replace
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from PIL import Image

from textgan.gan.run_folder import RunFolder
from textgan.gan.settings import GameSettings, LoopSettings
from textgan.grids import grid, to_pixels
from textgan.images.clusters import with_clusters
from textgan.images.datasets import ImageData, load_images
from textgan.images.model import ImageModel
from textgan.images.settings import ImageNetworkSettings, ImageSettings
from textgan.images.training import ImageSubject, LiveImageScores

NETWORK = ImageNetworkSettings(
    noise=4, generator_width=8, generator_blocks=0, discriminator_width=8
)
SETTINGS = ImageSettings(
    network=NETWORK, game=GameSettings(batch_size=8), loop=LoopSettings(steps=10)
)


class Pixels:
    """Stands for a classifier: its features are two pixels, its class whether one is bright."""

    accuracy, asked = 1.0, "the test images"

    def judge(self, images: np.ndarray) -> Any:
        flat = images.reshape(len(images), -1)
        self.features, self.classes = flat[:, 20:22], (flat[:, 20] > 0).astype(np.int64)
        return self


@pytest.fixture(scope="module")
def data(tmp_path_factory: pytest.TempPathFactory) -> ImageData:
    rng = np.random.default_rng(0)
    arrays: dict[str, Any] = {}
    for part, count in (("train", 400), ("test", 100)):
        arrays[f"x_{part}"] = rng.random((count, 8, 8))
        arrays[f"y_{part}"] = (arrays[f"x_{part}"][:, 2, 4] > 0.5).astype(int)
    place = tmp_path_factory.mktemp("set") / "set.npz"
    np.savez(place, **arrays)
    return load_images(str(place))


@pytest.fixture
def subject(data: ImageData, monkeypatch: pytest.MonkeyPatch) -> ImageSubject:
    monkeypatch.setattr("textgan.images.training.load_or_train_classifier", lambda _: Pixels())
    return ImageSubject(data, SETTINGS, seed=3)


def test_live_scores_of_the_test_images_are_those_of_real_ones(data: ImageData) -> None:
    judge = LiveImageScores(data, Pixels())  # type: ignore[arg-type]
    scores = judge.scores(data.test.floats(np.arange(100)))
    assert judge.count == 100
    assert scores["frechet_ratio"] == pytest.approx(1)
    assert scores["modes"] == 2
    assert scores["class_kl"] < 0.02


def test_the_frechet_ratio_grows_with_the_square_of_a_shift(data: ImageData) -> None:
    judge = LiveImageScores(data, Pixels())  # type: ignore[arg-type]
    real = data.train.floats(np.arange(400))
    two_pixels = real.reshape(400, -1)[:, 20:22].mean(axis=0)
    test = data.test.floats(np.arange(100)).reshape(100, -1)[:, 20:22]
    # Means apart by 1 in each of two pixels: 2 more, covariances the same.
    shifted = judge.scores(real + 1)["frechet_ratio"]
    doubled = judge.scores(real + 2)["frechet_ratio"]
    assert judge.scores(real)["frechet_ratio"] == pytest.approx(0, abs=1e-6)
    assert doubled == pytest.approx(4 * shifted)
    assert 2 / shifted > np.square(test.mean(axis=0) - two_pixels).sum()
    assert judge.scores(real * 0 + 1)["class_kl"] == pytest.approx(
        -np.log(data.frequencies[1]), abs=1e-6
    )


def test_without_classes_there_are_no_scores_of_them(data: ImageData) -> None:
    labels = [np.zeros_like(half.labels) for half in (data.train, data.test)]
    train, test = replace(data.train, labels=labels[0]), replace(data.test, labels=labels[1])
    alike = replace(data, train=train, test=test, classes=1, notes=("left out: 2 broken",))
    judge = LiveImageScores(alike, Pixels())  # type: ignore[arg-type]
    scores = judge.scores(data.test.floats(np.arange(100)))
    assert scores == {"frechet_ratio": pytest.approx(1)}
    said = list(ImageSubject(alike, SETTINGS, seed=3).introduce())
    assert said[0] == "left out: 2 broken" and said[1].endswith("of 8 x 8 x 1, 1 class")


def test_widths_that_suit_the_size(data: ImageData) -> None:
    suited = replace(SETTINGS, network=replace(NETWORK, generator_width=0))
    model = ImageSubject(data, suited, seed=3).model
    assert model.network == replace(NETWORK, generator_width=64)
    assert model.generator.get_layer("coarsest").output.shape[-1] == 64


def test_real_images_and_their_classes_go_together(data: ImageData) -> None:
    settings = ImageSettings(conditional=True, network=NETWORK, loop=LoopSettings(steps=10))
    subject = ImageSubject(data, settings, seed=3)
    rows = np.array([5, 0, 399])
    real, condition = subject.real(rows), subject.condition(rows)
    assert real.shape == (3, 8, 8, 1)
    np.testing.assert_array_equal(condition.argmax(axis=1), real[:, 2, 4, 0] > 0)
    assert ImageSubject(data, SETTINGS, seed=3).condition(rows).shape == (3, 0)


def test_real_images_and_their_clusters_go_together(data: ImageData) -> None:
    settings = ImageSettings(clusters=2, network=NETWORK, loop=LoopSettings(steps=10))
    subject = ImageSubject(data, settings, seed=3)
    rows = np.arange(400)
    clusters = with_clusters(data, 2).train.classes(rows)[:, 0]
    np.testing.assert_array_equal(subject.condition(rows).argmax(axis=1), clusters)
    assert sum(subject.model.format.shares) == pytest.approx(1)


def test_one_seed_one_beginning(data: ImageData) -> None:
    first, same, other = (
        ImageSubject(data, SETTINGS, seed).model.sample(3, seed=1) for seed in (3, 3, 4)
    )
    np.testing.assert_array_equal(first, same)
    assert np.abs(first - other).max() > 0.1


def test_the_grid_shows_the_first_samples_always_of_one_noise(
    subject: ImageSubject, tmp_path: Path
) -> None:
    for step in (1, 2):
        scores = subject.evaluate(step)
        assert subject.write_samples(tmp_path, step) == ""
    assert scores["score"] == -scores["frechet_ratio"]
    assert 0 <= scores["win_rate_unseen"] <= 1
    with Image.open(tmp_path / "0000002.png") as picture:
        shown = np.asarray(picture)
    first = to_pixels(subject.model.sample(100, seed=4))
    np.testing.assert_array_equal(shown, grid(first, 10)[..., 0])
    assert (tmp_path / "0000001.png").read_bytes() == (tmp_path / "0000002.png").read_bytes()


def test_the_exported_model_is_the_ema(subject: ImageSubject, tmp_path: Path) -> None:
    run = RunFolder(tmp_path, {"kind": "image", "images": "digits"}, {})
    subject.export(run.model)
    assert "handwritten digits" in (run.model / "MODEL_CARD.md").read_text()
    ema = subject.game.ema
    assert subject.model.generator is ema
    noise = np.ones((2, 4), dtype="float32")
    loaded = ImageModel.load(tmp_path).generator
    np.testing.assert_array_equal(np.asarray(loaded(noise)), np.asarray(ema(noise)))
