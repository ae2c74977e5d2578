"""Hooks on a network: the output of every layer is seen, and may be changed on its way.

All of the inspection rests on this one mechanism. Feature maps are the outputs of layers; ablation,
Grad-CAM and a fixed reference batch (see `HookedDiscriminator`) change a layer's output before the
next layers see it.
"""

from collections.abc import Callable, Mapping
from functools import partial
from typing import Any

import keras
import numpy as np
from keras import layers, ops

from textgan.errors import UserError
from textgan.gan.layers import BatchStatistics, Similarity
from textgan.gan.step import network_inputs

Edit = Callable[[Any], Any]
"""From a layer's output to what the next layers see."""


class Hooks:
    """A network that shares the layers of `network`, and so its weights, with a hook on each.

    Args:
        network: a functional Keras model.

    Attributes:
        names: of its layers, in the order in which they are computed.
    """

    def __init__(self, network: keras.Model) -> None:
        self._shared = _Shared()
        self._network = keras.models.clone_model(network, clone_function=self._hook)
        self.names = [
            layer.name for layer in network.layers if not isinstance(layer, layers.InputLayer)
        ]

    def __call__(
        self, inputs: Any, edits: Mapping[str, Edit] | None = None
    ) -> tuple[Any, dict[str, Any]]:
        """Run the network.

        Args:
            inputs: of the network.
            edits: by the name of a layer, what is done with its output.

        Returns:
            The network's output, and the output of each layer (after its edit) by name.
        """
        self._shared.edits, self._shared.outputs = dict(edits or {}), {}
        try:
            return self._network(inputs), self._shared.outputs
        finally:
            self._shared.edits, self._shared.outputs, self._shared.input = {}, {}, None

    def input(self) -> Any:
        """Return the input of the layer whose output is edited: for use in an edit."""
        return self._shared.input

    def _hook(self, part: Any) -> Any:
        """Put a hook on a layer; sums and products between layers stay as they are."""
        return _HookedLayer(part, self._shared) if isinstance(part, layers.Layer) else part

    def require(self, name: str) -> str:
        """Return `name` if there is such a layer.

        Raises:
            UserError: there is none; the message lists those there are.
        """
        if name not in self.names:
            raise UserError(f"no layer {name!r}; there are: {', '.join(self.names)}")
        return name


class HookedDiscriminator:
    """A discriminator as a function of each sample by itself, with hooks.

    A discriminator sees statistics of the batch, so a sample's logits depend on the others. Here
    the others are fixed: each sample is judged as one more of the same reference batch.

    Args:
        discriminator: of a game.
        reference: (sample, *shape) the reference batch.
        condition: (sample, condition) of the reference batch; width 0 if there is none.
    """

    def __init__(
        self, discriminator: keras.Model, reference: np.ndarray, condition: np.ndarray
    ) -> None:
        self.hooks = Hooks(discriminator)
        self._fixed: dict[str, Edit] = {}
        alike = [each for each in discriminator.layers if isinstance(each, Similarity)]
        given: dict[str, np.ndarray] = {}
        keep = {each.name: partial(self._keep_input, given, each.name) for each in alike}
        _, outputs = self.hooks(network_inputs(reference, condition), keep)
        for layer in alike:
            self._fixed[layer.name] = self._beside(layer, given[layer.name])
        for name, output in outputs.items():
            if isinstance(discriminator.get_layer(name), BatchStatistics):
                self._fixed[name] = _append(output)
            elif output.shape[0] == 1:  # it is of the batch, not of each sample
                self._fixed[name] = _repeat(output)

    def __call__(
        self,
        samples: Any,
        condition: np.ndarray | None = None,
        edits: Mapping[str, Edit] | None = None,
    ) -> tuple[Any, dict[str, Any]]:
        """Return the logits (sample, head) of samples (sample, *shape), and each layer's output."""
        inputs = samples if condition is None else network_inputs(samples, condition)
        return self.hooks(inputs, {**self._fixed, **(edits or {})})

    def _keep_input(self, given: dict[str, np.ndarray], name: str, output: Any) -> Any:
        """Change nothing, and keep what the layer was given."""
        given[name] = ops.convert_to_numpy(self.hooks.input())
        return output

    def _beside(self, layer: Similarity, reference: np.ndarray) -> Edit:
        """Return an edit that compares samples with the reference batch, not with one another."""
        return lambda _: layer.beside(self.hooks.input(), ops.convert_to_tensor(reference))


class _Shared:
    """What the hooks of one network share: edits, the outputs so far, the edited layer's input."""

    def __init__(self) -> None:
        self.edits: dict[str, Edit] = {}
        self.outputs: dict[str, Any] = {}
        self.input: Any = None


class _HookedLayer(layers.Layer):
    """A layer with a hook. Shares the layer itself, and so its weights."""

    def __init__(self, layer: layers.Layer, shared: _Shared) -> None:
        super().__init__(name=layer.name)
        self.layer, self.shared = layer, shared
        self.built = True

    def call(self, *inputs: Any, **named: Any) -> Any:
        """Call the layer, apply its edit if there is one, and keep the output."""
        output = self.layer(*inputs, **named)
        if edit := self.shared.edits.get(self.name):
            self.shared.input = inputs[0]
            output = edit(output)
        self.shared.outputs[self.name] = output
        return output


def _repeat(output: Any) -> Edit:
    """Return an edit that repeats a layer's output of the reference batch."""
    statistics = ops.convert_to_numpy(output)
    return lambda _: ops.convert_to_tensor(statistics)


def _append(output: Any) -> Edit:
    """Return an edit that appends the reference batch's statistics to each sample's features."""
    features = output.shape[-1] // 3
    shared = ops.convert_to_numpy(output)[:1, features:]

    def edit(other: Any) -> Any:
        own = other[:, :features]
        return ops.concatenate([own, ops.broadcast_to(shared, (own.shape[0], shared.shape[1]))], 1)

    return edit
