"""Tables to coordinates and back: exactly, for whatever a table may hold."""

import json

import numpy as np
import pandas as pd
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from scipy import stats

from textgan.tables.columns import Column, find_columns
from textgan.tables.encoding import MAX_KNOTS, NormalScores, TableEncoding, category_codes

LARGEST = np.finfo(np.float64).max
TEXT = st.text(st.characters(exclude_categories=("Cs",)), min_size=1, max_size=8)
FLOATS = st.one_of(
    st.floats(allow_nan=False, allow_infinity=False),
    st.sampled_from([0.0, -0.0, 1e-300, 5e-324, LARGEST, -LARGEST, 0.1, 1 / 3]),
)
INTEGERS = st.one_of(st.integers(-(2**53), 2**53), st.integers(-3, 3))


@st.composite
def series(draw: st.DrawFn, rows: int) -> pd.Series:
    """A column of any type: heavy ties, one value only, extremes, missing values."""
    dtype, values = draw(
        st.sampled_from(
            [("float64", FLOATS), ("Int64", INTEGERS), ("boolean", st.booleans()), ("str", TEXT)]
        )
    )
    pool = draw(st.lists(values, min_size=1, max_size=rows))
    if draw(st.booleans()):
        values = st.sampled_from(pool)
    if draw(st.booleans()):
        values = values | st.none()
    first = pool[:1]  # a column of missing values only is refused when it is read
    filled = first + draw(st.lists(values, min_size=rows - 1, max_size=rows - 1))
    return pd.Series(filled, dtype=dtype)


@st.composite
def tables(draw: st.DrawFn) -> pd.DataFrame:
    rows = draw(st.integers(1, 30))
    names = draw(st.lists(TEXT, min_size=1, max_size=5, unique=True))
    return pd.DataFrame({name: draw(series(rows)) for name in names})


@given(table=tables(), seed=st.integers(0, 9))
@settings(max_examples=100)
def test_a_table_comes_back_as_it_was(table: pd.DataFrame, seed: int) -> None:
    encoding = TableEncoding.fit(table, find_columns(table))
    points = encoding.encode(table, seed)
    assert points.shape == (len(table), encoding.width)
    assert np.isfinite(points).all()
    pd.testing.assert_frame_equal(encoding.decode(points), table, check_exact=True)
    copy = TableEncoding.from_json(
        json.loads(json.dumps(encoding.as_json(np.ones(encoding.width))))
    )
    pd.testing.assert_frame_equal(copy.decode(points), table, check_exact=True)


@given(table=tables(), seed=st.integers(0, 9))
@settings(max_examples=40)
def test_whatever_a_network_writes_is_a_row_of_the_columns(table: pd.DataFrame, seed: int) -> None:
    columns = find_columns(table)
    encoding = TableEncoding.fit(table, columns)
    points = 3 * np.random.default_rng(seed).standard_normal((20, encoding.width))
    decoded = encoding.decode(points)
    assert list(decoded.columns) == list(table.columns)
    assert (decoded.dtypes == table.dtypes).all()
    for column in columns:
        values = decoded[column.name].dropna()
        assert column.missing or len(values) == 20
        if column.is_number:
            known = table[column.name]
            assert values.between(known.min(), known.max()).all()
        else:
            assert set(values) <= set(column.categories)


def test_scores_are_standard_normal_whatever_the_column() -> None:
    rng = np.random.default_rng(0)
    skewed = rng.lognormal(sigma=3, size=4000)
    for numbers in (skewed, np.where(skewed < 1, 0.0, skewed), np.round(rng.normal(size=4000))):
        scores = NormalScores.fit(numbers).encode(numbers, rng.random(4000))
        assert stats.kstest(scores, "norm").pvalue > 0.01


