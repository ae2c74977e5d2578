"""The generator that writes a sentence in one pass, and the CNN discriminator that judges it.

A sentence is an array (position, dim) of points on a sphere of radius sqrt(dim): word vectors
for real sentences, the generator's output for its own.
"""

from typing import Any

import keras
import numpy as np
from keras import layers, ops

from textgan.gan.layers import batch_moments
from textgan.text.lexicon import Lexicon
from textgan.text.settings import NetworkSettings


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
    """Replace each point by its nearest word's; let the gradient through unchanged.

    The straight-through estimator (Bengio et al. 2013, section 4).

    Args:
        lexicon: the words.
    """

    def __init__(self, lexicon: Lexicon, **kwargs: Any) -> None:
        super().__init__(**kwargs)
        self.lexicon = lexicon

    def call(self, points: Any) -> Any:
        """Map (batch, position, dim) to the same shape."""
        nearest = ops.argmax(ops.matmul(points, self.lexicon.directions), axis=-1)
        words = ops.convert_to_tensor(self.lexicon.points)
        return points + ops.stop_gradient(ops.take(words, nearest, axis=0) - points)


def build_generator(
    length: int, dim: int, settings: NetworkSettings, snap: Lexicon | None = None
) -> keras.Model:
    """Build the generator: noise (batch, noise) to points (batch, position, dim) in one pass.

    Blocks of self-attention and convolution let the positions agree on one sentence.

    Args:
        length: positions of a sentence.
        dim: of the word vectors.
        settings: sizes.
        snap: if given, every point is replaced by its nearest word's (`straight_through`).
    """
    width, per_position = settings.generator_width, settings.position_noise
    noise = keras.Input((settings.noise_size(length),), name="noise")
    sentence = noise[:, : settings.sentence_noise]
    own = layers.Reshape((length, per_position))(noise[:, settings.sentence_noise :])
    style = layers.Dense(width, activation="silu", name="style")(sentence)

    x = layers.RepeatVector(length)(layers.Dense(width, name="sentence")(sentence))
    x = x + layers.Dense(width, name="own")(own)
    x = PositionTable(name="positions")(x)
    for index in range(settings.generator_layers):
        name = f"block_{index}"
        if index % settings.attention_every == 0:
            h = layers.LayerNormalization(name=f"{name}_norm_attention")(x)
            h = layers.MultiHeadAttention(
                settings.attention_heads,
                width // settings.attention_heads,
                name=f"{name}_attention",
            )(h, h)
            x = x + h
        h = layers.LayerNormalization(name=f"{name}_norm")(x)
        # The sentence's noise enters every block as a scale per channel, a style as in StyleGAN.
        scale = layers.Dense(width, name=f"{name}_scale")(style)
        h = h * (1.0 + layers.Reshape((1, width))(scale))
        if settings.local_noise:
            h = h + layers.Dense(width, use_bias=False, name=f"{name}_own")(own)
        h = layers.Conv1D(2 * width, 3, padding="same", activation="silu", name=f"{name}_conv")(h)
        x = x + layers.Dense(width, name=f"{name}_out")(h)
    x = layers.LayerNormalization(name="norm")(x)
    points = Sphere(name="points")(layers.Dense(dim, use_bias=False, name="to_points")(x))
    if snap is not None:
        points = NearestWord(snap, name="nearest_word")(points)
    return keras.Model(noise, points, name="generator")


def build_discriminator(length: int, dim: int, settings: NetworkSettings) -> keras.Model:
    """Build the residual 1-D CNN: points (batch, position, dim) to logits (batch, 1 + position).

    Column 0 judges the sentence, column 1 + t the words around position t. No normalisation:
    it would couple samples and break the meaning of the gradient penalty.
    """
    width = settings.discriminator_width
    points = keras.Input((length, dim), name="points")
    x = PositionTable(name="positions")(layers.Dense(width, name="from_points")(points))
    scale = settings.discriminator_layers**-0.5
    for index in range(settings.discriminator_layers):
        h = layers.LeakyReLU(0.2)(x)
        h = layers.Conv1D(width, 3, padding="same", name=f"block_{index}_conv_1")(h)
        h = layers.LeakyReLU(0.2)(h)
        h = layers.Conv1D(width, 3, padding="same", name=f"block_{index}_conv_2")(h)
        x = x + scale * h
    x = layers.LeakyReLU(0.2, name="features")(x)
    near = _judge(x, width, "local") if settings.local_batch else x
    local = layers.Dense(1, name="local_logits")(near)
    # The sentence head sees what stands where, and, as a bag, what stands anywhere.
    ordered = layers.Dense(width, name="ordered")(layers.Flatten()(x))
    bag = layers.Dense(width, name="bag")(layers.GlobalAveragePooling1D()(x))
    pooled = layers.LeakyReLU(0.2)(layers.Concatenate(name="pooled")([ordered, bag]))
    sentence = layers.Dense(1, name="sentence_logit")(_judge(pooled, width, "sentence"))
    logits = layers.Concatenate(name="logits")([sentence, layers.Reshape((length,))(local)])
    return keras.Model(points, logits, name="discriminator")


def _judge(features: Any, width: int, name: str) -> Any:
    """Weigh each sample's features beside those of its batch: (batch, ..., width)."""
    own = layers.Dense(width, name=f"{name}_own")(features)
    batch = layers.Dense(width, use_bias=False, name=f"{name}_batch")(batch_moments(features))
    return layers.LeakyReLU(0.2)(own + batch)


def head_weights(length: int) -> np.ndarray:
    """Return the weight of each of the discriminator's 1 + `length` heads: half to the sentence."""
    return np.array([0.5] + [0.5 / length] * length, dtype="float32")
