"""Remembered moments: what they remember, and where they pull."""

import numpy as np
import pytest
from keras import ops

from textgan.gan.autodiff import value_and_input_gradient
from textgan.gan.moments import FAKE_DECAY, REAL_DECAY, RememberedMoments


def batches(count: int, shift: float, seed: int) -> list[np.ndarray]:
    rng = np.random.default_rng(seed)
    return [shift + rng.standard_normal((8, 5, 3)).astype("float32") for _ in range(count)]


def moments(batch: np.ndarray) -> np.ndarray:
    return np.concatenate([batch.mean(axis=1), (batch**2).mean(axis=1)], axis=1)


def remembered(count: int) -> tuple[RememberedMoments, np.ndarray, np.ndarray]:
    memory = RememberedMoments(3)
    real, fake = batches(count, 0.0, 1), batches(count, 0.5, 2)
    for pair in zip(real, fake, strict=True):
        memory.remember(*pair)
    return memory, np.stack([*map(moments, real)]), np.stack([*map(moments, fake)])


def values(memory: RememberedMoments) -> list[np.ndarray]:
    return [ops.convert_to_numpy(variable) for variable in memory.variables]


def test_at_first_all_batches_count_alike() -> None:
    memory, real, fake = remembered(10)
    for found, expected in zip(values(memory), (real, real**2, fake), strict=False):
        np.testing.assert_allclose(found, expected.mean(axis=(0, 1)), rtol=1e-4)


def test_later_old_batches_fade() -> None:
    memory, real, fake = remembered(300)
    for found, rows, most in (
        (values(memory)[0], real, REAL_DECAY),
        (values(memory)[2], fake, FAKE_DECAY),
    ):
        expected = np.zeros(6)
        for index, row in enumerate(rows.mean(axis=1)):
            decay = min(most, index / (index + 1))
            expected = decay * expected + (1 - decay) * row
        np.testing.assert_allclose(found, expected, atol=1e-4)


def test_the_gradient_descends_the_distance_of_the_means_in_standard_deviations() -> None:
    memory, real, fake = remembered(10)
    batch = batches(1, 0.5, 3)[0]
    _, gradient = value_and_input_gradient(
        lambda features: (memory.pull(features), 0.0), ops.convert_to_tensor(batch)
    )
    gap = fake.mean(axis=(0, 1)) - real.mean(axis=(0, 1))
    slope = gap / (real.var(axis=(0, 1)) + 1e-4)
    # of the mean over 6 moments and 8 samples; a mean over 5 positions, and one of squares
    expected = (slope[:3] + 2 * batch * slope[3:]) / (6 * 8 * 5)
    np.testing.assert_allclose(np.asarray(gradient), expected, rtol=1e-3, atol=1e-7)


def test_equal_means_pull_nowhere() -> None:
    memory = RememberedMoments(3)
    for batch in batches(4, 0.0, 1):
        memory.remember(batch, batch)
    assert float(memory.pull(batches(1, 0.5, 3)[0])) == pytest.approx(0.0, abs=1e-6)
