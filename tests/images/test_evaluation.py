"""The evaluation of image files and runs: the real row, what is read, what is refused."""

import json
import random
from dataclasses import replace
from functools import partial
from math import log
from pathlib import Path
from typing import Any

import numpy as np
import pytest

from textgan.errors import UserError
from textgan.grids import to_pixels
from textgan.images import evaluation
from textgan.images.classifier import Classifier, build_classifier
from textgan.images.datasets import ImageData, load_images
from textgan.images.evaluation import evaluate, evaluate_images, read_samples
from textgan.images.model import ImageFormat, ImageModel
from textgan.images.networks import build_generator
from textgan.images.settings import ImageEvaluationSettings, ImageNetworkSettings
from textgan.metrics.evaluation import render

NAMES = [
    *("classifier_score", "class_kl", "modes"),
    *("frechet", "precision", "recall", "density", "coverage", "nearest_pixels"),
]


@pytest.fixture(scope="module")
def data() -> ImageData:
    return load_images("digits")


@pytest.fixture(scope="module")
def classifier(data: ImageData) -> Classifier:
    """One that has learned nothing, but tells images apart all the same."""
    random.seed(1)  # of the first weights
    return Classifier(build_classifier((8, 8, 1), 10), data)


@pytest.fixture(autouse=True)
def at_hand(classifier: Classifier, monkeypatch: pytest.MonkeyPatch) -> None:
    """Let the untrained classifier be the one in the cache."""
    monkeypatch.setattr(evaluation, "load_or_train_classifier", lambda data, say: classifier)


def values(scores: dict[str, Any]) -> dict[str, float]:
    return {name: score.value for name, score in scores.items()}


def test_test_images_score_like_test_images(data: ImageData, classifier: Classifier) -> None:
    found = evaluate_images(data.test.pixels, data, classifier)
    assert list(found.samples) == list(found.real) == NAMES
    assert found.samples == found.real
    assert values(found.real)["nearest_pixels"] > 10
    for score in found.samples.values():
        assert "hyps:360|" in score.signature
        assert score.name == "nearest_pixels" or classifier.name in score.signature


def test_training_images_are_copies(data: ImageData, classifier: Classifier) -> None:
    found = evaluate_images(data.train.pixels, data, classifier)
    assert found.samples["nearest_pixels"].value == 0
    assert "hyps:360|" in found.samples["frechet"].signature  # no more than test images


def test_one_image_again_and_again(data: ImageData, classifier: Classifier) -> None:
    pixels = data.test.pixels[:1].repeat(50, axis=0)
    found = values(evaluate_images(pixels, data, classifier).samples)
    (label,) = classifier.judge(data.test.floats(np.arange(1))).classes
    assert found["classifier_score"] == pytest.approx(1, abs=1e-5)
    assert found["modes"] == 1
    assert found["class_kl"] == pytest.approx(-log(data.frequencies[label]))


def test_a_stack_has_the_classes_of_its_pictures(data: ImageData, classifier: Classifier) -> None:
    rng = np.random.default_rng(0)
    parts = {part: rng.integers(n, size=(40, 2)) for part, n in (("train", 1437), ("test", 360))}
    stacked = replace(
        data,
        train=replace(data.train, parts=parts["train"]),
        test=replace(data.test, parts=parts["test"]),
    )
    found = evaluate_images(to_pixels(stacked.test.floats(np.arange(40))), stacked, classifier)
    assert found.samples == found.real
    classes = classifier.judge(data.test.floats(np.arange(360))).classes[parts["test"]]
    assert found.real["modes"].value == len({tuple(pair) for pair in classes.tolist()})
    assert found.real["class_kl"].maximum == float("inf")
    assert found.real["modes"].maximum == 100
    both = np.outer(data.frequencies, data.frequencies)
    counts = np.zeros((10, 10))
    np.add.at(counts, tuple(classes.T), 1 / 40)
    kl = sum(p * log(p / q) for p, q in zip(counts.ravel(), both.ravel(), strict=True) if p)
    assert found.real["class_kl"].value == pytest.approx(kl)


