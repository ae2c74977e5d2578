"""CSV files: how one is laid out, and how it is written so that it comes back as it was.

A field in quotes is a text: so are "" and "NA", and the numbers of a column whose every value is in
quotes, as R and this package write texts. In a file that stands in quotes as a whole, its header
too, quotes mean nothing. (This package puts names of columns in quotes only where it must; a table
of texts alone whose every name must have them does not come back.)

A text that begins with = + - @, a tab or a carriage return is a formula to a spreadsheet. It is
written with an apostrophe before it, which is taken away when the file is read. (What begins with
apostrophes and then such a sign gets one more, so that nothing is lost.) A column with a text that
does begin a formula was not written so, and is left as it is.
"""

import csv
import io
import re
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from itertools import islice
from pathlib import Path
from typing import Any, TextIO

import pandas as pd
import pyarrow as pa
import pyarrow.compute as pc
import pyarrow.csv

from textgan.errors import UserError

DELIMITERS = ("\t", ";", "|", ",")  # of several that fit equally well, the first
SNIFFED = 1000  # records that are looked at to find the delimiter
START = 1 << 16  # characters that are looked at to find what is in quotes
MISSING = tuple(pa.csv.ConvertOptions().null_values)  # fields that stand for no value
HEADER = -1  # in place of a column's number
_FORMULA = r"[=+\-@\t\r]"


@dataclass(frozen=True)
class Layout:
    """How a CSV file is laid out.

    Attributes:
        delimiter: one character.
        names: of the columns.
        skipped: physical lines up to the first row.
        quotes_tell: whether quotes part texts from other values.
        quoted: numbers of the columns whose every value is in quotes, where they tell.
    """

    delimiter: str
    names: list[str]
    skipped: int
    quotes_tell: bool
    quoted: frozenset[int]


def find_layout(path: Path, delimiter: str = "") -> Layout:
    """Read a CSV file once, for its layout and for what is wrong with it.

    Args:
        path: of the file.
        delimiter: one ASCII character; by default the one that parts the first rows into as many
            fields as the header.

    Raises:
        UserError: no header, no rows, no UTF-8, rows of another length than the header, a quote in
            the wrong place, a delimiter that can be none.
    """
    if delimiter and (len(delimiter) > 1 or not delimiter.isascii() or delimiter in '"\r\n'):
        raise UserError(f"--delimiter {delimiter!r}: it must be one ASCII character, and no quote")
    reader, blank, start = None, 0, 0
    try:
        with open(path, encoding="utf-8-sig", newline="") as file:
            while (line := file.readline()) and not line.strip():
                blank, start = blank + 1, file.tell()
            file.seek(start)
            delimiter = delimiter or _sniff(file, start)
            file.seek(start)
            reader = csv.reader(file, delimiter=delimiter, strict=True)
            names = next(reader, [])
            skipped = blank + reader.line_num
            _check_rows(path, reader, names, blank, delimiter)
            file.seek(start)
            quotes = _Quotes.of(file.read(START), delimiter)
    except (UnicodeDecodeError, csv.Error) as error:
        where = f" near line {blank + reader.line_num + 1}" if reader else ""
        raise UserError(f"{path} is not a CSV or Parquet table ({error}{where})") from error
    names = arm(pa.chunked_array([names], pa.string())).to_pylist()
    return Layout(delimiter, names, skipped, quotes.tell, quotes.columns)


def read_texts(path: Path, layout: Layout, missing: Sequence[str] = MISSING) -> pa.Table:
    """Read the fields of a CSV file as they are spelled, a column for each, named by its number.

    Args:
        path: of the file.
        layout: see `find_layout`.
        missing: fields that stand for no value, unless they are in quotes and quotes tell.

    Raises:
        pa.ArrowException: it cannot be read.
    """
    columns = [str(number) for number in range(len(layout.names))]
    table = pa.csv.read_csv(
        path,
        pa.csv.ReadOptions(skip_rows=layout.skipped, column_names=columns),
        pa.csv.ParseOptions(delimiter=layout.delimiter, newlines_in_values=True),
        pa.csv.ConvertOptions(
            column_types=dict.fromkeys(columns, pa.string()),
            null_values=list(missing),
            strings_can_be_null=True,
            quoted_strings_can_be_null=not layout.quotes_tell,
        ),
    )
    return pa.table([arm(column) for column in table.columns], columns)


def csv_pieces(frames: Iterable[pd.DataFrame], formulas: bool = False) -> Iterator[str]:
    """Write tables of the same columns as one CSV, piece by piece: a header, texts in quotes.

    Args:
        frames: tables in normal form.
        formulas: leave texts that begin a formula as they are.
    """
    for number, frame in enumerate(frames):
        table = pa.Table.from_pandas(frame, preserve_index=False)
        names: list[str] = list(table.column_names)
        if not formulas:
            table = pa.table([disarm(column) for column in table.columns], names)
            names = disarm(pa.chunked_array([names], pa.string())).to_pylist()
        if number == 0:
            yield ",".join(map(_header_field, names)) + "\n"
        yield _one_column(table) if len(names) == 1 else plain_csv(table, False)


