import numpy as np

from textgan.inspection.evolution_text import moved_words, seen_pairs
from textgan.text.lexicon import Lexicon

# Four words on the axes of the plane; the fifth row is after the end, out of the way.
LEXICON = Lexicon(
    ("east", "north", "west", "south"),
    np.array([[1, 0], [0, 1], [-1, 0], [0, -1], [-0.8, -0.6]], np.float32),
    np.eye(2, dtype=np.float32),
    np.zeros(5, dtype=np.float32),
)


def test_a_point_is_as_near_as_its_cosine() -> None:
    angle = np.radians([0, 30, 44])
    circle = 3.0 * np.stack([np.cos(angle), np.sin(angle)], axis=1)
    near = LEXICON.nearness(circle, LEXICON.nearest(circle))
    np.testing.assert_allclose(near, np.cos(angle), rtol=1e-6)


def test_the_first_other_word_on_the_way_is_found() -> None:
    here = np.array([[1.0, 0.1], [1.0, 0.1], [1.0, 0.1]])
    arrows = np.array([[0.0, 5.0], [7.0, 0.0], [-1.0, 0.3]])
    assert moved_words(LEXICON, here, arrows).tolist() == [1, 0, 1]


def test_pairs_are_those_of_neighbours_inside_sentences_and_their_ends() -> None:
    batches = [np.array([[0, 1, 2, 2], [1, 1, 0, 2]]), np.array([[0, 1, 0, 1]])]  # 2 is the end
    assert seen_pairs(batches, 2) == {
        3 * a + b for a, b in [(0, 1), (1, 2), (1, 1), (1, 0), (0, 2)]
    }