def test_the_class_asked_for(data: ImageData, classifier: Classifier) -> None:
    labels = data.test.labels[:, None]
    found = evaluate_images(data.test.pixels, data, classifier, labels)
    assert found.samples == found.real
    assert found.real["asked_class"].value == pytest.approx(classifier.accuracy)
    seen = classifier.judge(data.test.floats(np.arange(360))).classes
    others = evaluate_images(data.test.pixels, data, classifier, (seen[:, None] + 1) % 10)
    assert others.samples["asked_class"].value == 0
    assert others.real == found.real
    right = evaluate_images(data.test.pixels, data, classifier, seen[:, None])
    assert right.samples["asked_class"].value == 1


def test_a_stack_is_as_asked_if_each_picture_is(data: ImageData, classifier: Classifier) -> None:
    parts = np.random.default_rng(0).integers(360, size=(40, 2))
    stacked = replace(
        data, train=replace(data.train, parts=parts), test=replace(data.test, parts=parts)
    )
    asked = classifier.judge(data.test.floats(np.arange(360))).classes[parts]
    asked[:10, 0] += 1
    asked[:10] %= 10
    pixels = to_pixels(stacked.test.floats(np.arange(40)))
    found = evaluate_images(pixels, stacked, classifier, asked)
    assert found.samples["asked_class"].value == 0.75


def test_the_table_says_how_good_the_classifier_is(data: ImageData, classifier: Classifier) -> None:
    found = evaluate_images(data.test.pixels[:50], data, classifier)
    text = render(found)
    assert f"{classifier.accuracy:.2%} of the test images" in text
    rows = [line.split() for line in text.splitlines()]
    shown = [row[0] for row in rows if row and row[0] in NAMES]
    assert sorted(shown) == sorted([*NAMES, "classifier_score"])  # the last line is a signature
    score = found.real["classifier_score"]  # from 1 to 10
    low, high = (f"{end:.3f}" for end in score.interval or ())
    assert f"{score.value:.3f} [{low} {high}]" in text


def test_too_few_images(data: ImageData, classifier: Classifier) -> None:
    with pytest.raises(UserError, match="5 images: an evaluation needs at least 6"):
        evaluate_images(data.test.pixels[:5], data, classifier)


@pytest.mark.parametrize(
    "arrays",
    [
        {"images": np.arange(128, dtype=np.uint8).reshape(2, 8, 8)},
        {"images": np.arange(128, dtype=np.uint8).reshape(2, 8, 8, 1), "labels": np.ones(2)},
        {"samples": np.arange(128, dtype=np.float64).reshape(2, 8, 8, 1) / 255},
    ],
)
def test_images_of_a_file(tmp_path: Path, arrays: dict[str, np.ndarray]) -> None:
    np.savez(tmp_path / "s.npz", **arrays)
    expected = np.arange(128).reshape(2, 8, 8, 1)
    found = read_samples(tmp_path / "s.npz", (8, 8, 1))
    assert found.dtype == np.uint8
    np.testing.assert_array_equal(found, expected)


@pytest.mark.parametrize(
    ("content", "message"),
    [
        (None, "is not a readable .npz"),
        (b"text", "is not a readable .npz"),
        ({"images": np.array([{}])}, "is not a readable .npz"),  # a pickle
        (
            {"a": np.ones(1), "b": np.ones(1)},
            "holds no images; it must hold images, and holds a, b",
        ),
        ({"images": np.ones((3, 8, 9), np.uint8)}, r"\(image, 8, 8, 1\)"),
        ({"images": np.ones((8, 8), np.uint8)}, r"\(image, 8, 8, 1\)"),
        ({"images": np.ones((3, 8, 8, 3), np.uint8)}, r"\(image, 8, 8, 1\)"),
        ({"images": np.full((3, 8, 8), 256)}, "from 256 to 256: .*; save x / 511"),
        ({"images": np.full((3, 8, 8), -1.0)}, "from -1 to -1: pixels are floats from 0 to 1"),
        ({"images": np.full((3, 8, 8), np.nan)}, "from nan to nan: pixels are"),
        ({"images": np.ones((0, 8, 8))}, "holds no image"),
    ],
)
def test_files_that_hold_no_such_images(tmp_path: Path, content: Any, message: str) -> None:
    place = tmp_path / "s.npz"
    if isinstance(content, bytes):
        place.write_bytes(content)
    elif content is not None:
        np.savez(place, **content)
    with pytest.raises(UserError, match=message) as raised:
        read_samples(place, (8, 8, 1))
    assert "\n" not in str(raised.value)


