"""The image networks: shapes, what each output depends on, gradients to every weight.

As a script, `python test_networks.py FILE`, it writes one step as the backend of `KERAS_BACKEND`
plays it.
"""

import sys
from dataclasses import replace
from pathlib import Path
from typing import Any

import keras
import numpy as np
import pytest
from keras import ops

from tests.backends import on_both_backends
from textgan.gan.autodiff import value_and_gradients, value_and_input_gradient
from textgan.gan.settings import GameSettings
from textgan.gan.step import Game, Source, draw_batch
from textgan.images.networks import build_discriminator, build_generator, suited
from textgan.images.settings import FILE, ImageNetworkSettings

SHAPES = [(8, 8, 1), (28, 28, 1), (28, 28, 3), (12, 40, 3)]
DCGAN = ImageNetworkSettings(
    noise=5,
    generator_width=8,
    generator_blocks=0,
    discriminator_width=8,
    discriminator_blocks=0,
)
RESIDUAL = replace(DCGAN, mapping_layers=2, generator_blocks=1, discriminator_blocks=1)
CLASSES = 3


def normal(*shape: int, seed: int = 0) -> np.ndarray:
    return np.random.default_rng(seed).standard_normal(shape).astype("float32")


def conditions(count: int) -> np.ndarray:
    return np.eye(CLASSES, dtype="float32")[np.arange(count) % CLASSES]


def disturb(*networks: keras.Model) -> None:
    """Give every weight a value by NumPy: none is 0 and no branch silent."""
    rng = np.random.default_rng(6)
    for network in networks:
        for variable in network.variables:
            fan = np.prod(variable.shape[:-1]) if len(variable.shape) > 1 else 25
            variable.assign(fan**-0.5 * rng.standard_normal(variable.shape))


# Shapes


@pytest.mark.parametrize("settings", [DCGAN, RESIDUAL])
@pytest.mark.parametrize(("shape", "condition"), [*((s, 0) for s in SHAPES), (SHAPES[0], CLASSES)])
def test_noise_becomes_images_and_images_logits(
    shape: tuple[int, int, int], condition: int, settings: ImageNetworkSettings
) -> None:
    generator = build_generator(shape, settings, condition)
    discriminator = build_discriminator(shape, settings, condition)
    given = [conditions(4)] if condition else []
    images = np.asarray(generator([normal(4, 5), *given] if given else normal(4, 5)))
    assert images.shape == (4, *shape)
    assert np.abs(images).max() <= 1
    assert 0.2 < images.std() < 0.8  # a signal to begin with, and tanh not saturated
    logits = np.asarray(discriminator([images, *given] if given else images))
    assert logits.shape == (4, 1)


@pytest.mark.parametrize("settings", [DCGAN, RESIDUAL])
def test_the_coarsest_grid_is_less_than_eight_points_a_side(settings: ImageNetworkSettings) -> None:
    for shape, points in zip(SHAPES, ((4, 4), (7, 7), (7, 7), (6, 20)), strict=True):
        generator = build_generator(shape, settings)
        assert generator.get_layer("coarsest").output.shape[1:3] == points
        flat = build_discriminator(shape, settings).get_layer("flat").output.shape[-1]
        assert flat == points[0] * points[1] * 8


@pytest.mark.parametrize("channels", [1, 3])
@pytest.mark.parametrize(("side", "grids"), [(16, 2), (28, 2), (32, 3), (64, 4)])
def test_networks_of_the_table_by_size(side: int, grids: int, channels: int) -> None:
    shape = (side, side, channels)
    sizes = suited(FILE.network, shape)
    generator, discriminator = build_generator(shape, sizes), build_discriminator(shape, sizes)
    assert generator.get_layer(f"grid_{grids - 1}_up").output.shape[1:] == shape
    finest = sizes.generator_width >> (grids - 1)
    assert finest == 32 and discriminator.get_layer("grid_0_down").output.shape[-1] == finest
    parameters = [network.count_params() for network in (generator, discriminator)]
    assert all(200_000 < number < 3_500_000 for number in parameters), parameters
    images = np.asarray(generator(normal(2, sizes.noise)))
    assert images.shape == (2, *shape) and 0.1 < images.std() < 0.8
    assert np.isfinite(discriminator(images)).all()


def test_widths_that_suit_every_size() -> None:
    sides = range(8, 132, 4)
    found = {side: suited(FILE.network, (side, 128, 3)).generator_width for side in sides}
    wanted = {8: 64, 12: 64, 28: 64, 32: 128, 36: 64, 56: 128, 60: 64, 64: 256, 96: 256, 128: 256}
    assert {side: found[side] for side in wanted} == wanted
    assert suited(FILE.network, (128, 8, 1)).discriminator_width == 64
    given = replace(FILE.network, generator_width=24)
    assert suited(given, (8, 8, 1)) == replace(given, discriminator_width=64)


def test_blocks_are_counted_on_every_grid() -> None:
    for blocks in (0, 1, 2):
        settings = replace(DCGAN, generator_blocks=blocks, discriminator_blocks=blocks)
        for network in (
            build_generator((28, 28, 1), settings),
            build_discriminator((28, 28, 1), settings),
        ):
            names = [layer.name for layer in network.layers if layer.name.endswith("conv_2")]
            assert len(names) == 2 * blocks


# What depends on what


