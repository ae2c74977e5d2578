"""The networks of tables: what the generator starts as, what its output can be, what is judged."""

import keras
import numpy as np
import pytest

from textgan.tables.encoding import Block
from textgan.tables.networks import (
    Choices,
    build_discriminator,
    build_generator,
    start_gaussian,
)
from textgan.tables.settings import TableNetworkSettings

BLOCKS = [Block(0, 1, False), Block(1, 3, True), Block(4, 1, False), Block(5, 2, True)]
SETTINGS = TableNetworkSettings(
    noise=8, generator_width=16, generator_layers=1, discriminator_width=16, discriminator_layers=1
)


def test_choices_are_the_softmax_of_each_block() -> None:
    row = np.random.default_rng(0).normal(size=(5, 7)).astype("float32")
    found = np.asarray(Choices(BLOCKS, 7)(row))
    assert np.array_equal(found[:, [0, 4]], row[:, [0, 4]])
    for block in (BLOCKS[1], BLOCKS[3]):
        powers = np.exp(row[:, block.slice])
        expected = powers / powers.sum(axis=1, keepdims=True)
        np.testing.assert_allclose(found[:, block.slice], expected, rtol=1e-5)
    extreme = np.asarray(Choices(BLOCKS, 7)(1e4 * row))
    assert np.isfinite(extreme).all()


@pytest.mark.parametrize("condition", [0, 2])
def test_a_gaussian_start_has_the_moments_of_the_rows(condition: int) -> None:
    rng = np.random.default_rng(1)
    blocks = [Block(index, 1, False) for index in range(5)]
    conditions = np.eye(2, dtype="float32")[rng.integers(2, size=500)][:, :condition]
    rows = rng.normal(size=(500, 5)) @ rng.normal(size=(5, 5)) + rng.normal(size=5)
    if condition:
        rows += 3 * conditions[:, :1]
    generator = build_generator(blocks, condition, SETTINGS)
    start_gaussian(generator, rows, conditions)
    noise = rng.normal(size=(200_000, 8)).astype("float32")
    again = conditions[rng.integers(500, size=len(noise))]
    written = np.asarray(generator([noise, again] if condition else noise))
    np.testing.assert_allclose(written.mean(axis=0), rows.mean(axis=0), atol=0.05)
    np.testing.assert_allclose(np.cov(written.T), np.cov(rows.T), atol=0.15)
    if condition:
        gap = written[again[:, 0] == 1].mean(axis=0) - written[again[:, 0] == 0].mean(axis=0)
        true = rows[conditions[:, 0] == 1].mean(axis=0) - rows[conditions[:, 0] == 0].mean(axis=0)
        np.testing.assert_allclose(gap, true, atol=0.05)


def test_less_noise_than_coordinates_takes_the_largest_axes() -> None:
    rng = np.random.default_rng(2)
    rows = rng.normal(size=(400, 12)) * np.array([10.0] * 8 + [0.1] * 4)
    blocks = [Block(index, 1, False) for index in range(12)]
    generator = build_generator(blocks, 0, SETTINGS)
    start_gaussian(generator, rows, np.empty((400, 0)))
    written = np.asarray(generator(rng.normal(size=(20_000, 8)).astype("float32")))
    assert (written.std(axis=0)[:8] > 9).all()


def test_the_discriminator_sees_the_batch_and_the_condition() -> None:
    keras.utils.set_random_seed(0)
    discriminator = build_discriminator(7, 2, SETTINGS)
    rng = np.random.default_rng(0)
    rows = rng.normal(size=(6, 7)).astype("float32")
    conditions = np.eye(2, dtype="float32")[[0, 1, 0, 1, 0, 1]]
    logits = np.asarray(discriminator([rows, conditions]))
    assert logits.shape == (6, 1)
    others = np.concatenate([rows[:1], 3 * rows[1:]])
    assert np.asarray(discriminator([others, conditions]))[0] != logits[0]
    assert not np.allclose(np.asarray(discriminator([rows, 1 - conditions])), logits)
