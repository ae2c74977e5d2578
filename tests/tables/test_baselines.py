"""The baselines keep what they are meant to keep, and lose what they are meant to lose."""

import numpy as np
import pandas as pd
import pytest
from scipy import stats

from textgan.tables.baselines import BASELINES
from textgan.tables.columns import find_columns
from textgan.tables.encoding import TableEncoding


def make_table(rows: int = 3000) -> pd.DataFrame:
    rng = np.random.default_rng(0)
    x = rng.lognormal(size=rows)
    y = np.round(np.log(x) + 0.3 * rng.normal(size=rows), 1)
    z = np.where(rng.random(rows) < 0.3, np.nan, x)
    size = np.where(x > 2, "large", "small")
    return pd.DataFrame({"x": x, "y": y, "z": z, "size": pd.Series(size, dtype="str")})


TABLE = make_table()
ENCODING = TableEncoding.fit(TABLE, find_columns(TABLE))


@pytest.mark.parametrize("name", BASELINES)
def test_rows_have_the_table_s_columns_and_marginals(name: str) -> None:
    drawn = BASELINES[name](TABLE, ENCODING, 2000, 1)
    assert drawn.shape == (2000, 4)
    assert (drawn.dtypes == TABLE.dtypes).all()
    pd.testing.assert_frame_equal(BASELINES[name](TABLE, ENCODING, 2000, 1), drawn)
    for column in ("x", "y", "z"):
        distance = stats.ks_2samp(drawn[column].dropna(), TABLE[column].dropna()).statistic
        assert distance < 0.06
    assert drawn["z"].isna().mean() == pytest.approx(0.3, abs=0.04)
    assert (drawn["size"] == "large").mean() == pytest.approx(
        (TABLE["size"] == "large").mean(), abs=0.04
    )


def test_only_the_independent_columns_lose_their_ties() -> None:
    def tied(table: pd.DataFrame) -> tuple[float, float]:
        rank = float(table["x"].corr(table["y"], method="spearman"))
        return rank, float((table["x"] > 2).corr(table["size"] == "large"))

    real = tied(TABLE)
    found = {name: tied(draw(TABLE, ENCODING, 3000, 1)) for name, draw in BASELINES.items()}
    assert np.abs(found["independent"]).max() < 0.06
    for name in ("copula", "mixture", "resampled"):
        assert found[name][0] == pytest.approx(real[0], abs=0.05)
    # A copula that spreads a category over an interval of scores at random loosens its ties.
    assert 0.2 < found["copula"][1] < found["mixture"][1] < real[1]


def test_resampled_rows_are_training_rows() -> None:
    drawn = BASELINES["resampled"](TABLE, ENCODING, 500, 3)
    assert set(drawn["x"]) <= set(TABLE["x"])
