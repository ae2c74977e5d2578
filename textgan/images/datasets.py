"""Loads sets of images by name: cards, an `.npz` or a folder of one's own, the hub.

    NAME             a card of `pictures/`, such as digits, crops, mnist, cifar10
    a file           an `.npz` in Keras' layout: x_train, y_train, x_test, y_test
    a folder         of PNG and JPEG files, perhaps in folders that are classes
    hub:NAME         a data set of the Hugging Face hub

Where no classes are given, all images are of one class.
"""

import hashlib
from dataclasses import dataclass
from functools import reduce
from pathlib import Path
from typing import Any

import numpy as np

from textgan.catalogue import card_names, read_card
from textgan.errors import UserError
from textgan.images.arrays import ARRAYS, Arrays, grey_levels, read_arrays
from textgan.images.cards import read_card_arrays
from textgan.images.folders import FEWEST, read_folder, read_hub

LARGEST = 128  # pixels a side


@dataclass(frozen=True, eq=False)
class Images:
    """Labelled images, each one picture or several stacked as channels.

    Attributes:
        pixels: (picture, height, width, channel) uint8.
        labels: (picture,) int64 from 0.
        parts: (image, stack) the pictures whose channels, in order, make up each image.
    """

    pixels: np.ndarray
    labels: np.ndarray
    parts: np.ndarray

    def __len__(self) -> int:
        """How many images there are."""
        return len(self.parts)

    def floats(self, rows: np.ndarray) -> np.ndarray:
        """The images of the given numbers: (row, height, width, stack * channel) in [-1, 1]."""
        stacked = np.moveaxis(self.pixels[self.parts[rows]], 1, 3)
        flat = stacked.reshape(*stacked.shape[:3], -1)
        return flat.astype(np.float32) / np.float32(127.5) - np.float32(1)

    def classes(self, rows: np.ndarray) -> np.ndarray:
        """The labels of the given images' parts: (row, stack)."""
        return self.labels[self.parts[rows]]


@dataclass(frozen=True, eq=False)
class ImageData:
    """A set of labelled images.

    Attributes:
        name: of the set, or its path.
        train, test: its two parts.
        classes: labels run from 0 to classes - 1.
        checksum: SHA-256 of pixels and labels.
        notes: what its owner should know of it, a line each.
    """

    name: str
    train: Images
    test: Images
    classes: int
    checksum: str
    notes: tuple[str, ...] = ()

    @property
    def stack(self) -> int:
        """Pictures per image."""
        return self.train.parts.shape[1]

    @property
    def frequencies(self) -> np.ndarray:
        """How often each class occurs among the training pictures: (class,), summing to 1."""
        return np.bincount(self.train.labels, minlength=self.classes) / len(self.train.labels)

    @property
    def image_frequencies(self) -> np.ndarray:
        """How often each class of whole images would occur: (class ** stack,), summing to 1."""
        return reduce(np.kron, [self.frequencies] * self.stack)

    def whole_classes(self, classes: np.ndarray) -> np.ndarray:
        """Number the classes (image, stack) of pictures as classes (image,), the first slowest."""
        numbers = np.ravel_multi_index(tuple(classes.T), (self.classes,) * self.stack)
        return np.asarray(numbers)

    @property
    def shape(self) -> tuple[int, int, int]:
        """Height, width and channels of an image."""
        _, height, width, channels = self.train.pixels.shape
        return height, width, channels * self.stack


def load_images(name: str, size: int = 0, grey: bool = False) -> ImageData:
    """Load a set of images by the name of its card, from a file or folder, or from the hub.

    Args:
        name: see above. An `.npz` holds `x_train` and `x_test`, (image, height, width) or (image,
            height, width, 1 or 3), pixels as `grey_levels` has them, sides multiples of 4 from 8
            to 128, and `y_train` and `y_test`, (image,) integers that number the classes from 0.
        size: of images from a folder or the hub, pixels a side, a multiple of 4 from 8 to 128;
            0 for 32.
        grey: whether to turn colours of such images into grey.

    Raises:
        UserError: there is no such set, it cannot be downloaded, its file or folder holds anything
            else, or a size is asked for that cannot be had.
    """
    if is_brought_to_size(name):
        if size and not _fits(size):
            raise UserError(
                f"size {size}: pictures are brought to a multiple of 4 from 8 to {LARGEST}"
            )
        read = read_hub if name.startswith("hub:") else read_folder
        arrays, notes = read(name, size, grey)
        return _image_data(name, arrays, notes=notes)
    is_card = name in card_names("pictures")
    if not is_card and not Path(name).is_file():
        known = ", ".join(card_names("pictures"))
        raise UserError(f"{name!r} is neither a file, a folder nor a set of images: {known}")
    if size or grey:
        raise UserError(f"{name}: size and grey are for folders and hub:NAME; a set keeps its own")
    if is_card:
        return _load_card(name)
    return _image_data(name, _checked(read_arrays(Path(name), ARRAYS), name))


