"""Gradients against closed forms and finite differences, nested, and inside a compiled step."""

from typing import Any

import keras
import numpy as np
import pytest
from keras import layers, ops

from textgan.gan.autodiff import (
    compile_step,
    value_and_gradients,
    value_and_input_gradient,
)
from textgan.gan.objectives import zero_centred_penalty

DIM = 3


def points(count: int = 5) -> np.ndarray:
    return np.random.default_rng(0).standard_normal((count, DIM)).astype("float32")


def matrix_variable() -> keras.Variable:
    return keras.Variable(np.random.default_rng(1).standard_normal((DIM, DIM)), dtype="float32")


def quadratic(matrix: keras.Variable, inputs: Any) -> Any:
    """The sum over the batch of x'Ax / 2, whose gradient with respect to x is (A + A')x / 2."""
    return 0.5 * ops.sum(ops.matmul(inputs, ops.transpose(matrix.value)) * inputs)


def test_input_gradient_of_a_quadratic() -> None:
    matrix = matrix_variable()
    auxiliary, gradient = value_and_input_gradient(
        lambda inputs: (quadratic(matrix, inputs), "kept"), ops.convert_to_tensor(points())
    )
    symmetric = (np.asarray(matrix.value) + np.asarray(matrix.value).T) / 2
    assert auxiliary == "kept"
    np.testing.assert_allclose(np.asarray(gradient), points() @ symmetric, rtol=1e-5, atol=1e-6)


@pytest.mark.parametrize("compiled", [False, True])
def test_r1_of_a_quadratic_and_its_gradient_with_respect_to_the_weights(compiled: bool) -> None:
    matrix, inputs = matrix_variable(), points()

    def loss(inputs: Any) -> tuple[Any, Any]:
        _, gradient = value_and_input_gradient(lambda x: (quadratic(matrix, x), 0.0), inputs)
        penalty = zero_centred_penalty(gradient)
        return penalty, penalty

    def penalty_and_slope(inputs: Any) -> Any:
        return value_and_gradients(lambda: loss(inputs), [matrix])

    if compiled:
        penalty_and_slope = compile_step(penalty_and_slope, [matrix])
    penalty, (slope,) = penalty_and_slope(ops.convert_to_tensor(inputs))
    symmetric = (np.asarray(matrix.value) + np.asarray(matrix.value).T) / 2
    moment = inputs.T @ inputs / len(inputs)
    # R1 = trace(S M S) with S = (A + A') / 2, so dR1/dA = S M + M S.
    assert float(penalty) == pytest.approx(np.trace(symmetric @ moment @ symmetric), rel=1e-5)
    np.testing.assert_allclose(
        np.asarray(slope), symmetric @ moment + moment @ symmetric, rtol=1e-4, atol=1e-5
    )


def test_weight_gradients_are_finite_differences() -> None:
    model = keras.Sequential(
        [keras.Input((DIM,)), layers.Dense(4, activation="tanh"), layers.Dense(1)]
    )
    inputs = ops.convert_to_tensor(points())

    def loss() -> tuple[Any, Any]:
        value = ops.mean(ops.square(model(inputs, training=True) - 1.0))
        return value, value

    _, gradients = value_and_gradients(loss, model.trainable_variables)
    for variable, gradient in zip(model.trainable_variables, gradients, strict=True):
        value = np.array(variable.value)
        index = (0,) * value.ndim
        sides = []
        for shift in (1e-2, -1e-2):
            moved = value.copy()
            moved[index] += shift
            variable.assign(moved)
            sides.append(float(loss()[0]))
        variable.assign(value)
        assert np.asarray(gradient)[index] == pytest.approx(
            (sides[0] - sides[1]) / 2e-2, rel=1e-2, abs=1e-4
        )


def test_step_reads_and_updates_its_state_call_after_call() -> None:
    total, count = keras.Variable(0.0, dtype="float32"), keras.Variable(0, dtype="int32")

    def add(amount: Any) -> Any:
        total.assign(total.value + amount)
        count.assign(count.value + 1)
        return total.value / ops.cast(count.value, "float32")

    step = compile_step(add, [total, count])
    means = [float(step(ops.convert_to_tensor(np.float32(amount)))) for amount in (1, 2, 6)]
    assert means == [1.0, 1.5, 3.0]
    assert (float(total.value), int(count.value)) == (9.0, 3)
    total.assign(91.0)  # as a resumed run does
    assert float(step(ops.convert_to_tensor(np.float32(9)))) == 25.0


def test_variables_assigned_from_each_other_can_be_stepped() -> None:
    first, second = (keras.Variable(ops.ones((2,)), dtype="float32") for _ in range(2))
    second.assign(first)

    def grow() -> Any:
        first.assign(first.value + 1.0)
        second.assign(second.value * 3.0)
        return ops.sum(first.value)

    assert float(compile_step(grow, [first, second])()) == 4.0
    assert (first.numpy().tolist(), second.numpy().tolist()) == ([2.0, 2.0], [3.0, 3.0])


def test_gradients_see_what_the_same_step_assigned() -> None:
    """A variable that is not differentiated, but changed earlier in the step, is read anew."""
    weight = keras.Variable(2.0, dtype="float32")
    other = keras.Variable(3.0, dtype="float32")

    def update(amount: Any) -> Any:
        other.assign(other.value + amount)

        def loss() -> tuple[Any, Any]:
            # Nested: the slope with respect to x of weight * other * x^2 at x = 1.
            _, slope = value_and_input_gradient(
                lambda x: (weight.value * other.value * ops.sum(ops.square(x)), 0.0), ops.ones((1,))
            )
            return ops.sum(slope), other.value

        seen, (gradient,) = value_and_gradients(loss, [weight])
        weight.assign(weight.value - gradient)
        return ops.stack([seen, gradient])

    step = compile_step(update, [weight, other])
    seen, gradient = np.asarray(step(ops.convert_to_tensor(np.float32(10.0))))
    assert (seen, gradient) == (13.0, 26.0)
    assert (float(weight.value), float(other.value)) == (-24.0, 13.0)
    seen, gradient = np.asarray(step(ops.convert_to_tensor(np.float32(1.0))))
    assert (seen, gradient) == (14.0, 28.0)


def test_second_player_sees_the_first_ones_move() -> None:
    """Two optimizers in one step: the second gradient is taken at the new weights of the first."""
    first, second = (keras.Variable(value, dtype="float32") for value in (1.0, 5.0))
    optimizers = [keras.optimizers.SGD(1.0) for _ in range(2)]
    for optimizer, variable in zip(optimizers, (first, second), strict=True):
        optimizer.build([variable])

    def product() -> tuple[Any, Any]:
        value = first.value * second.value
        return value, value

    def play() -> Any:
        for optimizer, variable in zip(optimizers, (first, second), strict=True):
            _, gradients = value_and_gradients(product, [variable])
            optimizer.apply(gradients, [variable])
        return first.value

    state = [first, second, *(v for optimizer in optimizers for v in optimizer.variables)]
    compile_step(play, state)()
    assert (float(first.value), float(second.value)) == (-4.0, 9.0)
