"""Sets of labelled images behind one door: built in, downloaded by Keras, or an `.npz` of yours.

    digits           scikit-learn's 1,797 real handwritten digits, 8 x 8; nothing is downloaded
    mnist            60,000 + 10,000 handwritten digits, 28 x 28
    fashion_mnist    as many garments, 28 x 28
    stacked_mnist    three random digits of MNIST as red, green and blue: 1,000 classes (Metz et al.
                     2017, section 3.3.1)
    a path           an `.npz` in Keras' layout: x_train, y_train, x_test, y_test

MNIST and its relatives come from `<name>/<name>.npz` in the folder that `TEXTGAN_DATA` names, or
are downloaded by Keras into its own cache. Nothing is unpickled.
"""

import hashlib
from dataclasses import dataclass
from functools import reduce
from pathlib import Path

import numpy as np

from textgan.catalogue import CardFile, find_file, require_fetching
from textgan.errors import UserError
from textgan.images.arrays import Arrays, grey_levels, read_arrays

NAMES = ("digits", "mnist", "fashion_mnist", "stacked_mnist")
STACKED = {"train": 128_000, "test": 25_600}  # images, as in the literature on lost modes
LARGEST = 128  # pixels a side
FEWEST = 10  # images of each part: scores compare neighbours
_KEYS = ("x_train", "y_train", "x_test", "y_test")


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
    """

    name: str
    train: Images
    test: Images
    classes: int
    checksum: str

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

    @property
    def shape(self) -> tuple[int, int, int]:
        """Height, width and channels of an image."""
        _, height, width, channels = self.train.pixels.shape
        return height, width, channels * self.stack


def load_images(name: str) -> ImageData:
    """Load a set of images by name, or from an `.npz`.

    Args:
        name: one of `NAMES`, or the path of an `.npz` that holds `x_train` and `x_test`, (image,
            height, width) or (image, height, width, 1 or 3), pixels as `grey_levels` has them,
            sides multiples of 4 from 8 to 128, and `y_train` and `y_test`, (image,) integers that
            number the classes from 0.

    Raises:
        UserError: there is no such set, it cannot be downloaded, or its file holds anything else.
    """
    if name == "digits":
        return _image_data(name, _digits(), 1)
    if name == "stacked_mnist":
        return _image_data(name, _keras_set("mnist"), 3)
    if name in NAMES:
        return _image_data(name, _keras_set(name), 1)
    path = Path(name)
    if not path.is_file():
        raise UserError(f"{name!r} is neither a file nor a set of images: {', '.join(NAMES)}")
    return _image_data(name, _checked(read_arrays(path, _KEYS), name), 1)


def _image_data(name: str, arrays: Arrays, stack: int) -> ImageData:
    digest = hashlib.sha256()
    for key in _KEYS:
        digest.update(f"{key}{arrays[key].shape}".encode())
        digest.update(arrays[key].tobytes())

    def images(part: str) -> Images:
        pixels, labels = arrays[f"x_{part}"], arrays[f"y_{part}"]
        if stack == 1:
            return Images(pixels, labels, np.arange(len(pixels))[:, None])
        rng = np.random.Generator(np.random.PCG64(len(pixels)))
        return Images(pixels, labels, rng.integers(len(pixels), size=(STACKED[part], stack)))

    classes = int(arrays["y_train"].max()) + 1
    return ImageData(name, images("train"), images("test"), classes, digest.hexdigest())


def _digits() -> Arrays:
    """Scikit-learn's digits, their values 0..16 spread over 0..255, one fifth kept for the test."""
    from sklearn.datasets import load_digits
    from sklearn.model_selection import train_test_split

    values, labels = load_digits(return_X_y=True)
    pixels = np.rint(values.reshape(-1, 8, 8) * (255 / 16)).astype(np.uint8)
    split = train_test_split(pixels, labels, test_size=0.2, random_state=0, stratify=labels)
    x_train, x_test, y_train, y_test = split
    return _checked(dict(zip(_KEYS, (x_train, y_train, x_test, y_test), strict=True)), "digits")


def _keras_set(name: str) -> Arrays:
    place = find_file(CardFile(f"{name}/{name}.npz"))
    if place is not None:
        return _checked(read_arrays(place, _KEYS), str(place))
    import keras

    if not (Path.home() / ".keras" / "datasets" / f"{name}.npz").is_file():
        require_fetching(name)
    try:
        train, test = getattr(keras.datasets, name).load_data()
    except Exception as error:  # Keras raises a bare one when an address cannot be reached.
        raise UserError(
            f"cannot download {name} ({error}); put {name}.npz into the folder {name} of the one "
            "that TEXTGAN_DATA names"
        ) from error
    return _checked(dict(zip(_KEYS, (*train, *test), strict=True)), name)


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
    if not all(8 <= side <= LARGEST and side % 4 == 0 for side in pixels.shape[1:3]):
        raise UserError(
            f"{where} is {shape}: height and width must be multiples of 4 from 8 to {LARGEST}"
        )
    return pixels


def _checked_labels(labels: np.ndarray, images: int, where: str) -> np.ndarray:
    if labels.dtype.kind not in "iu":
        raise UserError(f"{where} is {labels.dtype}: labels are integers")
    if labels.shape != (images,):
        raise UserError(f"{where} is {labels.shape}: {images} images have ({images},) labels")
    if labels.min() < 0 or labels.max() >= images:
        wrong = labels.min() if labels.min() < 0 else labels.max()
        raise UserError(f"{where} has label {wrong}: labels go from 0, one number a class")
    return labels.astype(np.int64)
