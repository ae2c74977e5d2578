"""Sentences as numbers of words: a sequence that makes each sentence when it is asked for.

The numbers may lie in memory or, for a large corpus, in files that are mapped to it: then a batch
is gathered from the disk, and the system keeps in memory what there is room for.
"""

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from functools import cached_property
from itertools import chain
from typing import Any, overload

import numpy as np

from textgan.text.splits import Sentence

_BLOCK = 8192  # sentences read at a time


@dataclass(frozen=True, eq=False)
class Numbered(Sequence[Sentence]):
    """Sentences of numbered words; each is made when it is asked for.

    Attributes:
        words: each once.
        numbers: (word of the text,) int32, all sentences one after the other.
        ends: (sentence,) int64, where each ends.
        rows: (chosen,) int64, ascending: which of the sentences it is.
    """

    words: tuple[str, ...]
    numbers: np.ndarray
    ends: np.ndarray
    rows: np.ndarray

    @classmethod
    def of(cls, sentences: Sequence[Sentence]) -> "Numbered":
        """Number the words of some sentences in the order of their first occurrence."""
        if isinstance(sentences, Numbered):
            return sentences
        words = {
            word: row for row, word in enumerate(dict.fromkeys(chain.from_iterable(sentences)))
        }
        lengths = np.fromiter(map(len, sentences), np.int64, len(sentences))
        every = map(words.__getitem__, chain.from_iterable(sentences))
        numbers = np.fromiter(every, np.int32, int(lengths.sum()))
        return cls(tuple(words), numbers, np.cumsum(lengths), np.arange(len(lengths)))

    def __len__(self) -> int:
        return len(self.rows)

    @overload
    def __getitem__(self, place: int) -> Sentence: ...
    @overload
    def __getitem__(self, place: slice) -> list[Sentence]: ...
    def __getitem__(self, place: int | slice) -> Sentence | list[Sentence]:
        """Return a sentence, or those of a slice as a list."""
        if isinstance(place, slice):
            return list(self._read(self.rows[place]))
        return next(self._read(self.rows[[place]]))

    def __iter__(self) -> Iterator[Sentence]:
        for start in range(0, len(self), _BLOCK):
            yield from self._read(self.rows[start : start + _BLOCK])

    def __eq__(self, other: object) -> bool:
        return (
            isinstance(other, Sequence)
            and len(other) == len(self)
            and all(ours == theirs for ours, theirs in zip(self, other, strict=True))
        )

    __hash__ = None  # type: ignore[assignment]

    @cached_property
    def lengths(self) -> np.ndarray:
        """(sentence,) int32, the words of each."""
        return (self.ends[self.rows] - self._starts(self.rows)).astype(np.int32)

    @property
    def stored(self) -> bool:
        """Whether the words lie on the disk."""
        return isinstance(self.numbers, np.memmap)

    def where(self, kept: np.ndarray) -> "Numbered":
        """Return the sentences for which `kept` (sentence,) is true, or those of these numbers."""
        return Numbered(self.words, self.numbers, self.ends, self.rows[kept])

    def known(self, words: Iterable[str]) -> np.ndarray:
        """(sentence,) bool: whether all words of a sentence are among these."""
        wanted = set(words)
        table = np.fromiter((word in wanted for word in self.words), bool, len(self.words))
        known = np.empty(len(self), dtype=bool)
        for start in range(0, len(self), _BLOCK):
            part = slice(start, start + _BLOCK)
            numbers, lengths = self._numbers(self.rows[part]), self.lengths[part]
            sentence = np.repeat(np.arange(len(lengths)), lengths)
            unknown = np.bincount(sentence[~table[numbers]], minlength=len(lengths))
            known[part] = unknown == 0
        return known

    def vocabulary(self) -> list[str]:
        """Return the different words of the sentences, sorted."""
        seen = np.zeros(len(self.words), dtype=bool)
        for start in range(0, len(self), _BLOCK):
            seen[self._numbers(self.rows[start : start + _BLOCK])] = True
        return sorted(self.words[number] for number in np.flatnonzero(seen).tolist())

    def gather(self, places: np.ndarray, length: int, table: np.ndarray, end: int) -> np.ndarray:
        """Return sentences as rows of another numbering, (place, length) int32.

        Args:
            places: of the sentences, none longer than `length`.
            length: positions of a row.
            table: (word,) int32, the other number of each word.
            end: what stands after a sentence.
        """
        rows = self.rows[places]
        starts = self._starts(rows)
        lengths = self.ends[rows] - starts
        inside = np.arange(length) < lengths[:, None]
        found = np.full(inside.shape, end, dtype=np.int32)
        found[inside] = table[self._numbers(rows)]
        return found

    def _starts(self, rows: np.ndarray) -> np.ndarray:
        return np.where(rows > 0, self.ends[rows - 1], 0)

    def _numbers(self, rows: np.ndarray) -> np.ndarray:
        """Return the numbers of the words of some sentences, one after the other."""
        starts = self._starts(rows)
        lengths = self.ends[rows] - starts
        first = np.repeat(starts - (np.cumsum(lengths) - lengths), lengths)
        return np.asarray(self.numbers[first + np.arange(len(first))])

    def _read(self, rows: np.ndarray) -> Iterator[Sentence]:
        words = self.words
        numbers = self._numbers(rows).tolist()
        start = 0
        for end in np.cumsum(self.ends[rows] - self._starts(rows)).tolist():
            yield tuple([words[number] for number in numbers[start:end]])
            start = end


@dataclass(frozen=True, eq=False)
class GatheredRows:
    """Sentences as rows of a lexicon, gathered when they are asked for, as if from an array.

    Attributes:
        text: none of it longer than `length`.
        length: positions of a row.
        table: (word of the text,) int32, its row in the lexicon.
        end: the row that stands after a sentence.
    """

    text: Numbered
    length: int
    table: np.ndarray
    end: int

    @classmethod
    def of(cls, text: Numbered, length: int, known: Mapping[str, int]) -> "GatheredRows":
        """Make rows of sentences all of whose words are known, by their row."""
        rows = (known.get(word, len(known)) for word in text.words)
        table = np.fromiter(rows, np.int32, len(text.words))
        return cls(text, length, table, len(known))

    def __len__(self) -> int:
        return len(self.text)

    def __getitem__(self, places: np.ndarray | slice) -> np.ndarray:
        """Return (place, position) int32."""
        if isinstance(places, slice):
            places = np.arange(len(self))[places]
        return self.text.gather(places, self.length, self.table, self.end)

    def __array__(self, dtype: Any = None, copy: bool | None = None) -> np.ndarray:
        """Return all rows at once, (sentence, position) int32."""
        parts = [self[start : start + _BLOCK] for start in range(0, len(self), _BLOCK)]
        whole = np.concatenate(parts) if parts else self[:0]
        return whole if dtype is None else whole.astype(dtype)
