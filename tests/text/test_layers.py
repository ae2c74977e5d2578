"""The sphere, and the layer that moves points to words."""

from dataclasses import replace

import numpy as np
import pytest
from keras import ops

from tests.text.toy_words import DIM, WORDS, lexicon, nearest_word, normal
from textgan.gan.autodiff import value_and_input_gradient
from textgan.text.layers import COLUMNS, SLOW_SHARE, Sphere, nearest_rows
from textgan.text.settings import SharesName

LENGTH = 7


def test_sphere_keeps_directions() -> None:
    points = normal(3, LENGTH, DIM)
    scaled = np.asarray(Sphere()(points))
    lengths = np.linalg.norm(points, axis=-1, keepdims=True)
    np.testing.assert_allclose(scaled, points / lengths * np.sqrt(DIM), rtol=1e-4, atol=1e-6)


@pytest.mark.parametrize("words", [3, COLUMNS, 3 * COLUMNS + 7])
def test_the_nearest_rows_are_those_of_the_greatest_products(words: int) -> None:
    points, directions = normal(4, LENGTH, DIM), normal(DIM, words, seed=1)
    bias = normal(words, seed=2)
    found = np.asarray(nearest_rows(ops.convert_to_tensor(points), directions, bias))
    np.testing.assert_array_equal(found, np.argmax(points @ directions + bias, axis=-1))


def test_nearest_word_snaps_to_what_is_read() -> None:
    layer, points = nearest_word(), np.asarray(Sphere()(normal(20, LENGTH, DIM)))
    words = replace(lexicon(), bias=np.asarray(layer.first_bias))
    snapped = np.asarray(layer(points))
    np.testing.assert_allclose(snapped, words.points[words.nearest(points)], atol=1e-5)
    assert (words.nearest(points) != lexicon().nearest(points)).any()


def test_nearest_word_begins_with_the_points_and_moves_them_further_with_each_step() -> None:
    layer, points = nearest_word(calls=0), np.asarray(Sphere()(normal(20, LENGTH, DIM)))
    np.testing.assert_allclose(np.asarray(layer(points, training=True)), points)
    layer(points)  # not a training step
    once = np.asarray(layer(points))
    assert 0 < np.abs(once - points).max() < 0.1
    np.testing.assert_allclose(np.asarray(layer.calls), 1)


def test_nearest_word_lets_the_gradient_through_unchanged() -> None:
    layer, weights = nearest_word(), normal(3, LENGTH, DIM, seed=5)
    _, gradient = value_and_input_gradient(
        lambda points: (ops.sum(layer(points) * weights), 0.0),
        ops.convert_to_tensor(normal(3, LENGTH, DIM)),
    )
    np.testing.assert_allclose(np.asarray(gradient), weights, atol=1e-6)


@pytest.mark.parametrize(("written", "calls"), [("average", 1500), ("batch", 600)])
def test_biases_move_until_each_word_is_written_as_often_as_in_the_corpus(
    written: SharesName, calls: int
) -> None:
    layer, words = nearest_word(written=written), lexicon()
    points = np.asarray(Sphere()(normal(100, LENGTH, DIM)))

    def distance() -> float:
        nearest = replace(words, bias=np.asarray(layer.bias)).nearest(points)
        written = np.bincount(nearest.reshape(-1), minlength=WORDS + 1) / nearest.size
        return 0.5 * float(np.abs(written - np.asarray(layer.share)).sum())

    layer(points)
    before = distance()
    for _ in range(calls):
        layer(points, training=True)
    assert before > 0.2
    assert distance() < 0.03


def test_a_bias_moves_by_what_the_batch_lacks_of_its_word() -> None:
    layer = nearest_word(written="batch")
    points = np.asarray(Sphere()(normal(100, LENGTH, DIM)))
    nearest = np.asarray(layer.nearest(points))
    before, share = np.asarray(layer.bias), np.asarray(layer.share)
    layer(points, training=True)
    written = np.bincount(nearest.reshape(-1), minlength=WORDS + 1) / nearest.size
    moved = np.asarray(layer.bias) - before
    np.testing.assert_allclose(
        moved, layer.rate * (share - written) / (share + SLOW_SHARE), atol=1e-6
    )


def test_moving_without_training_learns_nothing() -> None:
    layer, points = nearest_word(), np.asarray(Sphere()(normal(20, LENGTH, DIM)))
    before = [np.asarray(variable) for variable in layer.variables]
    moved = np.asarray(layer.move(points, layer.nearest(points)))
    np.testing.assert_array_equal(moved, np.asarray(layer(points)))
    for variable, value in zip(layer.variables, before, strict=True):
        np.testing.assert_array_equal(np.asarray(variable), value)
