"""Scores of images: by the classes that a classifier sees in them, and by their pixels.

* Classifier score (Salimans et al. 2016, "Improved techniques for training GANs", section 4):
  exp of the mean KL(p(y|x) || p(y)), p(y) being the mean of p(y|x) over the samples. With a network
  trained on ImageNet it is the inception score, with one trained on MNIST the MNIST score. From 1,
  where all samples look alike or none looks like anything, to the number of classes. It does not
  see whether the samples of one class differ.
* Class KL and modes (Metz et al. 2017, "Unrolled generative adversarial networks", section 3.3.1):
  KL(samples || data) between how often the classes occur, in nats, and how many of them occur at
  all. In this direction a class that is missing costs little, and nothing is divided by zero. A
  perfect sample of n images scores about (classes - 1) / (2 n), not 0. (Some papers take equal
  frequencies for the data's: for stacked MNIST that adds .004 to a perfect sample's score.)
* Distance to the nearest training image, in pixels: below that of real images that the model has
  not seen, it copies, or smooths.
"""

from collections.abc import Iterable
from dataclasses import dataclass
from math import exp, inf

import numpy as np
from scipy.special import rel_entr

from textgan.metrics.bootstrap import mean_interval, mean_score
from textgan.metrics.metric import Metric, Part, Score, sign

GREY_LEVELS = 127.5  # in a unit of pixels from -1 to 1

CLASSIFIER_SCORE = Metric(
    "classifier_score",
    "classifier score",
    Part.CLASSES,
    "Whether the classifier is sure of each sample and all classes occur; up to their number.",
    minimum=1,
    maximum=inf,
    headline=True,
)
CLASS_KL = Metric(
    "class_kl",
    "divergence of the class frequencies, in nats",
    Part.CLASSES,
    "How far the classes of the samples are from occurring as often as in the data.",
    "minimize",
    maximum=inf,
    headline=True,
    live="class_kl",
)
MODES = Metric(
    "modes",
    "classes that occur",
    Part.CLASSES,
    "How many of the data's classes occur at all.",
    "maximize",
    minimum=1,
    maximum=inf,
    headline=True,
    live="modes",
    whole=True,
)
ASKED_CLASS = Metric(
    "asked_class",
    "share of the class asked for",
    Part.CLASSES,
    "How often the classifier sees the class that the generator was told.",
    "maximize",
    headline=True,
)
FRECHET_RATIO = Metric(
    "frechet_ratio",
    "Fréchet distance, real images: 1",
    Part.DISTRIBUTIONS,
    "The Fréchet distance to training images, over that of as many test images.",
    "minimize",
    maximum=inf,
    live="frechet_ratio",
    live_real=1.0,
)
NEAREST_PIXELS = Metric(
    "nearest_pixels",
    "grey levels to the nearest training image",
    Part.MEMORISATION,
    "The mean distance to the nearest training image; below real test images', samples are copies.",
    maximum=255,
)


@dataclass(frozen=True, eq=False)
class NearestImages:
    """The training image nearest to each sample."""

    training: np.ndarray  # (sample,) its number
    distance: np.ndarray  # (sample,) root mean square difference of a pixel, 0..255 grey levels


def classifier_score(probabilities: np.ndarray, **fields: object) -> Score:
    """Score samples by how certain their classes are and how evenly they occur.

    To first order only the mean over the samples is uncertain, p(y) is not: the derivative with
    respect to it is 0. So the interval is that of the mean.

    Args:
        probabilities: (sample, class), the classifier's p(y|x); rows sum to 1.
        fields: which classifier, for the signature.
    """
    surprise = rel_entr(probabilities, probabilities.mean(axis=0)).sum(axis=1, dtype=np.float64)
    low, high = mean_interval(surprise[:, None])[:, 0]
    classes = probabilities.shape[1]
    signature = sign(hyps=len(probabilities), classes=classes, **fields)
    interval = exp(low), exp(high)
    return CLASSIFIER_SCORE.score(exp(surprise.mean()), signature, interval, maximum=classes)


def class_scores(classes: np.ndarray, frequencies: np.ndarray, **fields: object) -> list[Score]:
    """Score which classes occur, and how often: `class_kl` and `modes`.

    Args:
        classes: (sample,) number of each sample's likeliest class.
        frequencies: (class,) how often each occurs in the data, none of them 0.
        fields: which classifier, for the signatures.
    """
    counts = np.bincount(classes, minlength=len(frequencies))
    kl = float(rel_entr(counts / len(classes), frequencies).sum())
    sizes = {"hyps": len(classes), "classes": len(frequencies), **fields}
    return [
        # No interval: near 0 its error is one-sided. What chance does shows in the real row.
        CLASS_KL.score(max(0.0, kl), sign(kl="samples||data", **sizes)),
        MODES.score((counts > 0).sum(), sign(**sizes), maximum=len(frequencies)),
    ]


def asked_class_score(classes: np.ndarray, asked: np.ndarray, **fields: object) -> Score:
    """Score how often samples are of the class that was asked for: `asked_class`.

    Args:
        classes: (sample,) number of each sample's likeliest class.
        asked: (sample,) number of the class that each was to have.
        fields: which classifier, for the signature.
    """
    return mean_score(ASKED_CLASS, classes == asked, sign(hyps=len(classes), **fields))


def nearest_images(samples: np.ndarray, training: Iterable[np.ndarray]) -> NearestImages:
    """Find the training image nearest to each sample; of equally near ones the first.

    Args:
        samples: (sample, *shape) float32 in [-1, 1].
        training: blocks (image, *shape) of the training images, in order.
    """
    flat = samples.reshape(len(samples), -1)
    numbers = np.zeros(len(flat), dtype=np.int64)
    least = np.full(len(flat), inf)
    begin = 0
    for images in training:
        block = images.reshape(len(images), -1)
        half_squared = np.square(block).sum(axis=1) / 2 - flat @ block.T  # less |sample|² / 2
        near = half_squared.argmin(axis=1)
        # Rounding may choose another that is as near; its distance is that of the pixels, so a copy
        # is at 0.
        squared = np.square(flat - block[near]).mean(axis=1, dtype=np.float64)
        closer = squared < least
        least[closer], numbers[closer] = squared[closer], begin + near[closer]
        begin += len(block)
    return NearestImages(numbers, GREY_LEVELS * np.sqrt(least))


def nearest_score(nearest: NearestImages, training: int, **fields: object) -> Score:
    """Average the distances to the nearest of so many training images: `nearest_pixels`."""
    signature = sign(
        hyps=len(nearest.distance), training=training, distance="rms-grey-levels", **fields
    )
    return mean_score(NEAREST_PIXELS, nearest.distance, signature)
