"""The text networks: shapes, the sphere, what each output depends on, gradients to every weight.

As a script, `python test_networks.py FILE`, it writes one step as the backend of `KERAS_BACKEND`
plays it.
"""

import sys
from pathlib import Path
from typing import Any

import keras
import numpy as np
import pytest
from keras import ops

from tests.backends import on_both_backends
from tests.gan.ring import ArraySource
from textgan.gan.autodiff import value_and_gradients, value_and_input_gradient
from textgan.gan.settings import GameSettings
from textgan.gan.step import Game, draw_batch
from textgan.text.lexicon import Lexicon
from textgan.text.networks import (
    NearestWord,
    Sphere,
    build_discriminator,
    build_generator,
    head_weights,
)
from textgan.text.settings import NetworkSettings

LENGTH, DIM, WORDS = 7, 6, 11
SETTINGS = NetworkSettings(
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


def normal(*shape: int, seed: int = 0) -> np.ndarray:
    return np.random.default_rng(seed).standard_normal(shape).astype("float32")


def lexicon(whitening: float = 0.0) -> Lexicon:
    return Lexicon.of([f"w{word}" for word in range(WORDS)], normal(WORDS, DIM, seed=9), whitening)


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


def test_sphere_keeps_directions() -> None:
    points = normal(3, LENGTH, DIM)
    scaled = np.asarray(Sphere()(points))
    lengths = np.linalg.norm(points, axis=-1, keepdims=True)
    np.testing.assert_allclose(scaled, points / lengths * np.sqrt(DIM), rtol=1e-4, atol=1e-6)


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


@pytest.mark.parametrize("output", ["continuous", "straight_through"])
def test_gradients_reach_every_weight(output: str, discriminator: keras.Model) -> None:
    snap = lexicon() if output == "straight_through" else None
    generator = build_generator(LENGTH, DIM, SETTINGS, snap)
    weights = normal(4, 1 + LENGTH, seed=4)

    def loss() -> tuple[Any, Any]:
        return ops.sum(discriminator(generator(normal(4, NOISE))) * weights), 0.0

    for model in (generator, discriminator):
        _, gradients = value_and_gradients(loss, model.trainable_variables)
        for variable, gradient in zip(model.trainable_variables, gradients, strict=True):
            # A bias of the keys adds the same to all scores of a softmax: no effect.
            if not variable.path.endswith("key/bias"):
                assert np.abs(np.asarray(gradient)).max() > 1e-7, variable.path


# Straight-through


def test_nearest_word_snaps_to_what_is_read() -> None:
    words, points = lexicon(whitening=1.0), np.asarray(Sphere()(normal(20, LENGTH, DIM)))
    snapped = np.asarray(NearestWord(words)(points))
    np.testing.assert_allclose(snapped, words.points[words.nearest(points)], atol=1e-5)


def test_nearest_word_lets_the_gradient_through_unchanged() -> None:
    layer, weights = NearestWord(lexicon()), normal(3, LENGTH, DIM, seed=5)
    _, gradient = value_and_input_gradient(
        lambda points: (ops.sum(layer(points) * weights), 0.0),
        ops.convert_to_tensor(normal(3, LENGTH, DIM)),
    )
    np.testing.assert_allclose(np.asarray(gradient), weights, atol=1e-6)


# Discriminator


def test_one_logit_for_the_sentence_and_one_per_position(discriminator: keras.Model) -> None:
    assert discriminator(normal(4, LENGTH, DIM)).shape == (4, 1 + LENGTH)
    assert head_weights(LENGTH).shape == (1 + LENGTH,)
    assert head_weights(LENGTH).sum() == pytest.approx(1.0)
    assert head_weights(LENGTH)[0] == pytest.approx(head_weights(LENGTH)[1:].sum())


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


def play_first_step() -> dict[str, np.ndarray]:
    """One step from weights drawn by NumPy: the metrics, then the state, in order."""
    generator, average = (build_generator(LENGTH, DIM, SETTINGS) for _ in range(2))
    discriminator = build_discriminator(LENGTH, DIM, SETTINGS)
    rng = np.random.default_rng(6)
    for variable in (*generator.variables, *discriminator.variables):
        scale = 0.2 if len(variable.shape) == 1 else np.prod(variable.shape[:-1]) ** -0.5
        variable.assign(scale * rng.standard_normal(variable.shape) + (len(variable.shape) == 1))
    settings = GameSettings(batch_size=8, instance_noise=0.2)
    game = Game(generator, discriminator, average, settings, 10, head_weights(LENGTH))
    batch = draw_batch(ArraySource(normal(32, LENGTH, DIM), NOISE), 8, seed=1, step=0)
    arrays = {"metrics": game.step(batch, 0)}
    # Adam's first step is a sign: the weights of the players tell little, its moments everything.
    names = [f"{index} {variable.path}" for index, variable in enumerate(game.state)]
    values = [np.asarray(ops.convert_to_numpy(variable)) for variable in game.state]
    return arrays | {
        name: value for name, value in zip(names, values, strict=True) if "velocity" in name
    }


@pytest.mark.skipif(keras.backend.backend() != "tensorflow", reason="once is enough")
def test_backends_play_the_same_first_step(tmp_path: Path) -> None:
    ours, theirs = (list(arrays.values()) for arrays in on_both_backends(__file__, tmp_path))
    assert len(ours) == len(theirs) > 30
    for mine, other in zip(ours, theirs, strict=True):
        np.testing.assert_allclose(mine, other, rtol=1e-3, atol=1e-5)


if __name__ == "__main__":
    np.savez(sys.argv[1], **{str(i): a for i, a in enumerate(play_first_step().values())})  # type: ignore[arg-type]
