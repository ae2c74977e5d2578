"""Images from an `.npz` that anybody may have made: its sizes are checked before it is read.

Nothing is unpickled. What an archive says of its arrays is read first, so that a small file which
unpacks to more than the memory holds is refused in time.
"""

import zipfile
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from math import prod
from pathlib import Path
from typing import BinaryIO, cast

import numpy as np
from numpy.lib import format as npy

from textgan.errors import UserError
from textgan.files import DAMAGE, read_array_header

MOST_BYTES = 4 * 2**30  # of one array: 65,536 images of the largest size, three channels, as uint8
DARK = 64  # the brightest grey level of a set of images that is worth a word

ARRAYS = "x_train", "y_train", "x_test", "y_test"  # of a set of images

Arrays = dict[str, np.ndarray]


def read_arrays(place: Path, names: Sequence[str]) -> Arrays:
    """Read arrays from an `.npz` by name.

    Args:
        place: of the archive.
        names: what to read.

    Raises:
        UserError: it cannot be read, lacks one of them, or one is larger than 4 GiB.
    """
    with _opened(place) as archive:
        there = _names(archive)
        missing = [name for name in names if name not in there]
        if missing:
            raise UserError(
                f"{place} holds no {', '.join(missing)}; it must hold {', '.join(names)}, "
                f"and holds {', '.join(there) or 'nothing'}"
            )
        return {name: _read_array(archive, name, place) for name in names}


def array_names(place: Path) -> list[str]:
    """Return the names of the arrays of an `.npz`.

    Raises:
        UserError: it cannot be read.
    """
    with _opened(place) as archive:
        return _names(archive)


def grey_levels(parts: Sequence[np.ndarray], source: str) -> list[np.ndarray]:
    """Turn pixels into grey levels 0 to 255, uint8, all arrays in the same way.

    Pixels are floats from 0 to 1, or whole numbers from 0 to 255 of any type. Where there is
    nothing above 1, whatever the type, 1 is white; for integers a line says so. Another line
    says when all images are dark.

    Args:
        parts: arrays of any shape, such as training and test images; none empty.
        source: where they come from, for messages.

    Raises:
        UserError: they are anything else.
    """
    strange = next((part.dtype for part in parts if part.dtype.kind not in "biuf"), None)
    if strange is not None:
        raise UserError(f"{source} is {strange}: {_PIXELS}")
    low = float(min(part.min() for part in parts))
    high = float(max(part.max() for part in parts))
    if not 0 <= low <= high <= 255 or (high > 1 and not all(map(_whole, parts))):  # also NaN
        raise UserError(
            f"{source} has values from {low:g} to {high:g}: {_PIXELS}{_remedy(low, high)}"
        )
    white = 1 if high <= 1 else 255
    if white == 1 and any(part.dtype.kind in "iu" and part.any() for part in parts):
        print(f"{source}: every pixel is 0 or 1; 1 is taken for white", flush=True)
    elif 0 < high * 255 / white < DARK:
        print(
            f"{source}: the brightest pixel is {high:g}, white is {white}; if they are not meant "
            "to be so dark, scale the images first",
            flush=True,
        )
    return [_levels(part, white) for part in parts]


_PIXELS = "pixels are floats from 0 to 1, or whole numbers from 0 to 255"


@contextmanager
def _opened(place: Path) -> Iterator[zipfile.ZipFile]:
    try:
        if place.exists() and not place.is_file():  # a pipe would be waited for
            raise ValueError("it is not a file")
        with zipfile.ZipFile(place) as archive:
            yield archive
    except (*DAMAGE, MemoryError) as error:
        raise UserError(f"{place} is not a readable .npz of arrays ({error})") from error


def _names(archive: zipfile.ZipFile) -> list[str]:
    return [name.removesuffix(".npy") for name in archive.namelist()]


def _levels(part: np.ndarray, white: int) -> np.ndarray:
    if white == 255:
        return part.astype(np.uint8, copy=False)
    if part.dtype.kind == "f":
        return np.rint(part * 255).astype(np.uint8)
    return part.astype(np.uint8) * np.uint8(255)


def _whole(part: np.ndarray) -> bool:
    return part.dtype.kind != "f" or bool((part == np.rint(part)).all())


def _remedy(low: float, high: float) -> str:
    """Say how pixels in another usual range are brought to 0 to 1."""
    if -1 <= low < 0 and high <= 1:
        return "; for -1 to 1 save (x + 1) / 2"
    if low >= 0 and high <= 255:
        return "; save x / 255"
    if low >= 0 and high < 2**16:
        return f"; save x / {2 ** int(high).bit_length() - 1}"
    return ""


def _read_array(archive: zipfile.ZipFile, name: str, place: Path) -> np.ndarray:
    entries = archive.namelist()
    member = archive.getinfo(f"{name}.npy" if f"{name}.npy" in entries else name)
    with archive.open(member) as file:
        shape, dtype = read_array_header(cast(BinaryIO, file))
    size = prod(shape) * dtype.itemsize
    if max(size, member.file_size) > MOST_BYTES:
        raise UserError(
            f"{place}: {name} takes {max(size, member.file_size) / 2**30:.1f} GiB, at most "
            f"{MOST_BYTES // 2**30} are read; store fewer images, or uint8"
        )
    if size > member.file_size:
        raise ValueError(f"{name} should have {size} bytes, and has at most {member.file_size}")
    with archive.open(member) as file:
        return npy.read_array(file, allow_pickle=False)
