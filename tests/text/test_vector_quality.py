"""How good word vectors are: tests of known answers, coverage against gensim, neighbours."""

import numpy as np
import pytest
from gensim.models import KeyedVectors
from gensim.test.utils import datapath

from textgan.text.corpus import load_corpus
from textgan.text.vector_quality import measure_quality, nearest_words
from textgan.text.vectors import Word2VecSettings, WordVectors, train_vectors


def test_perfect_vectors_score_perfectly_on_what_they_know() -> None:
    words = ("king", "queen", "man", "woman", "boy", "girl", "xyz")
    royal, female, young = np.eye(4)[1:]
    base = np.eye(4)[0]
    matrix = np.stack([
        base + royal, base + royal + female, base, base + female,
        base + young, base + young + female, -base,
    ])  # fmt: skip
    quality = measure_quality(WordVectors(words, matrix.astype(np.float32)))
    assert quality.analogies > 0 and quality.analogies_total == 19_544
    assert quality.analogy_accuracy == 1.0
    assert quality.pairs_total == 353


def test_coverage_agrees_with_gensim() -> None:
    corpus = load_corpus("lee-news")
    vectors = train_vectors(corpus.train, Word2VecSettings(dim=16, epochs=1, min_count=3))
    quality = measure_quality(vectors)
    keyed = KeyedVectors(16)
    keyed.add_vectors(list(vectors.words), vectors.matrix)
    unknown = keyed.evaluate_word_pairs(datapath("wordsim353.tsv"))[2]
    assert 100 * (1 - quality.pairs / quality.pairs_total) == pytest.approx(unknown)
    sections = keyed.evaluate_word_analogies(datapath("questions-words.txt"))[1]
    assert quality.analogies == len(sections[-1]["correct"]) + len(sections[-1]["incorrect"])


def test_no_known_question_is_nan_not_an_error() -> None:
    quality = measure_quality(WordVectors(("xyz", "zyx"), np.eye(2, dtype=np.float32)))
    assert quality.pairs == quality.analogies == 0
    assert np.isnan(quality.spearman) and np.isnan(quality.analogy_accuracy)


def test_neighbours_are_the_highest_cosines() -> None:
    matrix = np.array([[1, 0], [1, 0.1], [0, 1]], np.float32)
    vectors = WordVectors(("a", "b", "c"), matrix)
    assert [word for word, _ in nearest_words(vectors, "a")] == ["b", "c"]
    assert nearest_words(vectors, "unknown") == []
