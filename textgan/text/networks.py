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

RAMP = 500  # calls until `NearestWord` moves points the whole way
FIRST_BIAS = 0.02  # of a word, times the log of its share, in units of the cosine
BIAS_RATE = 0.01 / 8  # of the biases, in the same units
SHARE_DECAY = 0.99  # of the moving average of what the generator writes
LEAST_SHARE = 2e-5  # so that words which are hardly ever written keep a finite bias


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
    points to words (semi-discrete optimal transport: Genevay et al. 2016, arXiv:1605.08527).

    Both change where the layer is called with `training=True`, as the statistics of batch
    normalisation do.

    Args:
        lexicon: the words.
        log_share: (word + 1,) log of each word's share of the corpus, the end's as the last.
    """

    def __init__(self, lexicon: Lexicon, log_share: np.ndarray, **kwargs: Any) -> None:
        super().__init__(**kwargs)
        self.lexicon, self.share = lexicon, np.exp(log_share)
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
        self.written = add("written", self.share)
        self.calls = add("calls", np.zeros(()))

    def call(self, points: Any, training: bool = False) -> Any:
        """Map (batch, position, dim) to the same shape."""
        nearest = ops.argmax(ops.matmul(points, self.lexicon.directions) + self.bias, axis=-1)
        words = ops.convert_to_tensor(self.lexicon.points)
        way = ops.minimum(1.0, self.calls / RAMP)
        moved = points + ops.stop_gradient(way * (ops.take(words, nearest, axis=0) - points))
        if training:
            self._follow(ops.reshape(nearest, (-1,)))
        return moved

    def _follow(self, nearest: Any) -> None:
        ones = ops.ones(nearest.shape, "float32") / nearest.shape[0]
        now = ops.segment_sum(ones, nearest, num_segments=len(self.share))
        written = SHARE_DECAY * self.written + (1.0 - SHARE_DECAY) * now
        ratio = (self.share + LEAST_SHARE) / (written + LEAST_SHARE)
        self.bias.assign(self.bias + self.rate * ops.log(ratio))
        self.written.assign(written)
        self.calls.assign(self.calls + 1.0)


def build_generator(
    length: int, dim: int, settings: NetworkSettings, nearest_word: NearestWord | None = None
) -> keras.Model:
    """Build the generator: noise (batch, noise) to points (batch, position, dim) in one pass.

    Blocks of self-attention and convolution let the positions agree on one sentence. Noise enters
    every block as a scale and a shift of the normalised channels: that of the sentence (a style,
    as in StyleGAN), or, with `modulation` "position", that of the sentence and of each position
    together with where it stands (the position-aware modulation of ANT, Ren et al. 2023).

    Args:
        length: positions of a sentence.
        dim: of the word vectors.
        settings: sizes.
        nearest_word: if given, every point is moved to its nearest word's (`straight_through`).
    """
    width, per_position = settings.generator_width, settings.position_noise
    noise = keras.Input((settings.noise_size(length),), name="noise")
    sentence = noise[:, : settings.sentence_noise]
    own = layers.Reshape((length, per_position))(noise[:, settings.sentence_noise :])
    by_position = settings.modulation == "position"

    x = layers.RepeatVector(length)(layers.Dense(width, name="sentence")(sentence))
    x = x + layers.Dense(width, name="own")(own)
    x = PositionTable(name="positions")(x)
    if by_position:
        style = layers.Dense(width, activation="silu", name="style_1")(layers.Activation("silu")(x))
        style = layers.Dense(width, activation="silu", name="style_2")(style)
    else:
        style = layers.Dense(width, activation="silu", name="style")(sentence)
    for index in range(settings.generator_layers):
        name = f"block_{index}"
        if by_position:
            both = layers.Dense(2 * width, name=f"{name}_style")(style)
            scale, shift = both[..., :width], both[..., width:]
        else:
            # A scale alone.
            scale = layers.Reshape((1, width))(layers.Dense(width, name=f"{name}_scale")(style))
            shift = 0.0
        if index % settings.attention_every == 0:
            h = layers.LayerNormalization(name=f"{name}_norm_attention")(x)
            if by_position:
                h = h * (1.0 + scale) + shift
            h = layers.MultiHeadAttention(
                settings.attention_heads,
                width // settings.attention_heads,
                name=f"{name}_attention",
            )(h, h)
            x = x + h
        h = layers.LayerNormalization(name=f"{name}_norm")(x)
        h = h * (1.0 + scale) + shift
        if settings.local_noise:
            h = h + layers.Dense(width, use_bias=False, name=f"{name}_own")(own)
        h = layers.Conv1D(2 * width, 3, padding="same", activation="silu", name=f"{name}_conv")(h)
        x = x + layers.Dense(width, name=f"{name}_out")(h)
    x = layers.LayerNormalization(name="norm")(x)
    points = Sphere(name="points")(layers.Dense(dim, use_bias=False, name="to_points")(x))
    if nearest_word is not None:
        points = nearest_word(points)
    return keras.Model(noise, points, name="generator")


def build_discriminator(
    length: int, dim: int, settings: NetworkSettings, features: keras.Model | None = None
) -> keras.Model:
    """Build the residual 1-D CNN: points (batch, position, dim) to logits.

    The logits are (batch, 1 + position): column 0 judges the sentence, column 1 + t the words
    around position t. With `judge_alone` as many follow, which judge each sentence without its
    batch. No normalisation: it would couple samples and break the meaning of the gradient penalty.

    Args:
        length: positions of a sentence.
        dim: of the word vectors.
        settings: sizes.
        features: if given, it looks at these features (batch, position, channel) of the points.
    """
    width = settings.discriminator_width
    points = keras.Input((length, dim), name="points") if features is None else features.input
    seen = points if features is None else features.output
    x = PositionTable(name="positions")(layers.Dense(width, name="from_points")(seen))
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
    logits = [sentence, layers.Reshape((length,))(local)]
    if settings.judge_alone:
        logits += [
            layers.Dense(1, name="sentence_logit_alone")(pooled),
            layers.Reshape((length,))(layers.Dense(1, name="local_logits_alone")(x)),
        ]
    logits = layers.Concatenate(name="logits")(logits)
    return keras.Model(points, logits, name="discriminator")


def _judge(features: Any, width: int, name: str) -> Any:
    """Weigh each sample's features beside those of its batch: (batch, ..., width)."""
    own = layers.Dense(width, name=f"{name}_own")(features)
    batch = layers.Dense(width, use_bias=False, name=f"{name}_batch")(batch_moments(features))
    return layers.LeakyReLU(0.2)(own + batch)


def head_weights(length: int, settings: NetworkSettings) -> np.ndarray:
    """Return the weight of each of the discriminator's heads: half to the sentence's."""
    weights = np.array([0.5] + [0.5 / length] * length, dtype="float32")
    return np.tile(weights, 2) / 2 if settings.judge_alone else weights
