"""The recurrent generator: it writes one word after the other, and reads what it has written.

Nothing here knows a probability: each position has noise of its own, and what is written is a
function of the noise. So the discriminator's gradient reaches every point, as it does when all
positions are written at once.
"""

from typing import Any

from keras import layers, ops

from textgan.text.layers import NearestWord, Sphere
from textgan.text.settings import TextNetworkSettings


class WordCell(layers.Layer):
    """Write the point at one position, from its noise, the word before it, and a state.

    The state is that of a gated recurrent unit (Cho et al. 2014, arXiv:1406.1078, section 2.3).
    Residual blocks, each modulated by the position's noise, turn it into a point. The word nearest
    to that point is what the next position reads. No gradient flows back through this reading:
    a position answers for its own word, given those before it.

    Args:
        dim: of the word vectors.
        settings: sizes; `generator_layers` is the number of blocks.
        nearest_word: moves a point to its nearest word's.
    """

    def __init__(
        self, dim: int, settings: TextNetworkSettings, nearest_word: NearestWord, **kwargs: Any
    ):
        super().__init__(**kwargs)
        width = settings.generator_width
        self.dim, self.width, self.per_position = dim, width, settings.position_noise
        self.state_size, self.output_size = (width, dim), width + 1
        self.nearest_word = nearest_word
        self.gates = layers.Dense(2 * width, activation="sigmoid", name="gates")
        self.candidate = layers.Dense(width, activation="tanh", name="candidate")
        self.into = layers.Dense(width, name="into")
        self.blocks = [
            (
                layers.Dense(2 * width, name=f"block_{index}_style"),
                layers.LayerNormalization(name=f"block_{index}_norm"),
                layers.Dense(width, activation="silu", name=f"block_{index}_in"),
                layers.Dense(width, name=f"block_{index}_out"),
            )
            for index in range(settings.generator_layers)
        ]
        self.norm = layers.LayerNormalization(name="norm")
        self.to_point = layers.Dense(dim, use_bias=False, name="to_point")
        self.sphere = Sphere(name="points")

    def build(self, shape: tuple[int | None, ...]) -> None:
        """Create the weights for inputs (batch, channel)."""
        width, own, channels = self.width, self.per_position, shape[-1]
        assert channels is not None
        if not self.nearest_word.built:
            self.nearest_word.build((None, self.dim))
        read = self.dim + channels + width  # the word before, the input, the state
        for layer, size in (
            (self.gates, read),
            (self.candidate, read),
            (self.into, width + own),
            (self.norm, width),
            (self.to_point, width),
        ):
            layer.build((None, size))
        for block in self.blocks:
            for layer, size in zip(block, (own, width, width, width), strict=True):
                layer.build((None, size))

    def call(self, inputs: Any, states: list[Any]) -> tuple[Any, list[Any]]:
        """Write one position.

        Args:
            inputs: (batch, channel) the position's noise, then the style of the sentence.
            states: (batch, width) the state, and (batch, dim) the word before.

        Returns:
            (batch, width + 1) what `point` turns into the point, then the number of its nearest
            word; the state, and the word, for the next position.
        """
        state, before = states
        own = inputs[:, : self.per_position]
        read = ops.concatenate([before, inputs], axis=-1)
        gates = self.gates(ops.concatenate([read, state], axis=-1))
        update, reset = gates[:, : self.width], gates[:, self.width :]
        candidate = self.candidate(ops.concatenate([read, reset * state], axis=-1))
        state = state + update * (candidate - state)
        x = self.into(ops.concatenate([state, own], axis=-1))
        for style, norm, first, second in self.blocks:
            scale, shift = ops.split(style(own), 2, axis=-1)
            x = x + second(first(norm(x) * (1.0 + scale) + shift))
        point = self.point(x)
        nearest = self.nearest_word.nearest(point)
        word = ops.stop_gradient(self.nearest_word.move(point, nearest))
        written = ops.concatenate([x, ops.cast(nearest, x.dtype)[:, None]], axis=-1)
        return written, [state, word]

    def point(self, written: Any) -> Any:
        """Map (..., width) to points (..., dim)."""
        return self.sphere(self.to_point(self.norm(written)))


def write_in_turn(
    sentence: Any, own: Any, dim: int, settings: TextNetworkSettings, nearest_word: NearestWord
) -> tuple[Any, Any]:
    """Return points (batch, position, dim), written from left to right, and their nearest words.

    Args:
        sentence: (batch, channel) noise of the whole sentence.
        own: (batch, position, channel) noise of each position.
        dim: of the word vectors.
        settings: sizes.
        nearest_word: moves a point to its nearest word's.
    """
    width, length = settings.generator_width, own.shape[1]
    style = layers.Dense(width, activation="silu", name="style_1")(sentence)
    style = layers.Dense(width // 2, activation="silu", name="style_2")(style)
    state = layers.Dense(width, activation="tanh", name="first_state")(style)
    word = layers.Dense(dim, name="first_word")(style)
    styles = layers.RepeatVector(length)(style)
    read = layers.Concatenate(name="inputs")([own, styles])
    # Unrolled: a loop on the device would run on one thread.
    cell = WordCell(dim, settings, nearest_word, name="cell")
    writer = layers.RNN(cell, return_sequences=True, unroll=True, name="written")
    written = writer(read, initial_state=[state, word])
    return cell.point(written[..., :width]), ops.cast(written[..., width], "int32")
