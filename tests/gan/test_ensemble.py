"""An ensemble plays each of its games as that would be played alone, and is resumed exactly."""

from pathlib import Path

import keras
import numpy as np
from keras import ops

from tests.gan.ring import NOISE, ArraySource, RingSubject, ring_game, ring_samples
from textgan.gan.checkpoint import checkpoint_steps
from textgan.gan.ensemble import Ensemble
from textgan.gan.run_folder import RunFolder
from textgan.gan.settings import GameSettings, LoopSettings
from textgan.gan.step import Game, draw_batch
from textgan.gan.training import train

BATCH, STEPS = 16, 8


def games() -> list[Game]:
    """Two games, the second from other weights than the first."""
    both = [ring_game(GameSettings(batch_size=BATCH), STEPS, width=8) for _ in range(2)]
    for variable in both[1].generator.trainable_variables:
        variable.assign(0.5 * variable)
    return both


def values(variables: list) -> list[np.ndarray]:
    return [np.array(ops.convert_to_numpy(variable)) for variable in variables]


def test_each_game_is_played_as_if_it_were_alone() -> None:
    together, alone = Ensemble(games()), games()
    source = ArraySource(ring_samples(), NOISE)
    for step in range(3):
        batch = draw_batch(source, together.batch_size, seed=7, step=step)
        metrics = together.step(batch, step)
        single = [game.step(part, step) for game, part in zip(alone, batch.parts(2), strict=True)]
        np.testing.assert_array_equal(metrics, np.mean(single, axis=0))
    assert together.batch_size == 2 * BATCH
    for game, expected in zip(together.games, alone, strict=True):
        for value, other in zip(values(game.state), values(expected.state), strict=True):
            np.testing.assert_array_equal(value, other)


def test_what_games_share_is_one_part_of_the_state() -> None:
    first, second = games()
    extra = keras.Variable([0.0])
    first.state.append(extra)
    second.state.append(extra)
    state = Ensemble([first, second]).state
    assert len(state) == len(first.state) + len(second.state) - 1
    assert sum(each is extra for each in state) == 1


def test_a_batch_is_cut_into_parts_that_make_it_up() -> None:
    batch = draw_batch(ArraySource(ring_samples(), NOISE), 12, seed=7, step=0)
    first, second, third = batch.parts(3)
    np.testing.assert_array_equal(np.concatenate([first.real, second.real, third.real]), batch.real)
    np.testing.assert_array_equal(second.noise, batch.noise[:, 4:8])
    np.testing.assert_array_equal(third.jitter, batch.jitter[:, 8:])
    assert third.mix.shape == (4,) and third.condition.shape == (4, 0)


def test_a_training_that_stopped_ends_as_one_that_did_not(tmp_path: Path) -> None:
    loop = LoopSettings(STEPS, log_every=2, evaluate_every=4)
    ends = []
    for name, parts in (("straight", [STEPS]), ("stopped", [4, STEPS])):
        for steps in parts:
            subject = RingSubject(Ensemble(games()))
            run = RunFolder(tmp_path / name, {}, {})
            settings = LoopSettings(steps, loop.log_every, loop.evaluate_every)
            train(subject, run, settings, seed=3, checkpoint_seconds=0.0)
        assert checkpoint_steps(run.checkpoints)[-1] == STEPS
        ends.append(values(subject.game.state))
    for straight, stopped in zip(*ends, strict=True):
        np.testing.assert_array_equal(straight, stopped)
