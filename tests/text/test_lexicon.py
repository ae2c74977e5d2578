"""Words as points: what is encoded comes back, and nearest means nearest among the vectors."""

from typing import Any

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from textgan.text.lexicon import Lexicon
from textgan.text.vectors import prepare_points

LENGTH, DIM = 5, 6
WORDS = ("a", "boat", "crosses", "the", "wide", "river", ".")
VECTORS = np.random.default_rng(0).standard_normal((len(WORDS), DIM))
WORD_ROWS = np.arange(200) % len(WORDS)
LEXICON = Lexicon.of(WORDS, VECTORS, 0.5)
END = LEXICON.points[-1]

sentences = st.lists(st.lists(st.sampled_from(WORDS), max_size=LENGTH).map(tuple), min_size=1)


@given(sentences=sentences, noise=st.floats(0, 0.05))
def test_what_is_encoded_decodes_to_itself(sentences: Any, noise: float) -> None:
    ids = LEXICON.encode(sentences, LENGTH)
    assert ids.shape == (len(sentences), LENGTH)
    points = LEXICON.points[ids] * np.float32(1.5)
    points += noise * np.random.default_rng(1).standard_normal(points.shape)
    assert LEXICON.decode(points) == sentences


def test_a_sentence_is_cut_at_its_first_end() -> None:
    boat, river = LEXICON.points[[1, 5]]
    points = np.stack([[boat, END, river, END, river], [END] * 5, [river] * 5])
    assert LEXICON.decode(points) == [("boat",), (), ("river",) * 5]


def test_nearest_is_by_cosine_among_the_word_vectors() -> None:
    """Points that are words moved in the space of the vectors are read by their cosines there."""
    moved = VECTORS - VECTORS.mean(axis=0)
    moved = moved[WORD_ROWS] + 0.5 * np.random.default_rng(2).standard_normal((200, DIM))
    centred = prepare_points(VECTORS).astype(np.float64)
    cosines = (moved / np.linalg.norm(moved, axis=1, keepdims=True)) @ centred.T
    for whitening in (0.0, 0.5, 1.0):
        lexicon = Lexicon.of(WORDS, VECTORS, whitening)
        points = moved @ np.linalg.inv(lexicon.decoding_map.astype(np.float64))
        words = lexicon.nearest(points)
        inside = words < len(WORDS)
        assert inside.mean() > 0.8
        if whitening == 0.0:
            np.testing.assert_array_equal(words[inside], cosines[inside].argmax(axis=1))
        else:
            # Scaling every point to one length is not linear: a close call may go either way.
            assert (words[inside] == cosines[inside].argmax(axis=1)).mean() > 0.8


def test_ranked_words_begin_with_the_nearest_and_fall_in_cosine() -> None:
    points = LEXICON.points[[1, 5]] + np.float32(0.3)
    ranked = LEXICON.ranked(points, 4)
    np.testing.assert_array_equal(ranked[:, 0], LEXICON.nearest(points))
    far = LEXICON.nearness(np.repeat(points[:, None], 4, axis=1), ranked)
    assert (np.diff(far, axis=1) <= 0).all()


def test_whitening_parts_neighbours_and_reading_undoes_it() -> None:
    """A point half-way between two near words is read as one of them, whatever the whitening."""
    rng = np.random.default_rng(3)
    centres = rng.standard_normal((4, DIM))
    vectors = np.repeat(centres, 5, axis=0) + 0.05 * rng.standard_normal((20, DIM))
    lexicon = Lexicon.of([str(word) for word in range(20)], vectors, 1.0)
    pairs = [(a, b) for c in range(4) for a in range(5 * c, 5 * c + 5) for b in range(a)]
    pairs = [(a, b) for a, b in pairs if a // 5 == b // 5]
    between = np.stack([lexicon.points[a] + lexicon.points[b] for a, b in pairs])
    classes = lexicon.nearest(between) // 5
    assert (classes == np.array([a // 5 for a, _ in pairs])).mean() > 0.95


def test_what_cannot_be_encoded() -> None:
    with pytest.raises(KeyError, match="sea"):
        LEXICON.encode([("the", "sea")], LENGTH)
    with pytest.raises(ValueError, match="sentence 1 has 6 words, more than 5"):
        LEXICON.encode([("a",), ("a",) * 6], LENGTH)
