"""The exported image model: noise in, images out. All that sampling needs, and nothing pickled.

model/settings.json    sizes of the generator, shape of an image, how often each class occurs
model/generator.npz    the generator's averaged weights
"""

import json
from collections.abc import Iterator
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import Any

import keras
import numpy as np

from textgan.errors import UserError
from textgan.files import save_arrays, write_text
from textgan.gan.sampling import Sampler, load_weights, reading_model
from textgan.images.networks import build_generator
from textgan.images.settings import NetworkSettings

BATCH = 500  # images that are generated side by side


@dataclass(frozen=True)
class ImageFormat:
    """What the images are.

    Attributes:
        shape: height, width and channels.
        shares: how often each class occurs, summing to 1; empty if the networks are not told it.
        stack: pictures per image, each of its own class.
    """

    shape: tuple[int, int, int]
    shares: tuple[float, ...] = ()
    stack: int = 1

    @property
    def condition(self) -> int:
        """Length of what the networks are told: a one-hot class for each picture of an image."""
        return len(self.shares) * self.stack

    def encode(self, classes: np.ndarray) -> np.ndarray:
        """Write the classes (image, stack) as conditions (image, condition) float32."""
        told = np.zeros((*classes.shape, len(self.shares)), dtype=np.float32)
        if self.shares:
            np.put_along_axis(told, classes[..., None], 1.0, axis=-1)
        return told.reshape(len(classes), self.condition)

    def parts(self, label: int) -> np.ndarray:
        """Split an image's label into the classes of its pictures (stack,), the first slowest.

        Raises:
            UserError: there is no such class, or the networks are not told classes.
        """
        if not self.shares:
            raise UserError(
                f"label {label}: this model is not told classes; train one with --conditional"
            )
        last = len(self.shares) ** self.stack - 1
        if not 0 <= label <= last:
            raise UserError(f"label {label}: classes go from 0 to {last}")
        return np.array(np.unravel_index(label, (len(self.shares),) * self.stack))


class ImageModel:
    """A generator and what its images are.

    Args:
        generator: noise (batch, noise), and the condition if there is one, to images.
        image_format: of its output.
        network: its sizes.
    """

    def __init__(
        self, generator: keras.Model, image_format: ImageFormat, network: NetworkSettings
    ) -> None:
        self.generator, self.format, self.network = generator, image_format, network
        self._sampler = Sampler(generator, BATCH)

    def images(self, noise: np.ndarray, condition: np.ndarray) -> np.ndarray:
        """Generate images (image, height, width, channel) float32 in [-1, 1].

        Args:
            noise: (image, noise).
            condition: (image, condition), of width 0 where the networks are told nothing.
        """
        return self._sampler(noise, condition)

    def sample(self, n: int, seed: int) -> np.ndarray:
        """Generate `n` images (image, height, width, channel), see `stream`."""
        return np.concatenate(list(self.stream(n, seed)))

    def stream(
        self, n: int, seed: int, label: int | None = None, truncation: float = 1.0
    ) -> Iterator[np.ndarray]:
        """Generate `n` images in batches (image, height, width, channel) float32 in [-1, 1].

        They are a pure function of the arguments; a smaller `n` gives a prefix.

        Args:
            n: images.
            seed: of the noise and, unless `label` is given, of the classes.
            label: class of all of them, for a model that is told classes.
            truncation: scale of the noise; below 1 images are more typical and less diverse.

        Raises:
            UserError: see `ImageFormat.parts`.
        """
        for noise, condition in self.draw_inputs(n, seed, label):
            yield self.images(np.float32(truncation) * noise, condition)

    def draw_inputs(
        self, n: int, seed: int, label: int | None = None
    ) -> Iterator[tuple[np.ndarray, np.ndarray]]:
        """Draw the inputs of `stream` in batches: noise (image, noise) and conditions."""
        draws, choices = _generators(seed)
        for start in range(0, n, BATCH):
            count = min(BATCH, n - start)
            noise = draws.standard_normal((count, self.network.noise), dtype=np.float32)
            yield noise, self._draw_condition(choices, count, label)

    def interpolate(
        self, n: int, seed: int, label: int | None = None, truncation: float = 1.0
    ) -> Iterator[np.ndarray]:
        """Generate `n` images on the way from one noise vector to another, all of one class.

        The way is cos(t) a + sin(t) b, t from 0 to a right angle: standard normal all along, where
        a straight line would lead through noise that training hardly ever saw. Arguments and
        result are those of `stream`.
        """
        draws, choices = _generators(seed)
        ends = draws.standard_normal((2, self.network.noise), dtype=np.float32)
        condition = self._draw_condition(choices, 1, label)
        for start in range(0, n, BATCH):
            steps = np.arange(start, min(start + BATCH, n), dtype=np.float32)
            angle = np.pi / 2 * steps[:, None] / max(1, n - 1)
            noise = np.cos(angle) * ends[0] + np.sin(angle) * ends[1]
            yield self.images(np.float32(truncation) * noise, condition.repeat(len(noise), axis=0))

    def save(self, folder: Path) -> None:
        """Write the model to `folder`; each file appears whole or not at all, the weights last."""
        settings = {"network": asdict(self.network), "format": asdict(self.format)}
        write_text(folder / "settings.json", json.dumps(settings, indent=2) + "\n")
        save_arrays(folder / "generator.npz", self.generator.variables)

    @classmethod
    def load(cls, run: Path) -> "ImageModel":
        """Load the model of run folder `run`.

        Raises:
            UserError: there is none yet, it is damaged, or of another version of textgan.
        """
        folder = run / "model"
        weights = folder / "generator.npz"
        with reading_model(weights, "image", "train_image_gan.py"):
            settings = json.loads((folder / "settings.json").read_text(encoding="utf-8"))
            image_format = _read_format(settings["format"])
            network = NetworkSettings(**settings["network"])
            generator = build_generator(image_format.shape, network, image_format.condition)
            load_weights(weights, generator.variables)
            return cls(generator, image_format, network)

    def _draw_condition(
        self, rng: np.random.Generator, count: int, label: int | None
    ) -> np.ndarray:
        """Draw the conditions of images by the shares of the classes, or all of class `label`."""
        image_format = self.format
        shape = count, image_format.stack
        if label is not None:
            classes = np.broadcast_to(image_format.parts(label), shape)
        elif image_format.shares:
            classes = rng.choice(len(image_format.shares), size=shape, p=image_format.shares)
        else:
            classes = np.empty(shape, dtype=np.int64)
        return image_format.encode(classes)


def _generators(seed: int) -> tuple[np.random.Generator, np.random.Generator]:
    """Return the sources of noise and of classes: apart, so that each gives prefixes."""
    noise, classes = np.random.SeedSequence(seed).spawn(2)
    return np.random.Generator(np.random.PCG64(noise)), np.random.Generator(
        np.random.PCG64(classes)
    )


def _read_format(values: dict[str, Any]) -> ImageFormat:
    height, width, channels = values["shape"]
    shape, shares, stack = (height, width, channels), tuple(values["shares"]), values["stack"]
    if not all(isinstance(size, int) and size > 0 for size in (*shape, stack)):
        raise ValueError(f"shape {shape}, stack {stack}")
    if shares and not (min(shares) >= 0 and abs(sum(shares) - 1) < 1e-9):
        raise ValueError(f"shares {shares}")
    return ImageFormat(shape, shares, stack)