@pytest.mark.parametrize("settings", [DCGAN, RESIDUAL])
def test_every_noise_value_matters_and_samples_do_not_depend_on_their_batch(
    settings: ImageNetworkSettings,
) -> None:
    generator = build_generator((8, 8, 1), settings)
    disturb(generator)
    noise, weights = normal(4, 5), normal(4, 8, 8, 1, seed=3)
    _, gradient = value_and_input_gradient(
        lambda noise: (ops.sum(generator(noise) * weights), 0.0), ops.convert_to_tensor(noise)
    )
    assert (np.abs(np.asarray(gradient)).max(axis=0) > 1e-6).all()
    alone = np.concatenate([np.asarray(generator(noise[i : i + 1])) for i in range(4)])
    np.testing.assert_allclose(np.asarray(generator(noise)), alone, atol=1e-5)


@pytest.mark.parametrize("settings", [DCGAN, RESIDUAL])
@pytest.mark.parametrize("condition", [0, CLASSES])
def test_gradients_reach_every_weight(condition: int, settings: ImageNetworkSettings) -> None:
    generator = build_generator((12, 16, 1), settings, condition)
    discriminator = build_discriminator((12, 16, 1), settings, condition)
    disturb(generator, discriminator)
    weights, noise = normal(4, 1, seed=4), ops.convert_to_tensor(normal(4, 5))

    def loss() -> tuple[Any, Any]:
        given = ops.convert_to_tensor(conditions(4))
        images = generator([noise, given] if condition else noise)
        logits = discriminator([images, given] if condition else images)
        return ops.sum(logits * weights), 0.0

    for network in (generator, discriminator):
        _, gradients = value_and_gradients(loss, network.trainable_variables)
        for variable, gradient in zip(network.trainable_variables, gradients, strict=True):
            assert np.abs(np.asarray(gradient)).max() > 1e-7, variable.path


def test_residual_branches_start_at_nothing() -> None:
    for network, inputs in (
        (build_generator((28, 28, 1), RESIDUAL), normal(3, 5)),
        (build_discriminator((28, 28, 1), RESIDUAL), normal(3, 28, 28, 1)),
    ):
        before = np.asarray(network(inputs))
        for layer in network.layers:
            if layer.name.endswith("conv_1"):
                layer.set_weights([weight + 1 for weight in layer.get_weights()])
        np.testing.assert_array_equal(np.asarray(network(inputs)), before)


@pytest.mark.parametrize("settings", [DCGAN, RESIDUAL])
def test_the_condition_is_judged_by_projection(settings: ImageNetworkSettings) -> None:
    discriminator = build_discriminator((8, 8, 1), settings, CLASSES)
    disturb(discriminator)
    images = normal(5, 8, 8, 1)
    features = keras.Model(discriminator.inputs, discriminator.get_layer("features").output)
    (embedding,) = discriminator.get_layer("embedded").get_weights()
    nothing = np.zeros((5, CLASSES), dtype="float32")
    moved = np.asarray(discriminator([images, conditions(5)])) - np.asarray(
        discriminator([images, nothing])
    )
    expected = (conditions(5) @ embedding * np.asarray(features([images, nothing]))).sum(axis=1)
    np.testing.assert_allclose(moved[:, 0], expected, rtol=1e-3, atol=1e-4)


def test_the_discriminator_sees_its_batch() -> None:
    discriminator = build_discriminator((8, 8, 1), RESIDUAL)
    disturb(discriminator)
    images = normal(5, 8, 8, 1)
    among, alike = (np.concatenate([images[:1], rest]) for rest in (images[1:], images[[0] * 4]))
    logits = [np.asarray(discriminator(batch))[0, 0] for batch in (among, alike)]
    assert abs(logits[0] - logits[1]) > 1e-3


# Two backends


class Images(Source):
    count, noise_size = 32, 5

    def real(self, rows: np.ndarray) -> np.ndarray:
        return normal(32, 12, 16, 1)[rows]

    def condition(self, rows: np.ndarray) -> np.ndarray:
        return conditions(32)[rows]


def play_first_step() -> list[np.ndarray]:
    """One step from weights drawn by NumPy: the metrics, then the optimizers' moments, in order."""
    sizes = (12, 16, 1), RESIDUAL, CLASSES
    generator, ema = (build_generator(*sizes) for _ in range(2))
    discriminator = build_discriminator(*sizes)
    disturb(generator, discriminator)
    game = Game(generator, discriminator, ema, GameSettings(batch_size=8), 10)
    arrays = [game.step(draw_batch(Images(), 8, seed=1, step=0), 0)]
    # Adam's first step is a sign: the weights of the players tell little, its moments everything.
    moments = [variable for variable in game.state if "velocity" in variable.path]
    return arrays + [np.asarray(ops.convert_to_numpy(variable)) for variable in moments]


@pytest.mark.skipif(keras.backend.backend() != "tensorflow", reason="once is enough")
def test_backends_play_the_same_first_step(tmp_path: Path) -> None:
    ours, theirs = (list(arrays.values()) for arrays in on_both_backends(__file__, tmp_path))
    assert len(ours) == len(theirs) > 20
    for mine, other in zip(ours, theirs, strict=True):
        np.testing.assert_allclose(mine, other, rtol=2e-3, atol=1e-5)


if __name__ == "__main__":
    np.savez(sys.argv[1], *play_first_step())
