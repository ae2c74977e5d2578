"""The recurrent generator: it writes one word after the other, and reads what it has written.

Nothing here knows a probability: each position has noise of its own, and what is written is a
function of the noise. So the discriminator's gradient reaches every point, as it does when all
positions are written at once.
"""

from typing import Any

from keras import layers, ops

from textgan.text.layers import NearestWord, Sphere
from textgan.text.settings import TextNetworkSettings


class WordWriter(layers.Layer):
    """Writes the point at each position, from its noise, the word before it, and a state.

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
        self.dim, self.width, self.own = dim, width, settings.position_noise
        self.nearest_word = nearest_word
        self.gates = layers.Dense(2 * width, name="gates")
        self.candidate = layers.Dense(width, name="candidate")
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

    def build(
        self,
        own_shape: tuple[int | None, ...],
        style_shape: tuple[int | None, int],
        state_shape: tuple[int | None, ...],
        word_shape: tuple[int | None, ...],
    ) -> None:
        """Create the weights; what is read is, in this order, the word, noise, style and state."""
        width, own = self.width, self.own
        if not self.nearest_word.built:
            self.nearest_word.build((None, self.dim))
        read = self.dim + own + style_shape[-1] + width
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

    def call(self, own: Any, style: Any, state: Any, word: Any) -> Any:
        """Write all positions.

        Args:
            own: (batch, position, channel) noise of each position.
            style: (batch, channel) of the sentence.
            state: (batch, width) the first.
            word: (batch, dim) what the first position reads.

        Returns:
            (batch, position, width + 1) what `point` turns into the points, then the numbers of
            their nearest words.
        """
        start = self.dim + self.own
        end = start + style.shape[-1]
        # The style is the same at each position, so its share of the products is, too.
        (read_gates, state_gates, style_gates), (read_new, state_new, style_new) = (
            (
                layer.kernel[:start],
                layer.kernel[end:],
                ops.matmul(style, layer.kernel[start:end]) + layer.bias,
            )
            for layer in (self.gates, self.candidate)
        )
        written = []
        # Unrolled: a loop on the device would run on one thread.
        for position in range(own.shape[1]):
            noise = own[:, position]
            read = ops.concatenate([word, noise], axis=-1)
            gates = ops.matmul(read, read_gates) + ops.matmul(state, state_gates) + style_gates
            update, reset = ops.split(ops.sigmoid(gates), 2, axis=-1)
            new = ops.matmul(read, read_new) + ops.matmul(reset * state, state_new) + style_new
            candidate = ops.tanh(new)
            state = state + update * (candidate - state)
            x, nearest, word = self._write(state, noise)
            written.append(ops.concatenate([x, ops.cast(nearest, x.dtype)[:, None]], axis=-1))
        return ops.stack(written, axis=1)

    def compute_output_shape(
        self, own_shape: tuple[int | None, ...], **_: Any
    ) -> tuple[int | None, ...]:
        """Return (batch, position, width + 1); Keras would call the layer to find out."""
        return *own_shape[:2], self.width + 1

    def _write(self, state: Any, noise: Any) -> tuple[Any, Any, Any]:
        """Return what becomes the point of a position, and its nearest word: number and point."""
        x = self.into(ops.concatenate([state, noise], axis=-1))
        for style, norm, first, second in self.blocks:
            scale, shift = ops.split(style(noise), 2, axis=-1)
            x = x + second(first(norm(x) * (1.0 + scale) + shift))
        point = self.point(x)
        nearest = self.nearest_word.nearest(point)
        return x, nearest, ops.stop_gradient(self.nearest_word.move(point, nearest))

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
    width = settings.generator_width
    style = layers.Dense(width, activation="silu", name="style_1")(sentence)
    style = layers.Dense(width // 2, activation="silu", name="style_2")(style)
    state = layers.Dense(width, activation="tanh", name="first_state")(style)
    word = layers.Dense(dim, name="first_word")(style)
    writer = WordWriter(dim, settings, nearest_word, name="written")
    written = writer(own, style, state, word)
    return writer.point(written[..., :width]), ops.cast(written[..., width], "int32")
