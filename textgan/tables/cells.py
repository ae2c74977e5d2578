"""Columns as they were read, and the one type that those of several tables have in common.

What a CSV file spells may stand for a text, a number or a truth value; a Parquet file knows. One
reading of both is needed before values are compared: else 1 is not 1.0, nor True, nor "1".

A number is kept as a text where it would change otherwise: 02243, 0x666, +4512345678, and whole
numbers that no 64 bits hold, or that stand beside 1.5 and are beyond 2^53.
"""

import re
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from functools import cached_property
from typing import Any

import pandas as pd
import pyarrow as pa
import pyarrow.compute as pc

from textgan.tables.columns import LARGEST_INTEGER
from textgan.tables.csv_files import MISSING

ARROW = {
    "boolean": pa.bool_(),
    "Int64": pa.int64(),
    "float64": pa.float64(),
    "string": pa.string(),
}
_TYPES = (
    (pa.types.is_boolean, "boolean"),
    (pa.types.is_floating, "float64"),
    (pa.types.is_string, "string"),
    (pa.types.is_large_string, "string"),
)
TRUE, FALSE = ("true", "True", "TRUE"), ("false", "False", "FALSE")
_INTEGER = r"^-?(?:0|[1-9][0-9]*)$"
_NUMBER = (
    r"^(?:[+-]?(?:(?:0|[1-9][0-9]*)(?:\.[0-9]*)?|\.[0-9]+)(?:[eE][+-]?[0-9]+)?"
    r"|[+-]?(?i:inf|infinity))$"
)
_CODE = r"^\+[0-9]{7,}$"  # a telephone number, whose plus would be lost
ANY_NUMBER = r"^[+-]?(?:[0-9]+(?:\.[0-9]*)?|\.[0-9]+)(?:[eE][+-]?[0-9]+)?$"
_DAY, _MONTH, _YEAR = "(?:0?[1-9]|[12][0-9]|3[01])", "(?:0?[1-9]|1[0-2])", "[12][0-9]{3}"
_TIME = r"(?:[01]?[0-9]|2[0-3]):[0-5][0-9](?::[0-5][0-9](?:\.[0-9]+)?)?"
# A date has a year of four digits (of two only between slashes: 1-2-34 is a code, 1.2.3 a version).
_DATES = "|".join(
    [
        *(f"{_YEAR}{p}{_MONTH}{p}{_DAY}" for p in ("-", "/", r"\.")),
        *(f"{_DAY}{p}{_MONTH}{p}{_YEAR}" for p in ("-", "/", r"\.")),
        *(f"{_MONTH}{p}{_DAY}{p}{_YEAR}" for p in ("-", "/")),
        f"{_DAY}/{_MONTH}/[0-9]{{2}}",
        f"{_MONTH}/{_DAY}/[0-9]{{2}}",
    ]
)
_DATE = rf"^\s*(?:(?:{_DATES})(?:[T ]{_TIME}\s*(?:Z|[+-][0-9:]+|[AaPp][Mm])?)?|{_TIME})\s*$"


