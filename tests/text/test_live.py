"""Live scores: real text is at 0, and every way to fail costs something."""

import numpy as np
import pytest
from scipy.linalg import sqrtm

from textgan.metrics.ngram_model import NgramModel
from textgan.metrics.sentence_encoder import SentenceEncoder
from textgan.text.corpus import Sentence
from textgan.text.grammar import Grammar
from textgan.text.live import LiveScores


@pytest.fixture(scope="module")
def sentences() -> list[Sentence]:
    return Grammar.load().sample(2000, seed=1)


@pytest.fixture(scope="module")
def encoder(sentences: list[Sentence]) -> SentenceEncoder:
    words = sorted({word for sentence in sentences for word in sentence})
    vectors = np.random.default_rng(0).standard_normal((len(words), 16))
    return SentenceEncoder(words, vectors / np.linalg.norm(vectors, axis=1, keepdims=True))


@pytest.fixture(scope="module")
def live(sentences: list[Sentence], encoder: SentenceEncoder) -> LiveScores:
    training, validation = sentences[:1200], sentences[1200:1500]
    return LiveScores(training, validation, [], encoder, Grammar.load())


def test_other_real_text_loses_next_to_nothing(live: LiveScores, sentences: list[Sentence]) -> None:
    scores = live(sentences[1400 : 1400 + live.count])
    assert live.count == 600
    assert -0.5 < scores["score"] <= 0
    assert scores["grammatical"] == live.real["grammatical"] == 1.0


@pytest.mark.parametrize(
    ("failure", "sign"),
    [("few", "recall"), ("shuffled", "nats"), ("one", "self_bleu_5"), ("one", "coverage")],
)
def test_every_failure_costs(
    live: LiveScores, sentences: list[Sentence], failure: str, sign: str
) -> None:
    real = sentences[1400 : 1400 + live.count]
    rng = np.random.default_rng(1)
    made = {
        "few": (real[:20] * 30)[: live.count],
        "one": real[:1] * live.count,
        "shuffled": [tuple(rng.permutation(words).tolist()) for words in real],
    }[failure]
    scores, good = live(made), live(real)
    assert scores["score"] < good["score"] - 0.5
    worse = scores[sign] - good[sign]
    assert (worse if sign in ("nats", "self_bleu_5") else -worse) > 0.1


def test_repetition_counts_three_times(live: LiveScores, sentences: list[Sentence]) -> None:
    real = sentences[1400 : 1400 + live.count]
    repeated = live([*real[: live.count // 2], *real[: live.count // 2]])
    more = {name: repeated[name] - live.real[name] for name in live.real}
    assert more["self_bleu_5"] > 0.1
    lost = [more["nats"], -more["recall"], -more["coverage"], 3 * more["self_bleu_5"]]
    lost.append(np.log(repeated["frechet"] / live.real["frechet"]))
    assert repeated["score"] == pytest.approx(-sum(max(0.0, each) for each in lost))


def test_numbers_are_those_of_the_metrics(
    live: LiveScores, sentences: list[Sentence], encoder: SentenceEncoder
) -> None:
    made = sentences[1400 : 1400 + live.count]
    rows = np.random.default_rng(0).permutation(1200)[:600]
    ours, theirs = encoder(made), encoder([sentences[row] for row in rows])
    a, b = np.cov(ours, rowvar=False), np.cov(theirs, rowvar=False)
    shift = np.square(ours.mean(axis=0) - theirs.mean(axis=0)).sum()
    expected = shift + np.trace(a + b - 2 * sqrtm(a @ b).real)
    scores = live(made)
    assert scores["frechet"] == pytest.approx(expected, rel=1e-3)
    found = NgramModel.of(sentences[:1200]).judge(made)
    assert scores["nats"] == pytest.approx(-found.log_p.sum() / found.words.sum())
