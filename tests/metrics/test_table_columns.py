"""Columns and pairs of columns: against SciPy, scikit-learn and tables whose scores are known."""

import numpy as np
import pandas as pd
import pytest
from scipy import stats
from sklearn.metrics import mutual_info_score

from textgan.metrics.table_columns import (
    column_scores,
    mutual_information,
    pair_scores,
    rank_correlations,
    total_variation,
)
from textgan.metrics.table_features import Scheme, bin_rows

SCHEME = Scheme(("a", "b"), ("c",))


def make_table(rows: int, seed: int, shift: float = 0.0) -> pd.DataFrame:
    rng = np.random.default_rng(seed)
    a = rng.normal(size=rows) + shift
    b = pd.array(np.round(3 * a + rng.normal(size=rows)), dtype="Int64")
    table = pd.DataFrame({"a": a, "b": b, "c": rng.choice(["x", "y", "z"], rows)})
    table.loc[: rows // 10, "a"] = np.nan
    table.loc[rows // 2 : rows // 2 + rows // 20, ["b", "c"]] = None
    return table


def values(scores: list) -> dict[str, float]:
    return {score.name: score.value for score in scores}


def test_columns_agree_with_scipy() -> None:
    ours, theirs = make_table(200, 0, shift=0.5), make_table(150, 1)
    found = values(column_scores(ours, theirs, SCHEME))
    a = ours["a"].dropna(), theirs["a"].dropna()
    b = (t["b"].dropna().to_numpy(dtype=float) for t in (ours, theirs))
    ks = [stats.ks_2samp(*a).statistic, stats.ks_2samp(*b).statistic]
    assert found["ks"] == pytest.approx(np.mean(ks))
    assert found["ks.worst"] == pytest.approx(max(ks))
    assert [found["column_ks.a"], found["column_ks.b"]] == pytest.approx(ks)
    distance = stats.wasserstein_distance(*a) / a[1].std(ddof=0)
    assert found["column_wasserstein.a"] == pytest.approx(distance)
    gaps = [abs(ours[n].isna().mean() - theirs[n].isna().mean()) for n in "abc"]
    assert found["missing"] == pytest.approx(np.mean(gaps))
    assert values(column_scores(theirs, theirs, SCHEME))["wasserstein"] == 0


def test_total_variation_counts_what_must_change() -> None:
    ours = pd.Series(["x", "x", "y", None])
    assert total_variation(ours, pd.Series(["x", "y", "y", None])) == pytest.approx(0.25)
    assert total_variation(ours, pd.Series(["z"])) == 1.0
    assert total_variation(ours, ours) == 0.0
    assert total_variation(pd.Series([1, 2]), pd.Series(["1", "2"])) == 1.0


def test_mutual_information_agrees_with_scikit_learn() -> None:
    table = make_table(300, 2)
    bins = bin_rows(table, table, SCHEME)
    found = mutual_information(bins)
    for i in range(3):
        for j in range(3):
            expected = mutual_info_score(bins[i], bins[j]) if i != j else 0
            assert found[i, j] == pytest.approx(expected, abs=1e-6)


def test_correlations_agree_with_scipy_over_rows_that_have_both() -> None:
    table = make_table(300, 3)
    both = table.dropna(subset=["a", "b"])
    expected = stats.spearmanr(both["a"], both["b"].astype(float)).statistic
    assert rank_correlations(table, ("a", "b"))[0, 1] == pytest.approx(expected)
    table["b"] = 1
    assert rank_correlations(table, ("a", "b"))[0, 1] == 0


def test_broken_pairs_are_seen_where_single_columns_are_not() -> None:
    table = make_table(1000, 4).dropna().reset_index(drop=True)
    broken = table.assign(a=table["a"].sample(frac=1, random_state=0).to_numpy())
    single = values(column_scores(broken, table, SCHEME))
    assert single["ks"] == single["tv"] == 0
    pairs = values(pair_scores(broken, table, SCHEME))
    expected = abs(rank_correlations(table, ("a", "b"))[0, 1])
    assert pairs["correlation"] == pytest.approx(expected, abs=0.1)
    assert pairs["mutual_information"] > 0.2
    assert set(values(pair_scores(table, table, SCHEME)).values()) == {0.0}
    assert pair_scores(table[["a"]], table[["a"]], Scheme(("a",), ())) == []


def test_values_outside_the_reference_have_bins_too() -> None:
    reference = pd.DataFrame({"a": [1.0, 2, 3, 4], "b": [1.0] * 4, "c": ["x", "x", "y", "y"]})
    table = pd.DataFrame({"a": [-99.0, 99, np.nan], "b": [0.0, 1, 2], "c": ["x", "new", None]})
    a, b, c = bin_rows(table, reference, SCHEME)
    assert (a[0], a[2]) == (0, 8)
    assert a[0] < a[1] < a[2]
    assert b.tolist() == [0, 1, 1]
    assert c.tolist() == [1, 0, 0]
