"""Grids of images, read back with Pillow."""

from pathlib import Path

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from PIL import Image

from textgan.errors import UserError
from textgan.grids import (
    FRAME,
    GAP,
    SIDE,
    grid,
    read_grid,
    to_pixels,
    unlaid,
    write_gif,
    write_png,
)


def make_pixels(count: int, channels: int = 1) -> np.ndarray:
    return np.random.default_rng(0).integers(256, size=(count, 8, 12, channels), dtype=np.uint8)


def test_pixels_are_the_grey_levels_that_the_data_came_from() -> None:
    levels = np.arange(256, dtype=np.uint8)
    np.testing.assert_array_equal(to_pixels(levels / np.float32(127.5) - np.float32(1)), levels)
    np.testing.assert_array_equal(to_pixels(np.array([-1.5, 0, 3])), [0, 128, 255])


@given(count=st.integers(1, 13), columns=st.integers(1, 5))
def test_each_image_stands_in_its_cell(count: int, columns: int) -> None:
    pixels = make_pixels(count)
    scale = SIDE // 12
    laid = grid(pixels, columns)
    height, width = 8 * scale + GAP, 12 * scale + GAP
    assert laid.shape == (-(-count // columns) * height + GAP, columns * width + GAP, 1)
    for index, image in enumerate(pixels):
        top, left = index // columns * height + GAP, index % columns * width + GAP
        cell = laid[top : top + 8 * scale, left : left + 12 * scale]
        np.testing.assert_array_equal(cell[::scale, ::scale], image)
        np.testing.assert_array_equal(cell[scale - 1 :: scale, scale - 1 :: scale], image)
    assert (laid[:GAP] == 128).all()
    assert (laid[:, -GAP:] == 128).all()


def test_large_images_keep_their_size() -> None:
    assert grid(np.zeros((1, 64, 48, 3), dtype=np.uint8), 1).shape == (68, 52, 3)


@pytest.mark.parametrize("channels", [1, 3])
def test_a_picture_file_holds_the_grid(channels: int, tmp_path: Path) -> None:
    pixels = make_pixels(7, channels)
    write_png(tmp_path / "grid.png", pixels, 3)
    with Image.open(tmp_path / "grid.png") as picture:
        assert (picture.format, picture.mode) == ("PNG", "L" if channels == 1 else "RGB")
        read = np.asarray(picture).reshape(picture.height, picture.width, channels)
    np.testing.assert_array_equal(read, grid(pixels, 3))
    assert [path.name for path in tmp_path.iterdir()] == ["grid.png"]


@pytest.mark.parametrize("channels", [1, 3])
def test_a_film_shows_the_pictures_in_order(channels: int, tmp_path: Path) -> None:
    frames = [tmp_path / f"{index}.png" for index in range(3)]
    for index, frame in enumerate(frames):
        write_png(frame, np.full((4, 8, 8, channels), 100 * index, dtype=np.uint8), 2)
    write_gif(tmp_path / "film.gif", frames)
    with Image.open(tmp_path / "film.gif") as film:
        assert (film.n_frames, film.info["loop"]) == (3, 0)  # type: ignore[attr-defined]
        for index, lasting in enumerate((FRAME, FRAME, 10 * FRAME)):
            film.seek(index)
            assert film.info["duration"] == lasting
            assert np.asarray(film.convert("L"))[10, 10] == 100 * index


@pytest.mark.parametrize("shape", [(8, 8, 1), (28, 28, 1), (30, 20, 3), (64, 64, 3)])
def test_a_grid_is_taken_apart(shape: tuple[int, int, int]) -> None:
    images = np.random.default_rng(0).integers(0, 256, (12, *shape), dtype=np.uint8)
    picture = grid(images, 4)
    apart = unlaid(picture.squeeze(axis=2 if shape[2] == 1 else ()), *shape[:2])
    np.testing.assert_array_equal(apart.reshape(images.shape), images)


@pytest.mark.parametrize("channels", [1, 3])
def test_a_grid_is_read_back_if_it_is_one_of_such_images(channels: int, tmp_path: Path) -> None:
    place, pixels = tmp_path / "grid.png", make_pixels(7, channels)
    write_png(place, pixels, 3)
    read = unlaid(read_grid(place, (8, 12, channels)), 8, 12)
    np.testing.assert_array_equal(read[:7].reshape(pixels.shape), pixels)
    for shape in ((8, 8, channels), (12, 8, channels), (8, 12, 4 - channels)):
        with pytest.raises(UserError, match=r"grid\.png is no grid of images of \("):
            read_grid(place, shape)


def test_what_is_no_picture_of_a_fair_size(tmp_path: Path) -> None:
    place = tmp_path / "grid.png"
    write_png(place, make_pixels(7), 3)
    whole = place.read_bytes()
    Image.new("L", (5000, 5000)).save(tmp_path / "large.png")
    Image.new("L", (9, 9)).save(tmp_path / "gif.png", format="GIF")
    large, other = ((tmp_path / name).read_bytes() for name in ("large.png", "gif.png"))
    for content in (b"", whole[:-200], b"text", large, other):
        place.write_bytes(content)
        with pytest.raises(UserError, match=r"grid\.png is not a readable picture \("):
            read_grid(place, (8, 12, 1))
        with pytest.raises(UserError, match="is not a readable picture"):
            write_gif(tmp_path / "film.gif", [place])
    assert not (tmp_path / "film.gif").exists()
