"""All scores of a table together, beside those of real rows."""

import json
from dataclasses import replace

import numpy as np
import pandas as pd
import pytest

from tests.metrics.test_table_learning import SCHEME, make_table, shuffled
from textgan.errors import UserError
from textgan.metrics import table_sdmetrics
from textgan.metrics.evaluation import render
from textgan.metrics.table_evaluation import RealRows, evaluate_table

REAL = RealRows(make_table(120, 0), make_table(60, 1))


def test_every_score_has_its_real_counterpart_and_good_rows_reach_it() -> None:
    good = evaluate_table(make_table(120, 2), REAL, SCHEME)
    assert good.samples.keys() == good.real.keys()
    for name, score in good.samples.items():
        assert score.minimum <= score.value <= score.maximum, name
        assert "version:" in score.signature
    content = json.loads(json.dumps(good.as_json(), allow_nan=False))
    assert content["ks"]["real"]["goal"] == "minimize"
    broken = evaluate_table(shuffled(REAL.training), REAL, SCHEME)
    for name in ("correlation", "mutual_information", "detection.boosting", "frechet"):
        assert broken.samples[name].value > 2 * good.samples[name].value or name.startswith("det")
        assert broken.samples[name].value > good.samples[name].value
    assert broken.real["ks"].value == good.real["ks"].value

    lines = render(replace(broken, baselines={"good": good.samples})).splitlines()
    (row,) = [line.split() for line in lines if line.split()[:1] == ["correlation"]]
    expected = [scores["correlation"].value for scores in (broken.samples, good.samples, good.real)]
    assert row[1:] == [f"{value:.3f}" for value in expected]


def test_without_test_rows_the_real_ones_are_parted() -> None:
    table = make_table(101, 0)
    parted = RealRows.of(table, None)
    assert len(parted.training) == 51
    both = pd.concat([parted.training, parted.test])
    pd.testing.assert_frame_equal(both.sort_index(), table)
    with pytest.raises(UserError, match="10 real rows"):
        RealRows.of(make_table(19, 0), None)
    with pytest.raises(UserError, match="3 synthetic rows"):
        evaluate_table(table.head(3), parted, SCHEME)


def test_sdmetrics_scores_are_as_its_documentation_defines_them() -> None:
    if not table_sdmetrics.INSTALLED:
        pytest.skip("sdmetrics is an extra that is not installed")
    ours, theirs = shuffled(make_table(200, 0)), make_table(200, 1)
    from scipy import stats

    from textgan.metrics.table_columns import total_variation

    found = {s.name: s.value for s in table_sdmetrics.sdmetrics_scores(ours, theirs, SCHEME)}
    shapes = [1 - stats.ks_2samp(ours[n], theirs[n]).statistic for n in ("x", "y")]
    shapes.append(1 - total_variation(ours["c"], theirs["c"]))
    assert found["sdmetrics.column_shapes"] == pytest.approx(np.mean(shapes))
    parts = found["sdmetrics.column_shapes"], found["sdmetrics.column_pair_trends"]
    assert found["sdmetrics.quality"] == pytest.approx(np.mean(parts))
    assert 0 <= found["sdmetrics.diagnostic"] <= 1
