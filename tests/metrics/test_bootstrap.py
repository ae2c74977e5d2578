"""The bootstrap interval against the normal approximation."""

import numpy as np

from textgan.metrics.bootstrap import mean_interval, ratio_interval


def test_interval_of_a_large_sample_is_the_normal_one(monkeypatch):
    values = np.random.default_rng(1).normal([[0.0, 5.0]], [[1.0, 3.0]], size=(2000, 2))
    error = values.std(axis=0) / np.sqrt(len(values))
    low, high = mean_interval(values)
    np.testing.assert_array_less(abs(values.mean(axis=0) - 1.96 * error - low), 0.2 * error)
    np.testing.assert_array_less(abs(values.mean(axis=0) + 1.96 * error - high), 0.2 * error)
    monkeypatch.setattr("textgan.metrics.bootstrap._BLOCK", 3 * len(values))
    np.testing.assert_allclose(mean_interval(values), [low, high])


def test_interval_of_a_constant_has_no_width():
    np.testing.assert_array_equal(mean_interval(np.full((7, 1), 0.25)), [[0.25], [0.25]])


def test_interval_of_a_ratio_is_that_of_resampled_ratios():
    rng = np.random.default_rng(1)
    words = rng.integers(3, 15, 1500)
    nats = words * rng.normal(4, 1, 1500) + rng.normal(0, 3, 1500)
    rows = rng.integers(1500, size=(2000, 1500))
    ratios = nats[rows].sum(axis=1) / words[rows].sum(axis=1)
    np.testing.assert_allclose(
        ratio_interval(nats, words), np.quantile(ratios, [0.025, 0.975]), atol=0.2 * ratios.std()
    )