def test_normal_scores_decode_to_the_data_with_their_spikes_bounds_and_decimals() -> None:
    rng = np.random.default_rng(1)
    numbers = np.round(np.clip(rng.normal(size=5000), 0, 1.5), 2)  # half zeros, a heap at the top
    decoded = NormalScores.fit(numbers).decode(rng.standard_normal(5000))
    for bound in (0.0, 1.5):
        assert np.mean(decoded == bound) == pytest.approx(np.mean(numbers == bound), abs=0.02)
    assert np.array_equal(np.round(decoded, 2), decoded)
    assert stats.ks_2samp(decoded, numbers).pvalue > 0.01


@given(decimals=st.integers(0, 6), seed=st.integers(0, 99))
@settings(max_examples=15)
def test_more_values_than_knots_come_back_to_float_precision(decimals: int, seed: int) -> None:
    rng = np.random.default_rng(seed)
    numbers = np.round(rng.normal(size=3 * MAX_KNOTS) * 1e4, decimals)
    scores = NormalScores.fit(numbers)
    assert len(scores.values) <= MAX_KNOTS
    assert {numbers.min(), numbers.max()} <= set(scores.values)
    decoded = scores.decode(scores.encode(numbers, rng.random(len(numbers))))
    assert np.array_equal(decoded, numbers)  # as they are rounded; else they are near
    rough = NormalScores(scores.values, scores.low, scores.high, None)
    decoded = rough.decode(rough.encode(numbers, rng.random(1)))
    np.testing.assert_allclose(decoded, numbers, 1e-9, 1e-9)


def test_the_map_is_monotone_and_inverts_between_the_knots() -> None:
    scores = NormalScores.fit(np.array([0.0, 1.0, 4.0, 4.0, 4.0, 4.0, 4.0, 9.0]))
    unrounded = NormalScores(scores.values, scores.low, scores.high, None)
    numbers = np.linspace(0, 9, 91)
    encoded = unrounded.encode(numbers, np.full(91, 0.5))
    assert (np.diff(encoded) > 0).all()
    np.testing.assert_allclose(unrounded.decode(encoded), numbers, atol=1e-12)


def test_missing_values_are_a_category_or_an_indicator_of_their_own() -> None:
    table = pd.DataFrame(
        {
            "sex": pd.Series(["f", None, "m", "f"], dtype="str"),
            "weight": [1.5, np.nan, 2.5, 3.5],
            "all": pd.Series([1, 1, 1, 1], dtype="Int64"),
        }
    )
    encoding = TableEncoding.fit(table, find_columns(table))
    assert [(b.start, b.size, b.is_choice) for b in encoding.blocks] == [
        (0, 3, True),
        (3, 1, False),
        (4, 2, True),
    ]
    points = encoding.encode(table)
    assert points[:, :3].tolist() == [[1, 0, 0], [0, 0, 1], [0, 1, 0], [1, 0, 0]]
    assert points[:, 4:].tolist() == [[1, 0], [0, 1], [1, 0], [1, 0]]


def test_unknown_categories_are_refused() -> None:
    column = Column("sex", "binary", "string", False, ("f", "m"))
    with pytest.raises(ValueError, match="no category"):
        category_codes(pd.Series(["f", "x"]), column)
    with pytest.raises(ValueError, match="no category"):
        category_codes(pd.Series(["f", None]), column)


GROUP = 5


@st.composite
def heavy(draw: st.DrawFn) -> np.ndarray:
    """Numbers with ties, spikes, and anything beside them."""
    pool = np.array(draw(st.lists(FLOATS, min_size=1, max_size=20)))
    place = draw(st.lists(st.integers(0, len(pool) - 1), min_size=GROUP, max_size=150))
    return np.append(pool[place], draw(st.lists(FLOATS, max_size=60)))


