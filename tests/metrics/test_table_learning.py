"""Usefulness and detection, on tables of which it is known what can be learned from them."""

import numpy as np
import pandas as pd
import pytest

from textgan.metrics.table_features import RowPoints, Scheme, TreeInput
from textgan.metrics.table_learning import detection_scores, usefulness_scores

SCHEME = Scheme(("x", "y"), ("c",), "c")


def make_table(rows: int, seed: int) -> pd.DataFrame:
    """y is x up to noise, and c says whether x is positive."""
    rng = np.random.default_rng(seed)
    x = rng.normal(size=rows)
    y = x + 0.1 * rng.normal(size=rows)
    return pd.DataFrame({"x": x, "y": y, "c": np.where(x > 0, "positive", "negative")})


def shuffled(table: pd.DataFrame) -> pd.DataFrame:
    """The same columns, independent of each other."""
    columns = {n: table[n].sample(frac=1, random_state=i) for i, n in enumerate(table)}
    return pd.DataFrame({name: values.to_numpy() for name, values in columns.items()})


def values(scores: list) -> dict[str, float]:
    return {score.name: score.value for score in scores}


def test_usefulness_of_good_and_of_broken_rows() -> None:
    table, test = make_table(400, 0), make_table(200, 1)
    good = values(usefulness_scores(table, test, SCHEME))
    assert good["useful.accuracy"] > 0.95
    assert good["useful.f1"] > 0.95
    assert values(usefulness_scores(shuffled(table), test, SCHEME))["useful.accuracy"] < 0.7
    number = Scheme(("x", "y"), ("c",), "y")
    assert values(usefulness_scores(table, test, number))["useful.r2"] > 0.9
    assert values(usefulness_scores(shuffled(table), test, number))["useful.r2"] < 0.2
    assert usefulness_scores(table, test, Scheme(("x", "y"), ("c",))) == []


@pytest.mark.filterwarnings("error")
def test_a_column_of_which_no_row_has_a_value_tells_nothing() -> None:
    training, test, fresh = (make_table(200, seed).assign(y=np.nan) for seed in range(3))
    points = RowPoints(training, SCHEME)
    assert points(training)[:, 1].tolist() == points(make_table(200, 3))[:, 1].tolist() == [0] * 200
    found = values(detection_scores(fresh, training, test, SCHEME))
    without = values(detection_scores(fresh, training, test, Scheme(("x",), ("c",))))
    assert found == pytest.approx(without, abs=0.01)


def test_a_table_of_one_class_predicts_it() -> None:
    test = make_table(200, 1)
    one = test.assign(c="positive")
    score = usefulness_scores(one, test, SCHEME)[0]
    assert score.value == pytest.approx((test["c"] == "positive").mean())
    assert score.interval is not None
    assert score.interval[0] < score.value < score.interval[1]


def test_detection_is_chance_for_new_real_rows_and_certain_for_broken_ones() -> None:
    training, test = make_table(300, 0), make_table(200, 1)
    fresh = values(detection_scores(make_table(300, 2), training, test, SCHEME))
    assert fresh["detection.boosting"] == pytest.approx(0.5, abs=0.1)
    assert fresh["detection.logistic"] == pytest.approx(0.5, abs=0.1)
    broken = values(detection_scores(shuffled(training), training, test, SCHEME))
    assert broken["detection.boosting"] > 0.85
    # A straight line between classes of equal means sees nothing.
    assert broken["detection.logistic"] < 0.65
    moved = training.assign(x=training["x"] + 2, y=training["y"] + 2)
    assert values(detection_scores(moved, training, test, SCHEME))["detection.logistic"] > 0.85


def test_points_measure_deviations_categories_and_missing_values() -> None:
    table = pd.DataFrame({"x": [0.0, 2.0, 4.0], "y": [1.0, 1.0, None], "c": ["a", "b", "a"]})
    points = RowPoints(table, Scheme(("x", "y"), ("c",)))(table)
    gaps = np.linalg.norm(points[:, None] - points, axis=2)
    assert gaps[0, 1] == pytest.approx(np.hypot(2 / np.std(table["x"]), 1))
    assert gaps[0, 2] == pytest.approx(np.hypot(4 / np.std(table["x"]), 1))  # 1 for the missing y
    assert np.isfinite(points).all()


def test_trees_read_more_categories_than_they_can_tell_apart() -> None:
    names = [f"c{number}" for number in range(300)]
    table = pd.DataFrame({"x": range(300), "c": names})
    read = TreeInput([table], Scheme(("x",), ("c",)))
    assert read(table).shape == (300, 2)
    assert np.isnan(read(table)[:, 1]).sum() == 50
    assert read.is_category.tolist() == [False, True]
