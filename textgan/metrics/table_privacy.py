"""Whether a table gives away the rows it was learned from.

A test row is as far from the training rows as chance has it. Samples that lie nearer were
copied; and whoever holds the samples could tell training rows from others by their distance.
"""

from math import inf

import numpy as np
import pandas as pd

from textgan.metrics.bootstrap import mean_score
from textgan.metrics.metric import Metric, Part, Score, sign
from textgan.metrics.table_features import RowPoints, Scheme, category_labels

HOLDERS = 5  # rows at least that must share what is shown of real rows, or stored of them
NEAREST = 5  # percentile of the distances that stands for the nearest rows

COPIES = Metric(
    "copies",
    "copied whole",
    Part.MEMORISATION,
    "The share of rows that equal a training row in every column.",
)
NEAREST_MEDIAN = Metric(
    "nearest.median",
    "distance to the closest training row: median",
    Part.MEMORISATION,
    "The median distance to the closest training row; nearer than test rows are: copied.",
    maximum=inf,
)
NEAREST_LEAST = Metric(
    "nearest.least",
    f"distance to the closest training row: {NEAREST}th percentile",
    Part.MEMORISATION,
    "The same of the nearest rows.",
    maximum=inf,
)
MEMBERSHIP = Metric(
    "membership",
    "training rows given away (0.5: none)",
    Part.MEMORISATION,
    "How well the distance to the samples tells training rows from others (area).",
    "minimize",
    headline=True,
    live="membership",
)


def averaged_ends(values: np.ndarray, share: float = 0.0) -> tuple[float, float]:
    """Both ends of the values (row,), without showing one: means over `HOLDERS` rows or more.

    Among them the outermost counts as the next, so that no single value, however far out, moves an
    end.

    Args:
        values: at least one, all finite.
        share: of the values that are averaged at either end, if that is more rows.
    """
    ordered = np.sort(values)
    rows = min(len(ordered), max(HOLDERS, round(share * len(ordered))))
    return _end_mean(ordered[:rows]), _end_mean(ordered[::-1][:rows])


def _end_mean(outermost_first: np.ndarray) -> float:
    inner = outermost_first[1:] if len(outermost_first) > 1 else outermost_first
    weights = np.ones(len(inner))
    weights[0] = 2 if len(outermost_first) > 1 else 1
    return float(np.sum(inner * (weights / weights.sum())))


def copying_scores(table: pd.DataFrame, training: pd.DataFrame, scheme: Scheme) -> list[Score]:
    """Score how near rows lie to training rows: to be read beside the same of test rows.

    Returns:
        `copies`, the share of rows that equal a training row in every column; `nearest.median` and
        `nearest.least`, the median and the 5th percentile of the distance to the closest training
        row, with a standard deviation of a number, or one category, as 1.
    """
    signature = sign(hyps=len(table), training=len(training))
    distances = closest(table, training, scheme)
    known = set(_texts(training, scheme))
    copied = np.array([text in known for text in _texts(table, scheme)])
    return [
        mean_score(COPIES, copied, signature),
        NEAREST_MEDIAN.score(np.median(distances), signature),
        NEAREST_LEAST.score(np.percentile(distances, NEAREST), signature),
    ]


def membership_score(
    table: pd.DataFrame, training: pd.DataFrame, test: pd.DataFrame, scheme: Scheme
) -> Score:
    """Score an attack that takes a row for a training row if it lies near a row of the table.

    Args:
        table: what the attacker holds.
        training: rows that it was learned from.
        test: rows that it was not learned from.
        scheme: their columns.

    Returns:
        `membership`, the area under the attack's ROC curve: .5 for a guess.
    """
    from sklearn.metrics import roc_auc_score

    people = pd.concat([training[list(scheme.names)], test[list(scheme.names)]])
    member = np.arange(len(people)) < len(training)
    area = float(roc_auc_score(member, -closest(people, table, scheme, scale=training)))
    signature = sign(hyps=len(table), training=len(training), test=len(test))
    return MEMBERSHIP.score(area, signature)


def closest(
    table: pd.DataFrame,
    others: pd.DataFrame,
    scheme: Scheme,
    scale: pd.DataFrame | None = None,
) -> np.ndarray:
    """Distance from each row to the closest of the others (row,).

    Args:
        table: rows.
        others: rows.
        scheme: their columns.
        scale: real rows whose deviations are the unit; default `others`.
    """
    from sklearn.neighbors import NearestNeighbors

    points = RowPoints(others if scale is None else scale, scheme)
    neighbours = NearestNeighbors(n_neighbors=1).fit(points(others))
    return neighbours.kneighbors(points(table))[0][:, 0]


def _texts(table: pd.DataFrame, scheme: Scheme) -> list[tuple[object, ...]]:
    """Rows that compare equal where every value does, missing ones included."""
    columns = [
        category_labels(table[name].astype("float64") if name in scheme.numbers else table[name])
        for name in scheme.names
    ]
    return list(zip(*columns, strict=True))
