import os
import subprocess
import sys
from pathlib import Path
from typing import Any

import keras
import numpy as np
import pytest
from keras import ops

from tests.inspection import networks
from tests.inspection.networks import DIM, LENGTH, all_maps, hooked_discriminator, points
from textgan.inspection.saliency import (
    agreement,
    batch_contributions,
    grad_cam,
    gradient,
    integrated_gradients,
    occlusion,
    shuffled,
)

WEIGHTS = np.linspace(-1, 1, 12, dtype=np.float32).reshape(4, 3)


def linear(samples: Any) -> Any:
    return ops.sum(samples * WEIGHTS, axis=(1, 2))


def sentence(samples: Any) -> Any:
    return JUDGE(samples)[0][:, 0]


JUDGE = hooked_discriminator()
EMPTY = np.zeros((LENGTH, DIM), np.float32)


def test_of_a_linear_judgement_all_is_known() -> None:
    samples = np.random.default_rng(0).standard_normal((2, 4, 3)).astype(np.float32)
    baseline = np.ones((4, 3), np.float32)
    np.testing.assert_allclose(gradient(linear, samples), np.stack([WEIGHTS] * 2), rtol=1e-5)
    contributions = integrated_gradients(linear, samples, baseline, 4)
    np.testing.assert_allclose(contributions, (samples - baseline) * WEIGHTS, rtol=1e-4, atol=1e-6)
    falls = occlusion(linear, samples, baseline)
    expected = ((samples - baseline) * WEIGHTS).sum(axis=2)
    np.testing.assert_allclose(falls, expected, rtol=1e-3, atol=1e-5)


def test_the_gradient_is_that_of_finite_differences() -> None:
    samples = points(1, 7)
    slopes = gradient(sentence, samples)
    for place in [(0, 0, 0), (0, 3, 2), (0, 5, 4)]:
        ahead, behind = samples.copy(), samples.copy()
        ahead[place] += 1e-2
        behind[place] -= 1e-2
        rise = float(np.asarray(sentence(ahead) - sentence(behind))[0]) / 2e-2
        assert slopes[place] == pytest.approx(rise, rel=0.05, abs=2e-3)


def test_integrated_gradients_are_complete() -> None:
    samples = points(3, 8)
    contributions = integrated_gradients(sentence, samples, EMPTY, 150)
    difference = np.asarray(sentence(samples)) - np.asarray(sentence(EMPTY[None]))
    np.testing.assert_allclose(contributions.sum(axis=(1, 2)), difference, rtol=0.02, atol=0.01)


def test_contributions_to_a_batch_sum_to_the_difference_of_two_batches() -> None:
    discriminator = networks.small_discriminator()
    batch, other = points(8, 11), np.abs(points(8, 12))

    def judgement(samples: Any) -> Any:
        return discriminator(samples)[:, 0]

    contributions = batch_contributions(judgement, batch, other, 150)
    due = np.asarray(judgement(batch)).sum() - np.asarray(judgement(other)).sum()
    assert contributions.sum() == pytest.approx(due, rel=0.02, abs=0.01)
    # They are not what the samples add one by one: most goes through the batch.
    assert abs(due) > 0.05
    alone = batch_contributions(judgement, batch, batch)
    np.testing.assert_array_equal(alone, np.zeros_like(batch))


def test_on_average_occlusion_agrees_with_integrated_gradients() -> None:
    samples = points(10, 9)
    falls = occlusion(sentence, samples, EMPTY)
    contributions = integrated_gradients(sentence, samples, EMPTY).sum(axis=2)
    assert np.mean([agreement(a, b) for a, b in zip(falls, contributions, strict=True)]) > 0.5


def test_with_shuffled_weights_the_maps_are_others_and_then_the_weights_are_back() -> None:
    samples = points(4, 10)
    discriminator = networks.small_discriminator()
    judge = networks.HookedDiscriminator(
        discriminator, points(20, 1), np.empty((20, 0), np.float32)
    )

    def judgement(inputs: Any) -> Any:
        return judge(inputs)[0][:, 0]

    before = integrated_gradients(judgement, samples, EMPTY, 8)
    with shuffled(discriminator):
        other = integrated_gradients(judgement, samples, EMPTY, 8)
    np.testing.assert_allclose(integrated_gradients(judgement, samples, EMPTY, 8), before)
    assert abs(agreement(before, other)) < 0.3


def test_occlusion_in_parts_averages_what_covers_a_position() -> None:
    samples = np.random.default_rng(1).standard_normal((1, 4, 3)).astype(np.float32)
    baseline = np.zeros((4, 3), np.float32)
    single = (samples[0] * WEIGHTS).sum(axis=1)
    falls = occlusion(linear, samples, baseline, size=2)[0]
    parts = single[:-1] + single[1:]
    expected = [parts[0], (parts[0] + parts[1]) / 2, (parts[1] + parts[2]) / 2, parts[2]]
    np.testing.assert_allclose(falls, expected, rtol=1e-3, atol=1e-5)


def test_grad_cam_of_a_mean_over_positions_is_known() -> None:
    # With a judgement that is the mean over positions of w * activation, every weight is w / n.
    weights = np.array([1.0, -2.0, 0.5], np.float32)
    inputs = keras.Input((4, 3))
    same = keras.layers.Identity(name="same")(inputs)
    network = keras.Model(inputs, same)
    from textgan.inspection.hooks import Hooks

    samples = np.random.default_rng(2).standard_normal((2, 4, 3)).astype(np.float32)
    cam = grad_cam(
        Hooks(network),
        lambda output: ops.mean(ops.sum(output * weights, axis=-1), axis=-1),
        "same",
        samples,
    )
    np.testing.assert_allclose(cam, np.maximum(0, samples @ weights / 4), rtol=1e-4, atol=1e-6)


def test_both_backends_draw_the_same_maps(tmp_path: Path) -> None:
    other = "jax" if keras.backend.backend() == "tensorflow" else "tensorflow"
    place = tmp_path / "maps.npz"
    subprocess.run(
        [sys.executable, "-m", "tests.inspection.networks", str(place)],
        check=True,
        cwd=Path(__file__).parents[2],
        env={**os.environ, "KERAS_BACKEND": other},
    )
    with np.load(place) as theirs:
        for name, ours in all_maps().items():
            np.testing.assert_allclose(ours, theirs[name], rtol=1e-3, atol=1e-4, err_msg=name)
