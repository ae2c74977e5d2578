"""The classifier that judges images: what it learns, how it judges stacks, its cache."""

import random
from dataclasses import replace
from itertools import product
from pathlib import Path

import numpy as np
import pytest

import textgan.images.classifier
from textgan.errors import UserError
from textgan.images.classifier import (
    FEATURES,
    Classifier,
    ClassifierSettings,
    build_classifier,
    load_or_train_classifier,
    turned,
)
from textgan.images.datasets import ImageData, Images, load_images

BRIEF = ClassifierSettings(epochs=1, batch_size=20)


@pytest.fixture(autouse=True)
def cache(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    monkeypatch.setenv("TEXTGAN_CACHE", str(tmp_path))
    return tmp_path / "classifiers"


@pytest.fixture(scope="module")
def data() -> ImageData:
    """Two hundred of scikit-learn's digits, all of them to test on."""
    digits = load_images("digits")
    return replace(digits, train=replace(digits.train, parts=np.arange(200)[:, None]))


@pytest.fixture(scope="module")
def classifier(data: ImageData) -> Classifier:
    """One that has learned nothing."""
    random.seed(1)  # of the first weights
    return Classifier(build_classifier((8, 8, 1), 10), data)


def silent(line: str) -> None:
    """Say nothing of how the training comes on."""


def test_it_learns_to_read_digits() -> None:
    lines: list[str] = []
    settings = ClassifierSettings(epochs=15, rate=2e-3)
    classifier = load_or_train_classifier(load_images("digits"), settings, lines.append)
    assert classifier.accuracy > 0.9
    assert len(lines) == 10
    assert all("step" in line and "loss" in line for line in lines)


def test_the_same_seed_gives_the_same_classifier(data: ImageData, cache: Path) -> None:
    first = load_or_train_classifier(data, BRIEF, silent)
    (place,) = cache.iterdir()
    place.unlink()
    assert load_or_train_classifier(data, BRIEF, silent).name == first.name


def test_the_accuracy_is_that_of_the_test_pictures(data: ImageData, classifier: Classifier) -> None:
    rows = np.arange(len(data.test))
    right = classifier.judge(data.test.floats(rows)).classes == data.test.labels
    assert classifier.accuracy == right.mean()
    assert classifier.fields == {
        "classifier": classifier.name,
        "accuracy": f"{right.mean():.4f}",
    }


def test_images_are_judged_one_by_one(data: ImageData, classifier: Classifier) -> None:
    images = data.train.floats(np.arange(7))
    judgement = classifier.judge(images)
    assert judgement.features.shape == (7, FEATURES)
    assert judgement.features.dtype == judgement.probabilities.dtype == np.float32
    np.testing.assert_allclose(judgement.probabilities.sum(axis=1), 1, rtol=1e-5)
    alone = classifier.judge(images[3:4])
    np.testing.assert_allclose(alone.features, judgement.features[3:4], rtol=1e-4, atol=1e-6)


def test_a_stack_is_judged_picture_by_picture(data: ImageData, classifier: Classifier) -> None:
    pictures = data.train.floats(np.arange(12)).reshape(4, 3, 8, 8, 1)
    judgement = classifier.judge(np.concatenate(list(np.moveaxis(pictures, 1, 0)), axis=-1))
    parts = [classifier.judge(pictures[:, place]) for place in range(3)]
    features = np.concatenate([part.features for part in parts], axis=1)
    np.testing.assert_allclose(judgement.features, features, rtol=1e-5)
    assert judgement.probabilities.shape == (4, 1000)
    for image, (a, b, c) in product(range(4), [(0, 0, 0), (3, 1, 7), (9, 9, 9)]):
        p, q, r = (part.probabilities[image] for part in parts)
        found = judgement.probabilities[image, 100 * a + 10 * b + c]
        assert found == pytest.approx(p[a] * q[b] * r[c], rel=1e-4)
    hundreds, tens, ones = (part.classes for part in parts)
    np.testing.assert_array_equal(judgement.classes, 100 * hundreds + 10 * tens + ones)


def test_pictures_in_colour_are_judged_whole() -> None:
    rng = np.random.default_rng(0)
    pixels = rng.integers(256, size=(9, 12, 8, 3), dtype=np.uint8)
    digits = load_images("digits")
    coloured = replace(digits.test, pixels=pixels, labels=np.arange(9), parts=np.arange(9)[:, None])
    network = build_classifier((12, 8, 3), 9)
    judgement = Classifier(network, replace(digits, test=coloured, classes=9)).judge(
        coloured.floats(np.arange(9))
    )
    assert judgement.features.shape == (9, FEATURES)
    assert judgement.probabilities.shape == (9, 9)


# Images of one class


def sided(count: int, seed: int, shape: tuple[int, int]) -> np.ndarray:
    """Pictures (picture, *shape, 1) with a light upper edge: so that turns differ."""
    pixels = np.random.default_rng(seed).integers(60, size=(count, *shape, 1), dtype=np.uint8)
    pixels[:, : shape[0] // 4] += 180
    return pixels


def of_one_class(shape: tuple[int, int]) -> ImageData:
    halves = {}
    for seed, (part, count) in enumerate((("train", 120), ("test", 40))):
        labels = np.zeros(count, dtype=np.int64)
        halves[part] = Images(sided(count, seed, shape), labels, np.arange(count)[:, None])
    return ImageData("sided", **halves, classes=1, checksum=str(shape))


@pytest.mark.parametrize(("shape", "turns"), [((8, 8), 4), ((8, 12), 2)])
def test_without_classes_it_learns_to_tell_turns(shape: tuple[int, int], turns: int) -> None:
    data = of_one_class(shape)
    classifier = load_or_train_classifier(data, ClassifierSettings(epochs=20), silent)
    assert classifier.network.output_shape[1] == (None, turns)
    assert classifier.accuracy > 0.9
    assert classifier.fields["classifier"].startswith("turns-cnn-")
    assert classifier.asked == "the test images in telling their turns"
    upright = data.test.floats(np.arange(40))
    for turn in range(turns):
        turned_so = turned(upright, turn)
        assert (np.asarray(classifier.network(turned_so)[1]).argmax(axis=1) == turn).mean() > 0.8
        edge = turned_so[:, :, :2] if turn * 4 // turns == 1 else turned_so[:, :2]
        assert (edge.mean() > 0.2) == (turn * 4 // turns < 2)  # anticlockwise
    judgement = classifier.judge(upright)
    assert (judgement.features.std(axis=0) > 0).any()
    np.testing.assert_array_equal(judgement.probabilities, np.ones((40, 1)))
    again = load_or_train_classifier(data, ClassifierSettings(epochs=20), silent)
    assert again.fields == classifier.fields


@pytest.fixture
def trainings(monkeypatch: pytest.MonkeyPatch) -> list[ClassifierSettings]:
    """Let nothing be trained; return the settings with which it would have been."""
    settings: list[ClassifierSettings] = []
    monkeypatch.setattr(
        textgan.images.classifier, "train_classifier", lambda *given: settings.append(given[2])
    )
    return settings


def test_the_cache_remembers(data: ImageData, trainings: list[ClassifierSettings]) -> None:
    first = load_or_train_classifier(data, BRIEF)
    assert load_or_train_classifier(data, BRIEF).name == first.name
    assert trainings == [BRIEF]
    other = replace(BRIEF, seed=2)
    assert load_or_train_classifier(data, other).name != first.name
    assert trainings == [BRIEF, other]
    load_or_train_classifier(replace(data, checksum="other"), BRIEF)
    assert trainings == [BRIEF, other, BRIEF]


def test_a_damaged_cache_is_trained_again(
    data: ImageData, cache: Path, trainings: list[ClassifierSettings]
) -> None:
    first = load_or_train_classifier(data, BRIEF)
    (place,) = cache.iterdir()
    with np.load(place) as archive:
        whole = [archive[name] for name in archive.files]
    pickled, shape = np.array([{}]), whole[0][..., :-1]
    for content in (pickled, shape, whole[0] * np.nan, whole[0].astype(np.float64), None):
        np.savez(place, *([] if content is None else [content, *whole[1:]]))
        assert load_or_train_classifier(data, BRIEF).name == first.name
    place.write_bytes(place.read_bytes()[:1000])
    assert load_or_train_classifier(data, BRIEF).name == first.name
    assert len(trainings) == 7
    with np.load(place) as archive:
        assert all(np.array_equal(a, archive[f"arr_{i}"]) for i, a in enumerate(whole))


def test_a_cache_that_cannot_be_written(
    data: ImageData, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, trainings: list
) -> None:
    (tmp_path / "file").touch()
    monkeypatch.setenv("TEXTGAN_CACHE", str(tmp_path / "file"))
    with pytest.raises(UserError, match="cannot write to the cache"):
        load_or_train_classifier(data, BRIEF)
