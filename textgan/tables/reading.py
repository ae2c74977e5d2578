"""Reads tables: CSV and Parquet files by path, and the real tables that scikit-learn brings.

What cannot be learned from is refused here, in one line that says where it stands. Columns that are
dropped, and tables after the first, are not checked for this.
"""

import hashlib
import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np
import pandas as pd
import pyarrow as pa
import pyarrow.compute as pc
import pyarrow.parquet

from textgan.errors import UserError
from textgan.tables.cells import ANY_NUMBER, Cells, common_dtype, to_frame
from textgan.tables.columns import Column, dtype_name, find_columns, kept_names
from textgan.tables.csv_files import MISSING, Layout, find_layout, plain_csv, read_texts
from textgan.tables.csv_files import to_csv as to_csv
from textgan.tables.hints import hint_numbers

BUILT_IN = ("breast_cancer", "wine", "diabetes")
NUMBERS = ("Int64", "float64")
FIRST_YEAR, LAST_YEAR = 1900, 2100  # that a column may be called


@dataclass(frozen=True, eq=False)
class LoadedTable:
    """A table and where it came from.

    Attributes:
        name: of the built-in table, or the path.
        frame: in normal form: float64 (NaN is missing), Int64, boolean, strings.
        target: column that a classifier or regression is to predict, where it is known.
        checksum: SHA-256 of the table as CSV, dropped columns too.
        notes: what the user should know of the reading, a line each.
    """

    name: str
    frame: pd.DataFrame
    target: str | None
    checksum: str
    notes: tuple[str, ...] = ()


@dataclass(frozen=True, eq=False)
class RawTable:
    """A file as it was read, before anyone asks what its columns hold."""

    path: Path
    columns: dict[str, Cells]
    layout: Layout | None  # of a CSV file

    def with_words(self, words: Mapping[str, set[str]]) -> "RawTable":
        """The table with words such as `NA` as texts in some columns, by name, quoted or not."""
        if self.layout is None or not words:
            return self
        missing = set(MISSING) - set().union(*words.values()) | {""}
        texts = read_texts(self.path, self.layout, sorted(missing))
        places = {name: place for place, name in enumerate(self.layout.names)}
        changed = {name: Cells.of(texts.column(places[name]), False) for name in words}
        return RawTable(self.path, self.columns | changed, self.layout)


def load_table(
    name: str, asked: Mapping[str, str] | None = None, delimiter: str = ""
) -> LoadedTable:
    """Load a built-in table or read a file.

    Args:
        name: one of `BUILT_IN`, or a path.
        asked: kinds of columns that the user asks for, see `find_columns`.
        delimiter: of a CSV file; by default it is found.

    Raises:
        UserError: see `read_table`; a delimiter for what is no CSV file.
    """
    raw = None if name in BUILT_IN else read_raw(Path(name), delimiter)
    if delimiter and (raw is None or raw.layout is None):
        raise UserError(f"--delimiter {delimiter!r} is for CSV files, and {name} is none")
    if raw is None:
        frame, target = _built_in(name)
        kept = kept_names(frame.columns, asked or {})
        return LoadedTable(name, frame[kept], target, _checksum(frame))
    frame = first_frame(raw, asked or {})
    # Of the whole table as it is read of itself, whatever is asked for.
    known = {
        column: cells.cast(common_dtype([cells]))
        for column, cells in raw.columns.items()
        if cells.dtype in ("boolean", "string", *NUMBERS)
    }
    return LoadedTable(
        name, frame, None, _checksum(to_frame(known)), notes_of(raw, frame, asked or {})
    )


def read_table(
    path: Path, asked: Mapping[str, str] | None = None, delimiter: str = ""
) -> pd.DataFrame:
    """Read a CSV file (commas, semicolons, tabs or bars; UTF-8; a header) or a Parquet file.

    Empty fields, `NA`, `NaN`, `null` and the like are missing values, unless they are in quotes
    (see `csv_files`).

    Args:
        path: of the file.
        asked: kinds of columns that the user asks for; those to drop are left out, unread.
        delimiter: of a CSV file; by default it is found.

    Raises:
        UserError: the file cannot be read or is no table; no header, ragged rows, column names
            that are empty or occur twice; infinities, dates, a column of missing values only.
    """
    return first_frame(read_raw(path, delimiter), asked or {})


