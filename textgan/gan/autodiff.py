"""The only file that asks which backend runs: gradients and a compiled step on TensorFlow and JAX.

Everything else in the package is written in `keras.layers` and `keras.ops`. Four things differ
between the backends and live here:

* `value_and_input_gradient`: how an output changes with its input (nests in the next one);
* `value_and_gradients`: how a loss changes with the weights;
* `compile_step`: one XLA program that reads and updates an explicit list of variables;
* `compile_assignment`: one program that hands values from variables to others.
"""

from collections.abc import Callable, Sequence
from functools import partial
from typing import Any

import keras
from keras import ops

from textgan.gan.checkpoint import restore
from textgan.gan.devices import Devices

# The variables of the step being traced on JAX. A nested StatelessScope must map all of them:
# a variable it does not know reads as its value from before the step.
_traced_state: list[Any] = []


def value_and_input_gradient(
    function: Callable[[Any], tuple[Any, Any]], inputs: Any
) -> tuple[Any, Any]:
    """Evaluate `function` and the gradient of its scalar with respect to `inputs`.

    Args:
        function: maps `inputs` to `(scalar, auxiliary)`.
        inputs: array of any shape.

    Returns:
        `(auxiliary, gradient)`, the gradient in the shape of `inputs`. On both backends the
        gradient can be differentiated again, as gradient penalties need.
    """
    if keras.backend.backend() == "tensorflow":
        import tensorflow as tf

        with tf.GradientTape() as tape:
            tape.watch(inputs)
            scalar, auxiliary = function(inputs)
        return auxiliary, tape.gradient(scalar, inputs)
    import jax

    gradient, auxiliary = jax.grad(function, has_aux=True)(inputs)
    return auxiliary, gradient


def value_and_gradients(
    function: Callable[[], tuple[Any, Any]], variables: Sequence[Any]
) -> tuple[Any, list[Any]]:
    """Evaluate `function` and the gradients of its scalar with respect to `variables`.

    Args:
        function: takes nothing and returns `(scalar, auxiliary)`; it reads `variables`, and must
            not assign to any variable.
        variables: trainable Keras variables, all part of the compiled step's state.

    Returns:
        `(auxiliary, gradients)`, one gradient per variable, in order.
    """
    if keras.backend.backend() == "tensorflow":
        import tensorflow as tf

        values = [variable.value for variable in variables]
        with tf.GradientTape(watch_accessed_variables=False) as tape:
            tape.watch(values)
            scalar, auxiliary = function()
        return auxiliary, tape.gradient(scalar, values)
    import jax

    surroundings = [(variable, variable.value) for variable in _traced_state]

    def stateless(values: list[Any]) -> tuple[Any, Any]:
        mapping = dict((id(variable), (variable, value)) for variable, value in surroundings)
        mapping |= {id(v): (v, value) for v, value in zip(variables, values, strict=True)}
        with keras.StatelessScope(state_mapping=list(mapping.values())):
            return function()

    gradients, auxiliary = jax.grad(stateless, has_aux=True)([v.value for v in variables])
    return auxiliary, gradients


def compile_step(
    function: Callable[..., Any],
    state: Sequence[Any],
    fused: bool = True,
    devices: Devices | None = None,
) -> Callable[..., Any]:
    """Compile `function` into one XLA program over `state`.

    Args:
        function: takes arrays, may read and assign the variables in `state` (and no others),
            and returns arrays.
        state: every Keras variable that the function reads or writes.
        fused: False leaves XLA out on TensorFlow. Compiling is then four times as quick, and very
            small networks run as fast.
        devices: that share the work, on JAX; by default one does it.

    Returns:
        A callable of the same arguments, which `devices`, if given, have placed. After each call
        the variables hold their new values.
    """
    state = list(state)
    if keras.backend.backend() == "tensorflow":
        import tensorflow as tf

        return tf.function(function, jit_compile=fused, autograph=False)
    import jax

    def pure(values: list[Any], *arguments: Any) -> tuple[Any, list[Any]]:
        with keras.StatelessScope(state_mapping=list(zip(state, values, strict=True))) as scope:
            _traced_state[:] = state
            try:
                result = function(*arguments)
            finally:
                _traced_state.clear()
        current = [scope.get_current_value(variable) for variable in state]
        return result, [
            old if new is None else new for old, new in zip(values, current, strict=True)
        ]

    if devices is not None:
        return devices.compile(pure, state)
    compiled = jax.jit(pure, donate_argnums=0)

    def step(*arguments: Any) -> Any:
        values = _without_sharing([variable.value for variable in state])
        result, values = compiled(values, *arguments)
        for variable, value in zip(state, values, strict=True):
            variable.assign(value)
        return result

    return step


def compile_assignment(targets: Sequence[Any], sources: Sequence[Any]) -> Callable[[], Any]:
    """Return what gives each of `targets` the value of the source in its place.

    On TensorFlow it is one graph, eight times as fast as assignments one by one.
    """
    assign = partial(restore, targets, sources)
    if keras.backend.backend() == "tensorflow":
        import tensorflow as tf

        return tf.function(assign, autograph=False).get_concrete_function()
    return assign


def _without_sharing(arrays: list[Any]) -> list[Any]:
    """Copy repeated arrays: JAX takes each buffer once, and `a.assign(b)` may share one."""
    first = {id(array): index for index, array in reversed(list(enumerate(arrays)))}
    return [
        array if first[id(array)] == index else ops.copy(array)
        for index, array in enumerate(arrays)
    ]
