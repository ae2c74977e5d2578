"""Pictures of a table: shares, correlations and rows as NumPy and pandas count them."""

import json

import numpy as np
import pandas as pd
import pytest

from tests.metrics.test_table_learning import SCHEME, make_table, shuffled
from textgan.metrics.table_features import Scheme
from textgan.metrics.table_pictures import (
    BINS,
    LABELS,
    ROWS,
    Marginal,
    TablePictures,
    picture_table,
)
from textgan.metrics.table_privacy import HOLDERS

REAL, SAMPLES = make_table(400, 0), shuffled(make_table(500, 1))


def column(samples: list, real: list, kind: str = "number") -> Marginal:
    scheme = Scheme(("a",), ()) if kind == "number" else Scheme((), ("a",))
    return picture_table(pd.DataFrame({"a": samples}), pd.DataFrame({"a": real}), scheme).marginals[
        0
    ]


def test_histograms_are_numpys_with_the_tails_in_the_outer_bins() -> None:
    marginal = picture_table(SAMPLES, REAL, SCHEME).marginals[0]
    assert marginal.name == "x" and len(marginal.edges) == BINS + 1
    ordered = REAL["x"].sort_values().to_numpy()  # 400 rows: five are averaged at either end
    low = np.mean([ordered[1], *ordered[1:5]])
    high = np.mean([ordered[-2], *ordered[-5:-1]])
    assert (marginal.edges[0], marginal.edges[-1]) == pytest.approx((low, high), rel=1e-4)
    edges = np.linspace(low, high, BINS + 1)
    edges[0], edges[-1] = -np.inf, np.inf
    for table, shares in ((REAL, marginal.real), (SAMPLES, marginal.samples)):
        expected = np.histogram(table["x"], edges)[0] / len(table)
        np.testing.assert_allclose(shares, expected, rtol=1e-4)
        assert sum(shares) == pytest.approx(1, abs=1e-3)


def test_correlations_are_those_of_pandas() -> None:
    pictures = picture_table(SAMPLES, REAL, SCHEME)
    assert pictures.correlated == ["x", "y"]
    for table, found in (
        (REAL, pictures.real_correlations),
        (SAMPLES, pictures.sample_correlations),
    ):
        expected = table[["x", "y"]].corr(method="spearman")
        np.testing.assert_allclose(found, expected, atol=6e-4)


def test_few_whole_numbers_have_a_bin_each_and_missing_values_are_told() -> None:
    marginal = column([1, 9, np.nan, np.nan], [1, 1, 3, np.nan] * 5 + [4, 4, 4, 0])
    assert marginal.edges == [0.5, 1.5, 2.5, 3.5]  # 0 and 4 are in too few rows, and lie beyond
    assert marginal.real == pytest.approx([11 / 19, 0, 8 / 19], rel=1e-4)
    assert marginal.samples == [0.5, 0, 0.5]  # 9 lies beyond
    assert marginal.missing == pytest.approx((5 / 24, 0.5), rel=1e-4)
    assert column([2.5], [1.5] * 6).real == [1.0]


def test_what_few_real_rows_have_is_not_shown() -> None:
    few = column([2.5, 3.5], [1.25, 1.75, 2.25, 9.75])
    assert sum(few.real) == 0
    assert set(few.edges) & {1.25, 9.75} == set()
    assert column([], [np.nan] * 6).edges == [0, 1]
    marginal = column(["b", "new", None, "once"], ["a", "b"] * 5 + ["a", "once", None], "category")
    assert marginal.labels == ["a", "b", "new", "1 others"]
    assert marginal.real == pytest.approx([6 / 12, 5 / 12, 0, 1 / 12], rel=1e-4)
    assert marginal.samples == pytest.approx([0, 1 / 3, 1 / 3, 1 / 3], rel=1e-4)


def test_categories_are_bars_and_the_rare_ones_share_one() -> None:
    marginal = column(["b", "new", None], ["a", "b", "a", None] * 5, "category")
    assert marginal.labels == ["a", "b", "new"]
    assert marginal.real == pytest.approx([2 / 3, 1 / 3, 0], rel=1e-4)
    assert marginal.samples == [0, 0.5, 0.5]
    assert marginal.missing == pytest.approx((0.25, 1 / 3), rel=1e-4)
    assert column([3], [2, 2, 10, 1] * 5, "category").labels == ["1", "2", "3", "10"]
    many = [f"c{index}" for index in range(30) for _ in range(36 - index)]
    marginal = column(["c0", "c29"], many, "category")
    assert len(marginal.labels) == LABELS and marginal.labels[-1] == "19 others"
    assert marginal.samples[0] == marginal.samples[-1] == 0.5
    assert sum(marginal.real) == pytest.approx(1, abs=1e-3)


