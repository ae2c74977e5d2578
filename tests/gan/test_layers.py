"""Layers that the domains share."""

import numpy as np
from keras import ops
from scipy.spatial.distance import cdist

from textgan.gan.autodiff import value_and_input_gradient
from textgan.gan.layers import BatchStatistics, Similarity, batch_moments


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


def test_similarity_is_the_log_of_the_kernel_summed_over_the_other_samples() -> None:
    features = np.random.default_rng(0).standard_normal((6, 4)).astype("float32")
    layer = Similarity(maps=3, dim=2)
    found = np.asarray(layer(features))
    places = np.asarray(layer.dense(features)).reshape(6, 3, 2)
    for index in range(3):
        apart = np.abs(places[:, None, index] - places[None, :, index])
        near = np.exp(-np.sqrt(apart**2 + 1e-3).sum(axis=-1))
        others = near.sum(axis=1) - np.diag(near)
        np.testing.assert_allclose(found[:, index], np.log(others + 0.03), rtol=1e-4, atol=1e-5)
        # But for its two small constants that is the L1 kernel of Salimans et al.
        kernel = np.exp(-cdist(places[:, index], places[:, index], "cityblock"))
        assert (others <= kernel.sum(axis=1) - 1).all()


def test_similarity_tells_copies_and_has_a_gradient_there() -> None:
    features = np.random.default_rng(0).standard_normal((6, 4)).astype("float32")
    layer = Similarity()
    apart = np.asarray(layer(features)).mean()
    copies = np.repeat(features[:1], 6, axis=0)
    assert np.asarray(layer(copies)).mean() > apart + 0.5
    _, gradient = value_and_input_gradient(
        lambda x: (ops.mean(layer(x)), 0.0), ops.convert_to_tensor(copies)
    )
    assert np.isfinite(np.asarray(gradient)).all()
