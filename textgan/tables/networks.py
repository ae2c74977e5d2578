"""The generator that writes rows and the discriminator that judges them: small residual MLPs.

A row is a point (coordinate,) of a `TableEncoding`. In a conditional game both networks also take
the condition, the coordinates of one column that is given.
"""

from collections.abc import Sequence
from typing import Any

import keras
import numpy as np
from keras import layers, ops

from textgan.gan.layers import BatchStatistics
from textgan.tables.encoding import Block
from textgan.tables.settings import TableNetworkSettings


class Choices(layers.Layer):
    """Turn each block of categories into shares that sum to 1 (softmax); leave numbers alone.

    Args:
        blocks: the coordinates.
        width: how many there are.
    """

    def __init__(self, blocks: Sequence[Block], width: int, **kwargs: Any) -> None:
        super().__init__(**kwargs)
        # Coordinates of one block share their sum: one matrix product, however many blocks.
        self.together = np.zeros((width, width), dtype="float32")
        self.is_choice = np.zeros(width, dtype="float32")
        for block in blocks:
            if block.is_choice:
                self.together[block.slice, block.slice] = 1
                self.is_choice[block.slice] = 1

    def call(self, row: Any) -> Any:
        """Map (batch, width) to the same shape."""
        # Bounded, so that no exponential overflows; 30 apart is as good as certain.
        powers = ops.exp(ops.clip(row, -15.0, 15.0)) * self.is_choice
        shares = powers / (ops.matmul(powers, self.together) + (1.0 - self.is_choice))
        return row * (1.0 - self.is_choice) + shares


def build_generator(
    blocks: Sequence[Block], condition: int, settings: TableNetworkSettings
) -> keras.Model:
    """Build the generator: noise (batch, noise) to rows (batch, coordinate).

    Args:
        blocks: the coordinates of a row.
        condition: coordinates of the condition, 0 if there is none; otherwise the second input.
        settings: sizes.
    """
    width = blocks[-1].start + blocks[-1].size
    noise = keras.Input((settings.noise,), name="noise")
    inputs, given = _inputs(noise, condition)
    x = layers.Dense(settings.generator_width, name="from_noise")(given)
    for index in range(settings.generator_layers):
        x = _block(x, settings.generator_width, f"block_{index}")
    x = layers.LayerNormalization(name="norm")(x)
    # A straight line from noise to row is the Gaussian part; the rest bends it.
    row = layers.Dense(width, name="bend")(x) + layers.Dense(width, name="straight")(given)
    return keras.Model(inputs, Choices(blocks, width, name="row")(row), name="generator")


def build_discriminator(width: int, condition: int, settings: TableNetworkSettings) -> keras.Model:
    """Build the discriminator: rows (batch, coordinate) to one logit (batch, 1).

    It sees the mean and deviation of its features over the batch beside each row's own. No
    normalisation: it would couple samples and break the meaning of the gradient penalty.
    """
    row = keras.Input((width,), name="row")
    inputs, given = _inputs(row, condition)
    units = settings.discriminator_width
    x = layers.Dense(units, name="from_row")(given)
    scale = settings.discriminator_layers**-0.5
    for index in range(settings.discriminator_layers):
        h = layers.LeakyReLU(0.2)(x)
        h = layers.Dense(units, name=f"block_{index}_1")(h)
        h = layers.LeakyReLU(0.2)(h)
        x = x + scale * layers.Dense(units, name=f"block_{index}_2")(h)
    x = BatchStatistics(name="batch_statistics")(layers.LeakyReLU(0.2, name="features")(x))
    x = layers.LeakyReLU(0.2)(layers.Dense(units, name="judged")(x))
    return keras.Model(inputs, layers.Dense(1, name="logit")(x), name="discriminator")


def start_gaussian(generator: keras.Model, points: np.ndarray, condition: np.ndarray) -> None:
    """Set the generator's linear part to the Gaussian of the training rows, the rest to 0.

    Given its condition, a row is then its linear regression on it plus a normal residual of the
    training rows' covariance, along as many principal axes as there is noise.

    Args:
        generator: as `build_generator` makes it.
        points: (row, coordinate) training rows.
        condition: (row, condition).
    """
    centre, usual = points.mean(axis=0), condition.mean(axis=0)
    slope = np.linalg.pinv(condition - usual) @ (points - centre)
    residual = points - centre - (condition - usual) @ slope
    values, axes = np.linalg.eigh(residual.T @ residual / len(points))
    noise = generator.input_shape[-1] if not len(usual) else generator.input_shape[0][-1]
    kept = np.argsort(values)[::-1][:noise]
    kernel = np.zeros((noise + len(usual), points.shape[1]))
    kernel[: len(kept)] = np.sqrt(np.maximum(values[kept], 0))[:, None] * axes[:, kept].T
    kernel[noise:] = slope
    generator.get_layer("straight").set_weights([kernel, centre - usual @ slope])
    bend = generator.get_layer("bend")
    bend.set_weights([np.zeros_like(weight) for weight in bend.get_weights()])


def _inputs(own: Any, condition: int) -> tuple[Any, Any]:
    """Return a model's inputs, and all of them side by side."""
    if not condition:
        return own, own
    given = keras.Input((condition,), name="condition")
    return [own, given], layers.Concatenate()([own, given])


def _block(x: Any, width: int, name: str) -> Any:
    h = layers.LayerNormalization(name=f"{name}_norm")(x)
    h = layers.Dense(width, activation="silu", name=f"{name}_1")(h)
    return x + layers.Dense(width, name=f"{name}_2")(h)
