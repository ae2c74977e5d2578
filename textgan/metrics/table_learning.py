"""What can be learned from a table: as much as from the real one, and that it is not the real one.

* Usefulness (Esteban et al. 2017, section 4.2, "train on synthetic, test on real"): gradient
  boosting learns to predict the target from one table and is scored on real test rows.
* Detection: a classifier learns to tell the rows of a table from real ones; the area under its ROC
  curve is .5 where they cannot be distinguished.
"""

from collections.abc import Sequence
from typing import Any

import numpy as np
import pandas as pd

from textgan.metrics.bootstrap import mean_score
from textgan.metrics.metric import Metric, Part, Score, sign
from textgan.metrics.table_features import RowPoints, Scheme, TreeInput, category_labels

SEED = 0
FOLDS = 5
DETECTION = {
    learner: Metric(
        f"detection.{learner}",
        f"area under the ROC curve, {learner}",
        Part.DETECTION,
        "How well the classifier tells the rows from real ones; 0.5 is a guess.",
        "minimize",
        headline=True,
        live=f"detection_{learner}",
        live_real=0.5,
    )
    for learner in ("boosting", "logistic")
}
ACCURACY = Metric(
    "useful.accuracy",
    "learned from the rows: accuracy",
    Part.USEFULNESS,
    "How often a model that has learned from the rows is right about the target of real ones.",
    headline=True,
)
F1 = Metric(
    "useful.f1",
    "learned from the rows: F1",
    Part.USEFULNESS,
    "The same as F1, each category counting alike.",
)
R2 = Metric(
    "useful.r2",
    "learned from the rows: explained variance",
    Part.USEFULNESS,
    "How much of the target's variance in real rows is explained by what was learned.",
    minimum=-1,
    headline=True,
)


def usefulness_scores(table: pd.DataFrame, test: pd.DataFrame, scheme: Scheme) -> list[Score]:
    """Score what gradient boosting learns from the table by its predictions of test rows.

    Args:
        table: rows to learn from.
        test: real rows to predict.
        scheme: their columns; without a target there is nothing to score.

    Returns:
        For a category `useful.accuracy` and `useful.f1`, the mean over the categories; for a
        number `useful.r2`, the share of its variance that is explained, -1 at least. From a table
        in which the target is always missing nothing is learned, and each score is the least.
    """
    if scheme.target is None:
        return []
    table, test = (frame.dropna(subset=[scheme.target]) for frame in (table, test))
    inputs = TreeInput([table, test], scheme.without_target())
    signature = sign(learner="boosting", target=scheme.target, train=len(table), test=len(test))
    if scheme.target in scheme.numbers:
        return _regression(table, test, scheme.target, inputs, signature)
    return _classification(table, test, scheme.target, inputs, signature)


def detection_scores(
    table: pd.DataFrame, training: pd.DataFrame, test: pd.DataFrame, scheme: Scheme
) -> list[Score]:
    """Score how well two classifiers tell rows from real ones: `detection.boosting`, `.logistic`.

    The classifiers learn from training rows and four fifths of the table, and are tested on
    test rows and the other fifth, each fifth in turn. (Cross-validated on training rows alone,
    tables of the very same columns would sink below .5.) Copies of the training rows are not seen
    through: read this beside the scores of copying.
    """
    from sklearn.ensemble import HistGradientBoostingClassifier
    from sklearn.linear_model import LogisticRegression

    rows = min(len(table), len(training))
    table, training = (_choose(frame, rows) for frame in (table, training))
    tables = [frame[list(scheme.names)] for frame in (table, training, test)]
    inputs = TreeInput(tables, scheme)
    boosting = HistGradientBoostingClassifier(
        categorical_features=inputs.is_category, random_state=SEED
    )
    points = RowPoints(pd.concat(tables[:2]), scheme)
    return [
        _detection("boosting", boosting, [inputs(frame) for frame in tables]),
        _detection("logistic", LogisticRegression(max_iter=1000), [points(f) for f in tables]),
    ]


def _detection(name: str, learner: Any, tables: Sequence[np.ndarray]) -> Score:
    """Score a classifier on the arrays (row, feature) of table, training and test rows."""
    from sklearn.metrics import roc_auc_score
    from sklearn.model_selection import KFold

    samples, training, test = tables
    areas = []
    for seen, unseen in KFold(FOLDS, shuffle=True, random_state=SEED).split(samples):
        inputs = np.concatenate([training, samples[seen]])
        labels = np.repeat([0, 1], [len(training), len(seen)])
        _learn(learner, inputs, labels)
        judged = learner.predict_proba(np.concatenate([test, samples[unseen]]))[:, 1]
        areas.append(roc_auc_score(np.repeat([0, 1], [len(test), len(unseen)]), judged))
    sizes = {"hyps": len(samples), "refs": len(training), "test": len(test)}
    signature = sign(learner=name, folds=FOLDS, **sizes)
    return DETECTION[name].score(np.mean(areas), signature)


def _classification(
    table: pd.DataFrame, test: pd.DataFrame, target: str, inputs: TreeInput, signature: str
) -> list[Score]:
    from sklearn.dummy import DummyClassifier
    from sklearn.ensemble import HistGradientBoostingClassifier
    from sklearn.metrics import f1_score

    labels, truth = (category_labels(frame[target]).to_numpy() for frame in (table, test))
    learner: Any = HistGradientBoostingClassifier(
        categorical_features=inputs.is_category, random_state=SEED
    )
    if len(set(labels)) < 2:
        learner = DummyClassifier()
    guess = np.full(len(truth), "")
    if len(labels):
        guess = _learn(learner, inputs(table), labels).predict(inputs(test))
    right = guess == truth
    f1 = f1_score(truth, guess, average="macro", zero_division=0)
    return [mean_score(ACCURACY, right, signature), F1.score(float(f1), signature)]


def _regression(
    table: pd.DataFrame, test: pd.DataFrame, target: str, inputs: TreeInput, signature: str
) -> list[Score]:
    from sklearn.ensemble import HistGradientBoostingRegressor
    from sklearn.metrics import r2_score

    values, truth = (frame[target].to_numpy(dtype=np.float64) for frame in (table, test))
    learner = HistGradientBoostingRegressor(
        categorical_features=inputs.is_category, random_state=SEED
    )
    explained = -1.0
    if len(values):
        guess = _learn(learner, inputs(table), values).predict(inputs(test))
        explained = max(explained, float(r2_score(truth, guess)))
    return [R2.score(explained, signature)]


def _learn(learner: Any, inputs: np.ndarray, labels: np.ndarray) -> Any:
    """Fit a learner to inputs (row, feature); boosting takes no feature without any value."""
    empty = np.isnan(inputs).all(axis=0)
    return learner.fit(np.where(empty, 0.0, inputs), labels)


def _choose(table: pd.DataFrame, rows: int) -> pd.DataFrame:
    return table if len(table) == rows else table.sample(rows, random_state=SEED)
