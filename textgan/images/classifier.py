"""The classifier that judges images: a small CNN, trained on the data that the GAN learns from.

It is trained once for each set of images, in a minute or two, and kept in the cache. Every score
that rests on it says how often it is right on the test images. An image of several pictures, such
as those of `stacked_mnist`, is judged picture by picture.

Where all images are of one class, it learns to tell by how many quarter turns each was turned
(Gidaris et al. 2018, "Unsupervised representation learning by predicting image rotations"): that
needs no labels, and its features serve the same scores of distributions.
"""

import hashlib
from collections.abc import Callable
from dataclasses import asdict, dataclass, replace
from functools import partial
from pathlib import Path
from typing import Any

import keras
import numpy as np
from keras import layers, ops

from textgan import __version__
from textgan.backend import seed_weights
from textgan.catalogue import cache_folder
from textgan.errors import UserError
from textgan.files import DAMAGE, load_arrays, save_arrays
from textgan.gan.autodiff import compile_step, value_and_gradients
from textgan.gan.checkpoint import restore
from textgan.gan.sampling import padded_batch
from textgan.images.datasets import ImageData, Images

Say = Callable[[str], None]

FEATURES = 128
_BATCH = 500  # pictures judged at a time


@dataclass(frozen=True)
class ClassifierSettings:
    """How the classifier is trained.

    Attributes:
        epochs: passes over the training pictures.
        steps: at most, however many pictures there are.
        batch_size: pictures per step.
        rate: Adam's learning rate at the start; it falls to nothing on a cosine.
        dropout: share of the features left out in training.
        seed: of the first weights, the order of the pictures, their shifts and dropout.
    """

    epochs: int = 60
    steps: int = 1400
    batch_size: int = 128
    rate: float = 2e-3
    dropout: float = 0.25
    seed: int = 1


@dataclass(frozen=True, eq=False)
class Predictions:
    """What the classifier predicts of images of `stack` pictures each.

    Attributes:
        features: (image, stack * 128) float32, its last hidden layer.
        probabilities: (image, classes ** stack) float32; the classes of an image are those of its
            pictures, the first picture's changing slowest.
    """

    features: np.ndarray
    probabilities: np.ndarray

    @property
    def classes(self) -> np.ndarray:
        """The likeliest class of each image, (image,)."""
        return self.probabilities.argmax(axis=1)


class Classifier:
    """A trained network that scores images.

    Args:
        network: pictures (batch, height, width, channel) to features and logits.
        data: the images that it was trained on.

    Attributes:
        name: of the classifier in a signature, with a checksum of its weights.
        accuracy: share of the test pictures whose class, or turn, it finds, 0 to 1.
        asked: what that share is of, in words.
    """

    def __init__(self, network: keras.Model, data: ImageData) -> None:
        self.network, self._channels = network, data.test.pixels.shape[3]
        self._judge = compile_step(lambda pictures: self._seen(pictures), network.variables)
        digest = hashlib.sha256()
        for variable in network.variables:
            digest.update(ops.convert_to_numpy(variable).tobytes())
        self.name = f"cnn-{digest.hexdigest()[:8]}"
        self.asked, self._turned = "the test images", data.classes == 1
        pictures = _pictures(data.test).floats(np.arange(len(data.test.pixels)))
        if self._turned:
            self.name, self.asked = f"turns-{self.name}", "the test images in telling their turns"
            turns = range(turns_of(pictures.shape[1:3]))
            right = [self._answers(turned(pictures, turn)) == turn for turn in turns]
        else:
            right = [self._answers(pictures) == data.test.labels]
        self.accuracy = float(np.mean(right))

    @property
    def fields(self) -> dict[str, str]:
        """What a score's signature says of it."""
        return {"classifier": self.name, "accuracy": f"{self.accuracy:.4f}"}

    def judge(self, images: np.ndarray) -> Predictions:
        """Judge images (image, height, width, channel) float32 in [-1, 1].

        Where there is one class, each is of it.
        """
        count, height, width, channels = images.shape
        stack = channels // self._channels
        pictures = images.reshape(count, height, width, stack, self._channels)
        pictures = np.moveaxis(pictures, 3, 1).reshape(-1, height, width, self._channels)
        features, probabilities = self._outputs(pictures)
        if self._turned:
            probabilities = np.ones((len(pictures), 1), dtype=np.float32)
        joint = np.ones((count, 1), dtype=np.float32)
        for part in np.moveaxis(probabilities.reshape(count, stack, -1), 1, 0):
            joint = (joint[:, :, None] * part[:, None]).reshape(count, -1)
        return Predictions(features.reshape(count, -1), joint)

    def _answers(self, pictures: np.ndarray) -> np.ndarray:
        """What the network takes each picture for: its class or its turn, (picture,)."""
        return self._outputs(pictures)[1].argmax(axis=1)

    def _outputs(self, pictures: np.ndarray) -> tuple[np.ndarray, np.ndarray]:
        """Features and probabilities of pictures (picture, height, width, channel)."""
        starts = range(0, len(pictures), _BATCH)
        seen = [self._judge_batch(pictures[start : start + _BATCH]) for start in starts]
        features, probabilities = (np.concatenate(part) for part in zip(*seen, strict=True))
        return features, probabilities

    def _seen(self, pictures: Any) -> tuple[Any, Any]:
        features, logits = self.network(pictures)
        return features, ops.softmax(logits)

    def _judge_batch(self, pictures: np.ndarray) -> tuple[np.ndarray, np.ndarray]:
        """Judge up to `_BATCH` pictures; padded, so that one program serves all."""
        batch = ops.convert_to_tensor(padded_batch(pictures, _BATCH))
        features, probabilities = self._judge(batch)
        return np.asarray(features)[: len(pictures)], np.asarray(probabilities)[: len(pictures)]


