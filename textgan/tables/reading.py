"""Reads tables: CSV and Parquet files by path, and the real tables that scikit-learn brings.

Everything that cannot be learned from is refused here, in one line that says where it stands.
"""

import csv
import hashlib
import io
import re
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np
import pandas as pd
import pyarrow as pa
import pyarrow.csv
import pyarrow.parquet

from textgan.errors import UserError

BUILT_IN = ("breast_cancer", "wine", "diabetes")
# What looks like a date: three groups of digits, perhaps a time after them.
_DATE = re.compile(r"\s*\d{1,4}([-/.])\d{1,2}\1\d{1,4}([T ]\d{1,2}:\d{2}.*)?\s*")


@dataclass(frozen=True, eq=False)
class Table:
    """A table and where it came from.

    Attributes:
        name: of the built-in table, or the path.
        frame: in normal form: float64 (NaN is missing), Int64, boolean, strings.
        target: column that a classifier or regression is to predict, where it is known.
        checksum: SHA-256 of the table as CSV.
    """

    name: str
    frame: pd.DataFrame
    target: str | None
    checksum: str


def load_table(name: str) -> Table:
    """Load a built-in table or read a file.

    Raises:
        UserError: see `read_table`.
    """
    if name in BUILT_IN:
        frame, target = _built_in(name)
    else:
        frame, target = read_table(Path(name)), None
    return Table(name, frame, target, hashlib.sha256(to_csv(frame).encode()).hexdigest())


def read_table(path: Path) -> pd.DataFrame:
    """Read a CSV file (commas, semicolons or tabs; UTF-8; a header) or a Parquet file.

    Empty fields, `NA`, `NaN`, `null` and the like are missing values.

    Raises:
        UserError: the file cannot be read or is no table; no header, ragged rows, column names
            that are empty or occur twice, infinities, dates, a column of missing values only.
    """
    try:
        with open(path, "rb") as file:
            start = file.read(4)
    except OSError as error:
        raise UserError(
            f"cannot read {path}: {error.strerror}; give a file or one of {', '.join(BUILT_IN)}"
        ) from error
    try:
        table = pa.parquet.ParquetFile(path).read() if start == b"PAR1" else _read_csv(path)
        return _normal_form(table, str(path))
    except (pa.ArrowException, OSError) as error:
        raise UserError(f"{path} is not a table that can be read ({error})") from error


def csv_pieces(frames: Iterable[pd.DataFrame]) -> Iterator[str]:
    """Write tables of the same columns as one CSV, piece by piece: a header, texts in quotes."""
    for number, frame in enumerate(frames):
        table = pa.Table.from_pandas(frame, preserve_index=False)
        sink = io.BytesIO()
        pa.csv.write_csv(table, sink, pa.csv.WriteOptions(include_header=number == 0))
        yield sink.getvalue().decode()


def to_csv(frame: pd.DataFrame) -> str:
    """Write a table as CSV."""
    return "".join(csv_pieces([frame]))


def _built_in(name: str) -> tuple[pd.DataFrame, str]:
    """One of scikit-learn's tables; classes have their names."""
    from sklearn import datasets

    bunch: Any = getattr(datasets, f"load_{name}")(as_frame=True, **_RAW.get(name, {}))
    frame = bunch.frame
    target = _TARGETS[name]
    frame = frame.rename(columns={"target": target})
    if "target_names" in bunch:
        frame[target] = np.asarray(bunch.target_names, dtype=object)[frame[target]]
    return _normal_form(pa.Table.from_pandas(frame, preserve_index=False), name), target


_TARGETS = {"breast_cancer": "diagnosis", "wine": "cultivar", "diabetes": "progression"}
_RAW = {"diabetes": {"scaled": False}}  # as measured: ages in years, not in standard deviations


def _read_csv(path: Path) -> pa.Table:
    delimiter = _check_rows(path)
    return pa.csv.read_csv(
        path,
        parse_options=pa.csv.ParseOptions(delimiter=delimiter, newlines_in_values=True),
        convert_options=pa.csv.ConvertOptions(strings_can_be_null=True),
    )


