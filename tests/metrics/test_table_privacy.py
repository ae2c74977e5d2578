"""Copying: whole, in part, not at all."""

import numpy as np
import pandas as pd
import pytest

from textgan.metrics.table_features import Scheme
from textgan.metrics.table_privacy import closest, copying_scores, membership_score

SCHEME = Scheme(("x", "y"), ("c",))


def make_table(rows: int, seed: int) -> pd.DataFrame:
    rng = np.random.default_rng(seed)
    table = pd.DataFrame(rng.normal(size=(rows, 2)), columns=["x", "y"])
    return table.assign(c=rng.choice(["a", "b"], rows))


def values(scores: list) -> dict[str, float]:
    return {score.name: score.value for score in scores}


def test_closest_rows_are_found_by_brute_force() -> None:
    table, others = make_table(20, 0), make_table(30, 1)
    deviations = others[["x", "y"]].std(ddof=0)
    numbers = [(frame[["x", "y"]] / deviations).to_numpy() for frame in (table, others)]
    squared = np.square(numbers[0][:, None] - numbers[1]).sum(axis=2)
    squared += table["c"].to_numpy()[:, None] != others["c"].to_numpy()
    np.testing.assert_allclose(closest(table, others, SCHEME), np.sqrt(squared.min(axis=1)))


def test_copies_are_counted_whatever_type_a_number_has() -> None:
    training = pd.DataFrame({"x": [1.0, 2.0], "y": [3.0, np.nan], "c": ["a", None]})
    table = pd.DataFrame({"x": [2, 1, 1, 2], "y": [None, 3, 4, 5], "c": [None, "a", "a", "a"]})
    found = values(copying_scores(table, training, SCHEME))
    assert found["copies"] == 0.5
    assert found["nearest.least"] == 0.0


def test_the_attack_finds_members_of_copies_and_guesses_otherwise() -> None:
    training, test = make_table(300, 0), make_table(300, 1)
    fresh = make_table(300, 2)
    assert membership_score(fresh, training, test, SCHEME).value == pytest.approx(0.5, abs=0.06)
    copies = training.assign(x=training["x"] + 1e-3)
    assert membership_score(copies, training, test, SCHEME).value > 0.99
    half = pd.concat([copies.iloc[:150], fresh.iloc[:150]])
    assert 0.6 < membership_score(half, training, test, SCHEME).value < 0.9
