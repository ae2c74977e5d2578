"""Corpus BLEU and chrF against sacrebleu itself."""

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from sacrebleu.metrics.bleu import BLEU
from sacrebleu.metrics.chrf import CHRF

from textgan.metrics.sacre import chrf, corpus_bleu, leave_one_out_corpus_bleu

sentence = st.lists(st.sampled_from(["a", "b", "cat", "dog."]), max_size=8)
sentences = st.lists(sentence, min_size=1, max_size=5)


def lines(texts):
    return [" ".join(text) for text in texts]


@settings(max_examples=200)
@given(sentences, sentences)
def test_corpus_bleu_equals_sacrebleu(hypotheses, references):
    references = [*references, ["a", "cat"]]
    metric = BLEU(tokenize="none")
    streams = [[line] * len(hypotheses) for line in lines(references)]
    score = corpus_bleu(hypotheses, references)
    assert score.value == pytest.approx(metric.corpus_score(lines(hypotheses), streams).score)
    assert "tok:none" in score.signature


def test_signatures_are_those_of_sacrebleu():
    hypotheses, references = [["a", "cat"]], [["a", "dog"], ["the", "cat"]]
    streams = [[line] for line in lines(references)]
    for score, metric in (
        (corpus_bleu(hypotheses, references), BLEU(tokenize="none")),
        (chrf(hypotheses, references), CHRF()),
    ):
        expected = metric.corpus_score(lines(hypotheses), streams)
        assert score.value == pytest.approx(expected.score)
        assert score.signature == f"hyps:1|{metric.get_signature().format()}"


def test_leave_one_out_corpus_bleu_leaves_each_reference_out():
    texts = [["a", "b", "c", "d"], ["a", "b", "c"], ["b", "c", "d", "a", "b"]]
    streams = [
        lines(texts[i + 1 :] + texts[:i])[k] for k in range(2) for i in range(3)
    ]  # stream k holds, for every text, one of its two others
    metric = BLEU(tokenize="none")
    expected = metric.corpus_score(lines(texts), [streams[:3], streams[3:]]).score
    assert leave_one_out_corpus_bleu(texts).value == pytest.approx(expected)
