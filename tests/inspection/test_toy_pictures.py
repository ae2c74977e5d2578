"""The pictures of a game in the plane: as many as were taken."""

from pathlib import Path

import numpy as np
import pytest
from PIL import Image

from textgan.inspection import toy_pictures
from textgan.inspection.toy import Frame, Recording, draw_points, modes
from textgan.inspection.toy_settings import ToySettings

RNG = np.random.default_rng(0)


@pytest.fixture(scope="module")
def film() -> Recording:
    """Three frames, made up."""
    ring = modes("ring").astype(np.float32)
    frames = [
        Frame(step, ring * step / 20, ring[:2] + step, RNG.normal(size=(2, 2)), np.eye(5))
        for step in (0, 10, 20)
    ]
    rows = [{"step": step, **{key: 1.0 for key, _ in toy_pictures.CURVES}} for step in (10, 20)]
    return Recording(ToySettings(steps=20, frames=3), draw_points("ring", 50, 0), frames, rows)


def test_the_animation_has_a_picture_for_each_frame(film: Recording, tmp_path: Path) -> None:
    toy_pictures.write_film(film, tmp_path / "film.gif")
    with Image.open(tmp_path / "film.gif") as picture:
        assert picture.n_frames == 3  # type: ignore[attr-defined]


def test_stills_and_curves_are_wide_pictures(film: Recording, tmp_path: Path) -> None:
    toy_pictures.write_stills(film, tmp_path / "stills.png")
    toy_pictures.write_curves(film, tmp_path / "curves.png")
    for name, shape in (("stills.png", 12 / 8.4), ("curves.png", 12 / 2.7)):
        with Image.open(tmp_path / name) as picture:
            assert picture.width / picture.height == pytest.approx(shape, rel=0.02)


def test_a_tail_is_where_a_point_has_been(film: Recording) -> None:
    (first, second) = toy_pictures._tails(film, 2)
    np.testing.assert_allclose(first.T, [frame.followed[0] for frame in film.frames])
    assert second.shape == (2, 3) and len(toy_pictures._tails(film, 0)[0].T) == 1
