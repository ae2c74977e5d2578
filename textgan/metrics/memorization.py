"""How much of the samples was copied from the training text."""

from dataclasses import dataclass
from math import inf

import numpy as np
from scipy.sparse import csr_array

from textgan.metrics.bootstrap import mean_score
from textgan.metrics.metric import Metric, Part, Score, sign
from textgan.metrics.ngrams import (
    NgramCounts,
    NgramIndex,
    Sentences,
    WordNumbers,
    sentence_lengths,
    stable_sort,
)
from textgan.metrics.protocols import Form

_BLOCK = 1 << 25  # pairs of sentences compared at a time, to bound the memory

COPIED = Metric(
    "copied",
    "copied whole",
    Part.MEMORISATION,
    "The share of sentences that stand in the training text word by word.",
    headline=True,
)
LONGEST_COPY = Metric(
    "longest_copy",
    "longest copied run, in words",
    Part.MEMORISATION,
    "The longest run of words of a sentence that stands in the training text.",
    maximum=inf,
)
NEAREST = Metric(
    "nearest",
    "likeness to the nearest training sentence",
    Part.MEMORISATION,
    "The share of word pairs in common with it (Dice coefficient of the bigrams).",
)
NOVEL = {
    n: Metric(
        f"novel.{n}",
        f"new n-grams, n = {n}",
        Part.MEMORISATION,
        f"The share of runs of {n} words that occur nowhere in the training text.",
    )
    for n in (2, 3, 4, 5)
}


@dataclass(frozen=True, eq=False)
class Nearest:
    """The most similar training sentence of each sample."""

    training: np.ndarray  # (sample,) its number, -1 where no training sentence shares a bigram
    similarity: np.ndarray  # (sample,) Dice coefficient, 0..1


def memorization_scores(samples: Sentences, training: Sentences, form: Form) -> list[Score]:
    """Score how much of the samples stands in the training text."""
    sizes = {"hyps": len(samples), "training": len(training)}
    signature = sign(**sizes, **form)
    similarity = nearest_sentences(samples, training).similarity
    return [
        mean_score(COPIED, copied_sentences(samples, training), signature),
        mean_score(LONGEST_COPY, longest_copies(samples, training), signature),
        mean_score(NEAREST, similarity, sign(similarity="bigram-dice", **sizes, **form)),
        *(
            NOVEL[n].score(share, sign(n=n, **sizes, **form))
            for n, share in novel_ngrams(samples, training).items()
        ),
    ]


def copied_sentences(samples: Sentences, training: Sentences) -> np.ndarray:
    """Whether each sample is a training sentence, word by word, (sample,)."""
    known = set(map(tuple, training))
    return np.array([tuple(sample) in known for sample in samples])


def novel_ngrams(samples: Sentences, training: Sentences, max_order: int = 5) -> dict[int, float]:
    """Share of the samples' n-grams that occur nowhere in the training text, 0..1, by n from 2.

    It is 0 where no sample is n words long.
    """
    known = NgramIndex(training, max_order).count(samples)
    lengths = sentence_lengths(samples)
    shares = {}
    for n, counts in enumerate(known[1:], start=2):
        ngrams = int(np.maximum(0, lengths - n + 1).sum())
        shares[n] = (ngrams - int(counts.count.sum())) / max(1, ngrams)
    return shares


def longest_copies(samples: Sentences, training: Sentences) -> np.ndarray:
    """Length in words of the longest run of each sample that stands in a training sentence.

    Runs of n words shared by both sides are found from the shared runs of n - 1 words, so the
    cost is that of sorting the shared text once for each word of the longest shared run.

    Returns:
        (sample,) from 0 to the sample's length.
    """
    numbers = WordNumbers(training)
    text = numbers.read([*training, *samples])
    first_sample = len(training)
    longest = np.zeros(len(samples), dtype=np.int64)
    start = np.arange(len(text.words))  # (run,) place of its first word
    prefix = np.zeros(len(start), dtype=np.int64)  # (run,) number of all but its last word
    order = 0
    while len(start):
        order += 1
        inside = start + order <= text.end[start]
        start, prefix = start[inside], prefix[inside]
        last = text.words[start + (order - 1)]
        start, prefix, last = start[last >= 0], prefix[last >= 0], last[last >= 0]
        keys, rows = stable_sort(prefix * len(numbers) + last)
        new = np.diff(keys, prepend=-1) != 0
        run = np.cumsum(new) - 1  # (run,) number of the run, in the order of the keys
        # A stable sort leaves the training text in front: equal runs begin there and end in the
        # samples if both have them.
        sampled = text.sentence[start] >= first_sample
        begins, ends = rows[new], rows[np.diff(keys, append=-1) != 0]
        shared = (~sampled[begins] & sampled[ends])[run]
        place = np.sort(rows[shared])
        prefix = np.empty(len(rows), dtype=np.int64)
        prefix[rows] = run
        start, prefix, sampled = start[place], prefix[place], sampled[place]
        longest[text.sentence[start[sampled]] - first_sample] = order
    return longest


def nearest_sentences(samples: Sentences, training: Sentences) -> Nearest:
    """Find for each sample the training sentence with which it shares the most bigrams.

    Similarity is the Dice coefficient of the two multisets of bigrams: 1 for equal sentences, also
    where they are too short to have bigrams, 0 for none in common. Of equally similar sentences
    the first is taken. All pairs that share a bigram are compared, as a product of sparse matrices.
    """
    index = NgramIndex(training, 2)
    theirs, ours = index.counts[1], index.count(samples)[1]
    ngrams = 1 + int(theirs.ngram.max(initial=0))
    most = int(max(theirs.count.max(initial=1), ours.count.max(initial=1)))
    known = _multisets(theirs, len(training), ngrams, most).T.tocsr()
    found = _multisets(ours, len(samples), ngrams, most)
    sizes = np.maximum(0, sentence_lengths(samples) - 1)
    training_sizes = np.maximum(0, sentence_lengths(training) - 1)

    nearest = Nearest(np.full(len(samples), -1), np.zeros(len(samples)))
    block = max(1, _BLOCK // len(training))
    for begin in range(0, len(samples), block):
        shared = (found[begin : begin + block] @ known).tocoo()  # (sample, training) bigrams
        sample, candidate = begin + shared.row, shared.col
        dice = 2 * shared.data / (sizes[sample] + training_sizes[candidate])
        np.maximum.at(nearest.similarity, sample, dice)
        best = dice == nearest.similarity[sample]
        sample, candidate = sample[best], candidate[best]
        order = np.argsort(-candidate, kind="stable")  # the last written is the first sentence
        nearest.training[sample[order]] = candidate[order]
    short = {tuple(words): row for row, words in reversed([*enumerate(training)]) if len(words) < 2}
    for number, words in enumerate(samples):
        if len(words) < 2 and tuple(words) in short:
            nearest.training[number], nearest.similarity[number] = short[tuple(words)], 1
    return nearest


def _multisets(counts: NgramCounts, sentences: int, ngrams: int, most: int) -> csr_array:
    """Sentences as rows with a 1 for the first, second, ... occurrence of each n-gram.

    The product of two rows is then the size of the intersection of their multisets.
    """
    before = np.repeat(np.cumsum(counts.count) - counts.count, counts.count)
    occurrence = np.arange(len(before)) - before  # 0, 1, ... of an n-gram in a sentence
    row = np.repeat(counts.sentence, counts.count)
    column = occurrence * ngrams + np.repeat(counts.ngram, counts.count)
    ones = np.ones(len(row), dtype=np.int32)
    return csr_array((ones, (row, column)), shape=(sentences, ngrams * most))
