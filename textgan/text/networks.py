"""The generators that write sentences as points, and the CNN discriminator that judges them.

A sentence is an array (position, dim) of points on a sphere of radius sqrt(dim): word vectors
for real sentences, the generator's output for its own.
"""

from typing import Any

import keras
import numpy as np
from keras import layers

from textgan.gan.layers import Similarity, batch_moments
from textgan.text.layers import NearestWord, PositionTable, Sphere
from textgan.text.lexicon import Lexicon
from textgan.text.recurrent import write_in_turn
from textgan.text.settings import TextNetworkSettings

READ = "words_read"  # the layer that passes on what a recurrent generator reads


def build_generator(
    length: int, dim: int, settings: TextNetworkSettings, nearest_word: NearestWord | None = None
) -> keras.Model:
    """Build the generator: noise (batch, noise) to points (batch, position, dim).

    With `generator` "recurrent" one position is written after the other, see
    `textgan.text.recurrent`. With "parallel" all are written at once: blocks of self-attention and
    convolution let them agree on one sentence. Noise enters every block as a scale and a shift of
    the normalised channels: that of the sentence (a style, as in StyleGAN), or, with `modulation`
    "position", that of the sentence and of each position together with where it stands (the
    position-aware modulation of ANT, Ren et al. 2023).

    Args:
        length: positions of a sentence.
        dim: of the word vectors.
        settings: sizes.
        nearest_word: if given, every point is moved to its nearest word's (`straight_through`).
            A recurrent generator needs one in any case, to read what it has written.
    """
    noise = keras.Input((settings.noise_size(length),), name="noise")
    sentence = noise[:, : settings.sentence_noise]
    own = layers.Reshape((length, settings.position_noise))(noise[:, settings.sentence_noise :])
    nearest = None
    if settings.generator == "recurrent":
        assert nearest_word is not None  # refused by `TextSettings`
        points, nearest = write_in_turn(sentence, own, dim, settings, nearest_word)
        nearest = layers.Identity(name=READ)(nearest)
    else:
        points = _write_at_once(sentence, own, dim, settings)
    if nearest_word is not None:
        points = nearest_word(points, nearest)
    return keras.Model(noise, points, name="generator")


def _write_at_once(sentence: Any, own: Any, dim: int, settings: TextNetworkSettings) -> Any:
    """Return points (batch, position, dim), see `build_generator`."""
    width, length = settings.generator_width, own.shape[1]
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
    return Sphere(name="points")(layers.Dense(dim, use_bias=False, name="to_points")(x))


def build_writer(length: int, lexicon: Lexicon, settings: TextNetworkSettings) -> keras.Model:
    """Build a generator that is only sampled: noise (batch, noise) to points, not moved to words.

    Args:
        length: positions of a sentence.
        lexicon: what a recurrent generator reads with, until its weights bring their own biases.
        settings: sizes.
    """
    recurrent = settings.generator == "recurrent"
    reader = NearestWord(lexicon, lexicon.bias, settings.shares) if recurrent else None
    return bare_points(build_generator(length, lexicon.points.shape[1], settings, reader))


def with_words(generator: keras.Model) -> keras.Model | None:
    """Return the generator with a second output, the numbers (batch, position) of nearest words.

    A recurrent one has looked for them; None if it is parallel.
    """
    found = [layer.output for layer in generator.layers if layer.name == READ]
    return keras.Model(generator.input, [generator.output, *found]) if found else None


def bare_points(generator: keras.Model) -> keras.Model:
    """Return the part of a generator that writes points, before they are moved to words."""
    return keras.Model(generator.input, generator.get_layer("points").output, name="generator")


def build_discriminator(
    length: int, dim: int, settings: TextNetworkSettings, features: keras.Model | None = None
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
    crowd = pooled
    if settings.similarity:
        crowd = layers.Concatenate(name="crowd")([pooled, Similarity(name="similarity")(pooled)])
    sentence = layers.Dense(1, name="sentence_logit")(_judge(crowd, width, "sentence"))
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


def head_weights(length: int, settings: TextNetworkSettings) -> np.ndarray:
    """Return the weights (head,) of the discriminator's heads: half to that of the sentence."""
    weights = np.array([0.5] + [0.5 / length] * length, dtype="float32")
    return np.tile(weights, 2) / 2 if settings.judge_alone else weights
