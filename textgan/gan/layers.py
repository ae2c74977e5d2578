"""Layers that discriminators of every domain share."""

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
