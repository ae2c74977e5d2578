"""Scores a file of images or a run: finds the real images, the samples and the classifier.

What is measured is in `textgan.metrics`, which knows arrays only. Every score stands beside that of
real images: as many test images, which the classifier has not seen either, take the samples' place.
Both are compared with as many training images.
"""

from collections.abc import Callable
from pathlib import Path
from typing import Any

import numpy as np

from textgan.errors import UserError
from textgan.files import write_json
from textgan.gan.run_folder import RunFolder, read_config, require_same_data
from textgan.grids import to_pixels
from textgan.images.arrays import array_names, grey_levels, read_arrays
from textgan.images.classifier import Classifier, load_or_train_classifier
from textgan.images.datasets import ImageData, Images, is_brought_to_size, load_images
from textgan.images.domain import IMAGES
from textgan.images.model import ImageModel
from textgan.images.settings import ImageEvaluationSettings
from textgan.metrics.distribution import NEIGHBOURS, distribution_scores
from textgan.metrics.evaluation import Evaluation, by_name, chosen_rows
from textgan.metrics.images import (
    asked_class_score,
    class_scores,
    classifier_score,
    nearest_images,
    nearest_score,
)
from textgan.metrics.metric import Score
from textgan.model_card import write_model_card

SEED = 1  # of a run's samples
MAX_COMPARED = 10_000  # images on either side of a distance between distributions
MAX_NEAREST = 1000  # images whose nearest training image is looked for
_BLOCK = 10_000  # training images looked through at a time


def evaluate(
    settings: ImageEvaluationSettings, say: Callable[[str], None] = lambda line: None
) -> Evaluation:
    """Score an `.npz` of images, or a run, whose scores are also written to its `evaluation.json`.

    Args:
        settings: what to score (see `read_samples`), against what (see `load_images`).
        say: called with a line about progress, where it takes minutes.

    Raises:
        UserError: a file, folder or set of images that cannot be used, or too few samples.
    """
    samples = settings.samples
    run = samples if samples.is_dir() else None
    known = read_config(run)["settings"] if run else {}
    if run and known.get("kind") != IMAGES.name:
        raise UserError(f"{run} is a run of kind {known.get('kind')!r}, which makes no images")
    name = settings.data or known.get("images")
    if name is None:
        raise UserError("what is real? Give --data: a set of images by name, an .npz or a folder")
    shape = _shape_of(samples, run) if is_brought_to_size(name) else None
    data = load_images(name, shape[0], shape[2] == 1) if shape else load_images(name)
    if run and not settings.data:
        advice = f"to score against it all the same, give --data {name}"
        require_same_data(run, data.checksum, advice)
    pixels, asked = sample_run(run, data) if run else (read_samples(samples, data.shape), None)
    classifier = load_or_train_classifier(data, say=say)
    told = known.get("conditional") and name == known["images"]
    evaluation = evaluate_images(pixels, data, classifier, asked if told else None)
    if run:
        write_json(evaluation.as_json(), run / RunFolder.EVALUATION)
        write_model_card(run, IMAGES)
    return evaluation


def evaluate_images(
    pixels: np.ndarray, data: ImageData, classifier: Classifier, asked: np.ndarray | None = None
) -> Evaluation:
    """Score images, and test images in their place.

    As many count as there are test images, and for distances at most 10,000: always the same
    choice. The nearest training image is looked for from 1,000 of them.

    Args:
        pixels: (image, *data.shape) uint8.
        data: the real images.
        classifier: trained on them.
        asked: (image, stack) the classes that the images were to have, if any were asked for.

    Raises:
        UserError: fewer than 6 images.
    """
    count = min(len(pixels), len(data.test))
    compared = min(count, len(data.train), MAX_COMPARED)
    if compared <= NEIGHBOURS:
        raise UserError(f"{compared} images: an evaluation needs at least {NEIGHBOURS + 1}")
    rows = chosen_rows(len(data.train), compared)
    references = classifier.judge(data.train.floats(rows)).features
    samples = Images(pixels, np.zeros(len(pixels), dtype=np.int64), np.arange(len(pixels))[:, None])

    def score(images: Images, wanted: np.ndarray) -> dict[str, Score]:
        rows = chosen_rows(len(images), count)
        told = None if asked is None else data.whole_classes(wanted[rows])
        return by_name(_scores(images.floats(rows), references, data, classifier, told))

    real = (
        f"{count:,} test images in the samples' place; distances from {compared:,} images to as "
        f"many training images; classifier right on {classifier.accuracy:.2%} of {classifier.asked}"
    )
    classes = data.test.classes(np.arange(len(data.test)))
    given = classes if asked is None else asked
    return Evaluation(score(samples, given), score(data.test, classes), real)


