"""Moments of frozen features, remembered over many batches: what a batch of 64 cannot show."""

import math
from typing import Any

import keras
import numpy as np
from keras import ops

REAL_DECAY, FAKE_DECAY = 0.99, 0.95  # of the moving averages; the generator moves, real data do not


class RememberedMoments:
    """Pulls the generator's mean features towards the real ones.

    This is feature matching (Salimans et al. 2016, arXiv:1606.03498, section 3.1). The features do
    not change in the game, so that means of past batches stay true: the mean of one batch of 64 is
    uncertain by an eighth of a standard deviation, the mean remembered by a fiftieth. Matched are,
    for each channel, its mean over the positions of a sample and the mean of its square.

    Args:
        channels: of the features.

    Attributes:
        variables: what is remembered; part of the state of a game.
    """

    def __init__(self, channels: int) -> None:
        def zeros(name: str) -> keras.Variable:
            return keras.Variable(
                np.zeros(2 * channels, np.float32), trainable=False, name=f"{name}_moments"
            )

        self._real, self._real_square, self._fake = map(zeros, ("real", "square", "fake"))
        self._batches = keras.Variable(np.zeros((), np.float32), trainable=False, name="batches")
        self.variables = [self._real, self._real_square, self._fake, self._batches]

    def remember(self, real: Any, fake: Any) -> None:
        """Add a batch of features (batch, ..., channel) of both kinds."""
        real, fake = _moments(real), _moments(fake)
        kept = self._batches / (self._batches + 1.0)  # plain means, until they are long enough
        for remembered, batch, most in (
            (self._real, real, REAL_DECAY),
            (self._real_square, ops.square(real), REAL_DECAY),
            (self._fake, fake, FAKE_DECAY),
        ):
            decay = ops.minimum(kept, most)
            remembered.assign(decay * remembered + (1.0 - decay) * ops.mean(batch, axis=0))
        self._batches.assign(self._batches + 1.0)

    def pull(self, fake: Any) -> Any:
        """Return a scalar whose gradient moves features (batch, ..., channel) to the real means.

        It is the mean over the moments of their value times how far the remembered means are
        apart, both in standard deviations of real samples.
        """
        variance = ops.maximum(self._real_square - ops.square(self._real), 0.0) + 1e-4
        slope = (self._fake - self._real) / variance
        return ops.mean(ops.stop_gradient(slope) * _moments(fake))


def _moments(features: Any) -> Any:
    """Map (batch, ..., channel) to (batch, 2 * channel)."""
    flat = ops.reshape(features, (-1, math.prod(features.shape[1:-1]), features.shape[-1]))
    return ops.concatenate([ops.mean(flat, axis=1), ops.mean(ops.square(flat), axis=1)], axis=-1)
