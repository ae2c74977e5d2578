"""What each column of a table holds: found from its values, shown, and overridden by the user.

A table is a pandas frame in one normal form: `float64` (NaN is missing), `Int64`, `boolean` and
strings, whatever file it came from (see `reading`).
"""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any, Literal, get_args

import pandas as pd

from textgan.errors import UserError
from textgan.tables.hints import hint_numbers

ColumnKind = Literal["continuous", "integer", "binary", "categorical", "constant"]
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
    kind: ColumnKind
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
    return [_find_column(table[name], asked.get(name)) for name in kept_names(table, asked)]


def kept_names(names: Iterable[str], asked: Mapping[str, str]) -> list[str]:
    """Return the columns that are not dropped.

    Raises:
        UserError: a column that is asked for does not exist, or a kind; none is kept.
    """
    names = list(names)
    for name, kind in asked.items():
        if name not in names:
            raise UserError(f"--columns {name}={kind}: there is no column {name!r}")
        if kind not in get_args(Asked):
            raise UserError(
                f"--columns {name}={kind}: a kind is one of {', '.join(get_args(Asked))}"
            )
    kept = [name for name in names if asked.get(name) != "drop"]
    if not kept:
        raise UserError("every column is dropped: keep at least one")
    return kept


def parse_asked(pairs: Sequence[str]) -> dict[str, str]:
    """Read `name=kind` pairs; the last `=` parts them.

    Raises:
        UserError: a pair without `=`, a column that is named twice.
    """
    asked: dict[str, str] = {}
    for pair in pairs:
        name, equals, kind = pair.rpartition("=")
        if not equals:
            raise UserError(f"{pair!r} is not of the form column=kind")
        _add_once(asked, name, kind, "--columns")
    return asked


def parse_where(pairs: Sequence[str], columns: Mapping[str, Column]) -> dict[str, str]:
    """Read `column=category` pairs; either may hold a `=` itself.

    Args:
        pairs: of which each part before a `=` may be the name.
        columns: by name.

    Raises:
        UserError: a pair without `=`, or that can be read in two ways; a column named twice.
    """
    wanted: dict[str, str] = {}
    for pair in pairs:
        places = [place for place, letter in enumerate(pair) if letter == "="]
        if not places:
            raise UserError(f"--where {pair}: write it as column=category")
        read = [(pair[:place], pair[place + 1 :]) for place in places]
        known = [(name, text) for name, text in read if name in columns]
        exact = [(n, t) for n, t in known if t in map(str, columns[n].categories)] or known
        if len(exact) > 1:
            raise UserError(f"--where {pair}: it may mean {exact[0][0]!r} or {exact[1][0]!r}")
        _add_once(wanted, *(exact or read)[0], "--where")
    return wanted


def _add_once(chosen: dict[str, str], name: str, value: str, option: str) -> None:
    if name in chosen:
        raise UserError(f"{option} names {name!r} twice ({chosen[name]} and {value}): say it once")
    chosen[name] = value


def describe(table: pd.DataFrame, columns: Sequence[Column]) -> str:
    """Lay out the columns as text, one a line: name, kind, values, share of missing ones."""
    width = max(len(_printable(column.name)) for column in columns)
    lines = []
    for column in columns:
        values = table[column.name]
        if column.is_number:
            shown = f"{values.min():.6g} to {values.max():.6g}"
        else:
            counts = values.value_counts()
            shown = ", ".join(
                f"{_printable(value)} {count}" for value, count in counts.head(4).items()
            )
            if len(counts) > 4:
                shown += f", and {len(counts) - 4} more"
        missing = f"  missing {values.isna().mean():.1%}" if column.missing else ""
        lines.append(f"  {_printable(column.name):{width}}  {column.kind:11}  {shown}{missing}")
    return "\n".join(lines)


def _printable(value: Any) -> str:
    """Write a value so that a terminal shows it, whatever control characters are in it."""
    text = str(value)
    return text if text.isprintable() else repr(text)


def _find_column(values: pd.Series, asked: str | None) -> Column:
    name, dtype = str(values.name), dtype_name(values)
    known = values.dropna()
    missing = len(known) < len(values)
    different = known.unique()
    whole = dtype == "Int64" or (dtype == "float64" and bool((known % 1 == 0).all()))
    exact = not whole or not _beyond_float(known)
    if asked in ("continuous", "integer"):
        _require_possible(name, asked, dtype, whole)
        kind: ColumnKind = "constant" if len(different) == 1 and not missing else asked
    elif len(different) == 1 and not missing:
        kind = "constant"
    elif asked == "categorical" or dtype in ("string", "boolean") or len(different) <= 2:
        kind = "binary" if len(different) == 2 else "categorical"
    elif whole and (exact or dtype == "Int64"):
        kind = "categorical" if len(different) <= FEW_INTEGERS else "integer"
    else:
        kind = "continuous"
    if kind in ("continuous", "integer"):
        # 1e20 beside 1.5e20 are measured; as whole numbers they would be codes.
        if not exact and (dtype == "Int64" or kind == "integer"):
            raise UserError(
                f"column {name!r} holds whole numbers beyond 2^53, which are not exact; leave it "
                f"out with --columns '{name}=drop'"
            )
        return Column(name, kind, dtype, missing)
    if len(different) > MAX_CATEGORIES:
        hint = hint_numbers(values) if dtype == "string" else ""
        raise UserError(
            f"column {name!r} has {len(different)} different values in {len(values)} rows, more "
            f"than the {MAX_CATEGORIES} that categories may have; leave it out with "
            f"--columns '{name}=drop'" + (f" ({hint})" if hint else "")
        )
    # Python's own types: they are written to JSON, and compare equal whatever the column is.
    return Column(name, kind, dtype, missing, tuple(sorted(different.tolist())))


def dtype_name(values: pd.Series) -> str:
    """Name the type of a column in normal form."""
    name = str(values.dtype)
    return name if name in ("float64", "Int64", "boolean") else "string"


def _beyond_float(whole: pd.Series) -> bool:
    return bool(whole.max() > LARGEST_INTEGER or whole.min() < -LARGEST_INTEGER)


def _require_possible(name: str, asked: str, dtype: str, whole: bool) -> None:
    if dtype not in ("float64", "Int64"):
        raise UserError(f"--columns {name}={asked}: its values are not numbers")
    if asked == "integer" and not whole:
        raise UserError(f"--columns {name}=integer: some of its values are not whole numbers")
