"""Files on disk: written aside and then renamed, so that no reader meets half of one; and read."""

import json
import os
import sys
import tokenize
import zipfile
import zlib
from collections.abc import Iterable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from pathlib import Path
from typing import Any, TextIO

import numpy as np

from textgan.errors import UserError

# What reading a damaged file of arrays or of JSON, or using what was read, may raise.
DAMAGE = (
    ArithmeticError,
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
    with np.load(place, allow_pickle=False) as archive:
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


def read_lines(place: Path) -> Iterator[str]:
    """Yield the lines of a UTF-8 text file without their ends, empty ones too.

    Raises:
        UserError: it cannot be read, is binary or not UTF-8 (with the line number).
    """
    try:
        with place.open("rb") as file:
            for number, line in enumerate(file, start=1):
                if b"\0" in line:
                    raise UserError(f"{place}, line {number}: binary data, not text")
                try:
                    yield line.decode().rstrip("\r\n")
                except UnicodeDecodeError as error:
                    raise UserError(
                        f"{place}, line {number}: not UTF-8 (byte {error.start + 1} of the line): "
                        "convert it, for example with iconv"
                    ) from None
    except OSError as error:
        raise UserError(f"cannot read {place}: {error.strerror}") from error