def to_csv(frame: pd.DataFrame, formulas: bool = False) -> str:
    """Write a table as CSV, see `csv_pieces`."""
    return "".join(csv_pieces([frame], formulas))


def plain_csv(table: pa.Table, header: bool) -> str:
    """Write a table as pyarrow does."""
    sink = io.BytesIO()
    pa.csv.write_csv(table, sink, pa.csv.WriteOptions(include_header=header))
    return sink.getvalue().decode()


def disarm(values: pa.ChunkedArray) -> pa.ChunkedArray:
    """Put an apostrophe before each text that begins a formula, or apostrophes and one."""
    if not (pa.types.is_string(values.type) or pa.types.is_large_string(values.type)):
        return values
    return pc.replace_substring_regex(values, f"^('*{_FORMULA})", r"'\1")


def arm(texts: pa.ChunkedArray) -> pa.ChunkedArray:
    """Take away what `disarm` put there."""
    if pc.any(pc.match_substring_regex(texts, f"^{_FORMULA}")).as_py():
        return texts
    return pc.replace_substring_regex(texts, f"^'('*{_FORMULA})", r"\1")


def _sniff(file: TextIO, start: int) -> str:
    """Return the delimiter that parts most of the first rows into as many fields as the header.

    Of several, the one that leaves no blanks at the ends of fields; then the one with most fields.
    """
    merits = {}
    for delimiter in DELIMITERS:
        file.seek(start)
        try:
            rows = list(islice(csv.reader(file, delimiter=delimiter, strict=True), SNIFFED))
        except csv.Error:
            continue
        rows = [row for row in rows if row]
        fields = len(rows[0]) if rows else 0
        if fields > 1:
            alike = sum(len(row) == fields for row in rows[1:]) / max(1, len(rows) - 1)
            clean = all(field == field.strip() for row in rows for field in row)
            merits[delimiter] = alike, clean, fields
    return max(merits, key=lambda delimiter: merits[delimiter], default=",")


def _check_rows(path: Path, reader: Any, names: Sequence[str], blank: int, delimiter: str) -> None:
    """Look for what pyarrow cannot point to."""
    if not names:
        raise UserError(f"{path} is empty: it needs a header line and rows")
    rows = 0
    for row in reader:
        rows += bool(row)
        if len(row) not in (0, len(names)):
            raise UserError(
                f"{path}, line {blank + reader.line_num}: {len(row)} fields, but the header has "
                f"{len(names)}; mend that line, or say what parts the fields with --delimiter "
                f"(taken: {delimiter!r})"
            )
    if not rows:
        raise UserError(f"{path} has no rows below its header")


@dataclass(frozen=True)
class _Quotes:
    """What the quotes of a file tell, see `Layout`."""

    tell: bool
    columns: frozenset[int]

    @classmethod
    def of(cls, start: str, delimiter: str) -> "_Quotes":
        """Look at the first rows, of which the last may be cut short."""
        bare, quoted, tell, column, place = set[int](), set[int](), False, 0, 0
        end = re.escape(delimiter)
        field = re.compile(rf'(?:"(?:[^"]|"")*"|([^{end}\r\n]*))({end}|\r\n|\r|\n)')
        header = True
        while found := field.match(start, place):
            place = found.end()
            if found[1] is None:
                quoted.add(HEADER if header else column)
            elif found[1]:
                tell = True
            if found[1] and found[1] not in MISSING:
                bare.add(HEADER if header else column)
            ends_row = found[2] != delimiter
            column = 0 if ends_row else column + 1
            header = header and not ends_row
        return cls(tell, frozenset(quoted - bare - {HEADER}) if tell else frozenset())


def _header_field(name: str) -> str:
    """Put a name in quotes if it could be taken for something else."""
    if re.search(r'["\r\n\t;|,\ufeff]|^\s|\s$', name):
        return '"' + name.replace('"', '""') + '"'
    return name


def _one_column(table: pa.Table) -> str:
    """Write a table of one column, whose missing values would be empty lines: they become NA."""
    column = table.column(0)
    lines = iter(())
    if pa.types.is_string(column.type) or pa.types.is_large_string(column.type):
        texts = column.drop_null().to_pylist()
        lines = iter(['"' + text.replace('"', '""') + '"' for text in texts])
    else:
        lines = iter(plain_csv(pa.table([column.drop_null()], ["a"]), False).splitlines())
    known = column.is_valid().to_pylist()
    return "".join(f"{next(lines) if valid else 'NA'}\n" for valid in known)
