"""Counts the n-grams of a corpus as integers, not as tuples of words.

An n-gram's key is made of the number of its first n - 1 words and its last word. Sorting the keys
of one order numbers the n-grams of that order, and looking a key up among them finds the same
n-gram in another text: exact, without hashing, and near linear in the number of words.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from itertools import chain, repeat

import numpy as np

Sentences = Sequence[Sequence[str]]

_BLOCK = 8192  # sentences counted at a time


@dataclass(frozen=True, eq=False)
class NgramCounts:
    """How often each sentence holds each n-gram of one order: one row for each pair that occurs."""

    ngram: np.ndarray  # (pair,) number of the n-gram, from 0
    sentence: np.ndarray  # (pair,) number of the sentence, from 0
    count: np.ndarray  # (pair,) occurrences, at least 1


@dataclass(frozen=True, eq=False)
class NumberedText:
    """Sentences as one row of numbered words."""

    words: np.ndarray  # (word,) its number, -1 for an unknown word
    sentence: np.ndarray  # (word,) number of its sentence
    end: np.ndarray  # (word,) place where its sentence ends


class WordNumbers:
    """Numbers the words of some sentences from 0, in the order of their first occurrence."""

    def __init__(self, sentences: Sentences):
        words = dict.fromkeys(chain.from_iterable(sentences))
        self._numbers = {word: number for number, word in enumerate(words)}

    def __len__(self) -> int:
        return len(self._numbers)

    def read(self, sentences: Sentences) -> NumberedText:
        """Number the words of any sentences."""
        lengths = sentence_lengths(sentences)
        numbers = map(self._numbers.get, chain.from_iterable(sentences), repeat(-1))
        return NumberedText(
            words=np.fromiter(numbers, dtype=np.int64, count=int(lengths.sum())),
            sentence=np.repeat(np.arange(len(sentences), dtype=np.int32), lengths),
            end=np.repeat(np.cumsum(lengths), lengths),
        )


class NgramIndex:
    """The n-grams of orders 1..max_order of some sentences.

    `counts[n - 1]` counts the n-grams of order n of the indexed sentences themselves. Its rows
    are sorted by n-gram, then by sentence, and every indexed n-gram has one.
    """

    def __init__(self, sentences: Sentences, max_order: int):
        self.max_order = max_order
        self._numbers = WordNumbers(sentences)
        self._keys: list[np.ndarray] = []  # of each order: (n-gram,) keys in ascending order
        self.counts = self._count(sentences, grow=True)

    def count(self, sentences: Sentences) -> list[NgramCounts]:
        """Count the indexed n-grams in other sentences, one item for each order.

        n-grams that the index lacks have no row, and rows are in no order. A block of sentences
        at a time is counted, so that it stays within the processor's cache.
        """
        blocks = [
            (begin, self._count(sentences[begin : begin + _BLOCK], grow=False))
            for begin in range(0, max(1, len(sentences)), _BLOCK)
        ]
        return [
            NgramCounts(
                np.concatenate([block[n].ngram for _, block in blocks]),
                np.concatenate([begin + block[n].sentence for begin, block in blocks]),
                np.concatenate([block[n].count for _, block in blocks]),
            )
            for n in range(self.max_order)
        ]

    def _count(self, sentences: Sentences, grow: bool) -> list[NgramCounts]:
        text = self._numbers.read(sentences)
        counts = []
        start = np.arange(len(text.words))  # (occurrence,) place of its first word
        prefix = np.zeros(len(start), dtype=np.int64)  # (occurrence,) number of all but its last
        for order in range(1, self.max_order + 1):
            inside = start + order <= text.end[start]
            start, prefix = start[inside], prefix[inside]
            last = text.words[start + (order - 1)]
            if not grow:
                known = last >= 0
                start, prefix, last = start[known], prefix[known], last[known]

            keys, rows = stable_sort(prefix * len(self._numbers) + last)
            new = np.diff(keys, prepend=-1) != 0  # (occurrence,) sorted, as are the next ones
            distinct = keys[new]
            if grow:
                self._keys.append(distinct)
                numbers = np.arange(len(distinct))
            else:
                numbers = look_up(distinct, self._keys[order - 1])
            ngram = numbers[np.cumsum(new) - 1]
            counts.append(_count_pairs(ngram, text.sentence[start][rows]))

            prefix = np.empty(len(rows), dtype=np.int64)
            prefix[rows] = ngram
            if not grow:
                known = prefix >= 0
                start, prefix = start[known], prefix[known]
        return counts


def sentence_lengths(sentences: Sentences) -> np.ndarray:
    """Length of each sentence in words, (sentence,)."""
    return np.fromiter(map(len, sentences), dtype=np.int64, count=len(sentences))


def stable_sort(keys: np.ndarray) -> tuple[np.ndarray, np.ndarray]:
    """Keys (none negative) in ascending order, and where each stood; equal ones keep their order.

    Sorting key and place packed in one integer is twice as fast as an argsort.
    """
    bits = len(keys).bit_length()
    if not len(keys) or int(keys.max()) >> (63 - bits):
        rows = np.argsort(keys, kind="stable")
        return keys[rows], rows
    packed = np.sort(keys << bits | np.arange(len(keys)))
    return packed >> bits, packed & ((1 << bits) - 1)


def look_up(keys: np.ndarray, known: np.ndarray) -> np.ndarray:
    """Place of each key among the known ones (ascending), -1 for one that is not there."""
    if not len(known):
        return np.full(len(keys), -1)
    place = np.minimum(np.searchsorted(known, keys), len(known) - 1)
    return np.where(known[place] == keys, place, -1)


def _count_pairs(ngram: np.ndarray, sentence: np.ndarray) -> NgramCounts:
    """Count equal neighbours of known n-grams."""
    new = (np.diff(ngram, prepend=-2) != 0) | (np.diff(sentence, prepend=-1) != 0)
    first = np.flatnonzero(new)
    count = np.diff(first, append=len(ngram))
    known = ngram[first] >= 0
    first = first[known]
    return NgramCounts(ngram[first], sentence[first], count[known])
