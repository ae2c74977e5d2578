"""One step of the game: what it draws, what it learns, and that both backends play it alike.

As a script, `python test_step.py FILE`, it writes what the backend of `KERAS_BACKEND` computes.
"""

import sys
from dataclasses import replace
from pathlib import Path

import keras
import numpy as np
import pytest
from keras import layers, ops

from tests.backends import on_both_backends
from tests.gan.ring import NOISE, ArraySource, ring_game, ring_samples
from textgan.errors import UserError
from textgan.gan.autodiff import value_and_input_gradient
from textgan.gan.settings import GameSettings, ObjectiveName, PenaltyName
from textgan.gan.step import METRICS, Batch, Game, draw_batch

BATCH = 16
PAIRS: list[tuple[ObjectiveName, PenaltyName]] = [
    ("relativistic", "r1_r2"),
    ("non_saturating", "r1"),
    ("minimax", "none"),
    ("hinge", "r1"),
    ("wasserstein", "gradient_penalty"),
    ("least_squares", "r1_r2"),
]


def batch_of(step: int, seed: int = 7) -> Batch:
    return draw_batch(ArraySource(ring_samples(), NOISE), BATCH, seed, step)


def values(game: Game) -> list[np.ndarray]:
    return [np.array(ops.convert_to_numpy(variable)) for variable in game.state]


def play(objective: ObjectiveName, penalty: PenaltyName) -> list[np.ndarray]:
    """Play two steps: the metrics of both, then the state after them."""
    settings = GameSettings(
        batch_size=BATCH, objective=objective, penalty=penalty, instance_noise=0.1
    )
    game = ring_game(settings, steps=10, width=8)
    return [*(game.step(batch_of(step), step) for step in range(2)), *values(game)]


@pytest.fixture(scope="module")
def game() -> Game:
    return ring_game(GameSettings(batch_size=BATCH, ema_halflife=100.0), steps=1000, width=8)


# Batches


def test_batch_is_a_pure_function_of_seed_and_step() -> None:
    first, again = batch_of(5), batch_of(5)
    for name in ("real", "noise", "jitter", "mix"):
        array = getattr(first, name)
        assert array.dtype == np.float32
        np.testing.assert_array_equal(array, getattr(again, name))
        assert not np.array_equal(array, getattr(batch_of(6), name))
        assert not np.array_equal(array, getattr(batch_of(5, seed=8), name))
    assert first.noise.shape == (2, BATCH, NOISE)
    assert first.jitter.shape == (3, BATCH, 2)


def test_batches_cover_the_data_evenly() -> None:
    source = ArraySource(np.arange(10), 1)
    rows = np.concatenate([draw_batch(source, 100, 1, step).real for step in range(100)])
    counts = np.bincount(rows, minlength=10)
    assert len(counts) == 10
    # Chi-squared with 9 degrees of freedom: above 27.9 with probability .001.
    assert np.square(counts - 1000).sum() / 1000 < 27.9


# A step


def test_metrics_are_what_the_two_networks_say(game: Game) -> None:
    batch = batch_of(0)
    real = np.asarray(game.discriminator(batch.real))[:, 0]
    fake = np.asarray(game.discriminator(game.generator(batch.noise[0])))[:, 0]
    metrics = dict(zip(game.metrics, game.step(batch, 0), strict=True))
    assert metrics["real_logit"] == pytest.approx(real.mean(), abs=1e-5)
    assert metrics["fake_logit"] == pytest.approx(fake.mean(), abs=1e-5)
    assert metrics["logit_gap"] == pytest.approx((real - fake).mean(), abs=1e-5)
    assert metrics["accuracy"] == pytest.approx((real > fake).mean())
    loss = np.logaddexp(0.0, fake - real).mean()
    assert metrics["discriminator_loss"] == pytest.approx(loss, abs=1e-5)
    # The generator meets the discriminator that has just learnt: on the same kind of batch its
    # loss is not the mirror image computed above, but it is close to it after one small step.
    assert metrics["generator_loss"] == pytest.approx(
        np.logaddexp(0.0, real - fake).mean(), abs=0.1
    )


def test_r1_is_the_squared_slope_by_finite_differences(game: Game) -> None:
    batch = batch_of(3)
    slopes = []
    for axis in range(2):
        shift = np.float32(1e-2) * np.eye(2, dtype=np.float32)[axis]
        higher, lower = (np.asarray(game.discriminator(batch.real + s)) for s in (shift, -shift))
        slopes.append((higher - lower)[:, 0] / 2e-2)
    penalty = game.step(batch, 3)[METRICS.index("real_penalty")]
    assert penalty == pytest.approx(np.square(slopes).sum(axis=0).mean(), rel=1e-2)


def test_both_players_and_the_ema_move(game: Game) -> None:
    before = values(game)
    game.step(batch_of(1), 1)
    trained = len(game.generator.variables) + len(game.discriminator.variables)
    trained += len(game.ema.variables)
    for old, new in zip(before[:trained], values(game)[:trained], strict=True):
        assert np.abs(new - old).max() > 0