def read_samples(path: Path, shape: tuple[int, int, int]) -> np.ndarray:
    """Read images from an `.npz` as (image, *shape) uint8; nothing is unpickled.

    Args:
        path: of an archive that holds `images`, or one array of another name: (image, height,
            width, channel) or, if there is one channel, (image, height, width); pixels as
            `grey_levels` has them.
        shape: height, width and channels that they must have.

    Raises:
        UserError: the file cannot be read, or holds anything else.
    """
    images = _read_array(path)
    if images.shape[1:] not in {shape, shape[:2]} or (images.ndim == 3 and shape[2] > 1):
        wanted = ", ".join(map(str, shape))
        raise UserError(f"{path} holds {images.shape}: the real images are (image, {wanted})")
    if not len(images):
        raise UserError(f"{path} holds no image")
    return grey_levels([images.reshape(-1, *shape)], str(path))[0]


def _read_array(path: Path) -> np.ndarray:
    names = array_names(path)
    name = names[0] if len(names) == 1 else "images"
    return read_arrays(path, [name])[name]


def sample_run(run: Path, data: ImageData) -> tuple[np.ndarray, np.ndarray]:
    """Sample an image run, as many images as there are test images.

    Returns:
        (image, *shape) uint8, and the classes or clusters (image, stack) that they were to have.

    Raises:
        UserError: it holds no model, or one of images of another shape.
    """
    model = ImageModel.load(run)
    if model.format.shape != data.shape:
        raise UserError(f"{run} makes images of {model.format.shape}, {data.name} has {data.shape}")
    _, condition = model.first_inputs(len(data.test), SEED)
    pixels = [to_pixels(images) for images in model.stream(len(data.test), SEED)]
    return np.concatenate(pixels), model.format.decode(condition)


def _scores(
    images: np.ndarray,
    references: np.ndarray,
    data: ImageData,
    classifier: Classifier,
    asked: np.ndarray | None,
) -> list[Score]:
    """Score images (image, *shape) in [-1, 1].

    Args:
        images: see above.
        references: (training image, feature).
        data: the real images.
        classifier: trained on them.
        asked: (image,) the class that each was to have.
    """
    fields: dict[str, Any] = classifier.fields
    judgement = classifier.judge(images)
    blocks = np.split(np.arange(len(data.train)), range(_BLOCK, len(data.train), _BLOCK))
    nearest = nearest_images(images[:MAX_NEAREST], (data.train.floats(rows) for rows in blocks))
    classes: list[Score] = []
    if data.classes > 1:
        found = class_scores(judgement.classes, data.image_frequencies, **fields)
        classes = [classifier_score(judgement.probabilities, **fields), *found]
        if asked is not None:
            classes.append(asked_class_score(judgement.classes, asked, **fields))
    return [
        *classes,
        *distribution_scores(judgement.features[: len(references)], references, **fields),
        nearest_score(nearest, len(data.train)),
    ]


def _shape_of(samples: Path, run: Path | None) -> tuple[int, int, int]:
    """Height, width and channels of the samples, which the real images are brought to.

    Raises:
        UserError: the file cannot be read, or holds no images.
    """
    if run:
        return ImageModel.load(run).format.shape
    array = _read_array(samples)
    if array.ndim not in (3, 4):
        raise UserError(f"{samples} holds {array.shape}, which are no images")
    return array.shape[1], array.shape[2], array.shape[3] if array.ndim == 4 else 1
