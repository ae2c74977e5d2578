"""Variety and length measures against SciPy and closed forms."""

import pytest
from hypothesis import given
from hypothesis import strategies as st
from scipy.stats import wasserstein_distance

from textgan.metrics.diversity import distinct_ngrams, length_distance, unique_share

lengths = st.lists(st.integers(0, 12), min_size=1, max_size=10)


@given(lengths, lengths)
def test_length_distance_equals_scipy(ours, theirs):
    distance = length_distance([["w"] * n for n in ours], [["w"] * n for n in theirs])
    assert distance == pytest.approx(wasserstein_distance(ours, theirs), abs=1e-12)


def test_distinct_ngrams_and_unique_sentences():
    texts = [["a", "b", "a"], ["a", "b"], ("a", "b")]
    assert distinct_ngrams(texts) == {1: 2 / 7, 2: 2 / 4, 3: 1.0}
    assert unique_share(texts) == 2 / 3
    assert distinct_ngrams([[]]) == {1: 0, 2: 0, 3: 0}
