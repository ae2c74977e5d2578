"""Objectives against the formulas of their papers in NumPy, and finite differences of these."""

from collections.abc import Callable
from typing import get_args

import numpy as np
import pytest
from keras import ops

from textgan.gan.autodiff import value_and_input_gradient
from textgan.gan.objectives import OBJECTIVES, one_centred_penalty, zero_centred_penalty
from textgan.gan.settings import ObjectiveName

Formula = Callable[[np.ndarray, np.ndarray], np.ndarray]


def probability(logit: np.ndarray) -> np.ndarray:
    return 1.0 / (1.0 + np.exp(-logit))


def minimax_discriminator(real: np.ndarray, fake: np.ndarray) -> np.ndarray:
    return -np.log(probability(real)) - np.log(1.0 - probability(fake))


# (discriminator, generator), with D = probability(logit) where the paper has probabilities.
FORMULAS: dict[str, tuple[Formula, Formula]] = {
    "relativistic": (
        lambda real, fake: -np.log(probability(real - fake)),
        lambda real, fake: -np.log(probability(fake - real)),
    ),
    "non_saturating": (minimax_discriminator, lambda real, fake: -np.log(probability(fake))),
    "minimax": (minimax_discriminator, lambda real, fake: np.log(1.0 - probability(fake))),
    "hinge": (
        lambda real, fake: np.maximum(0.0, 1.0 - real) + np.maximum(0.0, 1.0 + fake),
        lambda real, fake: -fake,
    ),
    "wasserstein": (lambda real, fake: fake - real, lambda real, fake: -fake),
    "least_squares": (
        lambda real, fake: ((real - 1.0) ** 2 + fake**2) / 2,
        lambda real, fake: (fake - 1.0) ** 2 / 2,
    ),
}

CASES = [(name, player) for name in get_args(ObjectiveName) for player in (0, 1)]


def logits() -> tuple[np.ndarray, np.ndarray]:
    rng = np.random.default_rng(0)
    real, fake = 2.0 * rng.standard_normal((2, 16, 3))
    return real, fake


@pytest.mark.parametrize(("name", "player"), CASES)
def test_loss_is_the_papers_formula(name: ObjectiveName, player: int) -> None:
    real, fake = logits()
    loss = OBJECTIVES[name][player](*map(ops.convert_to_tensor, map(np.float32, (real, fake))))
    np.testing.assert_allclose(np.asarray(loss), FORMULAS[name][player](real, fake), rtol=1e-5)


@pytest.mark.parametrize(("name", "player"), CASES)
@pytest.mark.parametrize("argument", [0, 1], ids=["real", "fake"])
def test_gradient_is_the_finite_difference(name: ObjectiveName, player: int, argument: int) -> None:
    pair = logits()

    def with_argument(value: np.ndarray) -> list[np.ndarray]:
        return [value if index == argument else pair[index] for index in range(2)]

    def loss(value):
        fixed = ops.convert_to_tensor(np.float32(pair[1 - argument]))
        arguments = (value, fixed) if argument == 0 else (fixed, value)
        return ops.sum(OBJECTIVES[name][player](*arguments) + 0.0 * value), ops.zeros(())

    _, gradient = value_and_input_gradient(loss, ops.convert_to_tensor(np.float32(pair[argument])))
    formula, small = FORMULAS[name][player], 1e-6
    higher = formula(*with_argument(pair[argument] + small))
    lower = formula(*with_argument(pair[argument] - small))
    np.testing.assert_allclose(np.asarray(gradient), (higher - lower) / (2 * small), atol=1e-5)


@pytest.mark.parametrize(("name", "player"), CASES)
def test_sure_logits_give_finite_losses(name: ObjectiveName, player: int) -> None:
    real, fake = np.float32([[1e4], [-1e4]]), np.float32([[-1e4], [1e4]])
    loss = OBJECTIVES[name][player](ops.convert_to_tensor(real), ops.convert_to_tensor(fake))
    assert np.isfinite(np.asarray(loss)).all()


def test_only_saturating_minimax_stops_teaching_a_losing_generator() -> None:
    real, fake = ops.convert_to_tensor([[20.0]]), ops.convert_to_tensor([[-20.0]])

    def slope(name: ObjectiveName) -> float:
        def loss(value):
            return ops.sum(OBJECTIVES[name].generator(real, value)), ops.zeros(())

        return abs(float(np.asarray(value_and_input_gradient(loss, fake)[1])[0, 0]))

    assert slope("minimax") < 1e-6
    assert min(slope(name) for name in get_args(ObjectiveName) if name != "minimax") > 0.99


@pytest.mark.parametrize("shape", [(4, 3), (4, 5, 3)])
def test_penalties_are_means_over_the_batch(shape: tuple[int, ...]) -> None:
    gradient = np.random.default_rng(1).standard_normal(shape)
    tensor = ops.convert_to_tensor(np.float32(gradient))
    norms = np.linalg.norm(gradient.reshape(4, -1), axis=1)
    assert float(zero_centred_penalty(tensor)) == pytest.approx((norms**2).mean(), rel=1e-5)
    assert float(one_centred_penalty(tensor)) == pytest.approx(((norms - 1) ** 2).mean(), rel=1e-5)


def test_one_centred_penalty_can_be_differentiated_at_zero() -> None:
    def penalty(gradient):
        return one_centred_penalty(gradient), ops.zeros(())

    _, slope = value_and_input_gradient(penalty, ops.zeros((2, 3)))
    assert np.isfinite(np.asarray(slope)).all()
