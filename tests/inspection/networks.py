"""A small text discriminator whose weights are the same on every backend, and points for it.

As a script, `python networks.py FILE`, it writes the saliency of that discriminator under the
backend that `KERAS_BACKEND` names.
"""

import sys
from typing import Any

import keras
import numpy as np

from textgan.inspection.hooks import HookedDiscriminator
from textgan.inspection.saliency import grad_cam, gradient, integrated_gradients, occlusion
from textgan.text.networks import build_discriminator
from textgan.text.settings import TextNetworkSettings

LENGTH, DIM = 6, 5


def small_discriminator() -> keras.Model:
    """Return a discriminator of points (6, 5) with weights drawn by NumPy."""
    sizes = TextNetworkSettings(
        discriminator_width=8, discriminator_layers=2, local_batch=True, similarity=True
    )
    network = build_discriminator(LENGTH, DIM, sizes)
    rng = np.random.default_rng(0)
    for variable in network.variables:
        scale = max(1, int(np.prod(variable.shape[:-1]))) ** -0.5
        variable.assign(scale * rng.standard_normal(variable.shape))
    return network


def points(count: int, seed: int) -> np.ndarray:
    """Draw points (count, 6, 5) on the sphere."""
    drawn = np.random.default_rng(seed).standard_normal((count, LENGTH, DIM))
    norm = np.linalg.norm(drawn, axis=-1, keepdims=True)
    return (drawn * DIM**0.5 / norm).astype(np.float32)


def hooked_discriminator() -> HookedDiscriminator:
    """Return the discriminator with a reference batch of 20."""
    return HookedDiscriminator(small_discriminator(), points(20, 1), np.empty((20, 0), np.float32))


def all_maps() -> dict[str, np.ndarray]:
    """Return every kind of map for three samples."""
    judge, samples, empty = (
        hooked_discriminator(),
        points(3, 2),
        np.zeros((LENGTH, DIM), np.float32),
    )

    def judgement(inputs: Any) -> Any:
        return judge(inputs)[0][:, 0]

    return {
        "gradient": gradient(judgement, samples),
        "integrated": integrated_gradients(judgement, samples, empty, 12),
        "occlusion": occlusion(judgement, samples, empty),
        "grad_cam": grad_cam(
            lambda inputs, edits: judge(inputs, edits=edits),
            lambda logits: logits[:, 0],
            "block_1_conv_2",
            samples,
        ),
    }


if __name__ == "__main__":
    np.savez(sys.argv[1], **all_maps())
