"""The text networks: shapes, the sphere, what each output depends on, gradients to every weight.

As a script, `python test_networks.py FILE`, it writes one step as the backend of `KERAS_BACKEND`
plays it.
"""

import sys
from dataclasses import replace
from pathlib import Path
from typing import Any, Literal

import keras
import numpy as np
import pytest
from keras import ops

from tests.backends import on_both_backends
from tests.gan.ring import ArraySource
from tests.text.toy_words import DIM, lexicon, nearest_word, normal
from textgan.gan.autodiff import value_and_gradients, value_and_input_gradient
from textgan.gan.settings import GameSettings
from textgan.gan.step import Game, draw_batch
from textgan.text.cloze import build_cloze
from textgan.text.layers import RAMP
from textgan.text.networks import build_discriminator, build_generator, head_weights
from textgan.text.settings import ClozeSettings, TextNetworkSettings

LENGTH = 7
SETTINGS = TextNetworkSettings(
    sentence_noise=5,
    position_noise=2,
    generator_width=8,
    generator_layers=1,
    attention_heads=2,
    local_batch=True,
    discriminator_width=8,
    discriminator_layers=1,
)
NOISE = SETTINGS.noise_size(LENGTH)
REACH = 2 * SETTINGS.discriminator_layers  # two convolutions of width 3 a block


@pytest.fixture(scope="module")
def generator() -> keras.Model:
    keras.utils.set_random_seed(1)
    return build_generator(LENGTH, DIM, SETTINGS)


@pytest.fixture(scope="module")
def discriminator() -> keras.Model:
    keras.utils.set_random_seed(2)
    return build_discriminator(LENGTH, DIM, SETTINGS)


# Generator


def test_points_lie_on_the_sphere_of_the_words(generator: keras.Model) -> None:
    points = np.asarray(generator(normal(4, NOISE)))
    assert points.shape == (4, LENGTH, DIM)
    np.testing.assert_allclose(np.linalg.norm(points, axis=-1), np.sqrt(DIM), rtol=1e-4)


def test_every_noise_value_matters(generator: keras.Model) -> None:
    weights = normal(4, LENGTH, DIM, seed=3)
    _, gradient = value_and_input_gradient(
        lambda noise: (ops.sum(generator(noise) * weights), 0.0),
        ops.convert_to_tensor(normal(4, NOISE)),
    )
    assert (np.abs(np.asarray(gradient)).max(axis=0) > 1e-6).all()


def test_samples_do_not_depend_on_their_batch(generator: keras.Model) -> None:
    noise = normal(5, NOISE)
    alone = np.concatenate([np.asarray(generator(noise[i : i + 1])) for i in range(5)])
    np.testing.assert_allclose(np.asarray(generator(noise)), alone, atol=1e-5)


@pytest.mark.parametrize(
    ("kind", "output"),
    [
        ("parallel", "continuous"),
        ("parallel", "straight_through"),
        ("recurrent", "straight_through"),
    ],
)
def test_gradients_reach_every_weight(
    kind: Literal["parallel", "recurrent"], output: str, discriminator: keras.Model
) -> None:
    snap = nearest_word() if output == "straight_through" else None
    generator = build_generator(LENGTH, DIM, replace(SETTINGS, generator=kind), snap)
    weights = normal(4, 1 + LENGTH, seed=4)

    def loss() -> tuple[Any, Any]:
        return ops.sum(discriminator(generator(normal(4, NOISE))) * weights), 0.0

    for model in (generator, discriminator):
        _, gradients = value_and_gradients(loss, model.trainable_variables)
        for variable, gradient in zip(model.trainable_variables, gradients, strict=True):
            # A bias of the keys adds the same to all scores of a softmax: no effect.
            if not variable.path.endswith("key/bias"):
                assert np.abs(np.asarray(gradient)).max() > 1e-7, variable.path


# Discriminator


def test_one_logit_for_the_sentence_and_one_per_position(discriminator: keras.Model) -> None:
    assert discriminator(normal(4, LENGTH, DIM)).shape == (4, 1 + LENGTH)
    weights = head_weights(LENGTH, SETTINGS)
    assert weights.shape == (1 + LENGTH,)
    assert weights.sum() == pytest.approx(1.0)
    assert weights[0] == pytest.approx(weights[1:].sum())


