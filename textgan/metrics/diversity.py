"""How varied a set of sentences is, and how long, without looking at what they say."""

from math import inf

import numpy as np

from textgan.metrics.bootstrap import mean_score
from textgan.metrics.metric import Metric, Part, Score, sign
from textgan.metrics.ngrams import NgramIndex, Sentences, sentence_lengths
from textgan.metrics.protocols import Form

MEAN_LENGTH = Metric(
    "mean_length",
    "mean length, in words",
    Part.VARIETY,
    "Words a sentence.",
    maximum=inf,
)
LENGTH_DISTANCE = Metric(
    "length_distance",
    "distance between the lengths, in words",
    Part.VARIETY,
    "Words to add or remove, a sentence, for lengths as common as in real text.",
    "minimize",
    maximum=inf,
)
DISTINCT = {
    n: Metric(
        f"distinct.{n}",
        f"different n-grams, n = {n}",
        Part.VARIETY,
        f"Different runs of {n} words, as a share of all.",
    )
    for n in (1, 2, 3)
}
UNIQUE = Metric(
    "unique", "different sentences", Part.VARIETY, "Different sentences, as a share of all."
)
EMPTY = Metric("empty", "empty sentences", Part.VARIETY, "The share of sentences without a word.")


def variety_scores(sentences: Sentences, form: Form) -> list[Score]:
    """Score sentences by themselves: lengths, distinct n-grams, different and empty sentences."""
    lengths = sentence_lengths(sentences)
    signature = sign(hyps=len(sentences), **form)
    return [
        mean_score(MEAN_LENGTH, lengths, signature),
        *(
            DISTINCT[n].score(share, sign(n=n, hyps=len(sentences), **form))
            for n, share in distinct_ngrams(sentences).items()
        ),
        UNIQUE.score(unique_share(sentences), signature),
        mean_score(EMPTY, lengths == 0, signature),
    ]


def length_scores(sentences: Sentences, references: Sentences, form: Form) -> list[Score]:
    """Score the lengths of sentences beside those of references."""
    signature = sign(hyps=len(sentences), refs=len(references), **form)
    return [LENGTH_DISTANCE.score(length_distance(sentences, references), signature)]


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
