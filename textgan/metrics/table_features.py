"""What the scores of tables are computed from: rows as points, as a tree reads them, as bins."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np
import pandas as pd

BINS = 8  # of a column of numbers, for mutual information


@dataclass(frozen=True)
class Scheme:
    """How the columns of two tables are compared.

    Attributes:
        numbers: columns whose values have an order and a distance.
        categories: all other columns; a missing value is one category more.
        target: which of them is predicted from the others to measure usefulness; None if none is.
    """

    numbers: tuple[str, ...]
    categories: tuple[str, ...]
    target: str | None = None

    @property
    def names(self) -> tuple[str, ...]:
        """All columns."""
        return self.numbers + self.categories

    def without_target(self) -> "Scheme":
        """The columns that the target is predicted from."""
        numbers, categories = (
            tuple(name for name in names if name != self.target)
            for names in (self.numbers, self.categories)
        )
        return Scheme(numbers, categories)


class RowPoints:
    """Rows as points whose distances mean something.

    Numbers count in standard deviations of the column, a missing one as the median and, with its
    indicator, as one more; two different categories are 1 apart.

    Args:
        table: the real rows from which means, deviations and categories are taken.
        scheme: its columns.
    """

    def __init__(self, table: pd.DataFrame, scheme: Scheme) -> None:
        from sklearn.compose import make_column_transformer
        from sklearn.impute import SimpleImputer
        from sklearn.pipeline import make_pipeline
        from sklearn.preprocessing import OneHotEncoder, StandardScaler

        self.scheme = scheme
        number = make_pipeline(
            make_column_transformer(
                (StandardScaler(), list(scheme.numbers)), remainder="drop", sparse_threshold=0
            ),
            # A column of which the real rows have no value is 0 in every row.
            SimpleImputer(strategy="median", add_indicator=True, keep_empty_features=True),
        )
        category = OneHotEncoder(handle_unknown="ignore", sparse_output=False)
        with np.errstate(invalid="ignore"):  # the mean of no value
            self._parts = [
                (part.fit(_plain(table, scheme)[list(names)]), names)
                for part, names in ((number, scheme.numbers), (category, scheme.categories))
                if names
            ]

    def __call__(self, table: pd.DataFrame) -> np.ndarray:
        """Map rows to points (row, dim) float64."""
        plain = _plain(table, self.scheme)
        points = [np.asarray(part.transform(plain[list(names)])) for part, names in self._parts]
        if self.scheme.categories:
            points[-1] = points[-1] * np.sqrt(0.5)
        return np.concatenate(points, axis=1)


class TreeInput:
    """Rows as gradient boosting reads them: numbers as they are, categories by number.

    Args:
        tables: whose categories are known.
        scheme: the columns.
    """

    def __init__(self, tables: Sequence[pd.DataFrame], scheme: Scheme) -> None:
        self.scheme = scheme
        plain = pd.concat([_plain(table, scheme) for table in tables])
        # Boosting takes up to 255 categories; rarer ones are read as missing.
        self._known = {name: plain[name].value_counts().index[:250] for name in scheme.categories}
        self.is_category = np.array([name in scheme.categories for name in scheme.names])

    def __call__(self, table: pd.DataFrame) -> np.ndarray:
        """Map rows to (row, column) float64, NaN where a value is missing."""
        plain = _plain(table, self.scheme)
        columns = [plain[name].to_numpy() for name in self.scheme.numbers]
        for name in self.scheme.categories:
            codes = self._known[name].get_indexer(plain[name]).astype(np.float64)
            columns.append(np.where(codes < 0, np.nan, codes))
        return np.stack(columns, axis=1)


def bin_rows(table: pd.DataFrame, reference: pd.DataFrame, scheme: Scheme) -> list[np.ndarray]:
    """Number the bin of every value: per column (row,) int, from 0.

    Numbers fall between the reference's quantiles, `BINS` in all; missing ones have a bin of their
    own. Categories are their own bins, those that the reference does not know one together.
    """
    bins = []
    for name in scheme.numbers:
        known = reference[name].dropna().to_numpy(dtype=np.float64)
        shares = np.linspace(0, 1, BINS + 1)[1:-1]
        edges = np.unique(np.quantile(known, shares)) if len(known) else np.empty(0)
        numbers = table[name].to_numpy(dtype=np.float64, na_value=np.nan)
        bins.append(np.where(np.isnan(numbers), BINS, np.searchsorted(edges, numbers, "right")))
    for name in scheme.categories:
        known = pd.Index(category_labels(reference[name]).unique())
        bins.append(known.get_indexer(category_labels(table[name])) + 1)
    return bins


def category_labels(values: pd.Series) -> pd.Series:
    """Write each category, and a missing value, as a text of its own."""
    labels = values.astype(object).map(repr, na_action="ignore").astype(object)
    return labels.where(labels.notna(), "missing")


def _plain(table: pd.DataFrame, scheme: Scheme) -> pd.DataFrame:
    """Numbers as float64 with NaN, categories as texts."""
    columns: dict[str, Any] = {
        name: table[name].to_numpy(dtype=np.float64, na_value=np.nan) for name in scheme.numbers
    }
    columns |= {name: category_labels(table[name]).to_numpy() for name in scheme.categories}
    return pd.DataFrame(columns, columns=list(scheme.names))
