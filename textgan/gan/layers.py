"""Layers that discriminators of every domain share."""

import math
from typing import Any

from keras import layers, ops


def batch_moments(features: Any) -> Any:
    """Return mean and standard deviation over the batch: (batch, ..., c) to (1, ..., 2 c).

    The minibatch statistic of Karras et al. 2018 (section 3), kept per channel and with the mean
    beside it: a discriminator that sees how often a batch has a feature, and how much its samples
    differ, notices a generator that favours some and repeats itself.
    """
    mean = ops.mean(features, axis=0, keepdims=True)
    deviation = ops.sqrt(ops.var(features, axis=0, keepdims=True) + 1e-4)
    return ops.concatenate([mean, deviation], axis=-1)


class Similarity(layers.Layer):
    """Tell how like each sample is to the others of its batch.

    Minibatch discrimination (Salimans et al. 2016, arXiv:1606.03498, section 3.2): learned maps
    into small spaces, and in each the sum over the batch of exp(-L1 distance), here its logarithm.
    Moments of a batch do not tell a pair of near copies from two samples apart; this does.

    Args:
        maps: how many.
        dim: of each small space.
    """

    ROUND = 1e-3  # keeps the root differentiable where samples coincide
    NONE = 0.03  # stands for no other sample, and keeps the logarithm finite

    def __init__(self, maps: int = 32, dim: int = 8, **kwargs: Any) -> None:
        super().__init__(**kwargs)
        self.maps, self.dim = maps, dim
        self.dense = layers.Dense(maps * dim, name="maps")

    def build(self, shape: tuple[int | None, int]) -> None:
        """Create the maps for features (batch, channel)."""
        self.dense.build(shape)

    def call(self, features: Any) -> Any:
        """Map (batch, channel) to (batch, maps)."""
        places = self._places(features)
        near = self._near(places, places)
        return ops.log(ops.sum(near, axis=1) - self._itself + self.NONE)

    def beside(self, features: Any, others: Any) -> Any:
        """Tell how like each sample (batch, channel) is to `others` (other, channel) instead.

        One of them that is the sample itself does not count.
        """
        near = self._near(self._places(features), self._places(others))
        same = ops.all(near > 0.999 * self._itself, axis=-1, keepdims=True)
        return ops.log(ops.sum(ops.where(same, 0.0, near), axis=1) + self.NONE)

    @property
    def _itself(self) -> float:
        """How near a sample is to itself."""
        return math.exp(-self.dim * math.sqrt(self.ROUND))

    def _places(self, features: Any) -> Any:
        """Return where each sample lies in each map, (batch, map, dim)."""
        return ops.reshape(self.dense(features), (-1, self.maps, self.dim))

    def _near(self, here: Any, there: Any) -> Any:
        """Return exp(-distance) between places in each map, (batch, other, map)."""
        apart = ops.square(here[:, None] - there[None])
        return ops.exp(-ops.sum(ops.sqrt(apart + self.ROUND), axis=-1))

    def compute_output_shape(self, shape: tuple[int | None, int]) -> tuple[int | None, int]:
        """Return (batch, maps)."""
        return shape[0], self.maps


class BatchStatistics(layers.Layer):
    """Append the batch's moments (see `batch_moments`) to each sample's features."""

    def call(self, features: Any) -> Any:
        """Map (batch, channel) to (batch, 3 * channel)."""
        shared = batch_moments(features)
        return ops.concatenate(
            [features, ops.broadcast_to(shared, (ops.shape(features)[0], shared.shape[-1]))],
            axis=-1,
        )

    def compute_output_shape(self, shape: tuple[int | None, int]) -> tuple[int | None, int]:
        """Return (batch, 3 * channel)."""
        return shape[0], 3 * shape[1]
