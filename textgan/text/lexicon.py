"""Words as points: sentences into rows of points and back, by the nearest word.

The game is played among whitened points, where interchangeable words stand apart. The
decoding space, in which the nearest word is looked for, may be another, such as that where word2vec
put the words: there a point between two nouns is nearest to some noun, while among whitened points
it may be nearest to anything (measured in LOG.md).
"""

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from functools import cached_property

import numpy as np

from textgan.text.corpus import Sentence
from textgan.text.numbered import GatheredRows, Numbered
from textgan.text.vectors import prepare_points


@dataclass(frozen=True)
class Lexicon:
    """Words as points on a sphere.

    Attributes:
        words: without repetition.
        points: (word + 1, dim) float32 of length sqrt(dim); the last row is "after the end".
        decoding_map: (dim, dim) float32, the linear map into the decoding space.
        bias: (word + 1,) float32, added to the inner product of a point and each word: a word with
            a greater one is the nearest in a larger cell (a power diagram).
    """

    words: tuple[str, ...]
    points: np.ndarray
    decoding_map: np.ndarray
    bias: np.ndarray

    @classmethod
    def of(
        cls,
        words: Sequence[str],
        vectors: np.ndarray,
        whitening: float,
        decoding_whitening: float = 0.0,
    ) -> "Lexicon":
        """Prepare the points of `words`, and the map into the decoding space.

        Args:
            words: without repetition.
            vectors: (word, dim) pretrained.
            whitening: see `prepare_points`.
            decoding_whitening: the same of the decoding space.

        Raises:
            UserError: see `prepare_points`.
        """
        end = _after_the_end(vectors.shape[1])
        points = np.vstack([prepare_points(vectors, whitening), end])
        target = np.vstack([prepare_points(vectors, decoding_whitening), end])
        linear, *_ = np.linalg.lstsq(points.astype(np.float64), target, rcond=None)
        bias = np.zeros(len(points), dtype=np.float32)
        return cls(tuple(words), points, linear.astype(np.float32), bias)

    def name(self, row: int) -> str:
        """Return the word of a row; "·" is "after the end"."""
        return self.words[row] if row < len(self.words) else "·"

    def fitting(self, sentences: Iterable[Sentence], length: int) -> Iterator[Sentence]:
        """Yield the sentences of at most `length` words, all of them in the lexicon."""
        known = self._rows.keys()
        return (words for words in sentences if len(words) <= length and known >= set(words))

    def select(self, sentences: Sequence[Sentence], length: int) -> Numbered:
        """Return the same, without holding the sentences."""
        text = Numbered.of(sentences)
        return text.where((text.lengths <= length) & text.known(self.words))

    def rows(self, text: Numbered, length: int) -> GatheredRows:
        """Return what `encode` does of sentences that fit, gathered when it is asked for."""
        return GatheredRows.of(text, length, self._rows)

    def encode(self, sentences: Sequence[Sentence], length: int) -> np.ndarray:
        """Return row numbers (sentence, length) int32; what follows a sentence is "after the end".

        Raises:
            KeyError: a word is not in the lexicon.
            ValueError: a sentence is longer than `length`.
        """
        ids = np.full((len(sentences), length), len(self.words), dtype=np.int32)
        for index, sentence in enumerate(sentences):
            if len(sentence) > length:
                raise ValueError(f"sentence {index} has {len(sentence)} words, more than {length}")
            ids[index, : len(sentence)] = [self._rows[word] for word in sentence]
        return ids

    @cached_property
    def _rows(self) -> dict[str, int]:
        return {word: row for row, word in enumerate(self.words)}

    @cached_property
    def directions(self) -> np.ndarray:
        """(dim, word + 1) float32: `points @ directions` orders words by cosine when decoding."""
        images = self.points @ self.decoding_map
        return self.decoding_map @ (images / np.linalg.norm(images, axis=1, keepdims=True)).T

    def nearest(self, points: np.ndarray) -> np.ndarray:
        """Return the row of the nearest word by cosine: (..., dim) to (...) int."""
        flat = points.reshape(-1, points.shape[-1])  # one product, not one for each sentence
        return np.argmax(flat @ self.directions + self.bias, axis=-1).reshape(points.shape[:-1])

    def ranked(self, points: np.ndarray, count: int) -> np.ndarray:
        """Return the rows of the words nearest to points: (..., dim) to (..., count), in order."""
        order = np.argsort(-(points @ self.directions + self.bias), axis=-1, kind="stable")
        return order[..., :count]

    def nearness(self, points: np.ndarray, rows: np.ndarray) -> np.ndarray:
        """Return each point's cosine with a word in the decoding space.

        Args:
            points: (..., dim).
            rows: (...) int, of the words.
        """
        size = np.linalg.norm(points @ self.decoding_map, axis=-1)
        return np.sum(points * self.directions.T[rows], axis=-1) / size

    def decode(self, points: np.ndarray) -> list[Sentence]:
        """Read points (sentence, position, dim): the nearest words, see `read`."""
        return self.read(self.nearest(points))

    def read(self, rows: np.ndarray) -> list[Sentence]:
        """Read rows (sentence, position): their words, cut at "after the end"."""
        end = len(self.words)
        sentences = []
        for row in rows:
            (after,) = np.nonzero(row == end)
            stop = after[0] if len(after) else len(row)
            sentences.append(tuple(self.words[word] for word in row[:stop]))
        return sentences


def _after_the_end(dim: int) -> np.ndarray:
    """Return the point (dim,) float32 for "after the end": a fixed direction of its own."""
    direction = np.random.Generator(np.random.PCG64(0)).standard_normal(dim)
    return (direction * np.sqrt(dim) / np.linalg.norm(direction)).astype(np.float32)