@given(numbers=heavy())
@settings(max_examples=200)
def test_no_stored_value_is_held_by_few_rows_unless_by_chance(numbers: np.ndarray) -> None:
    scores = NormalScores.fit(numbers, GROUP)
    rows, ordered = len(numbers), np.sort(numbers)
    decoded = scores.decode(np.linspace(-4, 4, 500))
    assert (np.diff(decoded) >= 0).all() and np.isfinite(decoded).all()
    # Every knot but the two that are extrapolated lies within its rows: from 5 to 9, if not shared.
    low, high = (stats.norm.cdf(s) * rows for s in (scores.low, scores.high))
    spans = [(ordered == v).sum() >= GROUP for v in scores.values]
    inner = [k for k, spike in enumerate(spans) if not spike and 0.51 < low[k] < rows - 0.51]
    middle = (low + high) / 2
    for k in inner:
        nearest = ordered[
            np.clip(np.round([middle[k] - 5, middle[k] + 5]).astype(int), 0, rows - 1)
        ]
        step = 10.0 ** -(scores.decimals or 12)
        assert nearest[0] - step <= scores.values[k] <= nearest[1] + step
    if numbers.min() >= 0:
        assert scores.values[0] >= 0


def test_knots_are_the_means_of_their_rows() -> None:
    numbers = np.random.default_rng(2).permutation(np.arange(100.0)) / 8
    scores = NormalScores.fit(numbers, GROUP)
    inner = numbers[np.argsort(numbers)][5:-5].reshape(-1, 5).mean(axis=1)
    np.testing.assert_allclose(scores.values[2:-2], inner)
    # Of the outermost five the outermost counts as the next; half a gap beyond, the ends.
    first, last = (1 + 1 + 2 + 3 + 4) / 40, (95 + 96 + 97 + 98 + 98) / 40
    np.testing.assert_allclose(scores.values[[1, -2]], [first, last])
    expected = [first - (inner[0] - first) / 2, last + (last - inner[-1]) / 2]
    np.testing.assert_allclose(
        scores.values[[0, -1]], [max(0, expected[0]), expected[1]], atol=1e-3
    )
    np.testing.assert_allclose(scores.low[1:-1], stats.norm.ppf(np.arange(2.5, 100, 5) / 100))


def test_one_far_value_leaves_no_trace() -> None:
    numbers = np.random.default_rng(3).normal(size=200)
    ordered = np.sort(numbers)
    models = []
    for far in (1e3, 1e9):
        ordered[-1] = far
        scores = NormalScores.fit(ordered, GROUP)
        models.append([scores.values.tolist(), scores.low.tolist(), scores.high.tolist()])
    assert models[0] == models[1]
    assert max(models[0][0]) < 10


def test_spikes_and_what_many_rows_share_keep_their_values() -> None:
    rng = np.random.default_rng(4)
    numbers = np.round(np.clip(rng.normal(size=2000), 0, 1.5), 2)
    scores = NormalScores.fit(numbers, GROUP)
    assert {0.0, 1.5} <= set(scores.values)
    decoded = scores.decode(rng.standard_normal(2000))
    for bound in (0.0, 1.5):
        assert np.mean(decoded == bound) == pytest.approx(np.mean(numbers == bound), abs=0.04)
    assert np.array_equal(np.round(decoded, 2), decoded)
    assert stats.ks_2samp(decoded, numbers).pvalue > 0.01
    assert NormalScores.fit(np.arange(4.0), GROUP).values.tolist() == [0]  # too few to be stored


def test_shares_leave_out_what_few_rows_hold() -> None:
    table = pd.DataFrame(
        {
            "c": pd.Series(["a"] * 6 + ["b"] * 3 + ["c"] * 9 + [None] * 2, dtype="str"),
            "n": [1.0] * 4 + [np.nan] * 16,
        }
    )
    encoding = TableEncoding.fit(table, find_columns(table, {"n": "continuous"}), GROUP)
    points = encoding.encode(table)
    c, n = encoding.blocks_of("c")[0], encoding.blocks_of("n")[1]
    shares = encoding.shares(points, GROUP)
    np.testing.assert_allclose(shares[c.slice], [6 / 17, 0, 9 / 17, 2 / 17])
    assert shares[n.slice].tolist() == [0, 1]
    np.testing.assert_allclose(encoding.shares(points), points.mean(axis=0))
    written = encoding.as_json(shares)
    assert written["columns"][0]["categories"] == ["a", None, "c"]
    back = TableEncoding.from_json(json.loads(json.dumps(written)))
    assert back.decode(points[[0, 9]])["c"].tolist() == ["a", "c"]
