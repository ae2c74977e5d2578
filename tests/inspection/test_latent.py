import numpy as np
import pytest
from hypothesis import example, given
from hypothesis import strategies as st

from textgan.inspection.latent import PUSHES, along, find_direction, way


@given(st.integers(2, 30), st.integers(0, 1000))
@example(2, 230)  # nearly opposite
def test_a_way_keeps_to_the_lengths_of_its_ends(size: int, seed: int) -> None:
    start, end = np.random.default_rng(seed).standard_normal((2, size)).astype(np.float32)
    path = way(start, end, 7)
    np.testing.assert_allclose(path[[0, -1]], [start, end], atol=1e-3)
    lengths = np.linspace(np.linalg.norm(start), np.linalg.norm(end), 7)
    np.testing.assert_allclose(np.linalg.norm(path, axis=1), lengths, rtol=2e-3, atol=2e-3)


def test_a_way_turns_by_equal_angles() -> None:
    path = way(np.array([1.0, 0.0]), np.array([0.0, 2.0]), 4)
    angles = np.arctan2(path[:, 1], path[:, 0])
    np.testing.assert_allclose(angles, np.linspace(0, np.pi / 2, 4), atol=1e-6)


def test_a_planted_direction_is_found() -> None:
    rng = np.random.default_rng(0)
    noise = rng.standard_normal((600, 10)).astype(np.float32)
    planted = np.array([3.0, 0, 0, 4.0, 0, 0, 0, 0, 0, 0]) / 5
    direction = find_direction("x", noise, noise @ planted + 0.3 * rng.standard_normal(600))
    assert direction.vector @ planted > 0.99
    assert direction.correlation > 0.9
    nothing = find_direction("x", noise, rng.standard_normal(600))
    assert abs(nothing.correlation) < 0.25


def test_along_a_direction_only_that_part_changes() -> None:
    noise = np.random.default_rng(1).standard_normal((300, 6)).astype(np.float32)
    direction = find_direction("x", noise, noise[:, 2])
    moved = along(direction, noise[0])
    np.testing.assert_allclose(moved @ direction.vector, PUSHES, atol=1e-5)
    rest = moved - np.outer(moved @ direction.vector, direction.vector)
    np.testing.assert_allclose(rest, np.tile(rest[:1], (len(PUSHES), 1)), atol=1e-5)


def test_a_constant_amount_has_no_direction() -> None:
    noise = np.random.default_rng(2).standard_normal((30, 4)).astype(np.float32)
    assert find_direction("x", noise, np.ones(30)).correlation == pytest.approx(0.0)
