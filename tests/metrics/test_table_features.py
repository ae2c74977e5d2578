"""Rows as points, as a tree reads them, and as bins."""

import numpy as np
import pandas as pd
import pytest

from textgan.metrics.table_features import BINS, RowPoints, Scheme, TreeInput, bin_rows

SCHEME = Scheme(("x",), ("c",), "c")
TABLE = pd.DataFrame({"x": [0.0, 2.0, 4.0, np.nan], "c": ["a", "b", "a", "b"]})


def test_the_target_is_no_input() -> None:
    assert SCHEME.names == ("x", "c")
    assert SCHEME.without_target() == Scheme(("x",), ())


def test_distances_are_deviations_and_categories() -> None:
    points = RowPoints(TABLE, SCHEME)(TABLE)
    deviation = np.std([0.0, 2.0, 4.0])
    apart = np.linalg.norm(points[0] - points[2])
    assert apart == pytest.approx(4.0 / deviation)
    assert np.linalg.norm(points[0] - points[1]) == pytest.approx(np.hypot(2.0 / deviation, 1.0))
    # A missing number is the median, and one further away for being missing.
    assert np.linalg.norm(points[3] - points[1]) == pytest.approx(1.0)


def test_a_tree_reads_numbers_as_they_are_and_unknown_categories_as_missing() -> None:
    read = TreeInput([TABLE], SCHEME)
    other = pd.DataFrame({"x": [7.0, np.nan], "c": ["a", "never seen"]})
    rows = read(other)
    np.testing.assert_array_equal(rows[:, 0], [7.0, np.nan])
    assert rows[0, 1] in (0.0, 1.0) and np.isnan(rows[1, 1])
    assert read.is_category.tolist() == [False, True]


def test_bins_hold_equal_shares_of_the_reference() -> None:
    reference = pd.DataFrame({"x": np.arange(800.0), "c": ["a", "b"] * 400})
    numbers, categories = bin_rows(reference, reference, SCHEME)
    assert np.bincount(numbers).tolist() == [100] * BINS
    table = pd.DataFrame({"x": [-5.0, 1e9, np.nan], "c": ["a", "z", None]})
    numbers, categories = bin_rows(table, reference, SCHEME)
    assert numbers.tolist() == [0, BINS - 1, BINS]
    assert categories.tolist() == [1, 0, 0]
