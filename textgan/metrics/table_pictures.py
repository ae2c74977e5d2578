"""What a page shows of a table beside the real one: its columns, their correlations, some rows.

It is small enough to lie in a run folder as JSON, so that a report needs neither table. Unless real
rows are asked for, it holds none, nor a value that fewer than `HOLDERS` of them have: histograms
end at means of the outermost values, rare categories share a bar, and in two columns the real rows
are counted in the fields of a grid, of which those with fewer rows are left out.
"""

from collections.abc import Mapping, Sequence
from dataclasses import asdict, dataclass, replace
from itertools import combinations
from math import isfinite
from typing import Any

import numpy as np
import pandas as pd

from textgan.metrics.evaluation import chosen_rows
from textgan.metrics.table_columns import mutual_information, rank_correlations
from textgan.metrics.table_features import Scheme, bin_rows
from textgan.metrics.table_privacy import HOLDERS, averaged_ends

BINS = 24  # of a histogram, at most
ENDS = 0.005  # share of the real values beyond either end of a histogram
LABELS = 12  # categories with a bar of their own; the others share one
CORRELATED = 40  # columns in a map of correlations, at most
ROWS = 300  # of each table in a pair plot
FEWEST_FIELDS = 4  # of a grid, along each side
PLOTTED = 3  # columns of numbers in pair plots
REDUNDANT = 0.9  # rank correlation from which on a second column tells nothing new


@dataclass(frozen=True)
class Marginal:
    """One column of both tables.

    Attributes:
        name: of the column.
        edges: of the bins of numbers, one more than bins; values beyond count in the outer bins.
        labels: of the categories, numbers in order, names by frequency; the last of many being all
            others.
        real, samples: shares of the values that are not missing, by bin or category.
        missing: shares of the rows without a value: real, samples.
    """

    name: str
    edges: list[float]
    labels: list[str]
    real: list[float]
    samples: list[float]
    missing: tuple[float, float]


@dataclass(frozen=True)
class Grid:
    """Real rows in two columns of numbers, counted.

    Attributes:
        x, y: edges of the fields; what lies beyond counts in the outer ones.
        fields: (number along x, along y, of the class, share of the rows) of each field and class
            with `HOLDERS` rows or more; -1 is no class.
    """

    x: list[float]
    y: list[float]
    fields: list[tuple[int, int, int, float]]


@dataclass(frozen=True)
class Pair:
    """Rows in two columns of numbers.

    Attributes:
        x, y: names of the columns.
        real, samples: rows (x, y, number of the class); -1 where there is no class. No real ones
            unless they were asked for.
        grid: how often real rows lie where.
    """

    x: str
    y: str
    real: list[tuple[float, float, int]]
    samples: list[tuple[float, float, int]]
    grid: "Grid"


@dataclass(frozen=True)
class TablePictures:
    """Both tables, side by side.

    Attributes:
        marginals: every column.
        correlated: columns of numbers.
        real_correlations, sample_correlations: their rank correlations (column, column).
        target: the column that is predicted, "" if none is.
        classes: its categories, if it has any, most frequent first.
        pairs: of the columns of numbers that tell most of the target.
        with_real: whether real rows were asked for.
    """

    marginals: list[Marginal]
    correlated: list[str]
    real_correlations: list[list[float]]
    sample_correlations: list[list[float]]
    target: str
    classes: list[str]
    pairs: list[Pair]
    with_real: bool = False

    def as_json(self) -> dict[str, Any]:
        """All of it."""
        return asdict(self)

    @classmethod
    def from_json(cls, content: Mapping[str, Any]) -> "TablePictures":
        """Read what `as_json` wrote; real rows that nobody asked for are counted, and dropped.

        Raises:
            ValueError, TypeError, LookupError: it is something else.
        """
        pictures = cls(
            [_read_marginal(**marginal) for marginal in content["marginals"]],
            list(map(str, content["correlated"])),
            [_listed(row) for row in content["real_correlations"]],
            [_listed(row) for row in content["sample_correlations"]],
            str(content["target"]),
            list(map(str, content["classes"])),
            [_read_pair(**pair) for pair in content["pairs"]],
            content.get("with_real") is True,
        )
        if not pictures.with_real:
            pictures = replace(pictures, pairs=[replace(p, real=[]) for p in pictures.pairs])
        size = len(pictures.correlated)
        for rows in (pictures.real_correlations, pictures.sample_correlations):
            if [len(row) for row in rows] != [size] * size:
                raise ValueError(f"correlations of {size} columns are {size} rows of {size}")
        return pictures


