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
@settings(max_examples=100, deadline=None)
def test_a_table_comes_back_as_it_was(table: pd.DataFrame, seed: int) -> None:
    encoding = TableEncoding.fit(table, find_columns(table))
    points = encoding.encode(table, seed)
    assert points.shape == (len(table), encoding.width)
    assert np.isfinite(points).all()
    pd.testing.assert_frame_equal(encoding.decode(points), table, check_exact=True)
    copy = TableEncoding.from_json(json.loads(json.dumps(encoding.as_json())))
    pd.testing.assert_frame_equal(copy.decode(points), table, check_exact=True)


@given(table=tables(), seed=st.integers(0, 9))
@settings(max_examples=40, deadline=None)
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
@settings(max_examples=15, deadline=None)
def test_more_values_than_knots_come_back_to_float_precision(decimals: int, seed: int) -> None:
    rng = np.random.default_rng(seed)
    numbers = np.round(rng.normal(size=3 * MAX_KNOTS) * 1e4, decimals)
    scores = NormalScores.fit(numbers)
    assert len(scores.values) <= MAX_KNOTS
    assert {numbers.min(), numbers.max()} <= set(scores.values)
    decoded = scores.decode(scores.encode(numbers, rng.random(len(numbers))))
    assert np.array_equal(decoded, numbers)  # as they are rounded; else they are near
    rough = NormalScores(scores.values, scores.low, scores.high, None)
    np.testing.assert_allclose(rough.decode(rough.encode(numbers, rng.random(1))), numbers, 1e-9)


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
