"""Files on disk: written aside and then renamed, so that no reader meets half of one; and read."""

import json
import math
import os
import sys
import tempfile
import tokenize
import zipfile
import zlib
from codecs import BOM_UTF8
from collections.abc import Iterable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from pathlib import Path
from typing import TYPE_CHECKING, Any, BinaryIO, TextIO, cast

import numpy as np
from numpy.lib import format as npy
from numpy.lib.npyio import NpzFile

from textgan.errors import UserError

if TYPE_CHECKING:
    from PIL import Image

# What the compressed members of an archive may take when unpacked; stored ones take what the file
# takes.
MAX_UNPACKED = 4 << 30
MAX_PIXELS = 2**24  # of a picture that is opened: a grid of 10 x 10 has a tenth of them

# What reading a damaged file of arrays or of JSON, or using what was read, may raise.
DAMAGE = (
    ArithmeticError,
    AttributeError,
    EOFError,
    LookupError,
    NotImplementedError,
    OSError,
    RuntimeError,
    TypeError,
    ValueError,
    tokenize.TokenError,
    zipfile.BadZipFile,
    zlib.error,
)


class MisfitError(ValueError):
    """What was read is whole, but made by a model of another kind or size."""


@contextmanager
def write_aside(place: Path) -> Iterator[Path]:
    """Yield a path beside `place` to write to; when the block ends well, rename it to `place`.

    A file that stood there stays whole until then. Several processes may write one place at once.

    Raises:
        OSError: the folder is not there or cannot be written, the disk is full.
    """
    aside = place.with_name(f".{place.name}.{os.getpid()}.partial")
    try:
        yield aside
        os.replace(aside, place)
    finally:
        aside.unlink(missing_ok=True)


def write_text(place: Path, text: str) -> None:
    """Write a text file, see `write_aside`."""
    with write_aside(place) as aside:
        aside.write_text(text, encoding="utf-8")


def write_bytes(place: Path, content: bytes) -> None:
    """Write a file, see `write_aside`."""
    with write_aside(place) as aside:
        aside.write_bytes(content)


def save_arrays(place: Path, arrays: Iterable[Any]) -> None:
    """Write arrays as an `.npz` of `arr_0`, `arr_1`, ..., see `write_aside`."""
    with write_aside(place) as aside, aside.open("wb") as file:
        np.savez(file, *(np.asarray(array) for array in arrays))


def load_arrays(place: Path, variables: Sequence[Any]) -> list[np.ndarray]:
    """Read what `save_arrays` wrote, for `variables`; nothing is unpickled.

    Raises:
        MisfitError: the arrays are not of the number, shapes and types of the variables.
        One of `DAMAGE`: the file is damaged.
    """
    with open_arrays(place) as archive:
        if len(archive.files) != len(variables):
            raise MisfitError(f"{len(archive.files)} arrays, this model has {len(variables)}")
        arrays = [archive[f"arr_{index}"] for index in range(len(variables))]
    for array, variable in zip(arrays, variables, strict=True):
        if array.shape != tuple(variable.shape) or array.dtype != variable.dtype:
            raise MisfitError(
                f"{variable.path} is {array.dtype} {array.shape}, this model's is "
                f"{variable.dtype} {tuple(variable.shape)}"
            )
    return arrays


@contextmanager
def open_arrays(place: Path) -> Iterator[NpzFile]:
    """Open an `.npz`, its arrays by name; nothing is unpickled.

    Each array is read when it is asked for. Its header has been compared with the file before, so
    that none takes memory for what is not there.

    Raises:
        One of `DAMAGE`: it is no `.npz`, damaged, holds Python objects, or would unpack to more
            than `MAX_UNPACKED`.
    """
    with zipfile.ZipFile(place) as archive:
        check_members(archive)
        for member in archive.infolist():
            if member.filename.endswith(".npy"):
                with archive.open(member) as file:
                    _check_array(cast(BinaryIO, file), member.file_size)
    with np.load(place, allow_pickle=False) as arrays:
        yield arrays


def read_array(place: Path) -> np.ndarray:
    """Read an `.npy` of any shape, after a check of its header against the file; no pickles.

    Raises:
        One of `DAMAGE`: it is no `.npy`, damaged, or holds Python objects.
    """
    with place.open("rb") as file:
        _check_array(file, os.fstat(file.fileno()).st_size)
        file.seek(0)
        return npy.read_array(file, allow_pickle=False)


