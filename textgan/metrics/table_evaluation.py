"""Every score of a synthetic table, beside the same scores of real rows.

Three tables: the synthetic rows, the real rows that they were learned from, and real test
rows. Where there are no test rows, the real ones are parted in two halves. Samples are compared
with the test rows, and so are, for the mark to reach, the training rows. For SDMetrics and for
copying, samples are set against the training rows; the mark is test rows against the same. For
detection the mark is one half of the training rows against the other.
"""

from dataclasses import dataclass

import numpy as np
import pandas as pd

from textgan.errors import UserError
from textgan.metrics.distribution import NEIGHBOURS, distribution_scores
from textgan.metrics.evaluation import SEED, Evaluation, by_name, chosen_rows
from textgan.metrics.metric import Score
from textgan.metrics.table_columns import column_scores, pair_scores
from textgan.metrics.table_features import RowPoints, Scheme
from textgan.metrics.table_learning import FOLDS, detection_scores, usefulness_scores
from textgan.metrics.table_privacy import copying_scores, membership_score
from textgan.metrics.table_sdmetrics import sdmetrics_scores

MAX_ROWS = 10_000  # of each table
FEWEST = 2 * max(NEIGHBOURS + 1, FOLDS)  # rows


@dataclass(frozen=True, eq=False)
class RealRows:
    """The two real tables, each of at most `MAX_ROWS` rows."""

    training: pd.DataFrame
    test: pd.DataFrame

    @classmethod
    def of(cls, real: pd.DataFrame, test: pd.DataFrame | None) -> "RealRows":
        """Take both as they are, or part the real rows in two random halves.

        Raises:
            UserError: too few rows.
        """
        if test is None:
            order = np.random.default_rng(SEED).permutation(len(real))
            half = len(real) // 2
            real, test = real.iloc[order[half:]], real.iloc[order[:half]]
        for title, table in {"real": real, "real test": test}.items():
            if len(table) < FEWEST:
                raise UserError(f"{len(table)} {title} rows: an evaluation needs {FEWEST} at least")
        return cls(choose_rows(real, MAX_ROWS), choose_rows(test, MAX_ROWS))


def evaluate_table(samples: pd.DataFrame, real: RealRows, scheme: Scheme) -> Evaluation:
    """Score samples, and real rows in their place.

    Args:
        samples: synthetic rows with the columns of the real ones, and of their types.
        real: real rows.
        scheme: their columns.

    Raises:
        UserError: too few samples.
    """
    if len(samples) < FEWEST:
        raise UserError(f"{len(samples)} synthetic rows: an evaluation needs {FEWEST} at least")
    samples = choose_rows(samples, len(real.training))
    half, part = len(real.test) // 2, len(real.training) // 2
    known = [
        *_against_test(real.training, real, scheme),
        *_against_training(real.test, real, scheme),
        *detection_scores(real.training.iloc[:part], real.training.iloc[part:], real.test, scheme),
        membership_score(real.test.iloc[half:], real.training, real.test.iloc[:half], scheme),
    ]
    found = [
        *_against_test(samples, real, scheme),
        *_against_training(samples, real, scheme),
        *detection_scores(samples, real.training, real.test, scheme),
        membership_score(samples, real.training, real.test, scheme),
    ]
    title = (
        f"{len(real.training)} training rows, scored like samples; for SDMetrics and copying "
        f"{len(real.test)} test rows; for detection one half of the training rows"
    )
    return Evaluation(by_name(found), by_name(known), title)


def choose_rows(table: pd.DataFrame, most: int) -> pd.DataFrame:
    """So many of the rows, or all if there are fewer: always the same choice."""
    return table.iloc[chosen_rows(len(table), most)]


def _against_test(table: pd.DataFrame, real: RealRows, scheme: Scheme) -> list[Score]:
    points = RowPoints(real.training, scheme)
    return [
        *column_scores(table, real.test, scheme),
        *pair_scores(table, real.test, scheme),
        *distribution_scores(points(table), points(real.test), encoder="standardized"),
        *usefulness_scores(table, real.test, scheme),
    ]


def _against_training(table: pd.DataFrame, real: RealRows, scheme: Scheme) -> list[Score]:
    return [
        *sdmetrics_scores(table, real.training, scheme),
        *copying_scores(table, real.training, scheme),
    ]