def informative() -> pd.DataFrame:
    rng = np.random.default_rng(3)
    c = rng.integers(0, 2, 500)
    columns = {name: c * scale + rng.normal(size=500) for name, scale in (("p", 9), ("q", 3))}
    columns |= {"twin": 2 * columns["p"] + 1, "noise": rng.normal(size=500)}
    return pd.DataFrame(columns | {"c": np.where(c > 0, "yes", "no")})


def test_pairs_are_of_the_columns_that_tell_most_without_telling_it_twice() -> None:
    table = informative()
    scheme = Scheme(("noise", "q", "p", "twin"), ("c",), "c")
    pictures = picture_table(table.head(100), table, scheme, with_real=True)
    assert [(pair.x, pair.y) for pair in pictures.pairs] == [
        ("p", "q"),
        ("p", "noise"),
        ("q", "noise"),
    ]
    assert set(pictures.classes) == {"yes", "no"}
    pair = pictures.pairs[0]
    assert (len(pair.real), len(pair.samples)) == (ROWS, 100)
    for row, (x, y, number) in zip(table.head(100).itertuples(), pair.samples, strict=True):
        assert (x, y) == pytest.approx((row.p, row.q), rel=1e-4)
        assert pictures.classes[number] == row.c
    number = picture_table(table, table, Scheme(("p", "q", "noise"), ("c",), "q"), with_real=True)
    assert [(pair.x, pair.y) for pair in number.pairs] == [("p", "q"), ("noise", "q")]
    assert number.classes == [] and number.pairs[0].real[0][2] == -1


def test_real_rows_are_counted_and_never_alone() -> None:
    table = informative()
    scheme = Scheme(("q", "p"), ("c",), "c")
    (pair,) = picture_table(table.head(50), table, scheme).pairs
    assert pair.real == []
    x, y = table[pair.x].to_numpy(), table[pair.y].to_numpy()
    edges = [np.array(edge) for edge in (pair.grid.x, pair.grid.y)]
    assert [len(edge) for edge in edges] == [11, 11]  # sqrt(500 / 5)
    assert not set(np.round([x.min(), x.max(), y.min(), y.max()], 4)) & set(np.concatenate(edges))
    inner = [np.r_[-np.inf, edge[1:-1], np.inf] for edge in edges]
    classes = picture_table(table, table, scheme).classes
    expected = {}
    for number, name in enumerate(classes):
        chosen = (table["c"] == name).to_numpy()
        counts = np.histogram2d(x[chosen], y[chosen], inner)[0]
        for a, b in np.argwhere(counts >= HOLDERS):
            expected[a, b, number] = counts[a, b] / 500
    found = {(a, b, number): share for a, b, number, share in pair.grid.fields}
    assert found.keys() == expected.keys() and len(found) > 10
    for place, share in found.items():
        assert share == pytest.approx(expected[place], rel=1e-4)


def test_rows_of_older_runs_are_counted_and_dropped() -> None:
    table = informative()
    pictures = picture_table(table, table, Scheme(("q", "p"), ("c",), "c"), with_real=True)
    content = json.loads(json.dumps(pictures.as_json()))
    assert TablePictures.from_json(content).pairs[0].real == [
        tuple(row) for row in content["pairs"][0]["real"]
    ]
    del content["with_real"]
    for pair in content["pairs"]:
        del pair["grid"]
    (pair,) = TablePictures.from_json(content).pairs
    assert pair.real == [] and pair.grid.fields
    assert min(share for *_, share in pair.grid.fields) * ROWS >= HOLDERS - 0.01


def test_it_comes_back_from_json_and_damage_is_noticed() -> None:
    pictures = picture_table(SAMPLES, REAL, SCHEME)
    content = json.loads(json.dumps(pictures.as_json(), allow_nan=False))
    back = TablePictures.from_json(content)
    assert back.marginals[0].real == pictures.marginals[0].real
    assert json.loads(json.dumps(back.as_json())) == content
    assert back == pictures
    grid = {"x": [0, 1], "y": [0, 1], "fields": [[0, 1, -1, 0.5]]}
    pair = {"x": "x", "y": "y", "real": [], "samples": [], "grid": grid}
    with pytest.raises(ValueError, match="a field of a grid"):
        TablePictures.from_json(content | {"pairs": [pair]})
    content["marginals"][0]["real"].pop()
    with pytest.raises(ValueError, match="column 'x' has 24 bars"):
        TablePictures.from_json(content)
