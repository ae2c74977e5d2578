"""n-gram counts against counting tuples."""

from collections import Counter

import numpy as np
from hypothesis import given
from hypothesis import strategies as st

from textgan.metrics.ngrams import NgramIndex, stable_sort

sentences = st.lists(st.lists(st.sampled_from("abc"), max_size=6), max_size=5)


def table(texts, order):
    return Counter(
        (number, tuple(text[i : i + order]))
        for number, text in enumerate(texts)
        for i in range(len(text) - order + 1)
    )


@given(sentences, sentences)
def test_counts_are_those_of_tuples(indexed, others):
    index = NgramIndex(indexed, 4)
    for order, (own, found) in enumerate(zip(index.counts, index.count(others), strict=True), 1):
        expected = table(indexed, order)
        assert sorted(own.count) == sorted(expected.values())
        assert len(set(own.ngram)) == len({ngram for _, ngram in expected})
        known = {ngram for _, ngram in expected}
        shared = {pair: n for pair, n in table(others, order).items() if pair[1] in known}
        counted = sorted(zip(found.sentence.tolist(), found.count.tolist(), strict=True))
        assert counted == sorted((number, n) for (number, _), n in shared.items())


def test_blocks_of_sentences_are_counted_as_one(monkeypatch):
    texts = [list(text) for text in ("abcab", "", "bcabx", "aaa", "cab")]
    index = NgramIndex(texts[:2], 3)
    whole = index.count(texts)
    monkeypatch.setattr("textgan.metrics.ngrams._BLOCK", 2)
    for one, other in zip(whole, index.count(texts), strict=True):
        rows = (
            set(zip(part.ngram, part.sentence, part.count, strict=True)) for part in (one, other)
        )
        assert next(rows) == next(rows) != set()


@given(st.lists(st.integers(0, 2**62), max_size=20))
def test_stable_sort_of_small_and_large_keys(keys):
    keys = np.array(keys, dtype=np.int64)
    for values in (keys, keys % 5):
        ordered, rows = stable_sort(values)
        np.testing.assert_array_equal(rows, np.argsort(values, kind="stable"))
        np.testing.assert_array_equal(ordered, values[rows])
