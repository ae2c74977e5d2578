"""Layers between points and words: the sphere, the places of a sentence, the nearest word."""

from typing import Any

import keras
import numpy as np
from keras import layers, ops

from textgan.text.lexicon import Lexicon
from textgan.text.settings import SharesName

COLUMNS = 256  # see `nearest_rows`
RAMP = 500  # calls until `NearestWord` moves points the whole way
FIRST_BIAS = 0.02  # of a word, times the log of its share, in units of the cosine
BIAS_RATE = 0.01 / 8  # of the biases, in the same units
SHARE_DECAY = 0.99  # of the moving average of what the generator writes
LEAST_SHARE = 2e-5  # so that words which are hardly ever written keep a finite bias
SLOW_SHARE = 5e-4  # a word's share of the corpus at which its bias moves half as fast as others


def nearest_rows(points: Any, directions: np.ndarray, bias: Any) -> Any:
    """Return for points (..., dim) the greatest of their products with words, plus a bias.

    The greatest of each of 256 columns first, then of those: XLA searches thousands of numbers one
    by one, and so it does not.

    Args:
        points: (batch, ..., dim).
        directions: (dim, word).
        bias: (word,).

    Returns:
        (batch, ...) numbers of words.
    """
    dim, words = directions.shape
    groups = -(-words // COLUMNS)
    more = groups * COLUMNS - words
    products = ops.matmul(ops.reshape(points, (-1, dim)), np.pad(directions, [(0, 0), (0, more)]))
    fit = products + ops.pad(bias, [[0, more]], constant_values=-float("inf"))
    fit = ops.reshape(fit, (-1, groups, COLUMNS))
    column = ops.argmax(ops.max(fit, axis=1), axis=-1)
    inside = ops.squeeze(ops.take_along_axis(fit, column[:, None, None], axis=2), axis=2)
    return ops.reshape(ops.argmax(inside, axis=-1) * COLUMNS + column, (-1, *points.shape[1:-1]))


class Sphere(layers.Layer):
    """Scale every point (..., dim) to length sqrt(dim), the sphere on which the words lie."""

    def call(self, points: Any) -> Any:
        """Map (..., dim) to (..., dim)."""
        return points * ops.rsqrt(ops.mean(ops.square(points), axis=-1, keepdims=True) + 1e-8)


class PositionTable(layers.Layer):
    """Add a learned vector to every position of (batch, position, channel)."""

    def build(self, shape: tuple[int | None, ...]) -> None:
        """Create the table (position, channel)."""
        self.table = self.add_weight(
            shape=shape[1:], initializer=keras.initializers.RandomNormal(stddev=0.5), name="table"
        )

    def call(self, inputs: Any) -> Any:
        """Map (batch, position, channel) to the same shape."""
        return inputs + self.table


class NearestWord(layers.Layer):
    """Move each point to its nearest word's; let the gradient through unchanged.

    The straight-through estimator (Bengio et al. 2013, section 4). The move grows from nothing to
    the whole way over the first `RAMP` calls. Meanwhile the size of each word's cell is learned: a
    bias beside the cosine rises while the generator writes a word more rarely than the corpus, and
    falls while it writes it more often, by stochastic ascent on the dual of the transport from
    points to words (semi-discrete optimal transport: Genevay et al. 2016, arXiv:1605.08527), whose
    gradient is the word's share of the corpus less that of what is written.

    Both change where the layer is called with `training=True`, as the statistics of batch
    normalisation do.

    Args:
        lexicon: the words.
        log_share: (word + 1,) log of each word's share of the corpus, the end's as the last.
        shares: of what is written: of the last batch, or a moving average of a hundred, which holds
            frequent words less exactly and forces rare ones less.
    """

    def __init__(
        self,
        lexicon: Lexicon,
        log_share: np.ndarray,
        shares: SharesName = "average",
        **kwargs: Any,
    ) -> None:
        super().__init__(**kwargs)
        self.lexicon, self.share, self._shares = lexicon, np.exp(log_share), shares
        radius = lexicon.points.shape[1] ** 0.5
        self.first_bias = (radius * FIRST_BIAS * log_share).astype(np.float32)
        self.rate = radius * BIAS_RATE

    def build(self, shape: tuple[int | None, ...]) -> None:
        """Create the biases, the shares that the generator has written, and the count of calls."""

        def add(name: str, value: np.ndarray) -> Any:
            initial = lambda shape, dtype=None: ops.convert_to_tensor(value, dtype)  # noqa: E731
            return self.add_weight(
                shape=value.shape, initializer=initial, trainable=False, name=name
            )

        self.bias = add("bias", self.first_bias)
        if self._shares == "average":
            self.written = add("written", self.share)
        self.calls = add("calls", np.zeros(()))

    def call(self, points: Any, nearest: Any = None, training: bool = False) -> Any:
        """Map (batch, position, dim) to the same shape.

        Args:
            points: to move.
            nearest: (batch, position) the numbers of their nearest words, if they are known.
            training: whether to learn the biases.
        """
        if nearest is None:
            nearest = self.nearest(points)
        moved = self.move(points, nearest)
        if training:
            self._follow(ops.reshape(nearest, (-1,)))
        return moved

    def nearest(self, points: Any) -> Any:
        """Return the numbers of the nearest words: (batch, ..., dim) to (batch, ...)."""
        return nearest_rows(points, self.lexicon.directions, self.bias)

    def move(self, points: Any, nearest: Any) -> Any:
        """Move points (..., dim) to the words of these numbers (...)."""
        words = ops.convert_to_tensor(self.lexicon.points)
        way = ops.minimum(1.0, self.calls / RAMP)
        return points + ops.stop_gradient(way * (ops.take(words, nearest, axis=0) - points))

    def _follow(self, nearest: Any) -> None:
        ones = ops.ones(nearest.shape, "float32") / nearest.shape[0]
        now = ops.segment_sum(ones, nearest, num_segments=len(self.share))
        if self._shares == "batch":
            lack = (self.share - now) / (self.share + SLOW_SHARE)
        else:
            self.written.assign(SHARE_DECAY * self.written + (1.0 - SHARE_DECAY) * now)
            lack = ops.log((self.share + LEAST_SHARE) / (self.written + LEAST_SHARE))
        self.bias.assign(self.bias + self.rate * lack)
        self.calls.assign(self.calls + 1.0)
