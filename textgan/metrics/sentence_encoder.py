"""Sentences as vectors that know word order: soft counts of their n-grams.

A filter looks at a window of 1, 2, 3 or 4 neighbouring words and is averaged over the sentence.
The filters are random Fourier features (Rahimi and Recht 2007, "Random features for large-scale
kernel machines"): cosines of random projections of the word vectors, whose inner products
approximate a kernel under which two windows are as alike as the product over their places of
exp(-SHARPNESS² |u - v|² / 2), u and v being the two words there. The distance between averages
then compares how often n-grams occur, where words with like vectors count as nearly the same.
Nothing is trained, so no corpus has taught the encoder what to overlook.

Cosines of this sharpness were chosen on COCO's training captions, 3,000 against 3,000. Fréchet
distance of changed captions, divided by that of other real ones: one neighbouring pair swapped
1.29, two 1.63; half of the words shuffled 1.99, all 3.37; a tenth of the words dropped 1.60, a
tenth replaced by the nearest word 1.41; captions with the word "bathroom" removed 2.96. Sharper
ones see order better and lost modes worse; rectified projections the reverse; with maxima beside
averages the distance hardly rises at all.
"""

import hashlib
from collections.abc import Sequence

import numpy as np

from textgan.metrics.ngrams import Sentences, sentence_lengths

WIDTHS = (1, 2, 3, 4)  # words in a window
FILTERS = 64  # of each width
SHARPNESS = 0.7  # 1 / bandwidth of the kernel, for word vectors of length 1
SCALE = 10  # of the features, for distances that read well
_BLOCK = 512  # sentences encoded at a time
_PADDING = max(WIDTHS) - 1


class SentenceEncoder:
    """Encodes sentences by the vectors of their words.

    Args:
        words: without repetition. Any other word counts as the zero vector.
        vectors: (word, dim), centred and of one length, as `prepare_points` leaves them.
        seed: of the filters.

    Attributes:
        name: the encoder in a signature, with a checksum of words and vectors.
    """

    def __init__(self, words: Sequence[str], vectors: np.ndarray, seed: int = 0):
        vectors = np.asarray(vectors, dtype=np.float32)
        digest = hashlib.sha256("\n".join(words).encode() + vectors.tobytes()).hexdigest()[:8]
        self.name = f"conv{WIDTHS[0]}-{WIDTHS[-1]}x{FILTERS}-seed{seed}-vectors-{digest}"
        self._rows = {word: row for row, word in enumerate(words)}
        self._unknown, self._begin, self._end = range(len(words), len(words) + 3)
        dim = vectors.shape[1]
        rng = np.random.Generator(np.random.PCG64(seed))
        edges = rng.standard_normal((2, dim))
        table = np.vstack(
            [
                vectors / np.linalg.norm(vectors, axis=1).mean(),
                np.zeros((1, dim)),
                edges / np.linalg.norm(edges, axis=1, keepdims=True),
            ]
        )
        # The projection of a window is the sum of those of the words in their places, which are
        # few enough to be known beforehand.
        self._projections: list[np.ndarray] = []  # of each width: (place, word + 3, filter)
        self._phases: list[np.ndarray] = []  # of each width: (filter,)
        for width in WIDTHS:
            directions = SHARPNESS * rng.standard_normal((width, dim, FILTERS))
            self._projections.append((table @ directions).astype(np.float32))
            self._phases.append(rng.uniform(0, 2 * np.pi, FILTERS).astype(np.float32))

    def __call__(self, sentences: Sentences) -> np.ndarray:
        """Return the features (sentence, 256) float32; equal sentences have equal ones.

        A sentence stands between two edges, so windows know where it begins and ends.
        """
        lengths = sentence_lengths(sentences)
        features = np.empty((len(sentences), FILTERS * len(WIDTHS)), dtype=np.float32)
        order = np.argsort(lengths, kind="stable")  # so that little is padded
        for start in range(0, len(order), _BLOCK):
            block = order[start : start + _BLOCK]
            rows = self._encode([sentences[int(number)] for number in block], lengths[block])
            features[block] = np.concatenate(
                [self._average(index, rows, lengths[block]) for index in range(len(WIDTHS))],
                axis=1,
            )
        return features

    def _encode(self, sentences: Sentences, lengths: np.ndarray) -> np.ndarray:
        """Rows of the words (sentence, padding + position + padding), with edges around them."""
        rows = np.full((len(sentences), lengths.max() + 2 * _PADDING), self._end)
        rows[:, :_PADDING] = self._begin
        for row, words in zip(rows, sentences, strict=True):
            row[_PADDING : _PADDING + len(words)] = [
                self._rows.get(word, self._unknown) for word in words
            ]
        return rows

    def _average(self, index: int, rows: np.ndarray, lengths: np.ndarray) -> np.ndarray:
        """Filters of one width, averaged over the windows of each sentence, (sentence, filter).

        Windows reach over the edges by all but one word; of width 1 there is one on each edge.
        """
        width = WIDTHS[index]
        over = max(1, width - 1)
        windows = rows.shape[1] - 2 * _PADDING + 2 * over - width + 1
        phase = np.broadcast_to(self._phases[index], (len(rows), windows, FILTERS)).copy()
        for place, projection in enumerate(self._projections[index]):
            phase += projection[rows[:, _PADDING - over + place :][:, :windows]]
        response = SCALE * np.cos(phase)
        counted = lengths + 2 * over - width + 1  # (sentence,) windows, without padding's
        response[np.arange(windows) >= counted[:, None]] = 0
        return response.sum(axis=1) / counted[:, None].astype(np.float32)
