"""SDMetrics' reports, with that package and without it."""

import numpy as np
import pandas as pd
import pytest

from textgan.metrics import table_sdmetrics
from textgan.metrics.table_features import Scheme
from textgan.metrics.table_sdmetrics import INSTALLED, REPORTS, sdmetrics_scores

SCHEME = Scheme(("x", "y"), ("c",))
RNG = np.random.default_rng(0)
TABLE = pd.DataFrame(
    {"x": RNG.normal(size=200), "y": RNG.normal(size=200), "c": RNG.choice(["a", "b"], 200)}
)


def test_without_the_package_there_are_no_scores(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(table_sdmetrics, "INSTALLED", False)
    assert sdmetrics_scores(TABLE, TABLE, SCHEME) == []


@pytest.mark.skipif(not INSTALLED, reason="sdmetrics is not installed")
def test_a_table_is_perfect_beside_itself() -> None:
    scores = sdmetrics_scores(TABLE, TABLE, SCHEME)
    assert {score.name for score in scores} == {f"sdmetrics.{key}" for key in REPORTS}
    assert all(score.value == pytest.approx(1.0) for score in scores)


def test_every_score_is_a_share_that_should_be_large() -> None:
    assert all((m.minimum, m.maximum, m.goal) == (0, 1, "maximize") for m in REPORTS.values())
