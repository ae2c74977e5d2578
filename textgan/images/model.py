"""The exported image model: noise in, images out. All that sampling needs, and nothing pickled.

* `model/settings.json`: sizes of the generator, shape of an image, how often each class occurs
* `model/generator.npz`: the weights of the generator's moving average (EMA)
"""

from collections.abc import Iterator
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import Any, Self

import keras
import numpy as np

from textgan.errors import UserError
from textgan.gan.sampling import StoredModel, random_streams
from textgan.images.networks import build_generator
from textgan.images.settings import ImageNetworkSettings


@dataclass(frozen=True)
class ImageFormat:
    """What the images are.

    Attributes:
        shape: height, width and channels.
        shares: how often each class occurs, summing to 1; empty if the class is no condition.
        stack: pictures per image, each of its own class.
    """

    shape: tuple[int, int, int]
    shares: tuple[float, ...] = ()
    stack: int = 1

    @property
    def condition(self) -> int:
        """Length of the condition: a one-hot class for each picture of an image; 0 without one."""
        return len(self.shares) * self.stack

    def encode(self, classes: np.ndarray) -> np.ndarray:
        """Write the classes (image, stack) as conditions (image, condition) float32."""
        condition = np.zeros((*classes.shape, len(self.shares)), dtype=np.float32)
        if self.shares:
            np.put_along_axis(condition, classes[..., None], 1.0, axis=-1)
        return condition.reshape(len(classes), self.condition)

    def decode(self, condition: np.ndarray) -> np.ndarray:
        """Read conditions (image, condition) as classes (image, stack); width 0 as class 0."""
        if not self.shares:
            return np.zeros((len(condition), self.stack), dtype=np.int64)
        return condition.reshape(len(condition), self.stack, -1).argmax(axis=-1)

    def parts(self, label: int) -> np.ndarray:
        """Split an image's label into the classes of its pictures (stack,), the first slowest.

        Raises:
            UserError: there is no such class, or the model is not conditional.
        """
        if not self.shares:
            raise UserError(
                f"label {label}: this model is not conditional; train one with --conditional"
            )
        last = len(self.shares) ** self.stack - 1
        if not 0 <= label <= last:
            raise UserError(f"label {label}: classes go from 0 to {last}")
        return np.array(np.unravel_index(label, (len(self.shares),) * self.stack))


class ImageModel(StoredModel):
    """A generator and what its images are.

    Args:
        generator: noise (batch, noise), and the condition if there is one, to images.
        image_format: of its output.
        network: its sizes.
    """

    kind, batch, streams = "image", 500, "two"

    def __init__(
        self, generator: keras.Model, image_format: ImageFormat, network: ImageNetworkSettings
    ) -> None:
        super().__init__(generator, network, network.noise)
        self.format = image_format

    def images(self, noise: np.ndarray, condition: np.ndarray) -> np.ndarray:
        """Generate images (image, height, width, channel) float32 in [-1, 1].

        Args:
            noise: (image, noise).
            condition: (image, condition), of width 0 if there is none.
        """
        return self.sampler(noise, condition)

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
            label: class of all of them, for a conditional model.
            truncation: scale of the noise; below 1 images are more typical and less diverse.

        Raises:
            UserError: see `ImageFormat.parts`.
        """
        for start, draw in zip(
            range(0, n, self.batch), self.draw_inputs(seed, label), strict=False
        ):
            noise, condition = draw.noise[: n - start], draw.condition[: n - start]
            yield self.images(np.float32(truncation) * noise, condition)

    def interpolate(
        self, n: int, seed: int, label: int | None = None, truncation: float = 1.0
    ) -> Iterator[np.ndarray]:
        """Generate `n` images on the way from one noise vector to another, all of one class.

        The way is cos(t) a + sin(t) b, t from 0 to a right angle: standard normal all along, where
        a straight line would lead through noise that training hardly ever saw. Arguments and
        result are those of `stream`.
        """
        draws, choices = next(random_streams(seed, self.streams))
        ends = draws.standard_normal((2, self.network.noise), dtype=np.float32)
        condition = self.draw_condition(choices, 1, label)
        for start in range(0, n, self.batch):
            steps = np.arange(start, min(start + self.batch, n), dtype=np.float32)
            angle = np.pi / 2 * steps[:, None] / max(1, n - 1)
            noise = np.cos(angle) * ends[0] + np.sin(angle) * ends[1]
            yield self.images(np.float32(truncation) * noise, condition.repeat(len(noise), axis=0))

    def draw_condition(self, rng: np.random.Generator, n: int, label: int | None) -> np.ndarray:
        """Draw conditions (n, condition) by the shares of the classes, or all of class `label`."""
        image_format = self.format
        shape = n, image_format.stack
        if label is not None:
            classes = np.broadcast_to(image_format.parts(label), shape)
        elif image_format.shares:
            classes = rng.choice(len(image_format.shares), size=shape, p=image_format.shares)
        else:
            classes = np.empty(shape, dtype=np.int64)
        return image_format.encode(classes)

    def _settings(self) -> dict[str, Any]:
        return {"format": asdict(self.format)}

    @classmethod
    def _read(cls, folder: Path, settings: dict[str, Any]) -> Self:
        image_format = _read_format(settings["format"])
        network = ImageNetworkSettings(**settings["network"])
        generator = build_generator(image_format.shape, network, image_format.condition)
        return cls(generator, image_format, network)


def _read_format(values: dict[str, Any]) -> ImageFormat:
    height, width, channels = values["shape"]
    shape, shares, stack = (height, width, channels), tuple(values["shares"]), values["stack"]
    if not all(isinstance(size, int) and size > 0 for size in (*shape, stack)):
        raise ValueError(f"shape {shape}, stack {stack}")
    if shares and not (min(shares) >= 0 and abs(sum(shares) - 1) < 1e-9):
        raise ValueError(f"shares {shares}")
    return ImageFormat(shape, shares, stack)
