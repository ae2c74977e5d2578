import math
from collections import Counter, defaultdict
from itertools import pairwise, product

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from nltk.lm import KneserNeyInterpolated
from nltk.util import everygrams

from textgan.metrics import ngram_model
from textgan.metrics.ngram_model import NgramModel

TEXT = [
    tuple(line.split())
    for line in (
        "the cat sits on the mat",
        "the dog sits on the rug",
        "a cat sees the dog",
        "the cat sees a dog on the mat",
        "a dog",
        "the cat",
    )
]
OTHER = [tuple(line.split()) for line in ("the dog sits", "a mat sees a zebra", "", "zebra")]


class Textbook:
    """Modified Kneser-Ney by dictionaries, straight from the recursion of the paper."""

    def __init__(self, sentences, order):
        self.order = order
        raw = defaultdict(Counter)
        for words in sentences:
            padded = ("<s>", *words, "</s>")
            for n in range(1, order + 1):
                for start in range(len(padded) - n + 1):
                    raw[n][padded[start : start + n]] += 1
        del raw[1]["<s>",]  # never foretold
        self.counts = {order: raw[order]}
        for n in range(1, order):
            before = defaultdict(set)
            for gram in raw[n + 1]:
                before[gram[1:]].add(gram[0])
            self.counts[n] = {
                gram: len(before[gram]) if before[gram] else count for gram, count in raw[n].items()
            }
        self.discounts = [
            ngram_model._discounts(np.array(list(self.counts[n].values())))
            for n in range(1, order + 1)
        ]
        self.vocabulary = {w for words in sentences for w in words} | {"</s>", "<unk>"}

    def p(self, word, context):
        n = len(context) + 1
        lower = self.p(word, context[1:]) if context else 1 / len(self.vocabulary)
        follow = {g: c for g, c in self.counts[n].items() if g[:-1] == context}
        total = sum(follow.values())
        if not total:
            return lower
        taken = self.discounts[n - 1]
        count = follow.get((*context, word), 0)
        share = (count - (taken[min(count, 3) - 1] if count else 0)) / total
        free = sum(taken[min(c, 3) - 1] for c in follow.values()) / total
        return share + free * lower

    def log_p(self, words):
        padded = ["<s>", *(w if w in self.vocabulary else "<unk>" for w in words), "</s>"]
        return sum(
            math.log(self.p(padded[i], tuple(padded[max(0, i - self.order + 1) : i])))
            for i in range(1, len(padded))
        )


@pytest.mark.parametrize("order", [1, 2, 3, 4])
def test_equals_the_recursion_of_the_paper(order):
    model = NgramModel.of(TEXT, order)
    textbook = Textbook(TEXT, order)
    expected = [textbook.log_p(words) for words in [*TEXT, *OTHER]]
    np.testing.assert_allclose(model.judge([*TEXT, *OTHER]).log_p, expected, rtol=1e-12)


@given(
    st.lists(st.lists(st.sampled_from("abc"), max_size=6).map(tuple), min_size=1, max_size=12),
    st.integers(1, 4),
)
@settings(max_examples=60)
def test_equals_the_recursion_on_any_text(sentences, order):
    if not any(sentences):
        sentences = [("a",)]
    model = NgramModel.of(sentences, order)
    textbook = Textbook(sentences, order)
    texts = [tuple(words) for words in product("abz", repeat=2)]
    expected = [textbook.log_p(words) for words in texts]
    np.testing.assert_allclose(model.judge(texts).log_p, expected, rtol=1e-9)


def test_equals_nltk_with_one_discount(monkeypatch):
    """nltk takes one discount from every bigram and none from words."""
    discounts = iter([(0.0, 0.0, 0.0), (0.1, 0.1, 0.1)])
    monkeypatch.setattr(ngram_model, "_discounts", lambda counts: next(discounts))
    padded = [["<s>", *words, "</s>"] for words in TEXT]
    peer = KneserNeyInterpolated(2, discount=0.1)
    peer.fit(
        [list(everygrams(words, max_len=2)) for words in padded],
        [word for words in padded for word in words],
    )
    strange = [("dog", "dog", "cat"), ("mat", "the", "a", "rug")]
    expected = [
        sum(
            math.log(peer.score(word, [before]))
            for before, word in pairwise(["<s>", *words, "</s>"])
        )
        for words in [*TEXT, *strange]
    ]
    judgement = NgramModel.of(TEXT, 2).judge([*TEXT, *strange])
    np.testing.assert_allclose(judgement.log_p, expected, rtol=1e-12)


def test_probabilities_sum_to_one():
    model = NgramModel.of(TEXT, 1)
    words = sorted({word for words in TEXT for word in words})
    (end,) = np.exp(model.judge([()]).log_p)
    each = np.exp(model.judge([(word,) for word in [*words, "zebra"]]).log_p) / end
    assert each.sum() + end == pytest.approx(1)


def test_discounts_by_hand():
    counts = np.repeat([1, 2, 3, 4, 7], [40, 20, 10, 5, 9])
    y = 40 / 80
    expected = 1 - 2 * y * 20 / 40, 2 - 3 * y * 10 / 20, 3 - 4 * y * 5 / 10
    assert ngram_model._discounts(counts) == pytest.approx(expected)


def test_counts_of_attested_ngrams():
    judgement = NgramModel.of(TEXT, 4).judge([TEXT[0], ("the", "dog", "sits", "zebra"), ()])
    # "<s> the dog sits zebra </s>": 5 words foretold, of which the first has only a bigram.
    assert judgement.words.tolist() == [7, 5, 1]
    assert judgement.ngrams.tolist() == [[7, 7, 6, 5], [5, 5, 4, 3], [1, 1, 0, 0]]
    assert judgement.attested[0].tolist() == [7, 7, 6, 5]
    assert judgement.attested[1].tolist() == [4, 3, 2, 1]
    assert judgement.unknown.tolist() == [0, 1, 0]


def test_a_shuffled_text_is_less_likely():
    rng = np.random.default_rng(0)
    text = TEXT * 3
    shuffled = [tuple(rng.permutation(words)) for words in text]
    model = NgramModel.of(text)
    assert model.judge(text).log_p.sum() > model.judge(shuffled).log_p.sum() + 10