def test_judged_alone_a_sentence_has_the_same_logits_in_any_batch() -> None:
    settings = replace(SETTINGS, judge_alone=True)
    network = build_discriminator(LENGTH, DIM, settings)
    points = normal(6, LENGTH, DIM)
    whole, part = np.asarray(network(points)), np.asarray(network(points[:2]))
    heads = 1 + LENGTH
    np.testing.assert_allclose(whole[:2, heads:], part[:, heads:], atol=1e-5)
    assert (np.abs(whole[:2, :heads] - part[:, :heads]).max(axis=0) > 1e-4).all()
    weights = head_weights(LENGTH, settings)
    assert weights.shape == (2 * heads,)
    assert weights[heads:].sum() == pytest.approx(0.5)


def test_modulation_by_position_scales_and_shifts_each_position() -> None:
    settings = replace(SETTINGS, modulation="position")
    network = build_generator(LENGTH, DIM, settings)
    style = keras.Model(network.input, network.get_layer("block_0_style").output)
    noise = normal(2, NOISE)
    noise[1] = noise[0]
    noise[1, -1] += 1.0  # of the last position
    first, second = np.asarray(style(noise))
    assert first.shape == (LENGTH, 2 * SETTINGS.generator_width)
    np.testing.assert_allclose(first[:-1], second[:-1], atol=1e-6)
    assert np.abs(first[-1] - second[-1]).max() > 1e-3
    assert np.abs(first[0] - first[1]).max() > 1e-3


@pytest.mark.parametrize("position", range(LENGTH))
def test_position_logits_judge_their_neighbourhood(
    discriminator: keras.Model, position: int
) -> None:
    points = normal(3, LENGTH, DIM)
    changed = points.copy()
    changed[:, position] += 1.0
    moved = np.abs(np.asarray(discriminator(points)) - np.asarray(discriminator(changed)))
    near = np.abs(np.arange(LENGTH) - position) <= REACH
    assert (moved[:, 1:][:, near] > 0).any(axis=0).all()
    assert (moved[:, 1:][:, ~near] == 0).all()
    assert (moved[:, 0] > 0).all()


# Two backends


def play_first_steps() -> dict[str, np.ndarray]:
    """What `play_first_step` returns for both kinds of generators."""
    parallel = replace(SETTINGS, modulation="position", judge_alone=True)
    recurrent = replace(SETTINGS, generator="recurrent", similarity=True)
    return {
        f"{kind} {name}": value
        for kind, settings in (("parallel", parallel), ("recurrent", recurrent))
        for name, value in play_first_step(settings).items()
    }


def play_first_step(settings: TextNetworkSettings) -> dict[str, np.ndarray]:
    """One step from weights drawn by NumPy: the metrics, then the state, in order.

    The whole text game: words in the loop, and a cloze network that the discriminator sees through.
    """
    generator, ema = (
        build_generator(LENGTH, DIM, settings, nearest_word(RAMP // 2)) for _ in range(2)
    )
    words = lexicon()
    cloze = build_cloze(
        LENGTH, words, np.log(nearest_word().share), ClozeSettings(cloze_width=8, cloze_layers=1)
    )
    discriminator = build_discriminator(LENGTH, DIM, settings, cloze)
    rng = np.random.default_rng(6)
    for variable in (
        *generator.trainable_variables,
        *discriminator.variables,
    ):
        scale = 0.2 if len(variable.shape) == 1 else np.prod(variable.shape[:-1]) ** -0.5
        variable.assign(scale * rng.standard_normal(variable.shape) + (len(variable.shape) == 1))
    game = Game(
        generator,
        discriminator,
        ema,
        GameSettings(batch_size=8, instance_noise=0.2),
        10,
        head_weights(LENGTH, settings),
        cloze,
    )
    batch = draw_batch(ArraySource(normal(32, LENGTH, DIM), NOISE), 8, seed=1, step=0)
    arrays = {"metrics": game.step(batch, 0)}
    # Adam's first step is a sign: the weights of the players tell little, its moments everything.
    names = [f"{index} {variable.path}" for index, variable in enumerate(game.state)]
    values = [np.asarray(ops.convert_to_numpy(variable)) for variable in game.state]
    return arrays | {
        name: value
        for name, value in zip(names, values, strict=True)
        if "velocity" in name or "nearest_word" in name
    }


@pytest.mark.skipif(keras.backend.backend() != "tensorflow", reason="once is enough")
def test_backends_play_the_same_first_step(tmp_path: Path) -> None:
    ours, theirs = (list(arrays.values()) for arrays in on_both_backends(__file__, tmp_path))
    assert len(ours) == len(theirs) > 60
    for mine, other in zip(ours, theirs, strict=True):
        np.testing.assert_allclose(mine, other, rtol=1e-3, atol=1e-5)


if __name__ == "__main__":
    np.savez(sys.argv[1], **{str(i): a for i, a in enumerate(play_first_steps().values())})  # type: ignore[arg-type]
