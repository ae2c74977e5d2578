"""A table made ready: its columns found, split in three, target and condition chosen."""

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
import pandas as pd

from textgan.errors import UserError
from textgan.metrics.table_features import Scheme
from textgan.tables.columns import Column, find_columns, parse_asked
from textgan.tables.reading import load_table
from textgan.tables.settings import TableSettings

TEST = 0.2  # share of the rows that are for the evaluation
VALIDATION = 0.1  # share that is for choosing the step whose model is kept,
MOST_VALIDATION = 2000  # and at most so many rows
FEWEST_KNOWN = 2  # values of the target, without which there is nothing to predict
SEED = 0  # of the choice: always the same rows


@dataclass(frozen=True, eq=False)
class TableData:
    """A table, split.

    Attributes:
        name: as it was given.
        checksum: of the whole table.
        columns: what they hold.
        training: rows to learn from.
        validation: rows that choose the step whose model is kept.
        test: rows that are for the evaluation alone.
        target: column to predict, to measure usefulness.
        condition: column that is the condition of the rest; None if there is none.
        notes: what the user should know of the reading, a line each.
    """

    name: str
    checksum: str
    columns: Sequence[Column]
    training: pd.DataFrame
    validation: pd.DataFrame
    test: pd.DataFrame
    target: str
    condition: str | None
    notes: tuple[str, ...] = ()

    @property
    def scheme(self) -> Scheme:
        """How it is compared with another table; it has a target if it can be predicted."""
        numbers = tuple(column.name for column in self.columns if column.is_number)
        categories = tuple(column.name for column in self.columns if not column.is_number)
        constant = any(c.name == self.target and c.kind == "constant" for c in self.columns)
        known = min(int(t[self.target].count()) for t in (self.training, self.test))
        predictable = len(self.columns) > 1 and not constant and known >= FEWEST_KNOWN
        return Scheme(numbers, categories, self.target if predictable else None)


def load_data(settings: TableSettings) -> TableData:
    """Read the table, find its columns and part its rows in three.

    Raises:
        UserError: see `load_table` and `find_columns`; a target or condition that is no column or,
            for a condition, no column of categories; too few rows.
    """
    asked = parse_asked(settings.columns)
    table = load_table(settings.table, asked, settings.delimiter)
    kinds = {name: kind for name, kind in asked.items() if kind != "drop"}
    columns = find_columns(table.frame, kinds)
    known = {column.name: column for column in columns}
    target = check_target(settings.target or table.target or columns[-1].name, columns)
    order = np.random.default_rng(SEED).permutation(len(table.frame))
    tested = round(TEST * len(order))
    kept = tested + min(round(VALIDATION * len(order)), MOST_VALIDATION)
    rows = table.frame[list(known)]
    return TableData(
        settings.table,
        table.checksum,
        columns,
        training=rows.iloc[order[kept:]],
        validation=rows.iloc[order[tested:kept]],
        test=rows.iloc[order[:tested]],
        target=target,
        condition=_condition(settings.condition, known[target], columns),
        notes=table.notes,
    )


def check_target(target: str, columns: Sequence[Column]) -> str:
    """Return the name of the target; a `UserError` says that there is no such column."""
    names = [column.name for column in columns]
    if target not in names:
        raise UserError(
            f"--target {target}: there is no such column; there are: {', '.join(names)}"
        )
    return target


def _condition(asked: str, target: Column, columns: Sequence[Column]) -> str | None:
    choices = [column.name for column in columns if len(column.categories) > 1]
    if len(columns) == 1:
        choices = []  # nothing would be left to generate
    if asked in ("", "none"):
        return target.name if not asked and target.name in choices else None
    if asked not in choices:
        raise UserError(
            f"--condition {asked}: it must be a column of categories; there are: "
            f"{', '.join(choices)}; or none"
        )
    return asked
