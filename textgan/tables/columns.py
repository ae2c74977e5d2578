"""What each column of a table holds: found from its values, shown, and overridden by the user.

A table is a pandas frame in one normal form: `float64` (NaN is missing), `Int64`, `boolean` and
strings, whatever file it came from (see `reading`).
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any, Literal, get_args

import pandas as pd

from textgan.errors import UserError

Kind = Literal["continuous", "integer", "binary", "categorical", "constant"]
Asked = Literal["continuous", "integer", "categorical", "drop"]
"""What a user may ask for instead of what is found."""

FEW_INTEGERS = 10  # up to so many different whole numbers are categories
MAX_CATEGORIES = 200
LARGEST_INTEGER = 2**53  # beyond it a float64 cannot tell neighbours apart


@dataclass(frozen=True)
class Column:
    """One column.

    Attributes:
        name: as in the table.
        kind: what it holds.
        dtype: `float64`, `Int64`, `boolean` or `string`.
        missing: whether values are missing.
        categories: the known values, in order, where they are categories or a constant.
    """

    name: str
    kind: Kind
    dtype: str
    missing: bool
    categories: tuple[Any, ...] = ()

    @property
    def is_number(self) -> bool:
        """Whether values are numbers with an order, not categories."""
        return self.kind in ("continuous", "integer")


def find_columns(table: pd.DataFrame, asked: Mapping[str, str] | None = None) -> list[Column]:
    """Find what each column holds.

    A column of one value is constant, of two binary; strings are categories, and so are whole
    numbers of at most `FEW_INTEGERS` different values; other whole numbers are integers and the
    rest is continuous.

    Args:
        table: in normal form.
        asked: by column, `continuous`, `integer`, `categorical`, or `drop` to leave it out.

    Raises:
        UserError: a column that is asked for does not exist or cannot be of that kind; texts that
            are too many to be categories; whole numbers too large to be exact.
    """
    asked = asked or {}
    for name, kind in asked.items():
        if name not in table.columns:
            raise UserError(f"--columns {name}={kind}: there is no column {name!r}")
        if kind not in get_args(Asked):
            raise UserError(
                f"--columns {name}={kind}: a kind is one of {', '.join(get_args(Asked))}"
            )
    kept = [name for name in table.columns if asked.get(name) != "drop"]
    if not kept:
        raise UserError("every column is dropped: keep at least one")
    return [_find_column(table[name], asked.get(name)) for name in kept]


def parse_asked(pairs: Sequence[str]) -> dict[str, str]:
    """Read `name=kind` pairs; the last `=` parts them.

    Raises:
        UserError: a pair without `=`.
    """
    for pair in pairs:
        if "=" not in pair:
            raise UserError(f"{pair!r} is not of the form column=kind")
    return {name: kind for name, _, kind in (pair.rpartition("=") for pair in pairs)}


def describe(table: pd.DataFrame, columns: Sequence[Column]) -> str:
    """Lay out the columns as text, one a line: name, kind, values, share of missing ones."""
    width = max(len(column.name) for column in columns)
    lines = []
    for column in columns:
        values = table[column.name]
        if column.is_number:
            shown = f"{values.min():.6g} to {values.max():.6g}"
        else:
            counts = values.value_counts()
            shown = ", ".join(f"{value} {count}" for value, count in counts.head(4).items())
            if len(counts) > 4:
                shown += f", and {len(counts) - 4} more"
        missing = f"  missing {values.isna().mean():.1%}" if column.missing else ""
        lines.append(f"  {column.name:{width}}  {column.kind:11}  {shown}{missing}")
    return "\n".join(lines)


def _find_column(values: pd.Series, asked: str | None) -> Column:
    name, dtype = str(values.name), dtype_name(values)
    known = values.dropna()
    missing = len(known) < len(values)
    different = known.unique()
    whole = dtype == "Int64" or (dtype == "float64" and bool((known % 1 == 0).all()))
    if asked in ("continuous", "integer"):
        _require_possible(name, asked, dtype, whole, len(different))
        kind: Kind = "constant" if len(different) == 1 and not missing else asked
    elif len(different) == 1 and not missing:
        kind = "constant"
    elif asked == "categorical" or dtype in ("string", "boolean") or len(different) <= 2:
        kind = "binary" if len(different) == 2 else "categorical"
    elif whole:
        kind = "categorical" if len(different) <= FEW_INTEGERS else "integer"
    else:
        kind = "continuous"
    if kind in ("continuous", "integer"):
        if dtype == "Int64" and _beyond_float(known):
            raise UserError(
                f"column {name!r} holds whole numbers beyond 2^53, which are not exact; leave it "
                f"out with --columns '{name}=drop'"
            )
        return Column(name, kind, dtype, missing)
    if len(different) > MAX_CATEGORIES:
        raise UserError(
            f"column {name!r} has {len(different)} different values in {len(values)} rows, more "
            f"than the {MAX_CATEGORIES} that categories may have; leave it out with "
            f"--columns '{name}=drop'"
        )
    # Python's own types: they are written to JSON, and compare equal whatever the column is.
    return Column(name, kind, dtype, missing, tuple(sorted(different.tolist())))


def dtype_name(values: pd.Series) -> str:
    """Name the type of a column in normal form."""
    name = str(values.dtype)
    return name if name in ("float64", "Int64", "boolean") else "string"


def _beyond_float(whole: pd.Series) -> bool:
    return bool(whole.max() > LARGEST_INTEGER or whole.min() < -LARGEST_INTEGER)


def _require_possible(name: str, asked: str, dtype: str, whole: bool, different: int) -> None:
    if dtype not in ("float64", "Int64"):
        raise UserError(f"--columns {name}={asked}: its values are not numbers")
    if asked == "integer" and not whole:
        raise UserError(f"--columns {name}=integer: some of its values are not whole numbers")
