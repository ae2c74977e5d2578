"""A network made of glass: what every layer says can be seen, and changed on its way.

All of the inspection rests on this one mechanism: feature maps are what was seen; ablation,
Grad-CAM and a fixed company (see `Judge`) change what a layer says before the next ones hear it.
"""

from collections.abc import Callable, Mapping
from typing import Any

import keras
import numpy as np
from keras import layers, ops

from textgan.errors import UserError
from textgan.gan.layers import BatchStatistics
from textgan.gan.step import network_inputs

Edit = Callable[[Any], Any]


class Glass:
    """A network that shares the layers of `network`, and so its weights.

    Args:
        network: a functional Keras model.

    Attributes:
        names: of its layers, in the order in which they are computed.
    """

    def __init__(self, network: keras.Model) -> None:
        self._desk = _Desk()
        self._network = keras.models.clone_model(network, clone_function=self._pane)
        self.names = [
            layer.name for layer in network.layers if not isinstance(layer, layers.InputLayer)
        ]

    def __call__(
        self, inputs: Any, edits: Mapping[str, Edit] | None = None
    ) -> tuple[Any, dict[str, Any]]:
        """Run the network.

        Args:
            inputs: what it takes.
            edits: for some layers, a function of what they say to what the next ones hear.

        Returns:
            Its output, and what each layer said (after its edit), by name.
        """
        self._desk.edits, self._desk.seen = dict(edits or {}), {}
        try:
            return self._network(inputs), self._desk.seen
        finally:
            self._desk.edits, self._desk.seen = {}, {}

    def _pane(self, part: Any) -> Any:
        """Look into layers; sums and products between them stay as they are."""
        return _Pane(part, self._desk) if isinstance(part, layers.Layer) else part

    def require(self, name: str) -> str:
        """Return `name` if there is such a layer.

        Raises:
            UserError: there is none; the message lists those there are.
        """
        if name not in self.names:
            raise UserError(f"no layer {name!r}; there are: {', '.join(self.names)}")
        return name


class Judge:
    """A discriminator as a function of each sample by itself.

    It looks at statistics of the batch, so a sample's logits depend on its company. Here the
    company is fixed: each sample is judged as one more among the same others.

    Args:
        discriminator: of a game.
        company: (sample, *shape) those others.
        condition: (sample, condition) theirs; width 0 if the networks are told nothing.
    """

    def __init__(
        self, discriminator: keras.Model, company: np.ndarray, condition: np.ndarray
    ) -> None:
        self.glass = Glass(discriminator)
        self._fixed: dict[str, Edit] = {}
        _, seen = self.glass(network_inputs(company, condition))
        for name, said in seen.items():
            if isinstance(discriminator.get_layer(name), BatchStatistics):
                self._fixed[name] = _append(said)
            elif said.shape[0] == 1:  # it speaks of the batch, not of each sample
                self._fixed[name] = _say(said)

    def __call__(
        self,
        samples: Any,
        condition: np.ndarray | None = None,
        edits: Mapping[str, Edit] | None = None,
    ) -> tuple[Any, dict[str, Any]]:
        """Judge samples: their logits (sample, head), and what each layer said."""
        inputs = samples if condition is None else network_inputs(samples, condition)
        return self.glass(inputs, {**self._fixed, **(edits or {})})


class _Desk:
    """Where the panes of one network find their edits and leave what they say."""

    def __init__(self) -> None:
        self.edits: dict[str, Edit] = {}
        self.seen: dict[str, Any] = {}


class _Pane(layers.Layer):
    """A layer, looked into. Shares the layer itself, and so its weights."""

    def __init__(self, layer: layers.Layer, desk: _Desk) -> None:
        super().__init__(name=layer.name)
        self.layer, self.desk = layer, desk
        self.built = True

    def call(self, *inputs: Any, **named: Any) -> Any:
        """Call the layer, apply its edit if there is one, and note what it said."""
        said = self.layer(*inputs, **named)
        edit = self.desk.edits.get(self.name)
        said = said if edit is None else edit(said)
        self.desk.seen[self.name] = said
        return said


def _say(said: Any) -> Edit:
    """Return an edit that repeats what a layer said of the company."""
    statistics = ops.convert_to_numpy(said)
    return lambda other: ops.convert_to_tensor(statistics)


def _append(said: Any) -> Edit:
    """Return an edit that appends the company's statistics to each sample's own features."""
    features = said.shape[-1] // 3
    shared = ops.convert_to_numpy(said)[:1, features:]

    def edit(other: Any) -> Any:
        own = other[:, :features]
        return ops.concatenate([own, ops.broadcast_to(shared, (own.shape[0], shared.shape[1]))], 1)

    return edit
