"""The evaluation of sentences: every score with its counterpart, and the table."""

import numpy as np
import pytest

from textgan.metrics.catalogue import describe
from textgan.metrics.distribution import distribution_scores
from textgan.metrics.evaluation import real_choice, render
from textgan.metrics.metric import Part
from textgan.metrics.text_evaluation import compare_features, evaluate_text

FORM = {"tok": "whitespace", "case": "cased"}
SAMPLES = [text.split() for text in ("a red cat sat", "", "a dog ran off", "a red cat sat")]
REFERENCES = [text.split() for text in ("a red dog sat down", "the cat ran off", "a bird sat")]
TRAINING = [text.split() for text in ("a red cat sat", "a dog sat", "one bird", "the dog ran")]


@pytest.mark.parametrize("training", [None, TRAINING])
def test_every_score_has_a_real_counterpart_and_a_place_in_the_table(training):
    evaluation = evaluate_text(SAMPLES, REFERENCES, training, "texygen", FORM)
    assert set(evaluation.samples) == set(evaluation.real)
    text = render(evaluation)
    for name, score in evaluation.samples.items():
        assert describe(name).part is not Part.OTHER
        assert name in text
        assert score.minimum <= score.value <= score.maximum
        assert "version:" in score.signature


def test_scores_of_known_samples():
    evaluation = evaluate_text(SAMPLES, REFERENCES, TRAINING, "texygen", FORM)
    values = {name: score.value for name, score in evaluation.samples.items()}
    assert values["empty"] == 0.25
    assert values["unique"] == 0.75
    assert values["copied"] == 0.5
    assert values["longest_copy"] == (4 + 0 + 2 + 4) / 4
    assert values["mean_length"] == 3
    assert evaluation.real["copied"].value == 0


def test_features_are_compared_at_one_size():
    rng = np.random.default_rng(0)
    samples, references, training = (rng.standard_normal((n, 3)) for n in (20, 40, 30))
    found, real = compare_features(samples, references, training, encoder="e")
    assert {score.signature.split("|encoder")[0][-15:] for score in found[:5]} == {
        "hyps:20|refs:40"
    }
    chosen = [int(n) for (n,) in real_choice([(str(n),) for n in range(30)], 20)]
    assert real[:5] == distribution_scores(training[chosen], references, encoder="e")
    names = ["frechet", "precision", "recall", "density", "coverage"]
    assert [score.name for score in found] == names + [f"training.{name}" for name in names]
    assert all("hyps:15|refs:15|encoder:e" in score.signature for score in [*found, *real][5:10])


def test_the_floor_is_one_half_of_real_text_against_the_other():
    rng = np.random.default_rng(0)
    drift = rng.standard_normal((400, 3)) + np.arange(400)[:, None] / 100
    found, real = compare_features(drift[:150] + 9, drift, None)
    assert "hyps:150|refs:200" in found[0].signature
    assert "hyps:200|refs:200" in real[0].signature
    assert real[0].value < 0.2  # a random half: the drift is in both
    assert found[0].value > 100


def test_the_table_says_when_real_text_is_too_high_a_mark():
    without = render(evaluate_text(SAMPLES, REFERENCES, None, "texygen", FORM))
    assert "too high a mark" in without.splitlines()[0]
    given = render(evaluate_text(SAMPLES, REFERENCES, TRAINING, "texygen", FORM))
    assert "too high a mark" not in given
