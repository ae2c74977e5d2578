"""Every score has a title, a part and a line that says what it tells, whoever reads it."""

import subprocess
import sys

import pytest

from textgan.metrics.catalogue import HOMES, describe, live_metrics, load, title, written
from textgan.metrics.metric import METRICS, Part, Score


@pytest.mark.parametrize(
    ("name", "expected"),
    [
        ("bleu.2", "BLEU-2"),
        ("self_bleu.5", "self-BLEU-5"),
        ("frechet", "Fréchet distance"),
        ("novel.4", "new n-grams, n = 4"),
        ("reverse_lm.nll", "reverse language model: surprise per word"),
        ("oracle.grammatical", "grammatical sentences"),
        ("training.frechet", "to half the training text: Fréchet distance"),
        ("nearest", "likeness to the nearest training sentence"),
        ("nearest.least", "distance to the closest training row: 5th percentile"),
        ("column_tv.f1.income_in_k", "total variation: f1.income_in_k"),
        ("useful.f1", "learned from the rows: F1"),
        ("training.coverage", "to half the training text: coverage"),
        ("brand.new_one", "brand new one"),
    ],
)
def test_titles(name: str, expected: str) -> None:
    assert title(name) == expected


def test_every_metric_says_what_it_tells_and_where_it_belongs() -> None:
    for kind in HOMES:
        load(kind)
    for name, metric in METRICS.items():
        assert metric.says.endswith(".") and metric.title and metric.name == name
        assert metric.minimum < metric.maximum and metric.part is not Part.OTHER
    assert len({metric.says for metric in METRICS.values()}) > 0.8 * len(METRICS)
    nobody = describe("brand.new")
    assert (nobody.part, nobody.headline, nobody.says) == (Part.OTHER, False, "")


def test_the_headlines_of_text() -> None:
    load("text")
    found = {name for name, metric in METRICS.items() if metric.headline}
    bleus = {f"{key}.{n}" for key in ("bleu", "self_bleu") for n in (2, 3, 4, 5)}
    assert bleus | {"ngram.nll", "ngram.attested", "frechet", "recall", "coverage"} <= found


def test_live_scores() -> None:
    live = {metric.live: metric for metric in live_metrics("table")}
    assert live["detection_boosting"].live_real == 0.5
    assert live["membership"].live_real is None
    assert {"frechet_ratio", "modes"} <= {metric.live for metric in live_metrics("image")}


def test_text_is_described_without_loading_what_tables_need() -> None:
    code = (
        "import sys; from textgan.metrics.catalogue import title\n"
        "print(title('lm.nll'), title('modes'), 'pandas' in sys.modules)\n"
        "print(title('useful.r2'), 'pandas' in sys.modules)"
    )
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    assert done.stdout.splitlines() == [
        "language model: surprise per word classes that occur False",
        "learned from the rows: explained variance True",
    ]


@pytest.mark.parametrize(
    ("name", "value", "other", "text"),
    [
        ("bleu.2", 0.12345, None, "0.123"),
        ("frechet", 46.34, None, "46.34"),
        ("frechet", 46.34, 7.1, "7.10"),
        ("modes", 1000.0, None, "1,000"),
        ("modes", float("nan"), None, "nan"),
    ],
)
def test_as_many_digits_as_it_needs(
    name: str, value: float, other: float | None, text: str
) -> None:
    assert written(Score(name, value, "match", 0, 1, "s"), other) == text
