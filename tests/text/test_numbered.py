"""Sentences as numbers of words."""

import numpy as np

from textgan.text.grammar import Grammar
from textgan.text.lexicon import Lexicon
from textgan.text.numbered import Numbered
from textgan.text.vectors import Word2VecSettings, train_vectors


def test_sentences_as_numbers() -> None:
    made = Grammar.load().sample(60, seed=5)
    text = Numbered.of(made)
    assert (len(text), text[7], text[-1], text[3:5]) == (60, made[7], made[-1], made[3:5])
    assert text == made and text != made[1:] and text != made[::-1]
    assert text.lengths.tolist() == list(map(len, made))
    odd = text.where(np.arange(60) % 2 == 1)
    assert odd == made[1::2]
    assert odd.vocabulary() == sorted({word for words in made[1::2] for word in words})
    known = set(text.words[:40])
    assert text.known(known).tolist() == [known >= set(words) for words in made]


def test_rows_are_those_of_an_array() -> None:
    made = Grammar.load().sample(200, seed=6)
    words = sorted({word for sentence in made[:120] for word in sentence})
    lexicon = Lexicon(tuple(words), np.zeros((0, 0)), np.zeros((0, 0)), np.zeros(0))
    fitting = list(lexicon.fitting(made, 8))
    text = lexicon.select(made, 8)
    assert text == fitting and 0 < len(fitting) < 200
    expected, rows = lexicon.encode(fitting, 8), lexicon.rows(text, 8)
    np.testing.assert_array_equal(np.asarray(rows), expected)
    np.testing.assert_array_equal(rows[:5], expected[:5])
    chosen = np.array([9, 3, 3, 0])
    np.testing.assert_array_equal(rows[chosen], expected[chosen])
    assert np.asarray(rows).dtype == expected.dtype and len(rows) == len(expected)


def test_vectors_of_a_text_that_is_not_held() -> None:
    made = Grammar.load().sample(80, seed=7)
    settings = Word2VecSettings(dim=8, epochs=2)
    held, read = train_vectors(made, settings), train_vectors(Numbered.of(made), settings)
    assert held.words == read.words
    np.testing.assert_array_equal(held.matrix, read.matrix)
