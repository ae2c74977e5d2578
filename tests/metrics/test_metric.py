"""A metric makes scores of its own kind; there is one of each name."""

from dataclasses import replace
from math import inf, isnan, nan

import pytest

from textgan.metrics.metric import METRICS, Metric, Part, Score, sign

NAMED = Metric("test_only.", "of a thing:", Part.COLUMNS, "Says so.", "minimize", maximum=inf)


def test_a_score_has_what_its_metric_says() -> None:
    score = NAMED.score(3, "s", (1.0, 4.0), of="a.b", maximum=7)
    assert score == Score("test_only.a.b", 3.0, "minimize", 0, 7, "s", (1.0, 4.0))
    assert NAMED.score(3, "s").maximum == inf


def test_there_is_one_metric_of_a_name() -> None:
    assert METRICS["test_only."] is NAMED
    replace(NAMED)  # the same once more
    with pytest.raises(ValueError, match="two metrics named test_only"):
        replace(NAMED, title="another")
    Metric("nobody's", "", Part.OTHER, "")
    assert "nobody's" not in METRICS


@pytest.mark.parametrize("value", [0.5, nan])
@pytest.mark.parametrize("maximum", [1.0, inf])
@pytest.mark.parametrize("interval", [None, (0.25, 0.75)])
def test_a_score_is_read_as_it_was_written(value: float, maximum: float, interval: object) -> None:
    score = Score("x", value, "match", 0, maximum, "s", interval)  # type: ignore[arg-type]
    fields = score.as_json()
    assert (fields["value"] is None, fields["maximum"] is None) == (isnan(value), maximum == inf)
    assert repr(Score.from_json("x", fields)) == repr(replace(score, minimum=0.0))


@pytest.mark.parametrize("change", [{"goal": "win"}, {"minimum": 2}, {"interval": [1]}])
def test_a_score_that_cannot_be_is_refused(change: dict) -> None:
    fields = Score("x", 0.5, "match", 0, 1, "s").as_json() | change
    with pytest.raises((ValueError, IndexError)):
        Score.from_json("x", fields)


def test_a_signature_ends_with_the_version() -> None:
    assert sign(n=2, tok="nltk").startswith("n:2|tok:nltk|version:textgan-")