def read_together(
    paths: Sequence[Path], asked: Mapping[str, str], delimiter: str = ""
) -> tuple[list[Column], list[pd.DataFrame], tuple[str, ...]]:
    """Read tables that are to be compared, so that equal values are equal in all of them.

    The first decides what its columns hold; each is then of the narrowest type that holds the
    values of all tables.

    Args:
        paths: CSV or Parquet files.
        asked: kinds of columns that the user asks for.
        delimiter: of the CSV files; by default it is found in each.

    Returns:
        The columns of the first table, the tables with these columns, and what the user should
        know of the reading.

    Raises:
        UserError: see `read_table`; a column that another table lacks, or that holds texts where
            the first has numbers.
    """
    first, *others = [read_raw(path, delimiter) for path in paths]
    frame = first_frame(first, asked)
    kinds = {name: asked[name] for name in frame.columns if name in asked}
    columns = find_columns(frame, kinds)
    notes = notes_of(first, frame, asked)
    for other in others:
        for name in frame.columns:
            if name not in other.columns:
                raise UserError(f"{other.path} has no column {name!r}, which the real table has")
            _require_known(other.columns[name], name, other.path)
    words = {c.name: set(MISSING) & set(c.categories) for c in columns if c.dtype == "string"}
    words = {name: some for name, some in words.items() if some}
    tables = [first, *(other.with_words(words) for other in others)]
    together: list[dict[str, pa.ChunkedArray]] = [{} for _ in tables]
    for column in columns:
        if column.is_number:
            arrays = _numbers(column.name, tables)
        else:
            arrays = _categories([table.columns[column.name] for table in tables], column.dtype)
        for table, array in zip(together, arrays, strict=True):
            table[column.name] = array
    frames = [to_frame(table) for table in together]
    numbers = {column.name for column in columns if column.is_number}
    kinds = {n: kind for n, kind in kinds.items() if n in numbers or kind == "categorical"}
    return find_columns(frames[0], kinds), frames, notes


def _numbers(name: str, tables: Sequence[RawTable]) -> list[pa.ChunkedArray]:
    """Read a column of numbers, all as whole ones or all as floats."""
    read = []
    for table in tables:
        cells = table.columns[name]
        array = cells.as_numbers()
        if array is None and cells.dtype in ("", "boolean", *NUMBERS):
            array = cells.cast("Int64" if cells.dtype in ("", "boolean", "Int64") else "float64")
        if array is None:
            raise UserError(f"{table.path}: column {name!r} is text, but numbers in the real one")
        read.append(array)
    if any(pa.types.is_floating(array.type) for array in read):
        return [array.cast(pa.float64(), safe=False) for array in read]
    return read


def _categories(cells: Sequence[Cells], dtype: str) -> list[pa.ChunkedArray]:
    """Read a column of categories; the first table takes it for `dtype`."""
    if dtype == "string":
        return [column.cast("string", plain=False) for column in cells]
    common = common_dtype(cells)
    return [column.cast(common, plain=True) for column in cells]


def read_raw(path: Path, delimiter: str = "") -> RawTable:
    """Read a file without a look at what its columns hold.

    Raises:
        UserError: the file cannot be read or is no table; no header, ragged rows, column names
            that are empty or occur twice.
    """
    try:
        with open(path, "rb") as file:
            start = file.read(4)
    except OSError as error:
        raise UserError(
            f"cannot read {path}: {error.strerror}; give a file or one of {', '.join(BUILT_IN)}"
        ) from error
    try:
        if start == b"PAR1":
            table = pa.parquet.ParquetFile(path).read()
            names, layout = [str(name) for name in table.column_names], None
        else:
            layout = find_layout(path, delimiter)
            table, names = read_texts(path, layout), layout.names
    except (pa.ArrowException, OSError) as error:
        raise UserError(f"{path} is not a table that can be read ({error})") from error
    _check_names(names, path)
    if not len(table):
        raise UserError(f"{path} has no rows below its header")
    quoted = layout.quoted if layout else ()
    columns = {
        name: Cells.of(table.column(place), layout is not None and place not in quoted)
        for place, name in enumerate(names)
    }
    if layout:
        _require_header(columns, path)
    return RawTable(path, columns, layout)


def first_frame(raw: RawTable, asked: Mapping[str, str]) -> pd.DataFrame:
    """Bring a table of its own into normal form, without the columns that are dropped.

    Raises:
        UserError: something in the other columns cannot be learned from; see `read_table`.
    """
    read = {}
    for name in kept_names(raw.columns, asked):
        cells, kind = raw.columns[name], asked.get(name, "")
        _require_values(cells, name, kind, raw.path)
        array = cells.as_numbers() if kind in ("continuous", "integer") else None
        dtype = common_dtype([cells])
        if kind == "categorical" and cells.spelled and not cells.is_plain(dtype):
            dtype = "string"
        read[name] = cells.cast(dtype) if array is None else array
    return to_frame(read)


