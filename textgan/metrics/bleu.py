"""Sentence BLEU against one shared set of references, and self-BLEU, in linear time.

Papineni et al. 2002, "BLEU: a method for automatic evaluation of machine translation", with the
smoothing method 1 of Chen and Cherry 2014; equal to NLTK's `sentence_bleu` with uniform weights.
Text GANs are scored by its average over generated sentences, all against the same references
(Zhu et al. 2018, "Texygen"), and by self-BLEU, each sentence against all the others.

Because the references are shared, an n-gram's count in a hypothesis is clipped by one number, its
largest count in any reference. Leaving one reference out needs only the second largest beside it.
"""

from dataclasses import dataclass, replace

import numpy as np

from textgan.errors import UserError
from textgan.metrics.ngrams import NgramCounts, NgramIndex, Sentences, sentence_lengths

SMOOTHING = 0.1  # matches granted to an order that has none (NLTK's epsilon)


@dataclass(frozen=True, eq=False)
class BleuScores:
    """BLEU of each hypothesis, in the range 0..1: `sentence[:, n - 2]` is BLEU-n."""

    sentence: np.ndarray  # (hypothesis, order)

    def mean(self) -> dict[int, float]:
        """Average over the hypotheses of each BLEU-n, by n."""
        return {n: float(value) for n, value in enumerate(self.sentence.mean(axis=0), start=2)}


def bleu(hypotheses: Sentences, references: Sentences, max_order: int = 5) -> BleuScores:
    """Score every hypothesis against all references with BLEU-2..max_order.

    An empty hypothesis scores 0. Raises `UserError` when either side has no sentence.
    """
    return BleuReferences(references, max_order).score(hypotheses)


def self_bleu(sentences: Sentences, max_order: int = 5) -> BleuScores:
    """Score every sentence against all the others; its duplicates are among those.

    Raises `UserError` for fewer than two sentences.
    """
    return BleuReferences(sentences, max_order).leave_one_out()


@dataclass(frozen=True, eq=False)
class BleuStatistics:
    """What BLEU needs to know of each hypothesis, for sentence scores and corpus scores alike."""

    matched: np.ndarray  # (hypothesis, order) clipped matches of the n-grams of orders 1, 2, ...
    lengths: np.ndarray  # (hypothesis,) words
    closest: np.ndarray  # (hypothesis,) words of the reference closest in length

    @property
    def possible(self) -> np.ndarray:
        """n-grams that each hypothesis has, (hypothesis, order)."""
        orders = np.arange(self.matched.shape[1])
        return np.maximum(0, self.lengths[:, None] - orders)

    def scores(self) -> BleuScores:
        """Brevity penalty times the geometric mean of the smoothed precisions, from order 2 up."""
        orders = np.arange(1, self.matched.shape[1] + 1)
        matched = np.where(self.matched == 0, SMOOTHING, self.matched)
        precision = matched / np.maximum(1, self.possible)
        geometric = np.exp(np.cumsum(np.log(precision), axis=1) / orders)
        brevity = np.exp(np.minimum(0, 1 - self.closest / np.maximum(1, self.lengths)))
        scores = np.where(self.matched[:, :1] == 0, 0, brevity[:, None] * geometric)
        return BleuScores(scores[:, 1:])


class BleuReferences:
    """References indexed once, to score many sets of hypotheses against them."""

    def __init__(self, references: Sentences, max_order: int = 5):
        if not len(references):
            raise UserError("BLEU needs at least one reference sentence, and there is none")
        self._index = NgramIndex(references, max_order)
        self._lengths = sentence_lengths(references)
        self._largest = [_largest_counts(counts) for counts in self._index.counts]

    def score(self, hypotheses: Sentences) -> BleuScores:
        """Score every hypothesis against all references."""
        return self.statistics(hypotheses).scores()

    def statistics(self, hypotheses: Sentences) -> BleuStatistics:
        """Match every hypothesis with all references."""
        if not len(hypotheses):
            raise UserError("BLEU needs at least one sentence to score, and there is none")
        lengths = sentence_lengths(hypotheses)
        matches = [
            _clipped_matches(counts, largest[counts.ngram], len(hypotheses))
            for counts, largest in zip(self._index.count(hypotheses), self._largest, strict=True)
        ]
        closest = _closest(lengths, self._lengths, leave_out=False)
        return BleuStatistics(np.stack(matches, axis=1), lengths, closest)

    def leave_one_out(self) -> BleuScores:
        """Score every reference against all the other references."""
        return self.leave_one_out_statistics().scores()

    def leave_one_out_statistics(self) -> BleuStatistics:
        """Match every reference with all the other references."""
        if len(self._lengths) < 2:
            raise UserError("self-BLEU needs at least two sentences, and there is only one")
        matches = [
            _clipped_matches(counts, _largest_elsewhere(counts, largest), len(self._lengths))
            for counts, largest in zip(self._index.counts, self._largest, strict=True)
        ]
        closest = _closest(self._lengths, self._lengths, leave_out=True)
        return BleuStatistics(np.stack(matches, axis=1), self._lengths, closest)


def _largest_counts(counts: NgramCounts) -> np.ndarray:
    """Largest count of each n-gram in any one sentence, (n-gram,)."""
    starts = np.flatnonzero(np.diff(counts.ngram, prepend=-1))  # every n-gram has at least one row
    return np.maximum.reduceat(counts.count, starts) if len(starts) else counts.count


def _largest_elsewhere(counts: NgramCounts, largest: np.ndarray) -> np.ndarray:
    """Largest count of each row's n-gram in the sentences other than the row's own, (pair,)."""
    rows = np.flatnonzero(counts.count == largest[counts.ngram])
    holder = np.empty(len(largest), dtype=np.int64)  # (n-gram,) one row that has the largest count
    holder[counts.ngram[rows]] = rows
    others = counts.count.copy()
    others[holder] = 0
    elsewhere = largest[counts.ngram]
    elsewhere[holder] = _largest_counts(replace(counts, count=others))
    return elsewhere


def _clipped_matches(counts: NgramCounts, limit: np.ndarray, sentences: int) -> np.ndarray:
    """Matched n-grams of each sentence, (sentence,): no n-gram counts beyond its limit (pair,)."""
    clipped = np.minimum(counts.count, limit)
    return np.bincount(counts.sentence, weights=clipped, minlength=sentences)


def _closest(lengths: np.ndarray, references: np.ndarray, leave_out: bool) -> np.ndarray:
    """Reference length closest to each length, the shorter of two equally close.

    With `leave_out` the lengths are the references' own, and each looks at the others only.
    """
    wanted, place = np.unique(lengths, return_inverse=True)
    offered, times = np.unique(references, return_counts=True)
    distance = np.abs(wanted[:, None] - offered).astype(float)  # (length, reference length)
    if leave_out:
        distance[np.diag(times == 1)] = np.inf
    return offered[distance.argmin(axis=1)][place]  # argmin takes the first, which is the shorter
