"""Archives of images of any origin: read by name, and their pixels as grey levels."""

from pathlib import Path

import numpy as np
import pytest

from textgan.errors import UserError
from textgan.images.arrays import array_names, grey_levels, read_arrays


def test_arrays_are_read_by_name(tmp_path: Path) -> None:
    place = tmp_path / "a.npz"
    np.savez(place, x=np.arange(6).reshape(2, 3), y=np.ones(2))
    assert array_names(place) == ["x", "y"]
    assert read_arrays(place, ["x"])["x"].tolist() == [[0, 1, 2], [3, 4, 5]]
    with pytest.raises(UserError, match=r"holds no z; it must hold x, z, and holds x, y"):
        read_arrays(place, ["x", "z"])


def test_nothing_is_unpickled(tmp_path: Path) -> None:
    np.savez(tmp_path / "a.npz", x=np.array([{}]))
    with pytest.raises(UserError, match="is not a readable"):
        read_arrays(tmp_path / "a.npz", ["x"])


@pytest.mark.parametrize(
    ("pixels", "levels"),
    [
        (np.array([0.0, 0.5, 1.0]), [0, 128, 255]),
        (np.array([0, 200, 255], np.int64), [0, 200, 255]),
        (np.array([0.0, 200.0, 255.0]), [0, 200, 255]),
        (np.array([0, 1], np.uint8), [0, 255]),
        (np.array([False, True]), [0, 255]),
    ],
)
def test_pixels_become_grey_levels(pixels: np.ndarray, levels: list[int]) -> None:
    (found,) = grey_levels([pixels], "x")
    assert found.dtype == np.uint8 and found.tolist() == levels


def test_all_arrays_have_one_white() -> None:
    first, second = grey_levels([np.array([0, 1]), np.array([0, 255])], "x")
    assert first.tolist() == [0, 1] and second.tolist() == [0, 255]


@pytest.mark.parametrize(
    ("pixels", "remedy"),
    [
        (np.array([-1.0, 1.0]), "for -1 to 1 save"),
        (np.array([0.0, 2.5]), "save x / 255"),
        (np.array([0, 4000]), "save x / 4095"),
        (np.array([0.0, np.nan]), "pixels are floats from 0 to 1"),
        (np.array(["a"]), "pixels are floats from 0 to 1"),
    ],
)
def test_other_numbers_are_refused_with_a_remedy(pixels: np.ndarray, remedy: str) -> None:
    with pytest.raises(UserError, match=remedy):
        grey_levels([pixels], "x")