def _read_marginal(
    name: Any, edges: Any, labels: Any, real: Any, samples: Any, missing: Any
) -> Marginal:
    first, second = _listed(missing)
    shares = _listed(real), _listed(samples)
    marginal = Marginal(str(name), _listed(edges), list(map(str, labels)), *shares, (first, second))
    bars = len(marginal.labels) or len(marginal.edges) - 1
    if {len(marginal.real), len(marginal.samples)} != {bars} or bars < 1:
        raise ValueError(f"column {name!r} has {bars} bars, and other shares")
    if not all(map(isfinite, (*marginal.edges, *marginal.real, *marginal.samples))):
        raise ValueError(f"column {name!r} has numbers that are none")
    return marginal


def _read_pair(x: Any, y: Any, real: Any, samples: Any, grid: Any = None) -> Pair:
    def dots(rows: Any) -> list[tuple[float, float, int]]:
        return [(float(a), float(b), int(number)) for a, b, number in rows]

    rows = dots(real)
    counted = _grid(np.array(rows).reshape(-1, 3)) if grid is None else _read_grid(**grid)
    return Pair(str(x), str(y), rows, dots(samples), counted)


def _read_grid(x: Any, y: Any, fields: Any) -> Grid:
    read = [(int(a), int(b), int(number), float(share)) for a, b, number, share in fields]
    grid = Grid(_listed(x), _listed(y), read)
    inside = all(0 <= a < len(grid.x) - 1 and 0 <= b < len(grid.y) - 1 for a, b, _, _ in read)
    if not inside or not all(map(isfinite, (*grid.x, *grid.y, *(f[3] for f in read)))):
        raise ValueError("a field of a grid that is none")
    return grid


def _listed(values: Any) -> list[float]:
    return [float(value) for value in values]


def picture_table(
    samples: pd.DataFrame, real: pd.DataFrame, scheme: Scheme, with_real: bool = False
) -> TablePictures:
    """Gather what is shown of a table; a pure function.

    Args:
        samples: synthetic rows.
        real: real rows, at least one.
        scheme: their columns.
        with_real: keep real rows.
    """
    correlated = scheme.numbers[:CORRELATED]
    maps = [rank_correlations(table, correlated).round(3).tolist() for table in (real, samples)]
    target = scheme.target or ""
    labels = _labels(real[target]) if target in scheme.categories else None
    classes = [] if labels is None else list(_shared(labels.value_counts()).index[:LABELS])
    pairs = _choose_pairs(real, scheme)
    return TablePictures(
        marginals=[
            *(_numbers(samples[name], real[name]) for name in scheme.numbers),
            *(_categories(samples[name], real[name]) for name in scheme.categories),
        ],
        correlated=list(correlated),
        real_correlations=maps[0],
        sample_correlations=maps[1],
        target=target,
        classes=classes,
        pairs=[_pair(samples, real, x, y, target, classes, with_real) for x, y in pairs],
        with_real=with_real,
    )


def _numbers(samples: pd.Series, real: pd.Series) -> Marginal:
    ours, theirs = (_floats(column) for column in (samples, real))
    if len(theirs) < HOLDERS:
        theirs = theirs[:0]
    edges = _edges(theirs if len(theirs) else ours)
    real_shares, sample_shares = (
        _shares(np.histogram(np.clip(values, edges[0], edges[-1]), edges)[0])
        for values in (theirs, ours)
    )
    shown, missing = [_short(edge) for edge in edges], _missing(samples, real)
    return Marginal(str(real.name), shown, [], real_shares, sample_shares, missing)


def _edges(values: np.ndarray, bins: int = BINS) -> np.ndarray:
    """Bins of equal width; of few whole numbers one for each, from what several rows have."""
    if not len(values):
        return np.array([0.0, 1.0])
    whole, counts = np.unique(values, return_counts=True)
    shared = whole[counts >= HOLDERS]
    if whole[-1] - whole[0] < bins and np.array_equal(whole, np.rint(whole)) and len(shared):
        return np.arange(shared[0], shared[-1] + 2) - 0.5
    low, high = averaged_ends(values, 2 * ENDS)  # means, about as far out as the quantiles
    return np.linspace(low, high, bins + 1) if low < high else np.array([low - 1, low + 1])


