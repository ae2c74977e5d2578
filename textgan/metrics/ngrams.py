"""Numbers the n-grams of a corpus, so that they are counted as integers and never as tuples of words.

An n-gram's key is made of the number of its first n - 1 words and its last word. Sorting the keys
of one order numbers the n-grams of that order, and looking a key up among them finds the same
n-gram in another text: exact, without hashing, and near linear in the number of words.
"""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from itertools import chain

import numpy as np

Sentences = Sequence[Sequence[str]]


@dataclass(frozen=True, eq=False)
class NgramCounts:
    """How often each sentence holds each n-gram of one order: one row for each pair that occurs.

    Rows are sorted by n-gram, then by sentence. n-grams that the index lacks have no row.
    """

    ngram: np.ndarray  # (pair,) number of the n-gram, from 0
    sentence: np.ndarray  # (pair,) number of the sentence, from 0
    count: np.ndarray  # (pair,) occurrences, at least 1
    ngrams: int  # different n-grams of this order in the index


class NgramIndex:
    """The n-grams of orders 1..max_order of some sentences.

    `counts[n - 1]` counts the n-grams of order n of the indexed sentences themselves.
    """

    def __init__(self, sentences: Sentences, max_order: int):
        words = dict.fromkeys(chain.from_iterable(sentences))
        self.vocabulary = {word: number for number, word in enumerate(words)}
        self.counts: list[NgramCounts] = []
        self._keys: list[np.ndarray] = []  # of each order: (n-gram,) keys in ascending order
        for keys, sentence in self._walk(sentences, max_order, grow=True):
            self.counts.append(_count(keys, sentence, len(sentences), len(self._keys[-1])))

    def count(self, sentences: Sentences) -> list[NgramCounts]:
        """Count the indexed n-grams in other sentences, one item for each order."""
        walk = self._walk(sentences, len(self._keys), grow=False)
        return [
            _count(ngram, sentence, len(sentences), len(keys))
            for (ngram, sentence), keys in zip(walk, self._keys, strict=True)
        ]

    def _walk(
        self, sentences: Sentences, max_order: int, grow: bool
    ) -> Iterator[tuple[np.ndarray, np.ndarray]]:
        """Yield for each order the number and the sentence of every known n-gram occurrence."""
        lengths = sentence_lengths(sentences)
        tokens = chain.from_iterable(sentences)
        words = np.array([self.vocabulary.get(word, -1) for word in tokens], dtype=np.int64)
        sentence = np.repeat(np.arange(len(sentences)), lengths)
        end = np.repeat(np.cumsum(lengths), lengths)  # (token,) where its sentence ends

        position = np.arange(len(words))  # (occurrence,) where it starts
        prefix = np.zeros(
            len(words), dtype=np.int64
        )  # (occurrence,) number of all but its last word
        for order in range(1, max_order + 1):
            last = position + order - 1
            fits = last < end[position]
            position, prefix, last = position[fits], prefix[fits], words[last[fits]]
            key = np.where(last < 0, -1, prefix * len(self.vocabulary) + last)
            if grow:
                known, ngram = np.unique(key, return_inverse=True)
                self._keys.append(known)
            else:
                ngram, found = _look_up(key, self._keys[order - 1])
                position, ngram = position[found], ngram[found]
            yield ngram, sentence[position]
            prefix = ngram


def sentence_lengths(sentences: Sentences) -> np.ndarray:
    """Length of each sentence in words, (sentence,)."""
    return np.fromiter(map(len, sentences), dtype=np.int64, count=len(sentences))


def _look_up(keys: np.ndarray, known: np.ndarray) -> tuple[np.ndarray, np.ndarray]:
    """Place of each key among the known ones (ascending), and whether it stands there."""
    if not len(known):
        return np.zeros(len(keys), dtype=np.int64), np.zeros(len(keys), dtype=bool)
    place = np.minimum(np.searchsorted(known, keys), len(known) - 1)
    return place, known[place] == keys


def _count(ngram: np.ndarray, sentence: np.ndarray, sentences: int, ngrams: int) -> NgramCounts:
    pair, count = np.unique(ngram * max(1, sentences) + sentence, return_counts=True)
    ngram, sentence = np.divmod(pair, max(1, sentences))
    return NgramCounts(ngram, sentence, count, ngrams)
