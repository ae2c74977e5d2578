"""Layers that discriminators of every domain share."""

from typing import Any

from keras import layers, ops


class BatchMoments(layers.Layer):
    """Take the mean and the standard deviation of every feature over the batch.

    The minibatch statistic of Karras et al. 2018 (section 3), kept per channel and with the mean
    beside it: a discriminator that sees how often a batch has a feature, and how much its samples
    differ, notices a generator that favours some and repeats itself.
    """

    def call(self, features: Any) -> Any:
        """Map (batch, ..., channel) to (1, ..., 2 * channel), to be added to what samples have."""
        mean = ops.mean(features, axis=0, keepdims=True)
        deviation = ops.sqrt(ops.var(features, axis=0, keepdims=True) + 1e-4)
        return ops.concatenate([mean, deviation], axis=-1)

    def compute_output_shape(self, shape: tuple[int | None, ...]) -> tuple[int | None, ...]:
        """Return (1, ..., 2 * channel)."""
        return 1, *shape[1:-1], 2 * (shape[-1] or 0)


class BatchStatistics(layers.Layer):
    """Append the batch's mean and standard deviation of every channel to each sample's features.

    The minibatch statistic of Karras et al. 2018 (section 3), kept per channel and with the mean
    beside it: a discriminator that sees how often a batch has a feature, and how much its samples
    differ, notices a generator that favours some and repeats itself.
    """

    def call(self, features: Any) -> Any:
        """Map (batch, channel) to (batch, 3 * channel)."""
        mean = ops.mean(features, axis=0, keepdims=True)
        deviation = ops.sqrt(ops.var(features, axis=0, keepdims=True) + 1e-4)
        shared = ops.concatenate([mean, deviation], axis=-1)
        return ops.concatenate(
            [features, ops.broadcast_to(shared, (ops.shape(features)[0], shared.shape[-1]))],
            axis=-1,
        )

    def compute_output_shape(self, shape: tuple[int | None, int]) -> tuple[int | None, int]:
        """Return (batch, 3 * channel)."""
        return shape[0], 3 * shape[1]