def _check_rows(path: Path) -> str:
    """Read a CSV file once for what pyarrow cannot point to; return its delimiter."""
    reader = None
    try:
        with open(path, encoding="utf-8-sig", newline="") as file:
            first = file.readline()
            delimiter = max(",;\t", key=first.count)
            file.seek(0)
            reader = csv.reader(file, delimiter=delimiter, strict=True)
            header = next(reader, [])
            if not header:
                raise UserError(f"{path} is empty: it needs a header line and rows")
            for row in reader:
                if len(row) not in (0, len(header)):
                    raise UserError(
                        f"{path}, line {reader.line_num}: {len(row)} fields, but the header has "
                        f"{len(header)}; mend that line"
                    )
    except (UnicodeDecodeError, csv.Error) as error:
        where = f" near line {reader.line_num + 1}" if reader else ""
        raise UserError(f"{path} is not a CSV or Parquet table ({error}{where})") from error
    return delimiter


def _normal_form(table: pa.Table, name: str) -> pd.DataFrame:
    """Check a table and bring it into the four types."""
    names = [str(column) for column in table.column_names]
    for position, column in enumerate(names, start=1):
        if not column.strip():
            raise UserError(f"{name}: column {position} has no name; name it in the header")
    twice = [column for column in dict.fromkeys(names) if names.count(column) > 1]
    if twice:
        raise UserError(f"{name}: column name {twice[0]!r} occurs twice; rename one of them")
    if not len(table):
        raise UserError(f"{name} has no rows below its header")
    columns = [_normal_column(table.column(i), column, name) for i, column in enumerate(names)]
    _require_header(names, columns, name)
    types = {pa.int64(): pd.Int64Dtype(), pa.bool_(): pd.BooleanDtype()}
    return pa.table(columns, names=names).to_pandas(types_mapper=types.get)


def _normal_column(values: pa.ChunkedArray, column: str, name: str) -> pa.ChunkedArray:
    kind = values.type
    if pa.types.is_dictionary(kind):
        kind = kind.value_type
        values = values.cast(kind)
    if values.null_count == len(values):
        raise UserError(f"{name}: every value of column {column!r} is missing; leave it out")
    if pa.types.is_temporal(kind) or (pa.types.is_string(kind) and _all_dates(values)):
        raise UserError(
            f"{name}: column {column!r} holds dates or times; turn them into numbers (days since "
            "some day, hour, weekday) or leave the column out"
        )
    for test, normal in _TYPES:
        if test(kind):
            values = values.cast(normal)
            break
    else:
        raise UserError(
            f"{name}: column {column!r} holds {kind}, neither numbers nor text; leave it out"
        )
    if pa.types.is_floating(values.type):
        numbers = values.to_numpy()
        (infinite,) = np.nonzero(np.isinf(numbers))
        if len(infinite):
            raise UserError(
                f"{name}: column {column!r} is infinite in row {infinite[0] + 1} below the header; "
                "mend it or leave the field empty"
            )
        if np.isnan(numbers).all():
            raise UserError(f"{name}: every value of column {column!r} is missing; leave it out")
    return values


_TYPES = (
    (pa.types.is_boolean, pa.bool_()),
    (pa.types.is_integer, pa.int64()),
    (pa.types.is_floating, pa.float64()),
    (pa.types.is_decimal, pa.float64()),
    (pa.types.is_string, pa.string()),
    (pa.types.is_large_string, pa.string()),
)


def _all_dates(values: pa.ChunkedArray) -> bool:
    return all(_DATE.fullmatch(value) for value in values.drop_null().unique().to_pylist())


def _require_header(names: list[str], columns: list[pa.ChunkedArray], name: str) -> None:
    """Refuse a first line that is data: numbers, or values of its own columns."""

    def is_data(title: str, values: pa.ChunkedArray) -> bool:
        try:
            float(title)
            return True
        except ValueError:
            return pa.types.is_string(values.type) and title in values.unique().to_pylist()

    if 2 * sum(map(is_data, names, columns)) >= len(names):
        raise UserError(
            f"{name} has no header: its first line, {', '.join(names)[:60]!r}, looks like data; "
            "put the columns' names there"
        )