def _categories(samples: pd.Series, real: pd.Series) -> Marginal:
    ours, theirs = (_labels(column.dropna()) for column in (samples, real))
    counts = [column.value_counts() for column in (theirs, ours)]
    known = list(dict.fromkeys([*counts[0].index, *counts[1].index]))
    rare = set(counts[0].index) - set(_shared(counts[0]).index)
    named = [label for label in known if label not in rare]
    most = LABELS - bool(rare)
    shown = _ordered(named) if len(named) <= most else named[: LABELS - 1]
    bars = [[int(count.get(label, 0)) for label in shown] for count in counts]
    if len(known) > len(shown):
        bars = [
            [*bar, int(count.sum()) - sum(bar)] for bar, count in zip(bars, counts, strict=True)
        ]
        shown = [*shown, f"{len(known) - len(shown)} others"]
    real_shares, sample_shares = (_shares(np.array(bar)) for bar in bars)
    return Marginal(str(real.name), [], shown, real_shares, sample_shares, _missing(samples, real))


def _ordered(labels: list[str]) -> list[str]:
    """Order categories that are numbers by their value, others as they are."""
    try:
        return sorted(labels, key=float)
    except ValueError:
        return labels


def _choose_pairs(real: pd.DataFrame, scheme: Scheme) -> list[tuple[str, str]]:
    """Pair the numbers that tell most of the target, or of all columns, with each other or it."""
    shared = mutual_information(bin_rows(real, real, scheme))
    names = list(scheme.names)
    worth = shared[:, names.index(scheme.target)] if scheme.target else shared.sum(axis=1)
    numbers = [name for name in scheme.numbers if name != scheme.target]
    numbers.sort(key=lambda name: -worth[names.index(name)])
    likeness = rank_correlations(real, tuple(numbers)) if numbers else np.empty((0, 0))
    chosen: list[int] = []
    for place in range(len(numbers)):
        if len(chosen) < PLOTTED and all(abs(likeness[place, c]) < REDUNDANT for c in chosen):
            chosen.append(place)
    best = [numbers[place] for place in chosen]
    if scheme.target in scheme.numbers:
        return [(name, scheme.target) for name in best]
    return list(combinations(best, 2))


def _pair(
    samples: pd.DataFrame,
    real: pd.DataFrame,
    x: str,
    y: str,
    target: str,
    classes: Sequence[str],
    with_real: bool,
) -> Pair:
    def rows(table: pd.DataFrame) -> np.ndarray:
        """Rows that have both values (row, 3): x, y, number of the class."""
        whole = table.dropna(subset=[x, y])
        number = {label: place for place, label in enumerate(classes)}
        labels = [number.get(label, -1) for label in _labels(whole[target])] if classes else -1
        return np.stack([_floats(whole[x]), _floats(whole[y]), np.full(len(whole), labels)], axis=1)

    def dots(table: np.ndarray) -> list[tuple[float, float, int]]:
        chosen = table[chosen_rows(len(table), ROWS)].tolist()
        return [(_short(a), _short(b), int(number)) for a, b, number in chosen]

    theirs = rows(real)
    return Pair(x, y, dots(theirs) if with_real else [], dots(rows(samples)), _grid(theirs))


def _grid(rows: np.ndarray) -> Grid:
    """Count rows (row, 3) by place and class; so coarsely that many fields hold enough of them."""
    x, y, numbers = rows[:, 0], rows[:, 1], rows[:, 2]
    bins = int(np.clip(np.sqrt(len(x) / HOLDERS), FEWEST_FIELDS, BINS))
    edges = [_edges(values, bins) for values in (x, y)]
    places = [
        np.clip(np.searchsorted(edge, values, side="right") - 1, 0, len(edge) - 2)
        for edge, values in zip(edges, (x, y), strict=True)
    ]
    counted = np.stack([*places, numbers], axis=1).astype(int)
    fields, counts = np.unique(counted, axis=0, return_counts=True)
    kept = [
        (a, b, number, _short(count / len(x)))
        for (a, b, number), count in zip(fields.tolist(), counts.tolist(), strict=True)
        if count >= HOLDERS
    ]
    along_x, along_y = ([_short(value) for value in edge] for edge in edges)
    return Grid(along_x, along_y, kept)


def _shared(counts: pd.Series) -> pd.Series:
    """Leave out the categories that few rows have."""
    return counts[counts >= HOLDERS]


def _floats(column: pd.Series) -> np.ndarray:
    return column.dropna().to_numpy(dtype=np.float64)


def _labels(column: pd.Series) -> pd.Series:
    return column.astype(object).map(str)


def _shares(counts: np.ndarray) -> list[float]:
    return [_short(share) for share in counts / max(1, counts.sum())]


def _missing(samples: pd.Series, real: pd.Series) -> tuple[float, float]:
    return _short(real.isna().mean()), _short(samples.isna().mean())


def _short(value: float) -> float:
    """Five digits are enough for a picture."""
    return float(f"{value:.5g}") if isfinite(value) else 0.0
