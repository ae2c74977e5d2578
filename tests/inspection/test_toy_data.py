"""Real points of the plane, and their modes."""

import numpy as np
import pytest

from textgan.inspection.toy_data import draw_points, modes, modes_found
from textgan.inspection.toy_settings import ShapeName


@pytest.mark.parametrize("data", ["ring", "grid"])
def test_real_points_fill_their_modes(data: ShapeName) -> None:
    points = draw_points(data, 4000, 1)
    assert modes_found(points, data) == len(modes(data))
    nearest = np.linalg.norm(points[:, None] - modes(data), axis=2).min(axis=1)
    # The distance of a 2-D Gaussian from its centre has mean sigma * sqrt(pi / 2).
    assert nearest.mean() == pytest.approx(0.12 * np.sqrt(np.pi / 2), rel=0.05)


def test_a_collapsed_sample_has_found_one_mode() -> None:
    assert modes_found(np.tile([2.0, 0.0], (100, 1)), "ring") == 1
