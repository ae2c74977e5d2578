"""The game in the plane: that of the engine, changed while it is played, and nobody else's."""

from dataclasses import replace

import keras
import numpy as np
import pytest

from textgan.errors import UserError
from textgan.gan.step import draw_batch
from textgan.inspection import toy
from textgan.inspection.toy_settings import PRESETS
from textgan.play import plane
from textgan.play.fields import read_settings
from textgan.play.plane import Position, program

pytestmark = pytest.mark.skipif(
    keras.backend.backend() != "tensorflow", reason="the playground's plane is TensorFlow's"
)


def test_it_is_the_engines_game() -> None:
    settings = read_settings("ring", {"seed": "3", "gamma": "0.3"})
    position = Position(settings)
    for _ in range(6):
        shown = position.play(2)
    game, points = toy.build_game(settings, fused=False), toy.Plane("ring", 3)
    for step in range(12):
        metrics = game.step(draw_batch(points, settings.game.batch_size, 3, step), step)
    frame = toy.Camera(game, fused=False).take(12, points.points)
    assert shown["step"] == 12
    np.testing.assert_allclose(np.reshape(shown["points"], (-1, 2)) / 1000, frame.points, atol=2e-3)
    for mine, engines in zip(position.state, game.state, strict=True):
        np.testing.assert_allclose(mine, np.asarray(engines), rtol=1e-3, atol=1e-4)
    assert position._steps[-1]["logit_gap"] == pytest.approx(metrics[4], abs=1e-4)


def test_two_visitors_do_not_disturb_each_other() -> None:
    alone = Position(read_settings("ring", {}))
    expected = [alone.play(3) for _ in range(3)][-1]
    mine, other = (
        Position(read_settings("ring", {})),
        Position(read_settings("moons", {"seed": "5"})),
    )
    for _ in range(3):
        shown = mine.play(3)
        other.play(2)
    assert other.step == 6
    assert shown == expected


def test_a_change_goes_on_from_where_the_game_stands() -> None:
    position = Position(read_settings("ring", {}))
    position.play(15)
    before = [value.copy() for value in position.state]
    position.change(read_settings("ring", {"data": "grid", "objective": "hinge", "penalty": "r1"}))
    shown = position.play(0)
    assert (shown["step"], shown["found"].split()[-2:]) == (15, ["25", "modes"])
    assert all((a == b).all() for a, b in zip(before, position.state, strict=True))
    assert not position.rows
    position.play(1)
    assert not all((a == b).all() for a, b in zip(before, position.state, strict=True))


def test_a_dial_turns_a_compiled_game() -> None:
    ring, still = PRESETS["ring"], read_settings("ring", {"generator_rate": "1e-7"})
    assert program(ring) is program(still)
    moved = []
    for settings in (ring, still):
        position = Position(settings)
        start = position.state[0].copy()
        position.play(5)
        moved.append(float(np.abs(position.state[0] - start).max()))
    assert moved[1] < 1e-4 * moved[0]


def test_rows_are_means_of_ten_steps_and_are_forgotten_in_time(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    position = Position(read_settings("ring", {}))
    for _ in range(5):
        position.play(5)
    assert [row["step"] for row in position.rows] == [10, 20]
    assert position.rows.maxlen == plane.ROWS


def test_a_game_that_diverges_says_so_and_stays_where_it_was() -> None:
    wild = {"penalty": "none", "objective": "least_squares", "generator_rate": "1"}
    position = Position(read_settings("oscillation", wild | {"discriminator_rate": "1"}))
    position.settings = replace(
        position.settings, game=replace(position.settings.game, generator_rate=1e30)
    )
    with pytest.raises(UserError, match="diverged after step 0: lower the rates"):
        for _ in range(20):
            position.play(100)
            position.step = 0
    assert all(np.isfinite(value).all() for value in position.state)


def test_there_are_never_more_programs_than_may_be(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(plane, "_programs", {})
    monkeypatch.setattr(plane, "MOST_PROGRAMS", 1)
    program(PRESETS["ring"])
    program(PRESETS["moons"])
    with pytest.raises(UserError, match="start `textgan play` again"):
        program(PRESETS["oscillation"])