@dataclass(frozen=True, eq=False)
class Cells:
    """A column of one table, as it was read.

    Attributes:
        values: the texts of a CSV file, or values of types of their own.
        spelled: whether they are texts that may stand for something else.
    """

    values: pa.ChunkedArray
    spelled: bool

    @classmethod
    def of(cls, values: pa.ChunkedArray, spelled: bool) -> "Cells":
        """Take values of any type; NaN is missing."""
        if pa.types.is_dictionary(values.type):
            values = values.cast(values.type.value_type)
        if pa.types.is_floating(values.type):
            values = pc.if_else(pc.is_nan(values), pa.scalar(None, values.type), values)
        return cls(values, spelled)

    @cached_property
    def dtype(self) -> str:
        """`float64`, `Int64`, `boolean`, `string`, `date`; "" of missing values; another's name."""
        kind = self.values.type
        if self.values.null_count == len(self.values):
            return ""
        if self.spelled:
            return self._spelled_dtype()
        if pa.types.is_temporal(kind):
            return "date"
        if pa.types.is_decimal(kind) and kind.scale > 0:
            return "float64"
        if pa.types.is_integer(kind) or pa.types.is_decimal(kind):
            return "Int64" if self._fits(pa.int64()) else "string"
        return next((name for test, name in _TYPES if test(kind)), str(kind))

    def cast(self, dtype: str, plain: bool = False) -> pa.ChunkedArray:
        """Return the values as a type that holds them, see `common_dtype`.

        Args:
            dtype: `float64`, `Int64`, `boolean`, `string`.
            plain: write numbers and truth values alike as texts, not as they are spelled: 1.50 as
                1.5, true as True.
        """
        if not self.dtype:
            return pa.chunked_array([pa.nulls(len(self.values), ARROW[dtype])])
        if dtype == "string":
            if self.values.type == pa.string() and not (self.spelled and plain):
                return self.values
            if self.dtype in ("string", "date") and not self.spelled:
                return self.values.cast(pa.string())
            return self._map(plain_text)
        values = self._bare() if self.spelled else self.values
        if self.dtype == "boolean":
            values = pc.is_in(values, pa.array((*TRUE, "1"))) if self.spelled else values
            values = pc.if_else(self.values.is_valid(), values, None)
            return values if dtype == "boolean" else values.cast(pa.int8()).cast(ARROW[dtype])
        if dtype == "boolean":
            return pc.not_equal(values.cast(pa.float64()), 0.0)
        return values.cast(ARROW[dtype], safe=False)

    def as_numbers(self) -> pa.ChunkedArray | None:
        """Return texts that a user calls numbers, such as 02243, as such; None if they are none."""
        if not (self.values.type == pa.string() and self.dtype == "string"):
            return None
        texts = self._bare()
        if not _all_match(texts, ANY_NUMBER):
            return None
        numbers = pc.replace_substring(texts, "+", "", max_replacements=1)
        whole = _all_match(numbers, r"^-?[0-9]{1,15}$")
        return numbers.cast(pa.int64() if whole else pa.float64())

    def is_plain(self, dtype: str) -> bool:
        """Whether a value is spelled as it is written after it was read as `dtype`."""
        return self.values.equals(self.cast("string", plain=True)) or dtype == "boolean"

    def beyond_float(self) -> bool:
        """Whether whole numbers of 64 bits are too large to be exact as floats."""
        ends = pc.min_max(self.cast("Int64")).as_py()
        return max(-ends["min"], ends["max"]) > LARGEST_INTEGER

    def are_truths(self) -> bool:
        """Whether there are no numbers but 0 and 1."""
        return set(pc.unique(self.cast("float64")).to_pylist()) <= {0.0, 1.0, None}

    def _spelled_dtype(self) -> str:
        texts = self._bare()
        if texts.null_count == len(texts):
            return "string"  # texts in quotes, such as "" and "NA"
        if _all_match(texts, _INTEGER):
            return "Int64" if self._fits(pa.int64()) else "string"
        if _all_match(texts, f"^(?:{'|'.join([*TRUE, *FALSE, '0', '1'])})$"):
            return "boolean"
        if _all_match(texts, _NUMBER):
            is_code = pc.any(pc.match_substring_regex(texts, _CODE)).as_py()
            return "string" if is_code or _any_inexact(texts) else "float64"
        return "date" if _all_match(texts, _DATE) else "string"

    def _bare(self) -> pa.ChunkedArray:
        """Texts without blanks around them; what then stands for a missing value is missing."""
        texts = pc.utf8_trim_whitespace(self.values)
        return pc.if_else(pc.is_in(texts, pa.array(MISSING)), pa.scalar(None, pa.string()), texts)

    def _fits(self, kind: pa.DataType) -> bool:
        try:
            (self._bare() if self.spelled else self.values).cast(kind)
        except pa.ArrowInvalid:
            return False
        return True

    def _map(self, write: Callable[[Any], str | None]) -> pa.ChunkedArray:
        """Write each different value as a text."""
        encoded = self.values.combine_chunks().dictionary_encode()
        texts = pa.array([write(value.as_py()) for value in encoded.dictionary], pa.string())
        return pa.chunked_array([texts.take(encoded.indices)])


def common_dtype(cells: Sequence[Cells]) -> str:
    """Return the narrowest type that holds the values of all, without a change.

    Where 0 and 1 stand beside false and true it is the first one's. `string` holds everything.
    """
    known = [column for column in cells if column.dtype]
    dtypes = list(dict.fromkeys(column.dtype for column in known))
    if not set(dtypes) <= {"boolean", "Int64", "float64"}:
        return "string"
    if len(dtypes) < 2:
        return dtypes[0] if dtypes else "float64"
    if dtypes[0] == "boolean" and all(column.are_truths() for column in known):
        return "boolean"
    if "float64" not in dtypes:
        return "Int64"
    inexact = any(column.dtype == "Int64" and column.beyond_float() for column in known)
    return "string" if inexact else "float64"


def to_frame(columns: Mapping[str, pa.ChunkedArray]) -> pd.DataFrame:
    """Make a table in normal form of columns of the types of `ARROW`."""
    types = {pa.int64(): pd.Int64Dtype(), pa.bool_(): pd.BooleanDtype()}
    return pa.table(dict(columns)).to_pandas(types_mapper=types.get)


def plain_text(value: Any) -> str | None:
    """Write a value, or the text that spells it, as the only text for it."""
    if not isinstance(value, str):
        return value if value is None else _number_text(value)
    bare = value.strip()
    if bare in TRUE + FALSE:
        return bare.capitalize()
    return _number_text(float(bare)) if re.fullmatch(_NUMBER, bare) else value


def _number_text(number: Any) -> str:
    whole = isinstance(number, float) and number.is_integer() and abs(number) <= LARGEST_INTEGER
    return str(int(number) if whole else number)


def _all_match(texts: pa.ChunkedArray, pattern: str) -> bool:
    return bool(pc.all(pc.match_substring_regex(texts, pattern)).as_py())


def _any_inexact(numbers: pa.ChunkedArray) -> bool:
    """Whether there is a whole number that a float would change."""
    long = numbers.filter(pc.match_substring_regex(numbers, r"^[+-]?[0-9]{16,}$"))
    return any(abs(int(text.as_py())) > LARGEST_INTEGER for text in long)
