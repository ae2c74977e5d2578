"""Presets of the game in the plane."""

import pytest

from textgan.errors import UserError
from textgan.inspection.toy_settings import PRESETS, ToySettings


@pytest.mark.parametrize("frames", [1, 11])
def test_an_animation_without_pictures(frames: int) -> None:
    with pytest.raises(UserError, match=f"frames is {frames}: there must be at least 2"):
        ToySettings(steps=10, frames=frames)


def test_what_fails_has_no_penalty_and_what_learns_has_one() -> None:
    learn = {name for name, preset in PRESETS.items() if preset.game.penalty != "none"}
    assert learn == {"ring", "grid", "moons"}


def test_a_discriminator_that_wins_is_200_times_as_fast() -> None:
    game = PRESETS["discriminator_wins"].game
    assert game.discriminator_rate / game.generator_rate == pytest.approx(200)
    assert PRESETS["vanishing_gradient"].game.objective == "minimax"
