"""Judges against probabilities known by hand."""

import math

import numpy as np
import pytest

from textgan.errors import UserError
from textgan.text.grammar import Grammar, oracle_scores
from textgan.text.judges import grammar_judge, language_model_judge, ngram_judge, reverse_judge
from textgan.text.language_model import LanguageModel
from textgan.text.language_model_settings import LanguageModelSettings

SMALL = LanguageModelSettings(dim=4, width=6, batch_size=8, steps=40, evaluate_every=10)
AB = Grammar("S -> 'a' S [0.5] | 'b' [0.5]")


def by_name(scores):
    return {score.name: score for score in scores}


def test_grammar_judges_exactly():
    scores = by_name(grammar_judge(AB)([("b",), ("a", "a", "b"), ("a",), ()]))
    assert scores["oracle.grammatical"].value == 0.5
    assert scores["oracle.nll"].value == pytest.approx(4 * math.log(2) / 4)
    sentences = AB.sample(200, seed=1)
    scores, expected = by_name(grammar_judge(AB)(sentences)), oracle_scores(AB, sentences)
    assert scores["oracle.grammatical"].value == expected.grammatical == 1
    assert scores["oracle.nll"].value == pytest.approx(expected.nll_per_word)


def test_nothing_grammatical_has_no_likelihood():
    nll = by_name(grammar_judge(AB)([("c",), ()]))["oracle.nll"]
    assert math.isnan(nll.value)
    assert nll.interval is None


def test_ngrams_are_counted_by_hand():
    judge = ngram_judge([("a", "b", "c", "d"), ("a", "b", "d")])
    scores = by_name(judge([("a", "b", "c", "d"), ("d", "b", "e"), ("a", "b", "d")]))
    # With their edges the sentences have 3, 2 and 2 4-grams; the second has none of real text.
    assert scores["ngram.attested"].value == pytest.approx(5 / 7)
    assert scores["ngram.sentences"].value == pytest.approx(2 / 3)
    assert scores["ngram.unknown"].value == pytest.approx(1 / 13)
    low, high = scores["ngram.nll"].interval
    assert low <= scores["ngram.nll"].value <= high


def test_ngrams_see_what_bleu_overlooks():
    """Words at random from a grammar's sentences are surprising; other sentences of it are not."""
    judge = ngram_judge(AB.sample(400, seed=1))
    alike = by_name(judge(AB.sample(400, seed=2)))["ngram.nll"].value
    strange = by_name(judge([("b", "a")] * 200 + [("a", "a")] * 200))["ngram.nll"].value
    # The grammar foretells the word after each with probability 1/2, and the end after "b".
    words = sum(len(words) for words in AB.sample(400, seed=2))
    assert alike == pytest.approx(words * math.log(2) / (words + 400), rel=0.05)
    assert strange > 2 * alike


def test_a_background_that_cannot_be_had_is_named(monkeypatch, tmp_path):
    monkeypatch.setenv("TEXTGAN_DATA", str(tmp_path))
    said = []
    judge = ngram_judge([("a", "b")], ("no-such-card",), said.append)
    assert "no-such-card" in said[0]
    assert "background:-" in by_name(judge([("a",)]))["ngram.nll"].signature


def test_language_model_judges_as_it_scores(tmp_path):
    model = LanguageModel(("a", "b"), 5, SMALL)
    (tmp_path / "model").mkdir()
    model.save(tmp_path / "model")
    sentences = [("a",), ("a", "b", "b"), (), ("c", "a")]
    scores = by_name(language_model_judge(tmp_path)(sentences))
    expected = model.score(sentences)
    assert scores["lm.nll"].value == pytest.approx(expected.nll_per_word, rel=1e-5)
    low, high = scores["lm.nll"].interval
    assert low <= expected.nll_per_word <= high
    assert scores["lm.unknown"].value == 0.25


def test_reverse_judge_prefers_sentences_of_the_language():
    references = AB.sample(60, seed=2)
    said = []
    judge = reverse_judge(references, AB.sample(30, seed=3), SMALL, say=said.append)
    (alike,) = judge(AB.sample(60, seed=4))
    assert [line.partition("at ")[2] for line in said] == [
        f"step {n} of 40" for n in (10, 20, 30, 40)
    ]
    (collapsed,) = judge([("a", "a", "a", "b")] * 60)
    assert alike.value < collapsed.value
    assert judge(AB.sample(60, seed=4))[0].value == pytest.approx(alike.value, rel=1e-5)
    counted = np.sum([len(words) + 1 for words in references])
    entropy = -sum(AB.log_probability(words) for words in references) / counted
    assert alike.value > entropy


def test_sentences_too_long_to_learn_from():
    judge = reverse_judge([("a", "b"), ("b",)], [("b",)], SMALL)
    with pytest.raises(UserError, match="at most 2 words"):
        judge([("a", "a", "b")] * 9)
