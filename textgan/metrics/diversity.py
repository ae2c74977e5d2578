"""How varied a set of sentences is, and how long, without looking at what they say."""

import numpy as np

from textgan.metrics.ngrams import NgramIndex, Sentences, sentence_lengths


def distinct_ngrams(sentences: Sentences, max_order: int = 3) -> dict[int, float]:
    """Different n-grams divided by all n-grams (distinct-n, Li et al. 2016), 0..1, by n.

    It falls as sentences are added, so compare it only between sets of one size. It is 0 where
    no sentence is n words long.
    """
    counts = NgramIndex(sentences, max_order).counts
    return {
        n: len(np.unique(order.ngram)) / max(1, int(order.count.sum()))
        for n, order in enumerate(counts, start=1)
    }


def unique_share(sentences: Sentences) -> float:
    """Different sentences divided by all sentences, 0..1."""
    return len(set(map(tuple, sentences))) / len(sentences)


def length_distance(sentences: Sentences, others: Sentences) -> float:
    """Wasserstein-1 distance between two distributions of sentence length, in words.

    That is how many words, on average, have to be added or removed to turn one distribution into
    the other: the area between their cumulative distributions.
    """
    lengths, other_lengths = sentence_lengths(sentences), sentence_lengths(others)
    size = 1 + max(lengths.max(), other_lengths.max())
    share = np.bincount(lengths, minlength=size) / len(lengths)
    other_share = np.bincount(other_lengths, minlength=size) / len(other_lengths)
    return float(np.abs(np.cumsum(share - other_share)).sum())
