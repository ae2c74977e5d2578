from dataclasses import replace

import numpy as np
import pytest

from textgan.gan.diagnosis import diagnose
from textgan.inspection import toy
from textgan.inspection.toy import Recording, play
from textgan.inspection.toy_data import draw_points, modes_found
from textgan.inspection.toy_settings import PRESETS, ToySettings


@pytest.fixture(autouse=True)
def small_field(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(toy, "SIDE", 5)


def short(name: str) -> ToySettings:
    return replace(PRESETS[name], frames=26)


@pytest.mark.parametrize(
    "name", ["discriminator_wins", "vanishing_gradient", "mode_collapse", "oscillation"]
)
def test_a_game_that_fails_on_purpose_is_recognised(name: str) -> None:
    film = play(short(name))
    assert diagnose(film.rows, film.settings.game.objective).trouble == name
    assert modes_found(film.frames[-1].points, "ring") < 6


@pytest.fixture(scope="module")
def ring() -> Recording:
    return play(replace(PRESETS["ring"], steps=300, frames=16))


def test_the_ring_is_learned_and_found_healthy(ring: Recording) -> None:
    assert diagnose(ring.rows, "relativistic").trouble == "healthy"
    assert modes_found(ring.frames[-1].points, "ring") == 8
    assert ring.rows[-1]["spread"] == pytest.approx(1.0, abs=0.1)


def test_frames_are_taken_where_they_were_asked_for(ring: Recording) -> None:
    assert [frame.step for frame in ring.frames] == list(range(0, 301, 20))
    assert [row["step"] for row in ring.rows] == list(range(20, 301, 20))


def test_a_push_leads_uphill_on_the_discriminator(ring: Recording) -> None:
    # For one logit the generator's loss falls where the logit rises, so both gradients are
    # parallel: a small step along the push raises the logit.
    settings = replace(PRESETS["ring"], steps=2, frames=2)
    game = toy.build_game(settings)
    frame = toy.Camera(game).take(0, draw_points("ring", 100, 0))
    ahead = frame.followed + 1e-2 * frame.push / np.linalg.norm(frame.push, axis=1, keepdims=True)
    before, after = (np.asarray(game.discriminator(p)) for p in (frame.followed, ahead))
    assert (after > before).all()
