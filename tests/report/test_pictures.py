"""Pictures: the same corner of every grid, and how far pixels move between two."""

import io
from pathlib import Path

import numpy as np
import pytest
from PIL import Image

from textgan.errors import UserError
from textgan.grids import grid, write_png
from textgan.report.pictures import changed_levels, make_film
from textgan.report.sections import Picture


def images(seed: int, channels: int = 1) -> np.ndarray:
    shape = (100, 8, 8, channels)
    return np.random.default_rng(seed).integers(0, 100, shape, dtype=np.uint8)


def draw(folder: Path, step: int, pixels: np.ndarray) -> Path:
    path = folder / f"{step:07d}.png"
    write_png(path, pixels, 10)
    return path


def pixels(picture: Picture) -> np.ndarray:
    return np.asarray(Image.open(io.BytesIO(picture.data)))


def test_a_film_shows_the_same_corner_first_to_last_and_the_last_grid(tmp_path: Path) -> None:
    drawn = {step: images(step) for step in range(1, 30)}
    film = make_film({step: draw(tmp_path, step, drawn[step]) for step in drawn})
    steps = [step for step, _ in film.frames]
    assert len(steps) == 6 and (steps[0], steps[-1]) == (1, 29)
    for step, picture in film.frames:
        corner = drawn[step].reshape(10, 10, 8, 8, 1)[:5, :5].reshape(25, 8, 8, 1)
        np.testing.assert_array_equal(pixels(picture), grid(corner, 5)[:, :, 0])
    assert film.last is not None
    np.testing.assert_array_equal(pixels(film.last), grid(drawn[29], 10)[:, :, 0])
    assert film.last.source.startswith("data:image/png;base64,")
    assert make_film({1: tmp_path / "0000001.png"}, whole=False).last is None


def test_colours_are_kept_nearly(tmp_path: Path) -> None:
    coloured = np.repeat(images(0, 3) // 50 * 90, 1, axis=0)
    film = make_film({1: draw(tmp_path, 1, coloured)})
    assert film.last is not None
    seen = np.asarray(Image.open(io.BytesIO(film.last.data)).convert("RGB"), dtype=int)
    assert np.abs(seen - grid(coloured, 10)).mean() < 3


@pytest.mark.parametrize("channels", [1, 3])
def test_the_change_is_that_of_the_images_without_the_lines_between(
    tmp_path: Path, channels: int
) -> None:
    drawn = {step: images(step, channels) for step in (10, 20, 30)}
    drawn[30] = drawn[20]
    found = dict(changed_levels({step: draw(tmp_path, step, drawn[step]) for step in drawn}))
    expected = np.abs(drawn[20].astype(int) - drawn[10].astype(int)).mean()
    assert found == {20: pytest.approx(expected), 30: 0.0}


def test_damage_is_told_in_one_line(tmp_path: Path) -> None:
    good = draw(tmp_path, 1, images(1))
    cut = tmp_path / "cut.png"
    cut.write_bytes(good.read_bytes()[:-300])
    text = tmp_path / "text.png"
    text.write_text("no picture")
    for path in (cut, text):
        with pytest.raises(UserError, match="is not a readable picture"):
            make_film({1: path})
    small = tmp_path / "small.png"
    write_png(small, images(1)[:50], 10)
    with pytest.raises(UserError, match=r"small\.png is not of the size of"):
        changed_levels({1: good, 2: small})
