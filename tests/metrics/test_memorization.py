"""Copying measures against brute force."""

from collections import Counter
from itertools import pairwise

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from textgan.metrics.memorization import (
    copied_sentences,
    longest_copies,
    nearest_sentences,
    novel_ngrams,
)

sentences = st.lists(st.lists(st.sampled_from("abcde"), max_size=7), min_size=1, max_size=6)


def runs(text):
    return {tuple(text[i:j]) for i in range(len(text)) for j in range(i + 1, len(text) + 1)}


def bigrams(text):
    return Counter(pairwise(text))


@given(sentences, sentences)
def test_longest_copies_equal_enumeration(samples, training):
    training = [text for text in training if "e" not in text] or [["a"]]  # leaves unknown words
    known = set().union(*map(runs, training))
    expected = [max(map(len, runs(sample) & known), default=0) for sample in samples]
    assert longest_copies(samples, training).tolist() == expected


@given(sentences, sentences)
def test_nearest_sentences_equal_enumeration(samples, training):
    nearest = nearest_sentences(samples, training)
    for sample, index, similarity in zip(
        samples, nearest.training, nearest.similarity, strict=True
    ):
        ours = bigrams(sample)  # none: only equal sentences are near
        dice = [
            2 * (ours & bigrams(text)).total() / max(1, (ours + bigrams(text)).total())
            for text in training
        ]
        if len(sample) < 2:
            dice = [float(list(text) == list(sample)) for text in training]
        assert similarity == pytest.approx(max(dice))
        assert index == (int(np.argmax(dice)) if max(dice) > 0 else -1)


def test_copies_without_a_bigram_are_as_near_as_can_be():
    samples = [("a",), ("b",), (), ("a", "c")]
    nearest = nearest_sentences(samples, [("c", "a"), ("a",), ("a",), ("a", "c")])
    assert nearest.similarity.tolist() == [1, 0, 0, 1]
    assert nearest.training.tolist() == [1, -1, -1, 3]


def test_nearest_sentences_in_many_blocks(monkeypatch):
    words = np.random.default_rng(0).choice(list("abcd"), size=(30, 6)).tolist()
    samples, training = words[:10], words[10:]
    whole = nearest_sentences(samples, training)
    monkeypatch.setattr("textgan.metrics.memorization._BLOCK", 3 * len(training))
    blocks = nearest_sentences(samples, training)
    np.testing.assert_array_equal(whole.training, blocks.training)
    np.testing.assert_array_equal(whole.similarity, blocks.similarity)


@given(sentences, sentences)
def test_novel_ngrams_equal_enumeration(samples, training):
    def ngrams(texts, n):
        return [tuple(text[i : i + n]) for text in texts for i in range(len(text) - n + 1)]

    for n, share in novel_ngrams(samples, training, max_order=3).items():
        known, ours = set(ngrams(training, n)), ngrams(samples, n)
        assert share == sum(ngram not in known for ngram in ours) / max(1, len(ours))


def test_copied_sentences_are_whole_sentences():
    training = [["a", "b"], ["c"]]
    samples = [("a", "b"), ["a"], [], ["c"]]
    assert copied_sentences(samples, training).tolist() == [True, False, False, True]