def load_or_train_classifier(
    data: ImageData,
    settings: ClassifierSettings | None = None,
    say: Say = partial(print, flush=True),  # noqa: B008
) -> Classifier:
    """Return the classifier of a set of images: from the cache, or trained and put there.

    The cache goes by the checksum of the data, the settings, the network, the backend and the
    version of this package. A cached file that is damaged is trained again.

    Args:
        data: the images.
        settings: of the training.
        say: is called with lines on how the training comes on.

    Raises:
        UserError: the cache cannot be written.
    """
    settings = settings or ClassifierSettings()
    seed_weights(settings.seed)
    shape = data.test.pixels.shape[1:]
    network = build_classifier(shape, data.classes if data.classes > 1 else turns_of(shape[:2]))
    architecture = network.to_json()
    backend = keras.backend.backend()
    key = repr((data.checksum, asdict(settings), architecture, backend, __version__))
    digest = hashlib.sha256(key.encode()).hexdigest()[:16]
    place = cache_folder() / "classifiers" / f"{digest}.npz"
    if not _read_cached(place, network):
        train_classifier(network, data.train, settings, say)
        try:
            place.parent.mkdir(parents=True, exist_ok=True)
            save_arrays(place, network.variables)
        except OSError as error:
            raise UserError(
                f"cannot write to the cache {place.parent}: {error.strerror}"
            ) from error
    return Classifier(network, data)


