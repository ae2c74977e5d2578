"""From a set of images to an image GAN that can be trained: both players and the live scores."""

from collections.abc import Iterator
from functools import cached_property
from pathlib import Path
from typing import Any

import numpy as np

from textgan.backend import seed_weights
from textgan.gan.sampling import draw_noise, live_seed
from textgan.gan.step import Game
from textgan.grids import to_pixels, write_gif, write_png
from textgan.images.classifier import Classifier, load_or_train_classifier
from textgan.images.clusters import with_clusters
from textgan.images.datasets import ImageData
from textgan.images.domain import IMAGES
from textgan.images.model import ImageFormat, ImageModel
from textgan.images.networks import build_discriminator, build_generator, suited
from textgan.images.settings import ImageSettings
from textgan.metrics.distribution import Gaussian, frechet_distance
from textgan.metrics.images import class_scores
from textgan.runs import RunSubject

LIVE_IMAGES = 2000  # per live score, at most as many as there are test images,
LIVE_PER_CLASS = 5  # and at least so many per class: fewer would seem to lack some by chance alone
REFERENCES = 10_000  # training images, at most, that live scores compare with
WIN_RATE_IMAGES = 512
GRID = 10  # images a side


class LiveImageScores:
    """Cheap scores of a few generated images, by the classifier of the data.

    Args:
        data: the real images.
        classifier: trained on them.
    """

    def __init__(self, data: ImageData, classifier: Classifier) -> None:
        self.classifier = classifier
        rng = np.random.Generator(np.random.PCG64(0))
        self._frequencies = data.image_frequencies
        wanted = max(LIVE_IMAGES, LIVE_PER_CLASS * len(self._frequencies))
        self.count = min(wanted, len(data.test))
        training = rng.permutation(len(data.train))[:REFERENCES]
        test = rng.permutation(len(data.test))[: self.count]
        real = classifier.judge(data.train.floats(training)).features
        self._reference = Gaussian.of(real.astype(np.float64))
        self._floor = self._distance(classifier.judge(data.test.floats(test)).features)

    def scores(self, images: np.ndarray) -> dict[str, float]:
        """Score images (image, height, width, channel).

        Returns:
            `frechet_ratio`, their Fréchet distance to training images divided by that of as many
            test images: 1 is as good as real; `class_kl` and `modes` as in `class_scores`, where
            there is more than one class.
        """
        seen = self.classifier.judge(images)
        found = class_scores(seen.classes, self._frequencies) if len(self._frequencies) > 1 else []
        ratio = self._distance(seen.features) / self._floor
        return {"frechet_ratio": ratio} | {score.name: score.value for score in found}

    def _distance(self, features: np.ndarray) -> float:
        return frechet_distance(Gaussian.of(features.astype(np.float64)), self._reference)


class ImageSubject(RunSubject[ImageModel]):
    """What images bring to the loop."""

    kind = IMAGES

    def __init__(self, data: ImageData, settings: ImageSettings, seed: int) -> None:
        seed_weights(seed)
        self.data, network = data, suited(settings.network, data.shape)
        self._grouped = with_clusters(data, settings.clusters) if settings.clusters else data
        self.condition_name = "cluster" if settings.clusters else "class"
        given = settings.conditional or settings.clusters
        shares = tuple(self._grouped.frequencies.tolist()) if given else ()
        image_format = ImageFormat(data.shape, shares, data.stack)
        sizes = data.shape, network, image_format.condition
        self.count, self.noise_size = len(data.train), network.noise
        self.model = ImageModel(build_generator(*sizes), image_format, network)
        self.game = Game(
            build_generator(*sizes),
            build_discriminator(*sizes),
            self.model.generator,
            settings.game,
            settings.loop.steps,
        )
        self._noise = draw_noise(WIN_RATE_IMAGES, network.noise, seed)
        self._seed = seed
        self._images = np.empty((0, *data.shape), dtype=np.float32)

    @cached_property
    def classifier(self) -> Classifier:
        """The classifier of the data; it may have to be trained first, which takes a while."""
        return load_or_train_classifier(self.data)

    @cached_property
    def _live(self) -> LiveImageScores:
        """The live scores."""
        return LiveImageScores(self.data, self.classifier)

    def real(self, rows: np.ndarray) -> np.ndarray:
        """Return training images (row, height, width, channel) in [-1, 1]."""
        return self.data.train.floats(rows)

    def condition(self, rows: np.ndarray) -> np.ndarray:
        """Return the classes or clusters of training images (row, condition), if there is one."""
        return self.model.format.encode(self._grouped.train.classes(rows))

    def prepare(self, folder: Path) -> None:
        """Say how good the classifier is that scores the images."""
        accuracy = f"{self.classifier.accuracy:.1%}"
        print(f"classifier: right on {accuracy} of {self.classifier.asked}", flush=True)

    def evaluate(self, step: int) -> dict[str, float]:
        """Score live images; `score` is minus the Fréchet distance in units of real images'.

        `win_rate_unseen` is that of test images: an image data set has no validation part.
        """
        self._images = self.model.sample(self._live.count, live_seed(self._seed))
        scores = self._live.scores(self._images)
        (game,) = self.game.games
        for name, images in (("train", self._grouped.train), ("unseen", self._grouped.test)):
            rows = np.arange(min(WIN_RATE_IMAGES, len(images)))
            condition = self.model.format.encode(images.classes(rows))
            real, fake = images.floats(rows), self.model.images(self._noise[: len(rows)], condition)
            scores[f"win_rate_{name}"] = game.win_rate(real, fake, condition, seed=step)
        return scores | {"score": -scores["frechet_ratio"]}

    def write_samples(self, folder: Path, step: int) -> str:
        """Write a grid of the live images, always of the same noise."""
        pixels = to_pixels(self._images[: GRID * GRID])
        write_png(folder / f"{step:07d}.png", pixels, GRID)
        return ""

    @property
    def facts(self) -> dict[str, Any]:
        """The images."""
        data = self.data
        return {"checksum": data.checksum, "shape": data.shape, "classes": data.classes}

    @property
    def notes(self) -> dict[str, Any]:
        """How many images there are."""
        return {"training_images": len(self.data.train), "test_images": len(self.data.test)}

    def introduce(self) -> Iterator[str]:
        """Say what is learned."""
        data = self.data
        height, width, channels = data.shape
        classes = data.classes**data.stack
        yield from data.notes
        yield (
            f"{data.name}: {len(data.train):,} training images of {height} x {width} x {channels}, "
            f"{classes:,} {'class' if classes == 1 else 'classes'}"
        )

    def finish(self, samples: Path) -> None:
        """Write `evolution.gif`: the grids one after another."""
        grids = sorted(samples.glob("*.png"))
        if grids:  # somebody may have deleted those of a run that is finished
            write_gif(samples / "evolution.gif", grids)
            print(f"look at it: {samples / 'evolution.gif'}")