@pytest.mark.parametrize("step", [0, 99, 5000])
def test_ema_follows_its_formula(game: Game, step: int) -> None:
    """Half-life 100 steps in the end; at first a twentieth of the steps done, but at least 1."""
    ema = [np.array(v.value) for v in game.ema.variables]
    game.step(batch_of(step), step)
    halflife = max(1.0, min(100.0, (step + 1) / 20))
    decay = 0.5 ** (1.0 / halflife)
    for old, new, source in zip(ema, game.ema.variables, game.generator.variables, strict=True):
        expected = decay * old + (1 - decay) * np.asarray(source.value)
        np.testing.assert_allclose(np.asarray(new.value), expected, rtol=1e-5, atol=1e-6)


def test_what_the_ema_keeps_of_a_batch_is_of_its_own_samples() -> None:
    def network(outputs: int, *more: layers.Layer) -> keras.Model:
        return keras.Sequential(
            [keras.Input((NOISE,)), layers.Dense(4), *more, layers.Dense(outputs)]
        )

    generator, ema = (network(NOISE, layers.BatchNormalization(momentum=0.0)) for _ in range(2))
    settings = GameSettings(batch_size=BATCH)
    game = Game(generator, network(1), ema, settings, 10, own_statistics=True)
    batch = batch_of(0)
    batch = replace(batch, real=batch.noise[0], jitter=np.stack([batch.noise[0]] * 3))
    for step in range(2):
        game.step(batch, step)
    dense, norm, _ = game.ema.layers
    seen = np.asarray(dense(batch.noise[0]))
    np.testing.assert_allclose(np.asarray(norm.moving_mean), seen.mean(axis=0), atol=1e-5)
    np.testing.assert_allclose(np.asarray(norm.moving_variance), seen.var(axis=0), rtol=1e-4)


def test_norms_layer_by_layer_are_those_of_the_weights(game: Game) -> None:
    before = [np.array(v.value) for v in game.discriminator.variables]
    metrics = dict(zip(game.metrics, game.step(batch_of(2), 2), strict=True))
    for network in ("discriminator", "generator"):
        norms = [
            value for name, value in metrics.items() if name.startswith(f"gradient/{network}/")
        ]
        assert len(norms) == 3
        assert np.linalg.norm(norms) == pytest.approx(metrics[f"{network}_gradient"], rel=1e-5)
    after = [np.array(v.value) for v in game.discriminator.variables]
    layer = game.discriminator.variables[0].path.split("/")[-2]
    moved = sum(np.square(new - old).sum() for old, new in zip(before[:2], after[:2], strict=True))
    share = np.sqrt(moved / sum(np.square(old).sum() for old in before[:2]))
    assert metrics[f"update/discriminator/{layer}"] == pytest.approx(share, rel=1e-4)


def test_distance_of_the_ema_is_relative(game: Game) -> None:
    metrics = dict(zip(game.metrics, game.step(batch_of(4), 4), strict=True))
    ema, generator = (
        np.concatenate([np.ravel(v.value) for v in network.variables])
        for network in (game.ema, game.generator)
    )
    expected = np.linalg.norm(ema - generator) / np.linalg.norm(generator)
    assert metrics["ema_distance"] == pytest.approx(expected, rel=1e-4)


def test_heads_are_weighted() -> None:
    game = ring_game(GameSettings(batch_size=BATCH), steps=10, width=8, heads=(0.75, 0.25))
    batch = batch_of(0)
    real = np.asarray(game.discriminator(batch.real))
    metrics = game.step(batch, 0)
    expected = real.mean(axis=0) @ [0.75, 0.25]
    assert metrics[METRICS.index("real_logit")] == pytest.approx(expected, abs=1e-5)


def with_features(
    game: Game, scale: float, settings: GameSettings | None = None
) -> tuple[Game, keras.layers.Layer]:
    """The same players, but the discriminator begins with a frozen layer."""
    inputs = keras.Input((2,))
    layer = keras.layers.Dense(2, use_bias=False, name="frozen")
    seen = layer(inputs)
    layer.kernel.assign(scale * np.eye(2))
    discriminator = keras.Model(inputs, game.discriminator(seen))
    players = game.generator, discriminator, game.ema
    frozen = keras.Model(inputs, seen)
    return Game(*players, settings or game.settings, 10, features=frozen), layer


def test_features_that_change_nothing_change_nothing() -> None:
    settings = GameSettings(batch_size=BATCH, instance_noise=0.1)
    plain = ring_game(settings, steps=10, width=8)
    seen, _ = with_features(ring_game(settings, steps=10, width=8), scale=1.0)
    for step in range(3):
        ours, theirs = plain.step(batch_of(step), step), seen.step(batch_of(step), step)
        # The layers of the discriminator are one layer to the other game.
        count = len(METRICS)
        np.testing.assert_allclose(ours[:count], theirs[:count], rtol=1e-4, atol=1e-6)
    weights = (
        zip(*(getattr(each, player).trainable_variables for each in (plain, seen)), strict=True)
        for player in ("generator", "discriminator")
    )
    for mine, other in (pair for pairs in weights for pair in pairs):
        np.testing.assert_allclose(np.asarray(mine), np.asarray(other), rtol=1e-4, atol=1e-5)