def notes_of(raw: RawTable, frame: pd.DataFrame, asked: Mapping[str, str]) -> tuple[str, ...]:
    """Say what the user should know of how a file was read, a line each."""
    if raw.layout is None:
        return tuple(
            f"{raw.path}: column {name!r} is the row labels that pandas wrote into the file; leave "
            f"it out with --columns '{name}=drop'"
            for name in frame
            if re.fullmatch(r"__index_level_\d+__", str(name))
        )
    parted = f"{raw.path}: fields are parted by {raw.layout.delimiter!r}"
    texts = [name for name in frame if name not in asked and dtype_name(frame[name]) == "string"]
    hints = [hint_numbers(frame[name]) for name in texts]
    return tuple(filter(None, [parted if raw.layout.delimiter != "," else "", *hints]))


def _built_in(name: str) -> tuple[pd.DataFrame, str]:
    """One of scikit-learn's tables; classes have their names."""
    from sklearn import datasets

    bunch: Any = getattr(datasets, f"load_{name}")(as_frame=True, **_RAW.get(name, {}))
    frame = bunch.frame
    target = _TARGETS[name]
    frame = frame.rename(columns={"target": target})
    if "target_names" in bunch:
        frame[target] = np.asarray(bunch.target_names, dtype=object)[frame[target]]
    table = pa.Table.from_pandas(frame, preserve_index=False)
    cells = {column: Cells.of(table.column(column), False) for column in table.column_names}
    return to_frame({name: c.cast(common_dtype([c])) for name, c in cells.items()}), target


_TARGETS = {"breast_cancer": "diagnosis", "wine": "cultivar", "diabetes": "progression"}
_RAW = {"diabetes": {"scaled": False}}  # as measured: ages in years, not in standard deviations


def _checksum(frame: pd.DataFrame) -> str:
    table = pa.Table.from_pandas(frame, preserve_index=False)
    return hashlib.sha256(plain_csv(table, header=True).encode()).hexdigest()


def _check_names(names: Sequence[str], path: Path) -> None:
    for position, column in enumerate(names, start=1):
        if not column.strip():
            raise UserError(f"{path}: column {position} has no name; name it in the header")
    twice = [column for column in dict.fromkeys(names) if names.count(column) > 1]
    if twice:
        raise UserError(f"{path}: column name {twice[0]!r} occurs twice; rename one of them")


def _require_values(cells: Cells, name: str, kind: str, path: Path) -> None:
    """Refuse a column of the first table that cannot be learned from."""
    drop = f"--columns '{name}=drop'"
    if not cells.dtype:
        raise UserError(
            f"{path}: every value of column {name!r} is missing; leave it out with {drop}"
        )
    if cells.dtype == "date" and kind != "categorical":
        raise UserError(
            f"{path}: column {name!r} holds dates or times; turn them into numbers (days since "
            f"some day, hour, weekday) or leave the column out with {drop}"
        )
    _require_known(cells, name, path)


def _require_known(cells: Cells, name: str, path: Path) -> None:
    """Refuse values that nothing can be said of."""
    drop = f"--columns '{name}=drop'"
    if cells.dtype not in ("", "boolean", "string", "date", *NUMBERS):
        raise UserError(
            f"{path}: column {name!r} holds {cells.dtype}, neither numbers nor text; leave it out "
            f"with {drop}"
        )
    if cells.dtype == "float64":
        infinite = pc.index(pc.is_inf(cells.cast("float64")), True).as_py()
        if infinite >= 0:
            raise UserError(
                f"{path}: column {name!r} is infinite in row {infinite + 1} below the header; "
                f"mend it, leave the field empty, or leave the column out with {drop}"
            )


def _require_header(columns: Mapping[str, Cells], path: Path) -> None:
    """Refuse a first line that is data: half of its names could be values of their columns."""
    if 2 * sum(_is_data(name, cells) for name, cells in columns.items()) >= len(columns):
        raise UserError(
            f"{path} has no header: its first line, {', '.join(columns)[:60]!r}, looks like data; "
            "put the columns' names there"
        )


def _is_data(name: str, cells: Cells) -> bool:
    """Whether the name of a column could be one of its values; years may be names."""
    if not re.fullmatch(ANY_NUMBER, name.strip()):
        return cells.dtype == "string" and name in pc.unique(cells.values).to_pylist()
    number = float(name)
    if not (number.is_integer() and FIRST_YEAR <= number <= LAST_YEAR):
        return True
    if cells.dtype not in NUMBERS:
        return cells.dtype == "string"
    values = pc.drop_null(cells.cast("float64"))
    years = pc.and_(pc.greater_equal(values, FIRST_YEAR), pc.less_equal(values, LAST_YEAR))
    return bool(pc.all(years).as_py())
