"""BLEU and self-BLEU against NLTK, and the published scores of real captions."""

import os
from pathlib import Path

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from nltk.translate.bleu_score import SmoothingFunction, sentence_bleu

from textgan.errors import UserError
from textgan.metrics.bleu import BleuReferences, bleu, self_bleu
from textgan.text.tokenization import tokenize

WEIGHTS = [(1 / n,) * n for n in (2, 3, 4, 5)]
METHOD1 = SmoothingFunction().method1

# Few words and short lengths, so that repeats, duplicates, ties in length, empty sentences and
# hypotheses longer or shorter than every reference are all common.
sentence = st.lists(st.sampled_from("abcd"), max_size=9)
sentences = st.lists(sentence, min_size=1, max_size=7)


def nltk_bleu(references, hypothesis):
    return sentence_bleu(references, hypothesis, WEIGHTS, smoothing_function=METHOD1)


def with_duplicates(texts, picks):
    return texts + [texts[pick % len(texts)] for pick in picks]


@settings(max_examples=400)
@given(sentences, sentences, st.lists(st.integers(0, 20), max_size=3))
def test_bleu_equals_nltk(hypotheses, references, picks):
    hypotheses = [*with_duplicates(hypotheses, picks), ["unseen"], ["unseen", "a"], references[0]]
    expected = [nltk_bleu(references, hypothesis) for hypothesis in hypotheses]
    np.testing.assert_allclose(bleu(hypotheses, references).sentence, expected, atol=1e-9, rtol=0)


@settings(max_examples=400)
@given(sentences, st.lists(st.integers(0, 20), min_size=1, max_size=3))
def test_self_bleu_equals_nltk_against_all_the_others(texts, picks):
    texts = with_duplicates(texts, picks)
    expected = [nltk_bleu(texts[:i] + texts[i + 1 :], text) for i, text in enumerate(texts)]
    np.testing.assert_allclose(self_bleu(texts).sentence, expected, atol=1e-9, rtol=0)


@pytest.mark.parametrize(
    ("hypothesis", "references"),
    [
        ("", ["a b"]),
        ("a", ["a"]),
        ("a", ["a b c d e f"]),
        ("a b c d e f", ["a"]),
        ("a b c", ["a b", "a b c d"]),  # two references equally close in length
        ("the the the the", ["the cat the", "the"]),
        ("x y", ["a b"]),
        ("a", [""]),
    ],
)
def test_bleu_equals_nltk_in_corner_cases(hypothesis, references):
    hypothesis, references = hypothesis.split(), [text.split() for text in references]
    scores = bleu([hypothesis], references).sentence[0]
    np.testing.assert_allclose(scores, nltk_bleu(references, hypothesis), atol=1e-9, rtol=0)


def test_references_serve_many_sets_of_hypotheses():
    references = [["a", "b", "c"], ["c", "d"]]
    index = BleuReferences(references)
    for hypotheses in ([["a", "b"]], [["c", "d", "e"], []]):
        expected = bleu(hypotheses, references).sentence
        np.testing.assert_array_equal(index.score(hypotheses).sentence, expected)


def test_mean_is_keyed_by_order():
    scores = bleu([["a", "b"], []], [["a", "b"]], max_order=3)
    assert scores.mean() == pytest.approx({2: 0.5, 3: 0.5 * 0.1 ** (1 / 3)})


def test_too_few_sentences():
    with pytest.raises(UserError, match="at least two"):
        self_bleu([["a"]])
    with pytest.raises(UserError, match="reference"):
        bleu([["a"]], [])
    with pytest.raises(UserError, match="sentence to score"):
        bleu([], [["a"]])


def test_real_captions_score_as_published():
    """The row of real training captions in Texygen's documentation."""
    if "TEXTGAN_DATA" not in os.environ:
        pytest.skip("TEXTGAN_DATA is not set")
    folder = Path(os.environ["TEXTGAN_DATA"]) / "coco_captions"
    train, test = (
        [tokenize(line, "nltk", lowercase=True) for line in (folder / name).open(encoding="utf-8")]
        for name in ("train.txt", "test.txt")
    )
    assert list(bleu(train, test).mean().values()) == pytest.approx(
        [0.740, 0.520, 0.337, 0.218], abs=1e-3
    )
    assert list(self_bleu(train).mean().values()) == pytest.approx(
        [0.892, 0.747, 0.574, 0.416], abs=1e-3
    )
