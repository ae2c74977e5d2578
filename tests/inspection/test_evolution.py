from types import SimpleNamespace
from typing import Any

import numpy as np
import pytest

from tests.inspection.networks import LENGTH, points, small_discriminator
from textgan.gan.settings import GameSettings
from textgan.inspection.evolution import moved_words, push, seen_pairs
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


@pytest.mark.parametrize("objective", ["relativistic", "non_saturating", "minimax"])
def test_the_push_is_minus_the_slope_of_the_generators_loss(objective: Any) -> None:
    discriminator, reals = small_discriminator(), points(12, 4)
    heads = discriminator.output_shape[-1]
    weights = np.full(heads, 1 / heads, np.float32)
    game = SimpleNamespace(
        settings=GameSettings(objective=objective),
        head_weights=weights,
        discriminator=discriminator,
    )
    nothing = np.empty((12, 0), np.float32)
    opened: Any = SimpleNamespace(game=game, reals=reals, told=nothing)
    samples = points(3, 6)
    arrows = push(opened, samples, nothing[:3])
    real = np.asarray(discriminator(reals[:3]))

    def loss(inputs: np.ndarray) -> float:
        fake = np.asarray(discriminator(inputs)).astype(float)
        terms = {
            "relativistic": np.logaddexp(0, real - fake),
            "non_saturating": np.logaddexp(0, -fake),
            "minimax": -np.logaddexp(0, fake),
        }
        return float((terms[objective] * weights).sum())

    for place in [(0, 0, 1), (2, LENGTH - 1, 3)]:
        ahead, behind = samples.copy(), samples.copy()
        ahead[place] += 1e-2
        behind[place] -= 1e-2
        slope = (loss(ahead) - loss(behind)) / 2e-2
        assert arrows[place] == pytest.approx(-slope, rel=0.05, abs=1e-3)


def test_pairs_are_those_of_neighbours_inside_sentences_and_their_ends() -> None:
    batches = [np.array([[0, 1, 2, 2], [1, 1, 0, 2]]), np.array([[0, 1, 0, 1]])]  # 2 is the end
    assert seen_pairs(batches, 2) == {
        3 * a + b for a, b in [(0, 1), (1, 2), (1, 1), (1, 0), (0, 2)]
    }
