"""Scores of images against SciPy, scikit-learn and closed forms."""

from math import exp, log

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from scipy.stats import entropy
from sklearn.neighbors import NearestNeighbors

from textgan.metrics.images import (
    class_scores,
    classifier_score,
    nearest_images,
    nearest_score,
)


def draw(rows, classes, seed, sharpness=3.0):
    logits = sharpness * np.random.default_rng(seed).standard_normal((rows, classes))
    probabilities = np.exp(logits)
    return (probabilities / probabilities.sum(axis=1, keepdims=True)).astype(np.float32)


@settings(max_examples=30)
@given(st.integers(1, 30), st.integers(2, 12), st.integers(0, 10**6))
def test_classifier_score_is_the_mean_relative_entropy(rows, classes, seed):
    probabilities = draw(rows, classes, seed).astype(np.float64)
    marginal = probabilities.mean(axis=0)
    expected = exp(np.mean([entropy(row, marginal) for row in probabilities]))
    score = classifier_score(probabilities)
    assert score.value == pytest.approx(expected)
    assert 1 - 1e-9 <= score.value <= classes + 1e-9


def test_classifier_score_at_its_limits():
    certain = np.eye(10)[np.arange(50) % 10]
    assert classifier_score(certain).value == pytest.approx(10)
    assert classifier_score(certain[:1].repeat(50, axis=0)).value == pytest.approx(1)
    assert classifier_score(np.full((50, 10), 0.1)).value == pytest.approx(1)
    halves = np.eye(10)[np.arange(50) % 5]
    assert classifier_score(halves).value == pytest.approx(5)


def test_interval_of_the_classifier_score_has_the_width_of_other_draws():
    drawn = [classifier_score(draw(300, 5, seed)) for seed in range(100)]
    error = np.std([score.value for score in drawn])
    widths = [score.interval[1] - score.interval[0] for score in drawn]
    assert np.mean(widths) == pytest.approx(2 * 1.96 * error, rel=0.25)


@given(st.lists(st.integers(0, 6), min_size=1), st.integers(0, 10**6))
def test_class_scores_are_those_of_the_histogram(classes, seed):
    frequencies = np.random.default_rng(seed).dirichlet(np.full(7, 3.0))
    kl, modes = class_scores(np.array(classes), frequencies)
    assert kl.value == pytest.approx(entropy(np.bincount(classes, minlength=7), frequencies))
    assert modes.value == len(set(classes))
    assert (kl.name, modes.name, modes.maximum) == ("class_kl", "modes", 7)


def test_lost_classes_cost_the_logarithm_of_their_share():
    kl, modes = class_scores(np.arange(1000) % 250, np.full(1000, 1e-3))
    assert kl.value == pytest.approx(log(4))
    assert modes.value == 250


def test_a_perfect_sample_is_not_at_zero():
    rng = np.random.default_rng(0)
    frequencies = np.full(1000, 1e-3)
    drawn = [class_scores(rng.integers(1000, size=25_600), frequencies)[0].value for _ in range(9)]
    assert np.mean(drawn) == pytest.approx(999 / (2 * 25_600), rel=0.03)


@pytest.mark.parametrize("block", [1, 7, 60])
def test_nearest_images_are_those_of_scikit_learn(block):
    rng = np.random.default_rng(0)
    training = rng.uniform(-1, 1, (60, 5, 4, 3)).astype(np.float32)
    samples = rng.uniform(-1, 1, (25, 5, 4, 3)).astype(np.float32)
    blocks = (training[begin : begin + block] for begin in range(0, 60, block))
    found = nearest_images(samples, blocks)
    search = NearestNeighbors(n_neighbors=1, algorithm="brute").fit(training.reshape(60, -1))
    distance, number = search.kneighbors(samples.reshape(25, -1))
    np.testing.assert_array_equal(found.training, number[:, 0])
    np.testing.assert_allclose(found.distance, 127.5 * distance[:, 0] / 60**0.5, rtol=1e-5)


def test_distances_are_in_grey_levels_and_a_copy_is_at_0():
    pixels = np.arange(0, 240, 20, dtype=np.float32).reshape(3, 2, 2, 1)
    training = pixels / np.float32(127.5) - np.float32(1)
    other = (pixels + 1) / np.float32(127.5) - np.float32(1)
    copied = nearest_images(training[[2, 0]], [training, training])
    assert copied.distance.tolist() == [0, 0]
    assert copied.training.tolist() == [2, 0]  # the first of equals
    assert nearest_images(other, [training]).distance == pytest.approx([1, 1, 1], rel=1e-4)


def test_scores_say_how_they_were_measured():
    nearest = nearest_images(
        np.zeros((4, 2, 2, 1), np.float32), [np.ones((3, 2, 2, 1), np.float32)]
    )
    scores = [
        classifier_score(draw(8, 3, 1), classifier="c"),
        *class_scores(np.array([0, 1, 1]), np.full(3, 1 / 3), classifier="c"),
        nearest_score(nearest, 3),
    ]
    signatures = {score.name: score.signature for score in scores}
    assert signatures["classifier_score"].startswith("hyps:8|classes:3|classifier:c|version:")
    assert signatures["class_kl"].startswith("kl:samples||data|hyps:3|classes:3|classifier:c|")
    assert signatures["nearest_pixels"].startswith("hyps:4|training:3|distance:rms-grey-levels|")
    assert scores[-1].value == scores[-1].interval[0] == 127.5
    assert all(score.minimum <= score.value <= score.maximum for score in scores)
