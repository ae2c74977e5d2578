from typing import Any

import numpy as np
from keras import ops

from textgan.inspection.saliency_images import maps_of


def test_every_method_finds_the_pixels_that_count() -> None:
    """The judgement is the sum of one corner, and the layer is the image itself."""
    corner = np.zeros((12, 12, 1), np.float32)
    corner[:4, :4] = 1
    image = 0.5 + np.random.default_rng(0).random((1, 12, 12, 1), np.float32)

    def run(samples: Any, edits: dict[str, Any]) -> tuple[Any, dict[str, Any]]:
        seen = edits["image"](samples) if "image" in edits else samples
        return ops.sum(seen * corner, axis=(1, 2, 3)), {"image": seen}

    empty = np.zeros((12, 12, 1), np.float32)
    maps = maps_of(run, lambda output: output, "image", image, empty)
    assert list(maps) == ["gradient", "integrated", "Grad-CAM, image", "occlusion"]
    np.testing.assert_allclose(maps["gradient"], corner[..., 0], atol=1e-6)
    np.testing.assert_allclose(maps["integrated"], (image * corner)[0, ..., 0], rtol=1e-4)
    np.testing.assert_allclose(maps["Grad-CAM, image"], image[0, ..., 0] * 16 / 144, rtol=1e-4)
    assert maps["occlusion"][:4, :4].min() > maps["occlusion"][6:, 6:].max() == 0