def build_classifier(shape: tuple[int, int, int], classes: int) -> keras.Model:
    """Build the network: pictures (batch, *shape) to features (batch, 128) and logits.

    The first convolution brings larger pictures down to about 14 pixels a side.
    """
    pictures = keras.Input(shape, name="pictures")
    stride = max(1, max(shape[:2]) // 14)

    def convolve(inputs: Any, width: int, size: int, step: int, name: str) -> Any:
        convolution = layers.Conv2D(width, size, step, "same", activation="relu", name=name)
        return convolution(inputs)

    x = convolve(pictures, 32, 2 * stride + 1, stride, "conv_1")
    x = convolve(x, 32, 3, 1, "conv_2")
    x = layers.MaxPooling2D(2, name="pool")(x)
    x = convolve(x, 64, 3, 1, "conv_3")
    x = convolve(x, 64, 3, 1, "conv_4")
    x = layers.Flatten(name="flat")(x)
    features = layers.Dense(FEATURES, activation="relu", name="features")(x)
    logits = layers.Dense(classes, name="logits")(features)
    return keras.Model(pictures, [features, logits], name="classifier")


def train_classifier(
    network: keras.Model, images: Images, settings: ClassifierSettings, say: Say
) -> None:
    """Train what `build_classifier` built, on the pictures of images.

    What comes out is a function of the network's weights and of the settings' seed, but for
    rounding, which depends on the backend and on the number of threads.
    """
    pictures, outputs = _pictures(images), network.outputs[1].shape[-1]
    size = min(settings.batch_size, len(pictures))
    steps = min(settings.steps, settings.epochs * len(pictures) // size)
    optimizer = keras.optimizers.Adam(keras.optimizers.schedules.CosineDecay(settings.rate, steps))
    optimizer.build(network.trainable_variables)
    head = network.get_layer("logits")

    def learn(batch: Any, labels: Any, keep: Any) -> Any:
        def loss() -> tuple[Any, Any]:
            features, _ = network(batch)
            logits = head(features * keep)
            surprise = ops.sparse_categorical_crossentropy(labels, logits, from_logits=True)
            return (mean := ops.mean(surprise)), mean

        value, gradients = value_and_gradients(loss, network.trainable_variables)
        optimizer.apply(gradients, network.trainable_variables)
        return value

    step = compile_step(learn, [*network.variables, *optimizer.variables])
    rng = np.random.Generator(np.random.PCG64(settings.seed))
    order = np.empty(0, dtype=np.int64)
    for number in range(1, steps + 1):
        if len(order) < size:
            order = rng.permutation(len(pictures))
        rows, order = order[:size], order[size:]
        kept = rng.random((size, FEATURES), dtype=np.float32) >= settings.dropout
        keep = kept.astype(np.float32) / np.float32(1 - settings.dropout)
        batch, labels = _shifted(pictures.floats(rows), rng), images.labels[rows].astype(np.int32)
        if not images.labels.any():
            labels = rng.integers(outputs, size=size, dtype=np.int32)
            batch = np.stack(
                [turned(one[None], turn)[0] for one, turn in zip(batch, labels, strict=True)]
            )
        value = step(*map(ops.convert_to_tensor, (batch, labels, keep)))
        if number % max(1, steps // 10) == 0:
            say(f"classifier: step {number} of {steps}, loss {float(np.asarray(value)):.3f}")


def turns_of(shape: tuple[int, ...]) -> int:
    """In how many ways an image (height, width) can be turned: four, or two if it is no square."""
    return 4 if shape[0] == shape[1] else 2


def turned(pictures: np.ndarray, turn: int) -> np.ndarray:
    """Turn pictures (picture, height, width, channel) to the `turn`-th of `turns_of` ways."""
    return np.rot90(pictures, turn * 4 // turns_of(pictures.shape[1:3]), axes=(1, 2))


def _shifted(batch: np.ndarray, rng: np.random.Generator) -> np.ndarray:
    """Shift each picture by up to a pixel, more from 56 pixels a side on; what enters is black.

    Args:
        batch: (picture, height, width, channel) in [-1, 1].
        rng: draws the shifts.
    """
    count, height, width, _ = batch.shape
    reach = max(1, max(height, width) // 28)
    padding = ((0, 0), (reach, reach), (reach, reach), (0, 0))
    padded = np.pad(batch, padding, constant_values=-1)
    down, right = rng.integers(2 * reach + 1, size=(2, count, 1))
    rows, columns = down + np.arange(height), right + np.arange(width)
    return padded[np.arange(count)[:, None, None], rows[:, :, None], columns[:, None]]


def _read_cached(place: Path, network: keras.Model) -> bool:
    """Give the network its cached weights; False if there are none that are whole."""
    try:
        arrays = load_arrays(place, network.variables)
    except DAMAGE:
        return False
    if not all(np.isfinite(array).all() for array in arrays):
        return False
    restore(network.variables, arrays)
    return True


def _pictures(images: Images) -> Images:
    """The pictures that images are stacked from, each as an image of its own."""
    return replace(images, parts=np.arange(len(images.pixels))[:, None])
