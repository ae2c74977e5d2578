"""Distances between sets of features against SciPy, closed forms and definitions spelled out."""

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from scipy.linalg import sqrtm
from scipy.spatial.distance import cdist
from scipy.stats import ortho_group

from textgan.errors import UserError
from textgan.metrics import distribution
from textgan.metrics.distribution import (
    Gaussian,
    distribution_scores,
    frechet_distance,
    neighbourhoods,
    read_features,
)


def draw(rows, dim, seed, shift=0.0):
    rng = np.random.default_rng(seed)
    return rng.standard_normal((rows, dim)) @ rng.standard_normal((dim, dim)) + shift


@pytest.mark.parametrize(("rows", "dim"), [(300, 1), (300, 12), (8, 12)])  # the last: singular
def test_frechet_distance_is_that_of_the_matrix_square_root(rows, dim):
    a, b = Gaussian.of(draw(rows, dim, 1)), Gaussian.of(draw(rows, dim, 2, shift=0.3))
    root = np.asarray(sqrtm(a.covariance @ b.covariance)).real
    shift = np.square(a.mean - b.mean).sum()
    expected = shift + np.trace(a.covariance + b.covariance - 2 * root)
    assert frechet_distance(a, b) == pytest.approx(expected, rel=1e-5)


def test_frechet_distance_of_gaussians_with_common_axes_has_a_closed_form():
    axes = ortho_group.rvs(6, random_state=0)
    spread, other = np.arange(1.0, 7), np.arange(6.0, 0, -1)
    a = Gaussian(np.zeros(6), axes @ np.diag(spread**2) @ axes.T)
    b = Gaussian(np.full(6, 0.5), axes @ np.diag(other**2) @ axes.T)
    expected = 6 * 0.25 + np.square(spread - other).sum()
    assert frechet_distance(a, b) == pytest.approx(expected)
    assert frechet_distance(b, a) == pytest.approx(expected)
    assert frechet_distance(a, a) == pytest.approx(0, abs=1e-9)


def spelled_out(samples, references, k):
    """Precision, recall, density and coverage as the papers write them, with all distances."""
    reach, real_reach = (np.sort(cdist(x, x))[:, k] for x in (samples, references))
    distances = cdist(samples, references)
    in_reference = distances <= real_reach
    in_sample = distances <= reach[:, None]
    return {
        "precision": in_reference.any(axis=1).mean(),
        "recall": in_sample.any(axis=0).mean(),
        "density": in_reference.sum() / (k * len(samples)),
        "coverage": in_reference.any(axis=0).mean(),
    }


@given(st.integers(7, 25), st.integers(7, 25), st.integers(1, 6), st.integers(0, 10**6))
def test_neighbourhoods_are_those_of_the_definitions(samples, references, k, seed):
    rng = np.random.default_rng(seed)
    # Points of a small grid: equal points, and distances that are equal, abound.
    a = rng.integers(0, 4, (samples, 2)).astype(float)
    b = rng.integers(0, 4, (references, 2)).astype(float)
    near = neighbourhoods(a, b, k)
    found = {
        "precision": near.near_reference.mean(),
        "recall": near.near_sample.mean(),
        "density": near.density.mean(),
        "coverage": near.covered.mean(),
    }
    assert found == pytest.approx(spelled_out(a, b, k))


def test_scores_do_not_depend_on_the_size_of_a_block(monkeypatch):
    a, b = draw(50, 5, 1), draw(40, 5, 2)
    whole = distribution_scores(a, b)
    monkeypatch.setattr(distribution, "_BLOCK", 7 * len(b))
    assert [s.value for s in distribution_scores(a, b)] == pytest.approx([s.value for s in whole])


@pytest.mark.parametrize(("dim", "shift", "spread"), [(3, 0.5, 2.0), (40, 0.3, 1.0), (2, 0, 3)])
def test_interval_of_the_frechet_distance_has_the_width_of_other_draws(dim, shift, spread):
    reference = np.random.default_rng(1).standard_normal((5000, dim))
    rng = np.random.default_rng(3)
    drawn = [
        distribution._frechet_score(rng.normal(shift, spread, (400, dim)), reference, "")
        for _ in range(100)
    ]
    error = np.std([score.value for score in drawn])
    widths = [score.interval[1] - score.interval[0] for score in drawn]
    assert np.mean(widths) == pytest.approx(2 * 1.96 * error, rel=0.25)


def test_features_that_do_not_vary_have_a_distance():
    scores = distribution_scores(np.full((9, 3), 2.0), np.full((9, 3), 1.0))
    assert scores[0].value == pytest.approx(3)
    assert scores[0].interval == pytest.approx((3, 3))


def test_two_draws_of_one_source_and_a_lost_mode():
    rng = np.random.default_rng(0)
    centres = 20 * np.eye(4)

    def modes(count, n=400):
        return centres[np.arange(n) % count] + rng.standard_normal((n, 4))

    real = {s.name: s.value for s in distribution_scores(modes(4), modes(4), encoder="none")}
    lost = {s.name: s.value for s in distribution_scores(modes(2), modes(4), encoder="none")}
    assert min(real["precision"], real["recall"], real["coverage"]) > 0.9
    assert real["density"] == pytest.approx(1, abs=0.1)
    assert lost["precision"] > 0.9
    assert lost["recall"] == pytest.approx(0.5, abs=0.1)
    assert lost["coverage"] == pytest.approx(0.5, abs=0.1)
    assert lost["frechet"] > 50 * real["frechet"]


def test_scores_say_how_they_were_measured():
    scores = {s.name: s for s in distribution_scores(draw(30, 4, 1), draw(20, 4, 2), encoder="e")}
    assert set(scores) == {"frechet", "precision", "recall", "density", "coverage"}
    for score in scores.values():
        assert "hyps:30|refs:20|encoder:e" in score.signature
        assert score.minimum <= score.interval[0] <= score.value <= score.interval[1]
    assert scores["recall"].signature.startswith("k:5|")


@pytest.mark.parametrize(
    ("samples", "references", "message"),
    [
        (np.ones((5, 2)), np.ones((9, 2)), "5 samples: .* at least 6"),
        (np.ones((9, 2)), np.ones((9, 3)), "2 dimensions, those of the references 3"),
        (np.ones((9, 2)), np.full((9, 2), np.nan), "features of the references, row 1"),
        (np.ones(9), np.ones((9, 2)), "rows of numbers"),
    ],
)
def test_features_that_cannot_be_compared(samples, references, message):
    with pytest.raises(UserError, match=message):
        distribution_scores(samples, references)


def test_features_of_a_file(tmp_path):
    np.save(tmp_path / "f.npy", np.arange(6).reshape(3, 2))
    np.testing.assert_array_equal(read_features(tmp_path / "f.npy", 3), [[0, 1], [2, 3], [4, 5]])


@pytest.mark.parametrize(
    ("content", "message"),
    [
        (None, "cannot read"),
        (b"text", "not a .npy file"),
        (b"", "not a .npy file"),
        (np.array([[{}]]), "not a .npy file"),  # a pickle
        (np.array(["a"]), "rows of numbers"),
        (np.ones(3), "rows of numbers"),
        (np.ones((2, 2)), "2 rows for 3 sentences"),
    ],
)
def test_a_file_that_holds_no_features(tmp_path, content, message):
    place = tmp_path / "f.npy"
    if isinstance(content, bytes):
        place.write_bytes(content)
    elif content is not None:
        np.save(place, content)
    with pytest.raises(UserError, match=message) as raised:
        read_features(place, 3)
    assert "\n" not in str(raised.value)
