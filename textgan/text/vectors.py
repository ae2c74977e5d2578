"""Word vectors: trained here with gensim's word2vec."""

import zlib
from collections.abc import Iterable
from dataclasses import dataclass

import numpy as np


@dataclass(frozen=True)
class WordVectors:
    """Words and their vectors.

    Attributes:
        words: the words, without repetition.
        matrix: (word, dim) float32, finite.
        missing: words that were asked for and that the source does not have.
    """

    words: tuple[str, ...]
    matrix: np.ndarray
    missing: tuple[str, ...] = ()


def train_vectors(
    sentences: Iterable[tuple[str, ...]],
    dim: int = 64,
    window: int = 5,
    epochs: int = 10,
    seed: int = 1,
    min_count: int = 1,
    negative: int = 10,
    subsample: float = 1e-3,
) -> WordVectors:
    """Train skip-gram word2vec with negative sampling (Mikolov et al. 2013, arXiv:1310.4546)."""
    from gensim.models import Word2Vec

    model = Word2Vec(
        [list(sentence) for sentence in sentences],
        vector_size=dim,
        window=window,
        epochs=epochs,
        seed=seed,
        min_count=min_count,
        negative=negative,
        sample=subsample,
        sg=1,
        workers=1,
        hashfxn=_stable_hash,
    )
    return WordVectors(tuple(model.wv.index_to_key), np.asarray(model.wv.vectors, np.float32))


def _stable_hash(word: str) -> int:
    return zlib.crc32(word.encode())
