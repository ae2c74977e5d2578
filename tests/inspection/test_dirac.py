import numpy as np
import pytest

from textgan.gan.settings import ObjectiveName, PenaltyName
from textgan.inspection.dirac import dirac_field, dirac_path

RATE, SMALL = 0.1, (1e-3, 1e-3)
SLOPES: dict[ObjectiveName, float] = {
    "minimax": 0.5,
    "non_saturating": 0.5,
    "relativistic": 0.5,
    "hinge": 1.0,
    "wasserstein": 1.0,
}


def linear(slope: float, decay: float, simultaneous: bool) -> np.ndarray:
    """The step (theta, psi) -> (theta, psi) near 0 by theory; `decay` is the penalty's."""
    discriminator = np.array([[1, 0], [-RATE * slope, 1 - RATE * decay]])
    generator = np.array([[1, RATE * slope], [0, 1]])
    if simultaneous:
        return discriminator + generator - np.eye(2)
    return generator @ discriminator


@pytest.mark.parametrize("simultaneous", [True, False])
@pytest.mark.parametrize("penalty, factor", [("none", 0.0), ("r1", 1.0), ("r1_r2", 2.0)])
@pytest.mark.parametrize("objective", SLOPES)
def test_near_the_equilibrium_a_path_is_that_of_the_linear_theory(
    objective: ObjectiveName, penalty: PenaltyName, factor: float, simultaneous: bool
) -> None:
    gamma = 0.7
    path = dirac_path(objective, penalty, gamma, RATE, 40, SMALL, simultaneous)
    step = linear(SLOPES[objective], factor * gamma, simultaneous)
    expected = [np.linalg.matrix_power(step, n) @ SMALL for n in range(41)]
    np.testing.assert_allclose(path, expected, atol=2e-5 * np.abs(expected).max() + 2e-7)


@pytest.mark.parametrize("objective", ["minimax", "wasserstein"])
def test_without_penalty_moving_at_once_spirals_outwards(objective: ObjectiveName) -> None:
    # Mescheder et al. 2018, lemma 2.3: the distance to the equilibrium grows with every step.
    path = dirac_path(objective, steps=200, simultaneous=True)
    assert (np.diff(np.linalg.norm(path, axis=1)) > 0).all()


@pytest.mark.parametrize("objective", ["minimax", "wasserstein", "hinge"])
def test_without_penalty_taking_turns_circles(objective: ObjectiveName) -> None:
    path = dirac_path(objective, steps=600, start=(0.5, 0.5))
    distance = np.linalg.norm(path, axis=1)
    turns = np.unwrap(np.arctan2(path[:, 1], path[:, 0]))
    assert abs(turns[-1] - turns[0]) > 2 * np.pi
    assert 0.9 * distance[0] < distance[-200:].max() < 1.1 * distance[:200].max()


@pytest.mark.parametrize(
    "objective, penalty",
    [("non_saturating", "r1"), ("minimax", "r1"), ("hinge", "r1"), ("relativistic", "r1_r2")],
)
def test_a_zero_centred_penalty_converges(objective: ObjectiveName, penalty: PenaltyName) -> None:
    path = dirac_path(objective, penalty, gamma=1.0, steps=1000)
    assert np.linalg.norm(path[-1]) < 1e-3


def test_the_gradient_penalty_does_not_converge() -> None:
    path = dirac_path("wasserstein", "gradient_penalty", gamma=0.5, steps=1000)
    assert np.linalg.norm(path[-300:], axis=1).min() > 0.2


def test_least_squares_leaves_the_point_where_it_is_when_the_slope_is_gone() -> None:
    path = dirac_path("least_squares", steps=2000)
    assert abs(path[-1, 1]) < 0.05 < 0.5 < abs(path[-1, 0])


def test_the_field_is_minus_the_gradients_of_softplus() -> None:
    places = np.array([[0.5, -1.5], [2.0, 1.0]])
    theta, psi = places.T
    sigmoid = 1 / (1 + np.exp(-theta * psi))
    expected = np.stack([psi * (1 - sigmoid), -theta * sigmoid - 0.3 * psi], axis=1)
    np.testing.assert_allclose(
        dirac_field("non_saturating", "r1", 0.3, places), expected, rtol=1e-5
    )
