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

REAL, SAMPLES = make_table(400, 0), shuffled(make_table(500, 1))


def column(samples: list, real: list, kind: str = "number") -> Marginal:
    scheme = Scheme(("a",), ()) if kind == "number" else Scheme((), ("a",))
    return picture_table(pd.DataFrame({"a": samples}), pd.DataFrame({"a": real}), scheme).marginals[
        0
    ]


def test_histograms_are_numpys_with_the_tails_in_the_outer_bins() -> None:
    marginal = picture_table(SAMPLES, REAL, SCHEME).marginals[0]
    assert marginal.name == "x" and len(marginal.edges) == BINS + 1
    low, high = np.quantile(REAL["x"], [0.005, 0.995])
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
    marginal = column([1, 9, np.nan, np.nan], [1, 1, 3, np.nan])
    assert marginal.edges == [0.5, 1.5, 2.5, 3.5]
    assert marginal.real == pytest.approx([2 / 3, 0, 1 / 3], rel=1e-4)
    assert marginal.samples == [0.5, 0, 0.5]  # 9 lies beyond
    assert marginal.missing == (0.25, 0.5)
    assert column([2.5], [1.5, 1.5]).real == [1.0]


def test_categories_are_bars_and_the_rare_ones_share_one() -> None:
    marginal = column(["b", "new", None], ["a", "b", "a", None], "category")
    assert marginal.labels == ["a", "b", "new"]
    assert marginal.real == pytest.approx([2 / 3, 1 / 3, 0], rel=1e-4)
    assert marginal.samples == [0, 0.5, 0.5]
    assert marginal.missing == pytest.approx((0.25, 1 / 3), rel=1e-4)
    assert column([3], [2, 2, 10, 1], "category").labels == ["1", "2", "3", "10"]
    many = [f"c{index}" for index in range(30) for _ in range(31 - index)]
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
    pictures = picture_table(table.head(100), table, scheme)
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
    number = picture_table(table, table, Scheme(("p", "q", "noise"), ("c",), "q"))
    assert [(pair.x, pair.y) for pair in number.pairs] == [("p", "q"), ("noise", "q")]
    assert number.classes == [] and number.pairs[0].real[0][2] == -1


def test_it_comes_back_from_json_and_damage_is_noticed() -> None:
    pictures = picture_table(SAMPLES, REAL, SCHEME)
    content = json.loads(json.dumps(pictures.as_json(), allow_nan=False))
    back = TablePictures.from_json(content)
    assert back.marginals[0].real == pictures.marginals[0].real
    assert json.loads(json.dumps(back.as_json())) == content
    content["marginals"][0]["real"].pop()
    with pytest.raises(ValueError, match="column 'x' has 24 bars"):
        TablePictures.from_json(content)
