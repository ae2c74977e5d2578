"""Columns as points that networks can learn, and back: `decode(encode(table))` is the table.

A number becomes one coordinate, its normal score: the standard normal quantile of its rank, so that
every column, however skewed, is a standard normal one. A value that holds more than one in a
hundred rows (a spike at zero, a bound, most whole numbers of few values) owns the whole interval of
scores that its rows span: they are spread over it at random, and all of it reads as exactly that
value. A category is a coordinate for each value, 1 for its own and 0 for the others; so are missing
values, one category more or, for numbers, a pair of their own. Constants take no coordinates.

No stored value may be that of a single row. `fit` with groups stores no value that fewer rows
hold: neighbours in rank are averaged (microaggregation: Domingo-Ferrer and Mateo-Sanz 2002), and
only a spike, which many rows share, keeps its value.
"""

from collections.abc import Mapping, Sequence
from dataclasses import asdict, dataclass
from itertools import pairwise
from typing import Any

import numpy as np
import pandas as pd
from scipy.special import ndtr, ndtri

from textgan.tables.columns import Column

MAX_KNOTS = 1000  # of a number column: all its different values, or so many of its quantiles
SPIKE = 0.01  # share of the rows from which on a value is a spike,
FEWEST = 5  # if it is at least so many rows: in a small table a pair of equal values is chance
MAX_DECIMALS = 12