def write_run(folder: Path, shape: tuple[int, int, int], **settings: Any) -> Path:
    (folder / "model").mkdir(parents=True)
    (folder / "config.json").write_text(json.dumps({"settings": {"kind": "image"} | settings}))
    network = ImageNetworkSettings(noise=4, generator_width=4, discriminator_width=4)
    image_format = ImageFormat(shape, (0.1,) * 10 if settings.get("conditional") else ())
    generator = build_generator(shape, network, image_format.condition)
    ImageModel(generator, image_format, network).save(folder / "model")
    return folder


def test_a_conditional_run_is_scored_by_what_was_asked(tmp_path: Path, data: ImageData) -> None:
    facts: dict[str, Any] = {"images": "digits", "data": {"checksum": data.checksum}}
    told = write_run(tmp_path / "told", (8, 8, 1), conditional=True, **facts)
    assert 0 <= evaluate(ImageEvaluationSettings(told)).samples["asked_class"].value <= 1
    untold = write_run(tmp_path / "untold", (8, 8, 1), **facts)
    assert "asked_class" not in evaluate(ImageEvaluationSettings(untold)).samples


def test_a_run_is_sampled_and_keeps_its_scores(tmp_path: Path, data: ImageData) -> None:
    checksum = {"checksum": data.checksum}
    run = write_run(tmp_path / "run", (8, 8, 1), images="digits", data=checksum)
    found = evaluate(ImageEvaluationSettings(run))
    written = json.loads((run / "evaluation.json").read_text())
    assert written == json.loads(json.dumps(found.as_json()))
    assert list(written) == NAMES
    assert set(written["frechet"]) >= {"value", "interval", "signature", "real"}
    pixels = to_pixels(ImageModel.load(run).sample(360, seed=1))
    np.savez(tmp_path / "s.npz", images=pixels)
    assert evaluate(ImageEvaluationSettings(tmp_path / "s.npz", "digits")) == found


def test_runs_that_cannot_be_scored(tmp_path: Path, data: ImageData) -> None:
    write = partial(write_run, images="digits")
    for run, message in (
        (write(tmp_path / "text", (8, 8, 1), kind="text"), "of kind 'text', which makes no images"),
        (write(tmp_path / "old", (8, 8, 1), data={"checksum": "old"}), "it has changed"),
        (write(tmp_path / "none", (8, 8, 1)), "it has changed"),
        (
            write(tmp_path / "large", (16, 16, 1), data={"checksum": data.checksum}),
            r"makes images of \(16, 16, 1\), digits has \(8, 8, 1\)",
        ),
        (tmp_path, "is not a run folder"),
    ):
        with pytest.raises(UserError, match=message) as raised:
            evaluate(ImageEvaluationSettings(run))
        assert "\n" not in str(raised.value)
    assert "frechet" in evaluate(ImageEvaluationSettings(tmp_path / "old", "digits")).samples


def test_a_file_needs_real_images(tmp_path: Path) -> None:
    (tmp_path / "s.npz").touch()
    with pytest.raises(UserError, match="Give --data"):
        evaluate(ImageEvaluationSettings(tmp_path / "s.npz"))
    with pytest.raises(UserError, match=r"cannot read .*no.npz: No such file"):
        evaluate(ImageEvaluationSettings(tmp_path / "no.npz", "digits"))
    with pytest.raises(UserError, match="neither a file, a folder nor a set of images"):
        evaluate(ImageEvaluationSettings(tmp_path / "s.npz", "nothing"))
