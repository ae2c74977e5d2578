"""Each protocol against NLTK on the sentences that it takes."""

import random

import numpy as np
import pytest
from nltk.translate.bleu_score import SmoothingFunction, sentence_bleu

from textgan.errors import UserError
from textgan.metrics.protocols import leave_one_out_bleu, protocol_bleu, protocol_self_bleu

METHOD1 = SmoothingFunction().method1
FORM = {"tok": "nltk", "case": "lower"}
_random = random.Random(0)
TEXTS = [_random.choices("abcdefghij", k=_random.randint(2, 8)) for _ in range(820)]
SAMPLES, REFERENCES = TEXTS[:210], TEXTS[210:]


def nltk_bleu3(pairs):
    weights = (1 / 3,) * 3
    return np.mean([sentence_bleu(r, h, weights, smoothing_function=METHOD1) for h, r in pairs])


@pytest.mark.parametrize(
    ("name", "hypotheses", "references"),
    [("texygen", 210, 610), ("texygen-fast", 210, 500), ("relgan", 100, 610),
     ("textgan-pytorch", 200, 610)],
)  # fmt: skip
def test_bleu_takes_the_sentences_of_its_protocol(name, hypotheses, references):
    score = protocol_bleu(SAMPLES, REFERENCES, name, FORM)[1]
    some = random.Random(1).sample(range(hypotheses), 10)
    expected = nltk_bleu3((SAMPLES[i], REFERENCES[:references]) for i in some)
    few = protocol_bleu([SAMPLES[i] for i in some], REFERENCES, name, FORM)[1]
    assert few.value == pytest.approx(expected, abs=1e-9)
    assert score.name == "bleu.3"
    assert score.signature.startswith(
        f"protocol:{name}|n:3|hyps:{hypotheses}|refs:{references}|tok:nltk|case:lower|smooth:method1"
    )
    low, high = score.interval
    assert low < score.value < high


def test_self_bleu_takes_the_sentences_of_its_protocol():
    short, whole = SAMPLES[:60], TEXTS[:520]
    others = nltk_bleu3((text, short[:i] + short[i + 1 :]) for i, text in enumerate(short))
    assert protocol_self_bleu(short, "texygen", FORM)[1].value == pytest.approx(others)
    fast = protocol_self_bleu(whole, "texygen-fast", FORM)
    assert [score.value for score in fast] == [
        score.value for score in protocol_self_bleu(whole[:500], "texygen", FORM)
    ]
    assert "hyps:500|against:others|refs:499" in fast[0].signature
    assert protocol_self_bleu(short, "relgan", FORM)[0].value == pytest.approx(1)
    rest = nltk_bleu3((text, SAMPLES[200:]) for text in SAMPLES[:200])
    score = protocol_self_bleu(SAMPLES, "textgan-pytorch", FORM)[1]
    assert score.value == pytest.approx(rest)
    assert "hyps:200|against:rest|refs:10" in score.signature


def test_leave_one_out_bleu_leaves_each_reference_out():
    short = REFERENCES[:40]
    others = nltk_bleu3((text, short[:i] + short[i + 1 :]) for i, text in enumerate(short))
    assert leave_one_out_bleu(short, "texygen", FORM)[1].value == pytest.approx(others)


@pytest.mark.parametrize("name", ["texygen", "texygen-fast", "textgan-pytorch"])
def test_too_few_samples(name):
    with pytest.raises(UserError):
        protocol_self_bleu(SAMPLES[:1], name, FORM)