@dataclass(frozen=True, eq=False)
class NormalScores:
    """A monotone map between a column's numbers and standard normal scores.

    Knot k is the value `values[k]` and the scores from `low[k]` to `high[k]`, which differ for
    spikes only. Between knots both ways are linear.

    Attributes:
        values: (knot,) rising, float64.
        low, high: (knot,) low[k] <= high[k] <= low[k + 1].
        decimals: to which decoded values are rounded; None if the data have more than
            `MAX_DECIMALS`.
    """

    values: np.ndarray
    low: np.ndarray
    high: np.ndarray
    decimals: int | None

    def __post_init__(self) -> None:
        """Refuse knots that are none: what was read may be damaged."""
        spans = np.stack([self.low, self.high], axis=1).ravel()
        rising = (self.values[1:] > self.values[:-1]).all() and (np.diff(spans) >= 0).all()
        known = np.isfinite(self.values).all() and np.isfinite(spans).all()
        if len(spans) != 2 * len(self.values) or not (len(spans) and rising and known):
            raise ValueError("the knots of a column do not rise")

    @classmethod
    def fit(cls, numbers: np.ndarray, group: int = 1) -> "NormalScores":
        """Rank the numbers (row,), at least one, all finite.

        At most `MAX_KNOTS` different values come back exactly; of more, those between two knots to
        float precision of the gap between them.

        Args:
            numbers: to fit to.
            group: rows at least of which a knot is the mean, unless all of its rows have its value.
        """
        if group > 1:
            return cls._of_means(np.sort(numbers + 0.0), group)
        values, counts = np.unique(numbers + 0.0, return_counts=True)  # -0 and 0 are one value
        below = np.cumsum(counts) - counts
        spike = counts >= max(FEWEST, SPIKE * len(numbers))
        if len(values) > MAX_KNOTS:
            ranks = np.linspace(0, len(numbers) - 1, MAX_KNOTS - int(1 / SPIKE))
            quantiles = np.searchsorted(below, ranks, side="right") - 1
            kept = np.union1d(quantiles, np.flatnonzero(spike))
            values, counts, below, spike = (a[kept] for a in (values, counts, below, spike))
        middle = below + counts / 2
        low = _scores(np.where(spike, below, middle), len(numbers))
        high = _scores(np.where(spike, below + counts, middle), len(numbers))
        return cls(values, low, high, _decimals(numbers))

    @classmethod
    def _of_means(cls, ordered: np.ndarray, group: int) -> "NormalScores":
        """Take means of neighbours for knots; spikes stay, and part the others."""
        rows = len(ordered)
        if rows < group:
            return cls(np.zeros(1), np.zeros(1), np.zeros(1), 0)
        first = np.flatnonzero(np.r_[True, ordered[1:] != ordered[:-1]])
        counts = np.diff(first, append=rows)
        spikes = first[counts >= max(FEWEST, group, SPIKE * rows)]
        ends = np.searchsorted(ordered, ordered[spikes], side="right")
        knots: list[tuple[Any, Any, Any]] = [
            (ordered[a], a, b) for a, b in zip(spikes, ends, strict=True)
        ]
        size = max(group, -(-rows // (MAX_KNOTS - int(1 / SPIKE))))
        for start, end in zip([0, *ends], [*spikes, rows], strict=True):
            pieces = (end - start) // size
            bounds = np.linspace(start, end, pieces + 1).astype(int) if pieces else []
            for a, b in pairwise(bounds):
                knots.append((_mean(ordered, a, b), (a + b) / 2, (a + b) / 2))
        values, low, high = np.array(sorted(knots)).T
        values, low, high = _extended(values, low, high, ordered)
        decimals = _decimals(ordered)
        values = values if decimals is None else np.round(values, decimals)
        values, place = np.unique(values, return_index=True)
        high = np.maximum.reduceat(high, place)
        return cls(values, _scores(low[place], rows), _scores(high, rows), decimals)

    def encode(self, numbers: np.ndarray, position: np.ndarray) -> np.ndarray:
        """Map numbers (row,) to scores (row,).

        Args:
            numbers: beyond the fitted range they are taken for its ends.
            position: (row,) in 0..1, where in its interval a spike's row lies.
        """
        numbers = np.clip(numbers, self.values[0], self.values[-1])
        knot = np.searchsorted(self.values, numbers, side="right") - 1
        after = np.minimum(knot + 1, len(self.values) - 1)
        # Halves, because the difference of two large numbers may overflow.
        gap = np.maximum(self.values[after] / 2 - self.values[knot] / 2, np.finfo(float).tiny)
        share = np.clip((numbers / 2 - self.values[knot] / 2) / gap, 0, 1)
        between = self.high[knot] + share * (self.low[after] - self.high[knot])
        # Spread evenly in probability, but not to the very ends, where the next spike may begin.
        start, end = ndtr(self.low), ndtr(self.high)
        inside = ndtri(start[knot] + (end - start)[knot] * (0.001 + 0.998 * position))
        spread = np.where((end > start)[knot], inside, self.low[knot])
        return np.where(numbers == self.values[knot], spread, between)

    def decode(self, scores: np.ndarray) -> np.ndarray:
        """Map scores (row,) to numbers (row,) within the fitted range."""
        knot = np.maximum(np.searchsorted(self.low, scores, side="right") - 1, 0)
        after = np.minimum(knot + 1, len(self.values) - 1)
        gap = self.low[after] - self.high[knot]
        share = np.clip((scores - self.high[knot]) / np.where(gap > 0, gap, 1), 0, 1)
        share = np.where(gap > 0, share, 0)
        numbers = self.values[knot] * (1 - share) + self.values[after] * share
        if self.decimals is not None:
            numbers = np.round(numbers, self.decimals)
        return np.clip(numbers, self.values[0], self.values[-1])


@dataclass(frozen=True)
class Block:
    """A run of coordinates.

    Attributes:
        start, size: which coordinates.
        is_choice: whether one of them is 1 and the others are 0; otherwise it is a number's score.
    """

    start: int
    size: int
    is_choice: bool

    @property
    def slice(self) -> slice:
        """Its coordinates."""
        return slice(self.start, self.start + self.size)


class TableEncoding:
    """The columns of a table as coordinates.

    Args:
        columns: what they hold.
        scores: by name, the map of each column of numbers.

    Attributes:
        blocks: the coordinates, in order: each column has one block or, for numbers that may be
            missing, two.
        width: coordinates of a row.
    """

    def __init__(self, columns: Sequence[Column], scores: Mapping[str, NormalScores]) -> None:
        self.columns, self.scores = tuple(columns), dict(scores)
        self._of: dict[str, list[Block]] = {}
        self.width = 0
        for column in self.columns:
            self._of[column.name] = [self._take(*size) for size in _block_sizes(column)]
        self.blocks = [block for blocks in self._of.values() for block in blocks]

    @classmethod
    def fit(cls, table: pd.DataFrame, columns: Sequence[Column], group: int = 1) -> "TableEncoding":
        """Fit the columns of numbers to the rows of a table; see `NormalScores.fit`.

        A column without a value is 0 where it is not missing.
        """
        numbers = {c.name: table[c.name].dropna() for c in columns if c.is_number}
        return cls(
            columns,
            {
                name: NormalScores.fit(
                    values.to_numpy(dtype=np.float64) if len(values) else np.zeros(1), group
                )
                for name, values in numbers.items()
            },
        )

    def encode(self, table: pd.DataFrame, seed: int = 0) -> np.ndarray:
        """Map rows to coordinates (row, width) float64.

        Args:
            table: with the columns, whose categories must be known.
            seed: of where a spike's rows lie in its interval, and of the scores of missing numbers
                (which are standard normal, like all the others).
        """
        rng = np.random.default_rng(seed)
        points = np.zeros((len(table), self.width))
        for column in self.columns:
            blocks, values = self._of[column.name], table[column.name]
            if column.is_number:
                missing = values.isna().to_numpy()
                position = rng.random(len(table))
                numbers = values.to_numpy(dtype=np.float64, na_value=np.nan)
                scores = self.scores[column.name].encode(np.where(missing, 0, numbers), position)
                scores = np.where(missing, rng.standard_normal(len(table)), scores)
                points[:, blocks[0].start] = scores
                if column.missing:
                    points[np.arange(len(table)), blocks[1].start + missing] = 1
            elif blocks:
                points[np.arange(len(table)), blocks[0].start + category_codes(values, column)] = 1
        return points

    def decode(self, points: np.ndarray) -> pd.DataFrame:
        """Read coordinates (row, width): the largest of a choice, the number of a score."""
        columns = {}
        for column in self.columns:
            blocks = self._of[column.name]
            if column.is_number:
                numbers = self.scores[column.name].decode(points[:, blocks[0].start])
                missing = np.zeros(len(points), dtype=bool)
                if column.missing:
                    missing = points[:, blocks[1].slice].argmax(axis=1) == 1
                columns[column.name] = _number_array(numbers, missing, column.dtype)
            else:
                codes = np.zeros(len(points), dtype=np.int64)
                if blocks:
                    codes = points[:, blocks[0].slice].argmax(axis=1)
                columns[column.name] = _category_array(codes, column)
        return pd.DataFrame(columns, index=range(len(points)))

    def shares(self, points: np.ndarray, holders: int = 1) -> np.ndarray:
        """How often each coordinate of a choice is 1 (width,); the means of the others.

        Args:
            points: (row, width) encoded rows.
            holders: a category that fewer rows hold counts as never, and so do numbers if fewer
                rows have one; missing values always count.
        """
        shares = points.mean(axis=0)
        for column in self.columns:
            for block in self._of[column.name]:
                if block.is_choice:
                    counts = points[:, block.slice].sum(axis=0)
                    kept = counts >= holders
                    kept[-1] |= column.missing
                    shares[block.slice] = counts * kept / max(1, (counts * kept).sum())
        return shares

    def blocks_of(self, name: str) -> list[Block]:
        """The blocks of one column."""
        return self._of[name]

    def as_json(self, weights: np.ndarray) -> dict[str, Any]:
        """All that `from_json` needs; a category of weight 0 is never drawn, and not named.

        Args:
            weights: (width,) of the coordinates.
        """
        return {
            "columns": [self._column_json(column, weights) for column in self.columns],
            "scores": {
                name: {
                    "values": scores.values.tolist(),
                    "low": scores.low.tolist(),
                    "high": scores.high.tolist(),
                    "decimals": scores.decimals,
                }
                for name, scores in self.scores.items()
            },
        }

    @classmethod
    def from_json(cls, content: Mapping[str, Any]) -> "TableEncoding":
        """Rebuild what `as_json` described; raises LookupError, TypeError or ValueError if not."""
        columns = [
            Column(**(fields | {"categories": tuple(fields["categories"])}))
            for fields in content["columns"]
        ]
        scores = {
            name: NormalScores(
                values=np.asarray(fields["values"], dtype=np.float64),
                low=np.asarray(fields["low"], dtype=np.float64),
                high=np.asarray(fields["high"], dtype=np.float64),
                decimals=fields["decimals"],
            )
            for name, fields in content["scores"].items()
        }
        return cls(columns, scores)

    def _column_json(self, column: Column, weights: np.ndarray) -> dict[str, Any]:
        drawn = [True] * len(column.categories)
        if not column.is_number and self._of[column.name]:
            drawn = (weights[self._of[column.name][0].slice] > 0).tolist()
        named = [c if d else None for c, d in zip(column.categories, drawn, strict=False)]
        return asdict(column) | {"categories": named}

    def _take(self, size: int, is_choice: bool) -> Block:
        block = Block(self.width, size, is_choice)
        self.width += size
        return block


def category_codes(values: pd.Series, column: Column) -> np.ndarray:
    """Number each row's category (row,), a missing value after all the others.

    Raises:
        ValueError: a value that is no category of the column.
    """
    codes = pd.Index(column.categories, dtype=object).get_indexer(values.astype(object))
    missing = values.isna().to_numpy()
    if (codes[~missing] < 0).any() or (missing.any() and not column.missing):
        raise ValueError(f"column {column.name!r} has a value that is no category of it")
    return np.where(missing, len(column.categories), codes)


def _block_sizes(column: Column) -> list[tuple[int, bool]]:
    if column.kind == "constant":
        return []
    if column.is_number:
        return [(1, False), (2, True)] if column.missing else [(1, False)]
    return [(len(column.categories) + column.missing, True)]


def _mean(ordered: np.ndarray, start: int, end: int) -> float:
    """Mean of the values from `start` to `end`; the outermost of all counts as the next to it."""
    part = ordered[start:end].copy()
    if start == 0:
        part[0] = part[1]
    if end == len(ordered):
        part[-1] = part[-2]
    return float(np.clip(np.sum(part / len(part)), part[0], part[-1]))


def _extended(
    values: np.ndarray, low: np.ndarray, high: np.ndarray, ordered: np.ndarray
) -> tuple[np.ndarray, np.ndarray, np.ndarray]:
    """Add knots half a gap beyond the outermost means, so that these stay the means of their rows.

    They do not leave the side of 0 on which all numbers are.
    """
    if len(values) < 2:
        return values, low, high
    rows, least, most = len(ordered), np.finfo(float).min, np.finfo(float).max
    with np.errstate(over="ignore"):
        below = values[0] / 2 * 3 - values[1] / 2
        above = values[-1] / 2 * 3 - values[-2] / 2
    if low[0] > 0:
        end = np.clip(below, 0 if ordered[0] >= 0 else least, values[0])
        values, low, high = np.r_[end, values], np.r_[0, low], np.r_[0, high]
    if high[-1] < rows:
        end = np.clip(above, values[-1], 0 if ordered[-1] <= 0 else most)
        values, low, high = np.r_[values, end], np.r_[low, rows], np.r_[high, rows]
    return values, low, high


def _scores(rank: np.ndarray, rows: int) -> np.ndarray:
    """Normal quantiles of ranks 0 to `rows`; the ends are those of half a row."""
    return ndtri(np.clip(rank, 0.5, rows - 0.5) / rows)


def _decimals(numbers: np.ndarray) -> int | None:
    """How many decimals it takes to write every number exactly."""
    with np.errstate(over="ignore", invalid="ignore"):
        for decimals in range(MAX_DECIMALS + 1):
            if np.array_equal(np.round(numbers, decimals), numbers):
                return decimals
    return None


def _number_array(numbers: np.ndarray, missing: np.ndarray, dtype: str) -> Any:
    if dtype == "Int64":
        return pd.arrays.IntegerArray(numbers.astype(np.int64), missing)
    return np.where(missing, np.nan, numbers)


def _category_array(codes: np.ndarray, column: Column) -> Any:
    known = [*column.categories, None]
    dtype = "str" if column.dtype == "string" else column.dtype
    # Taken by number: a hundred thousand texts need not be looked at.
    return pd.Series(known, dtype=dtype).array.take(codes)