def is_brought_to_size(name: str) -> bool:
    """Whether images come from a folder or the hub, in the size that is asked for."""
    return name.startswith("hub:") or (name not in card_names("pictures") and Path(name).is_dir())


def _load_card(name: str) -> ImageData:
    card = read_card("pictures", name)
    arrays = _checked(*read_card_arrays(card))
    notes = ()
    if Path(name).is_dir():
        notes = (f"{name} is taken for the set of that name; for the folder write ./{name}",)
    return _image_data(name, arrays, card.settings.get("stack"), notes)


def _image_data(
    name: str, arrays: Arrays, stack: dict[str, Any] | None = None, notes: tuple[str, ...] = ()
) -> ImageData:
    """Put a set together, its pictures stacked as a card says."""
    digest = hashlib.sha256()
    for key in ARRAYS:
        digest.update(f"{key}{arrays[key].shape}".encode())
        digest.update(arrays[key].tobytes())

    def images(part: str) -> Images:
        pixels, labels = arrays[f"x_{part}"], arrays[f"y_{part}"]
        if not stack:
            return Images(pixels, labels, np.arange(len(pixels))[:, None])
        rng = np.random.Generator(np.random.PCG64(len(pixels)))
        parts = rng.integers(len(pixels), size=(stack[part], stack["pictures"]))
        return Images(pixels, labels, parts)

    classes = int(arrays["y_train"].max()) + 1
    return ImageData(name, images("train"), images("test"), classes, digest.hexdigest(), notes)


def _checked(arrays: Arrays, source: str) -> Arrays:
    """Bring images to (image, height, width, channel) uint8 and labels to int64, or refuse them."""
    checked = {}
    for part in ("train", "test"):
        x, y = f"x_{part}", f"y_{part}"
        checked[x] = _checked_shape(arrays[x], f"{source}: {x}")
        checked[y] = _checked_labels(arrays[y], len(checked[x]), f"{source}: {y}")
    halves = [checked[x] for x in ("x_train", "x_test")]
    if halves[0].shape[1:] != halves[1].shape[1:]:
        train, test = (half.shape[1:] for half in halves)
        raise UserError(f"{source}: x_train has images of {train}, x_test of {test}")
    checked["x_train"], checked["x_test"] = grey_levels(halves, source)
    seen, classes = np.unique(checked["y_train"]), int(checked["y_train"].max()) + 1
    if len(seen) < classes:
        absent = next(label for label in range(classes) if label not in seen)
        raise UserError(
            f"{source}: y_train goes up to {classes - 1}, but no image has label {absent}; "
            "number the classes without gaps"
        )
    if checked["y_test"].max() >= classes:
        raise UserError(f"{source}: y_test has label {checked['y_test'].max()}, y_train has not")
    return checked


def _checked_shape(pixels: np.ndarray, where: str) -> np.ndarray:
    shape = pixels.shape
    if len(shape) == 3:
        pixels = pixels[..., None]
    if pixels.ndim != 4 or pixels.shape[3] not in (1, 3) or len(pixels) < FEWEST:
        raise UserError(
            f"{where} is {shape}: images are (image, height, width) or "
            f"(image, height, width, 1 or 3), at least {FEWEST} of them"
        )
    if not all(map(_fits, pixels.shape[1:3])):
        raise UserError(
            f"{where} is {shape}: height and width must be multiples of 4 from 8 to {LARGEST}"
        )
    return pixels


def _fits(side: int) -> bool:
    return 8 <= side <= LARGEST and side % 4 == 0


def _checked_labels(labels: np.ndarray, images: int, where: str) -> np.ndarray:
    if labels.dtype.kind not in "iu":
        raise UserError(f"{where} is {labels.dtype}: labels are integers")
    if labels.shape == (images, 1):  # Keras has those of CIFAR so
        labels = labels[:, 0]
    if labels.shape != (images,):
        raise UserError(f"{where} is {labels.shape}: {images} images have ({images},) labels")
    if labels.min() < 0 or labels.max() >= images:
        wrong = labels.min() if labels.min() < 0 else labels.max()
        raise UserError(f"{where} has label {wrong}: labels go from 0, one number a class")
    return labels.astype(np.int64)