def test_remembered_moments_hold_the_generator_near_the_real_means() -> None:
    def apart(weight: float) -> float:
        """How far the moments are apart after 120 steps of a rate that is far too high."""
        settings = GameSettings(batch_size=BATCH, generator_rate=0.02)
        plain = ring_game(settings, steps=10, width=8)
        game, _ = with_features(plain, 1.0, replace(settings, moment_weight=weight))
        for step in range(120):
            game.step(batch_of(step), step % 60)
        others = [batch_of(step) for step in range(200, 220)]
        fake = np.concatenate([np.asarray(game.generator(batch.noise[0])) for batch in others])
        real = np.concatenate([batch.real for batch in others])
        gaps = (
            fake.mean(axis=0) - real.mean(axis=0),
            (fake**2).mean(axis=0) - (real**2).mean(axis=0),
        )
        return float(np.abs(gaps).sum())

    assert apart(10.0) < 0.2 * apart(0.0)


def test_remembered_moments_need_frozen_features() -> None:
    with pytest.raises(UserError, match="it needs a frozen part"):
        ring_game(GameSettings(batch_size=BATCH, moment_weight=1.0), steps=10, width=8)


def test_the_discriminator_is_penalised_where_it_learns_and_the_features_stay() -> None:
    game, layer = with_features(ring_game(GameSettings(batch_size=BATCH), 10, width=8), scale=3.0)
    batch, heads = batch_of(0), game.discriminator.layers[-1]
    _, gradient = value_and_input_gradient(
        lambda seen: (ops.sum(heads(seen)), 0.0), ops.convert_to_tensor(3 * batch.real)
    )
    expected = float(np.square(np.asarray(gradient)).sum(axis=1).mean())
    before = values(game)
    metrics = dict(zip(game.metrics, game.step(batch, 0), strict=True))
    assert metrics["real_penalty"] == pytest.approx(expected, rel=1e-4)
    np.testing.assert_array_equal(np.asarray(layer.kernel), 3 * np.eye(2))
    assert any((one != other).any() for one, other in zip(before, values(game), strict=True))


class LabelledSource(ArraySource):
    """Samples of four classes in turn."""

    def condition(self, rows: np.ndarray) -> np.ndarray:
        return np.eye(4, dtype="float32")[rows % 4]


def test_both_players_see_the_condition_of_each_real_sample() -> None:
    def network(*sizes: int) -> keras.Model:
        inputs = [keras.Input((size,)) for size in sizes[:2]]
        joined = keras.layers.Concatenate()(inputs)
        return keras.Model(inputs, keras.layers.Dense(sizes[2], use_bias=False)(joined))

    generator, ema = network(NOISE, 4, 2), network(NOISE, 4, 2)
    discriminator = network(2, 4, 1)
    settings = GameSettings(batch_size=BATCH, generator_rate=1e-6, discriminator_rate=1e-6)
    game = Game(generator, discriminator, ema, settings, 10)
    batch = draw_batch(LabelledSource(ring_samples(), NOISE), BATCH, seed=1, step=0)
    fake = np.asarray(generator([batch.noise[0], batch.condition]))
    expected = [
        np.asarray(discriminator([samples, batch.condition])) for samples in (batch.real, fake)
    ]
    found = game.win_rate(batch.real, fake, batch.condition, seed=1)
    assert found == pytest.approx((expected[0] > expected[1]).mean())
    metrics = game.step(batch, 0)
    assert metrics[METRICS.index("real_logit")] == pytest.approx(expected[0].mean(), abs=1e-5)
    assert metrics[METRICS.index("fake_logit")] == pytest.approx(expected[1].mean(), abs=1e-5)


# Win rate


def test_win_rate_is_the_share_of_pairs_in_which_the_real_logit_is_larger(game: Game) -> None:
    real, fake = ring_samples(64), -0.3 * ring_samples(64)
    logits = [np.asarray(game.discriminator(samples)) for samples in (real, fake)]
    expected = (logits[0] > logits[1]).mean()
    assert 0 < expected < 1
    none = np.empty((64, 0), dtype="float32")
    assert game.win_rate(real, fake, none, seed=1) == pytest.approx(expected)
    assert game.win_rate(fake, real, none, seed=1) == pytest.approx(1 - expected)
    assert game.win_rate(real, real, none, seed=1) == 0.0


# Two backends


@pytest.mark.skipif(keras.backend.backend() != "tensorflow", reason="once is enough")
def test_backends_play_the_same_first_steps(tmp_path: Path) -> None:
    ours, theirs = on_both_backends(__file__, tmp_path)
    assert list(ours) == list(theirs)
    assert len(ours) > 6 * 30
    for name in ours:
        np.testing.assert_allclose(ours[name], theirs[name], rtol=1e-4, atol=2e-5, err_msg=name)


if __name__ == "__main__":
    arrays = {
        f"{objective}.{penalty}.{index}": array
        for objective, penalty in PAIRS
        for index, array in enumerate(play(objective, penalty))
    }
    np.savez(sys.argv[1], **arrays)  # type: ignore[arg-type]
