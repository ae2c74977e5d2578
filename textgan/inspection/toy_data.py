"""The data of the games in the plane: real points, and which of their modes are found.

Keras is not loaded here.
"""

import numpy as np

from textgan.inspection.toy_settings import ShapeName

REACH = 3.2  # pictures of the plane go from -REACH to REACH
COUNT = 8192  # real points of a game


def draw_points(data: ShapeName, count: int, seed: int) -> np.ndarray:
    """Draw real points (count, 2) float32; they lie within about 2.5 of the origin."""
    rng = np.random.Generator(np.random.PCG64(seed))
    if data == "moons":
        angle = np.pi * rng.random(count)
        upper = rng.random(count) < 0.5
        x = np.where(upper, np.cos(angle), 1.0 - np.cos(angle))
        y = np.where(upper, np.sin(angle), 0.5 - np.sin(angle))
        centres = 1.5 * np.stack([x - 0.5, y - 0.25], axis=1)
    else:
        places = modes(data)
        centres = places[rng.integers(len(places), size=count)]
    return (centres + 0.12 * rng.standard_normal((count, 2))).astype(np.float32)


def modes(data: ShapeName) -> np.ndarray:
    """Return the centres (mode, 2) of the Gaussians; none for the moons."""
    if data == "ring":
        angle = 2 * np.pi * np.arange(8) / 8
        return 2.0 * np.stack([np.cos(angle), np.sin(angle)], axis=1)
    if data == "grid":
        ticks = np.arange(-2.0, 3.0)
        return np.stack(np.meshgrid(ticks, ticks), axis=-1).reshape(-1, 2)
    return np.empty((0, 2))


def modes_found(points: np.ndarray, data: ShapeName) -> int:
    """Count the Gaussians with at least a fifth of their share of `points` (point, 2) within .4."""
    centres = modes(data)
    distance = np.linalg.norm(points[:, None] - centres, axis=2)
    near = distance < 0.4
    return int((near.sum(axis=0) >= 0.2 * len(points) / max(1, len(centres))).sum())
