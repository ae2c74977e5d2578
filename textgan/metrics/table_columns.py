"""How well the columns of a table, one by one and in pairs, match those of another.

* Kolmogorov-Smirnov statistic: the largest gap between two distribution functions.
* Wasserstein-1 distance, in standard deviations of the reference's column.
* Total variation: the share of rows whose category would have to change.
* Spearman correlation of every pair of numbers, mutual information of every pair of columns.
"""

from itertools import combinations
from math import inf
from typing import Any

import numpy as np
import pandas as pd
from scipy import stats

from textgan.metrics.metric import Metric, Part, Score, sign
from textgan.metrics.table_features import BINS, Scheme, bin_rows, category_labels


def _column_metrics(key: str, title: str, says: str, maximum: float) -> tuple[Metric, ...]:
    """The mean of a measure over the columns, its largest value, and that of each column."""
    common: dict[str, Any] = {"part": Part.COLUMNS, "goal": "minimize", "maximum": maximum}
    return (
        Metric(key, title, says=f"{says}; the mean over the columns.", **common),
        Metric(f"{key}.worst", f"{title} worst", says=f"{says}; the worst column.", **common),
        Metric(f"column_{key}.", f"{title.partition(',')[0]}:", says=f"{says}.", **common),
    )


# Of numbers the first two, of categories the last.
MEASURES = {
    "ks": _column_metrics(
        "ks", "Kolmogorov-Smirnov distance", "The largest gap between two distribution functions", 1
    ),
    "wasserstein": _column_metrics(
        "wasserstein",
        "Wasserstein distance, in standard deviations",
        "How far values have to be moved",
        inf,
    ),
    "tv": _column_metrics(
        "tv", "total variation", "The share of rows whose category would have to change", 1
    ),
}
MISSING = Metric(
    "missing",
    "missing values, difference of shares",
    Part.COLUMNS,
    "How far the shares of missing values are apart; the mean over the columns.",
    "minimize",
)
CORRELATION = Metric(
    "correlation",
    "rank correlation, difference",
    Part.PAIRS,
    "How far the rank correlations of two numbers are apart; the mean over all pairs.",
    "minimize",
    maximum=2,
    headline=True,
)
MUTUAL_INFORMATION = Metric(
    "mutual_information",
    "mutual information in nats, difference",
    Part.PAIRS,
    "How far what two columns tell of each other is apart; the mean over all pairs.",
    "minimize",
    maximum=inf,
)


def column_scores(table: pd.DataFrame, reference: pd.DataFrame, scheme: Scheme) -> list[Score]:
    """Score each column and give the mean and the worst of each measure.

    The mean of a measure is `ks`, `wasserstein`, `tv`; the largest `ks.worst`, ...; a column's own
    `column_ks.<name>`, .... `missing` is the mean difference of the shares of missing values.

    Args:
        table: rows to score.
        reference: real rows.
        scheme: their columns.
    """
    signature = sign(hyps=len(table), refs=len(reference))
    measured: dict[str, dict[str, float]] = {"ks": {}, "wasserstein": {}, "tv": {}}
    for name in scheme.numbers:
        ours, theirs = (
            frame[name].dropna().to_numpy(dtype=np.float64) for frame in (table, reference)
        )
        if not len(ours) or not len(theirs):
            alike = len(ours) == len(theirs)  # no value on either side
            measured["ks"][name] = 0.0 if alike else 1.0
            measured["wasserstein"][name] = 0.0 if alike else inf
            continue
        measured["ks"][name] = float(stats.ks_2samp(ours, theirs, method="asymp").statistic)
        scale = theirs.std() or 1.0
        measured["wasserstein"][name] = float(
            stats.wasserstein_distance(ours / scale, theirs / scale)
        )
    for name in scheme.categories:
        measured["tv"][name] = total_variation(table[name], reference[name])
    scores = []
    for measure, values in measured.items():
        if values:
            numbers = list(values.values())
            mean, worst, column = MEASURES[measure]
            scores += [
                mean.score(np.mean(numbers), signature),
                worst.score(max(numbers), signature),
                *(column.score(value, signature, of=name) for name, value in values.items()),
            ]
    names = list(scheme.names)
    gaps = (table[names].isna().mean() - reference[names].isna().mean()).abs()
    return [*scores, MISSING.score(gaps.mean(), signature)]


def pair_scores(table: pd.DataFrame, reference: pd.DataFrame, scheme: Scheme) -> list[Score]:
    """Score how pairs of columns hang together, as mean absolute differences over all pairs.

    `correlation` is of Spearman's rank correlation between numbers, `mutual_information` in nats
    between any two columns, whose numbers are binned at the reference's quantiles.
    """
    sizes = {"hyps": len(table), "refs": len(reference)}
    scores = []
    if len(scheme.numbers) > 1:
        ours, theirs = (rank_correlations(frame, scheme.numbers) for frame in (table, reference))
        value = _mean_gap(ours, theirs)
        scores.append(CORRELATION.score(value, sign(method="spearman", **sizes)))
    if len(scheme.names) > 1:
        ours, theirs = (
            mutual_information(bin_rows(frame, reference, scheme)) for frame in (table, reference)
        )
        value = _mean_gap(ours, theirs)
        signature = sign(unit="nats", bins=BINS, **sizes)
        scores.append(MUTUAL_INFORMATION.score(value, signature))
    return scores


def total_variation(values: pd.Series, reference: pd.Series) -> float:
    """Half the sum of the differences between the categories' shares, 0..1."""
    ours, theirs = (category_labels(v).value_counts(normalize=True) for v in (values, reference))
    return float(ours.sub(theirs, fill_value=0).abs().sum() / 2)


def rank_correlations(table: pd.DataFrame, names: tuple[str, ...]) -> np.ndarray:
    """Spearman's correlation of every pair of columns (column, column), over rows that have both.

    A column that does not vary is correlated with none: 0.
    """
    numbers = table[list(names)].astype("float64")
    return np.nan_to_num(numbers.corr(method="spearman").to_numpy())


def mutual_information(bins: list[np.ndarray]) -> np.ndarray:
    """Mutual information in nats of every pair of columns (column, column); 0 on the diagonal.

    Args:
        bins: per column (row,) int, from 0.
    """
    rows = len(bins[0])
    sizes = [int(column.max()) + 1 for column in bins]
    starts = np.cumsum([0, *sizes])
    members = np.zeros((rows, starts[-1]), dtype=np.float32)
    for start, column in zip(starts, bins, strict=False):
        members[np.arange(rows), start + column] = 1
    joint = (members.T @ members).astype(np.float64) / rows  # exact: counts below 2^24
    share = np.diag(joint)
    with np.errstate(divide="ignore", invalid="ignore"):
        terms = np.where(joint > 0, joint * np.log(joint / np.outer(share, share)), 0)
    sums = np.add.reduceat(np.add.reduceat(terms, starts[:-1], axis=0), starts[:-1], axis=1)
    np.fill_diagonal(sums, 0)
    return sums


def _mean_gap(ours: np.ndarray, theirs: np.ndarray) -> float:
    pairs = np.array(list(combinations(range(len(ours)), 2)))
    return float(np.abs(ours - theirs)[pairs[:, 0], pairs[:, 1]].mean())
