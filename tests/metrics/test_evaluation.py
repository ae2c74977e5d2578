"""An evaluation: what is written is read, and a table for a terminal has a row for every score."""

import json
import math
from math import inf, nan

import pytest

from textgan.metrics.evaluation import Evaluation, by_name, parts, render
from textgan.metrics.metric import Part, Score

SAMPLES = [
    Score("bleu.2", 0.5, "match", 0, 1, "s:1", (0.4, 0.6)),
    Score("modes", 9.0, "maximize", 1, 10, "s:2"),
    Score("lm.nll", nan, "match", 0, inf, "s:3"),
    Score("column_ks.age", 0.1, "minimize", 0, 1, "s:4"),
    Score("brand.new", 123.456, "match", 0, 1000, "s:5"),
]
REAL = [Score(s.name, 0.25, s.goal, s.minimum, s.maximum, "r") for s in SAMPLES]
EVALUATION = Evaluation(by_name(SAMPLES), by_name(REAL), "twelve references")


def test_what_is_written_is_read() -> None:
    whole = Evaluation(EVALUATION.samples, EVALUATION.real, "", {"copula": by_name(REAL)})
    text = json.dumps(whole.as_json(), allow_nan=False)
    assert json.loads(text)["lm.nll"]["value"] is None
    read = Evaluation.from_json(json.loads(text))
    for found, kept in zip(
        (read.samples, read.real, *read.baselines.values()),
        (whole.samples, whole.real, *whole.baselines.values()),
        strict=True,
    ):
        assert list(found) == list(kept)
        assert math.isnan(found["lm.nll"].value) or found == whole.real
        assert [found[name] for name in kept if name != "lm.nll"] == [
            kept[name] for name in kept if name != "lm.nll"
        ]
    assert list(read.baselines) == ["copula"]


def test_a_file_without_real_scores_or_baselines_is_read() -> None:
    content = {"bleu.2": SAMPLES[0].as_json(), "copied": REAL[0].as_json() | {"real": None}}
    read = Evaluation.from_json(content)
    assert (list(read.samples), read.real, read.baselines) == (["bleu.2", "copied"], {}, None)


@pytest.mark.parametrize(
    "content", [[1], {"bleu.2": 0.5}, {"bleu.2": {"value": 1}}, {"bleu.2": {"real": 3}}]
)
def test_something_else_is_not_read(content: object) -> None:
    with pytest.raises((ValueError, TypeError, LookupError, AttributeError)):
        Evaluation.from_json(content)  # type: ignore[arg-type]


def test_the_table_has_a_row_for_each_score_in_its_part() -> None:
    lines = render(EVALUATION).splitlines()
    assert lines[0] == "real: twelve references"
    rows = {line.split()[0]: line.split()[1:] for line in lines if line.startswith("  ")}
    assert rows["bleu.2"] == ["0.500", "[0.400", "0.600]", "0.250"]
    assert rows["modes"] == ["9", "0"] and rows["lm.nll"] == ["nan", "0.250"]
    assert rows["brand.new"] == ["123.46", "0.250"]
    assert "column_ks.age" not in rows
    titles = [line for line in lines[3:-2] if not line.startswith("  ")]
    assert titles == ["BLEU", "Language models", "Classes", "Other scores"]
    assert lines[-1] == "bleu.2 = s:1"


def test_simpler_models_stand_between_the_samples_and_real_ones() -> None:
    more = Evaluation(EVALUATION.samples, EVALUATION.real, "", {"copula": by_name(REAL)})
    lines = render(more).splitlines()
    assert lines[2].split() == ["samples", "copula", "real"]
    assert "  bleu.2                      0.500      0.250      0.250" in lines


def test_parts_come_in_their_order_whatever_that_of_the_names() -> None:
    assert parts(["copied", "frechet", "bleu.3", "precision"]) == {
        Part.BLEU: ["bleu.3"],
        Part.DISTRIBUTIONS: ["frechet", "precision"],
        Part.MEMORISATION: ["copied"],
    }


def test_further_scores_stand_beside_those_there_are() -> None:
    wider = EVALUATION.with_scores([REAL[0], Score("unique", 1, "match", 0, 1, "s")], [])
    assert wider.samples["bleu.2"].value == 0.25 and "unique" in wider.samples
    assert EVALUATION.samples["bleu.2"].value == 0.5
