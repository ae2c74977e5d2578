"""Layers that the domains share."""

import numpy as np

from textgan.gan.layers import BatchStatistics, batch_moments


def test_batch_statistics_are_the_mean_and_deviation_of_each_channel() -> None:
    features = np.random.default_rng(0).standard_normal((6, 4)).astype("float32")
    appended = np.asarray(BatchStatistics()(features))
    np.testing.assert_array_equal(appended[:, :4], features)
    np.testing.assert_allclose(
        appended[:, 4:8], np.tile(features.mean(axis=0), (6, 1)), rtol=1e-5, atol=1e-6
    )
    np.testing.assert_allclose(appended[:, 8:], np.tile(features.std(axis=0), (6, 1)), rtol=1e-3)
    repeated = np.asarray(BatchStatistics()(np.repeat(features[:1], 6, axis=0)))
    assert (repeated[:, 8:] < 0.011).all()


def test_batch_moments_are_the_mean_and_deviation_of_each_feature() -> None:
    features = np.random.default_rng(0).standard_normal((6, 5, 4)).astype("float32")
    moments = np.asarray(batch_moments(features))
    assert moments.shape == (1, 5, 8)
    np.testing.assert_allclose(moments[0, :, :4], features.mean(axis=0), rtol=1e-5, atol=1e-6)
    np.testing.assert_allclose(moments[0, :, 4:], features.std(axis=0), rtol=1e-3)