def check_members(archive: zipfile.ZipFile) -> None:
    """Compare the sizes that a zip archive states with the file, before memory is taken for them.

    Raises:
        BadZipFile: its members do not fit in the file, or unpack to more than `MAX_UNPACKED`.
    """
    assert archive.filename is not None
    members = archive.infolist()
    packed = [member for member in members if member.compress_type != zipfile.ZIP_STORED]
    stored = sum(member.file_size for member in members) - sum(each.file_size for each in packed)
    if stored + sum(each.compress_size for each in packed) > os.path.getsize(archive.filename):
        raise zipfile.BadZipFile("its members are larger than the file")
    if sum(each.file_size for each in packed) > MAX_UNPACKED:
        raise zipfile.BadZipFile(f"it unpacks to more than {MAX_UNPACKED >> 30} GiB")


def read_array_header(file: BinaryIO) -> tuple[tuple[int, ...], np.dtype]:
    """Read the shape and the type that an `.npy` states; the file then stands at its numbers.

    Raises:
        ValueError: it is no `.npy`, or of another format.
    """
    version = npy.read_magic(file)
    readers = {(1, 0): npy.read_array_header_1_0, (2, 0): npy.read_array_header_2_0}
    if version not in readers:
        raise ValueError(f"an array of format {version}")
    shape, _, dtype = readers[version](file)
    return shape, dtype


def _check_array(file: BinaryIO, size: int) -> None:
    """Raise a ValueError unless an `.npy` of so many bytes is what its header says."""
    shape, dtype = read_array_header(file)
    if dtype.hasobject:
        raise ValueError("an array of Python objects")
    if math.prod(shape) * dtype.itemsize != size - file.tell():
        raise ValueError(f"{size - file.tell()} bytes for an array {dtype} {shape}")


def open_picture(path: Path) -> "Image.Image":
    """Open a PNG in grey (mode L) or colour (RGB); its size is looked at before it is unpacked.

    Raises:
        UserError: it cannot be read, is cut short, or has more than 16 million pixels.
    """
    from PIL import Image

    try:
        with Image.open(path, formats=["PNG"]) as picture:
            if picture.width * picture.height > MAX_PIXELS:
                raise ValueError(f"{picture.width} x {picture.height} pixels are too many")
            picture.load()
            return picture if picture.mode == "L" else picture.convert("RGB")
    except (OSError, ValueError, SyntaxError, Image.DecompressionBombError) as error:
        raise UserError(f"{path} is not a readable picture ({error}); was it cut short?") from error


@contextmanager
def output_errors(place: Path) -> Iterator[None]:
    """Turn a failure to write the file that a user asked for into one line.

    Raises:
        UserError: `place` cannot be written, or is a folder or a device.
    """
    if place.exists() and not place.is_file():
        raise UserError(f"cannot write {place}: it is not a file; choose another")
    try:
        yield
    except OSError as error:
        reason = error.strerror or error
        raise UserError(f"cannot write {place}: {reason}; choose another") from error


def check_output(place: Path | None) -> None:
    """Try a file that a user asked for, if any, before the work whose result it is to hold.

    Raises:
        UserError: see `output_errors`.
    """
    if place is not None:
        with output_errors(place), tempfile.TemporaryFile(dir=place.parent):
            pass


@contextmanager
def open_output(place: Path | None) -> Iterator[TextIO]:
    """Open the text file that a user asked for, which appears when all is written, or stdout.

    Raises:
        UserError: see `output_errors`.
    """
    if place is None:
        yield sys.stdout
        return
    with (
        output_errors(place),
        write_aside(place) as aside,
        aside.open("w", encoding="utf-8") as file,
    ):
        yield file


def write_json(content: Mapping[str, Any] | Sequence[Any], place: Path) -> None:
    """Write the JSON file that a user asked for.

    Raises:
        UserError: it cannot be written.
    """
    with output_errors(place):
        write_text(place, json.dumps(content, indent=2) + "\n")


def require_place(place: Path) -> None:
    """Raise a `UserError` if there is neither a file nor a folder."""
    if not os.path.exists(place):
        raise UserError(f"cannot read {place}: No such file or directory")


def read_lines(place: Path) -> Iterator[str]:
    r"""Yield the lines of a UTF-8 text file without their ends, empty ones too.

    A line ends with \n, \r\n or \r, as in Python's text files. A byte order mark is dropped, also
    inside, where files were joined.

    Raises:
        UserError: it cannot be read, is binary or not UTF-8 (with the line number).
    """
    try:
        with place.open("rb") as file:
            lines = (line for piece in file for line in piece.splitlines())
            for number, line in enumerate(lines, start=1):
                if b"\0" in line:
                    raise UserError(f"{place}, line {number}: binary data, not text")
                try:
                    yield line.removeprefix(BOM_UTF8).decode()
                except UnicodeDecodeError as error:
                    raise UserError(
                        f"{place}, line {number}: not UTF-8 (byte {error.start + 1} of the line): "
                        "convert it, for example with iconv"
                    ) from None
    except OSError as error:
        raise UserError(f"cannot read {place}: {error.strerror}") from error
