"""The language model against a chain of softmaxes computed by hand, enumeration and entropy.

As a script, `python test_language_model.py FILE`, it writes what the backend of `KERAS_BACKEND`
computes.
"""

import re
import sys
from itertools import product
from pathlib import Path

import numpy as np
import pytest

from tests.backends import on_both_backends
from textgan.errors import UserError
from textgan.text.corpus import Sentence
from textgan.text.language_model import LanguageModel
from textgan.text.language_model_settings import LanguageModelSettings
from textgan.text.language_model_training import fit_language_model

SMALL = LanguageModelSettings(dim=6, width=8, layers=2, batch_size=16)
WORDS = ("a", "b")
END = len(WORDS)


def set_weights(model: LanguageModel, scale: float = 0.8, end_bias: float = 0.0) -> None:
    """Give the model weights that are the same on every backend."""
    rng = np.random.default_rng(0)
    for variable in model.variables:
        variable.assign(scale * rng.standard_normal(variable.shape))
    bias = np.zeros(len(model.words) + 1)
    bias[-1] = end_bias
    model.variables[-1].assign(bias)


def model_of(end_bias: float = 0.0, max_words: int = 8) -> LanguageModel:
    model = LanguageModel(WORDS, max_words, SMALL)
    set_weights(model, end_bias=end_bias)
    return model


@pytest.fixture(scope="module")
def model() -> LanguageModel:
    return model_of(end_bias=2.0)


def chain_by_hand(model: LanguageModel, sentence: Sentence, temperature: float = 1.0) -> np.ndarray:
    """log P(next word | words before) at each position of a sentence, (position, word + 1)."""
    embedding, *cells, kernel, bias = [np.asarray(v, dtype=np.float64) for v in model.variables]

    def sigmoid(x: np.ndarray) -> np.ndarray:
        return 1 / (1 + np.exp(-x))

    rows, chain = [END, *(WORDS.index(word) for word in sentence)], []
    hidden = np.zeros((SMALL.layers, SMALL.width))
    memory = np.zeros_like(hidden)
    for row in rows:
        x = embedding[row]
        for layer in range(SMALL.layers):
            from_below, from_before, offset = cells[3 * layer : 3 * layer + 3]
            gates = x @ from_below + hidden[layer] @ from_before + offset
            i, f, c, o = np.split(gates, 4)
            memory[layer] = sigmoid(f) * memory[layer] + sigmoid(i) * np.tanh(c)
            x = hidden[layer] = sigmoid(o) * np.tanh(memory[layer])
        logits = (x @ kernel + bias) / temperature
        chain.append(logits - np.log(np.exp(logits).sum()))
    return np.stack(chain)


def by_hand(model: LanguageModel, sentence: Sentence, temperature: float = 1.0) -> float:
    rows = [*(WORDS.index(word) for word in sentence), END]
    return chain_by_hand(model, sentence, temperature)[np.arange(len(rows)), rows].sum()


def all_sentences(longest: int) -> list[Sentence]:
    return [words for n in range(longest + 1) for words in product(WORDS, repeat=n)]


# Probabilities


def test_equals_a_chain_of_softmaxes_computed_by_hand(model: LanguageModel) -> None:
    sentences = [*all_sentences(3), ("b",) * 11]  # longer than max_words, too
    expected = [by_hand(model, sentence) for sentence in sentences]
    np.testing.assert_allclose(model.log_probability(sentences), expected, rtol=1e-5, atol=1e-5)


def test_probabilities_of_all_sentences_sum_to_one(model: LanguageModel) -> None:
    longest = 7
    ended = np.exp(model.log_probability(all_sentences(longest))).sum()
    going_on = sum(
        np.exp(by_hand(model, s)) * np.expm1(-chain_by_hand(model, s)[-1, END])
        for s in product(WORDS, repeat=longest)
    )
    assert going_on < 0.2
    assert ended + going_on == pytest.approx(1.0, abs=1e-5)


def test_padding_changes_nothing(model: LanguageModel) -> None:
    short, long = ("a", "b"), ("b",) * 30
    alone = model.log_probability([short])
    beside = model.log_probability([long, short, long])
    assert beside[1] == pytest.approx(alone[0], rel=1e-6)
    many = [short, ("a",), ()] * 20  # more than a batch, and not a multiple of one
    np.testing.assert_allclose(model.log_probability(many)[::3], alone[0], rtol=1e-6)


def test_unknown_words_have_probability_zero_and_are_counted(model: LanguageModel) -> None:
    log_probability = model.log_probability([("a",), ("zebra", "a"), ("b", "a")])
    assert np.isneginf(log_probability).tolist() == [False, True, False]
    score = model.score([("a",), ("zebra", "a"), ("b", "a")])
    assert (score.sentences, score.unknown) == (2, 1)
    assert score.nll_per_word == pytest.approx(-(log_probability[0] + log_probability[2]) / 5)
    assert score.perplexity == pytest.approx(np.exp(score.nll_per_word))
    assert np.isneginf(model.log_probability([("zebra",)])).all()
    with pytest.raises(UserError, match="all 1 sentences"):
        model.score([("zebra",)])


# Samples


@pytest.mark.parametrize("temperature", [1.0, 0.6])
def test_samples_follow_the_model_at_each_temperature(
    model: LanguageModel, temperature: float
) -> None:
    n = 20_000
    samples = model.sample(n, seed=3, temperature=temperature, batch_size=4000)
    for sentence in all_sentences(2):
        share = samples.count(sentence) / n
        expected = np.exp(by_hand(model, sentence, temperature))
        assert abs(share - expected) < 4 * np.sqrt(expected * (1 - expected) / n) + 1e-5, sentence


def test_a_low_temperature_always_takes_the_likeliest_word() -> None:
    model = model_of(end_bias=-0.5)
    greedy: list[str] = []
    while len(greedy) < model.max_words:
        row = int(chain_by_hand(model, tuple(greedy))[-1].argmax())
        if row == END:
            break
        greedy.append(WORDS[row])
    for temperature in (1e-3, 1e-6):
        assert set(model.sample(50, seed=1, temperature=temperature)) == {tuple(greedy)}


def test_same_seed_same_samples_and_fewer_are_a_prefix(model: LanguageModel) -> None:
    samples = model.sample(100, seed=5, batch_size=32)
    assert len(samples) == 100
    assert model.sample(100, seed=5, batch_size=32) == samples
    assert model.sample(41, seed=5, batch_size=32) == samples[:41]
    assert model.sample(100, seed=6, batch_size=32) != samples


def test_samples_are_cut_at_max_words() -> None:
    lengths = {len(sentence) for sentence in model_of(end_bias=-9.0, max_words=5).sample(64, 1)}
    assert lengths == {5}


def test_temperature_must_be_positive_and_divide_a_float32(model: LanguageModel) -> None:
    for wrong in (0.0, 1e-40, 1e40):
        with pytest.raises(UserError, match=re.escape(f"temperature {wrong}:")):
            model.sample(1, seed=1, temperature=wrong)


def test_starts_from_given_vectors() -> None:
    vectors = np.random.default_rng(0).standard_normal((3, SMALL.dim))
    model = LanguageModel(WORDS, 4, SMALL, vectors)
    np.testing.assert_allclose(np.asarray(model.variables[0]), vectors, rtol=1e-6)


def test_saved_model_reads_and_writes_the_same(model: LanguageModel, tmp_path: Path) -> None:
    model.save(tmp_path)
    again = LanguageModel.load(tmp_path)
    sentences = all_sentences(3)
    np.testing.assert_array_equal(
        again.log_probability(sentences), model.log_probability(sentences)
    )
    assert again.sample(20, seed=1) == model.sample(20, seed=1)


def test_damaged_or_missing_model_is_refused(model: LanguageModel, tmp_path: Path) -> None:
    with pytest.raises(UserError, match="holds no trained language model"):
        LanguageModel.load(tmp_path)
    model.save(tmp_path)
    whole = (tmp_path / "language_model.npz").read_bytes()
    (tmp_path / "language_model.npz").write_bytes(whole[: len(whole) // 2])
    with pytest.raises(UserError, match="damaged"):
        LanguageModel.load(tmp_path)
    (tmp_path / "language_model.npz").write_bytes(whole)
    (tmp_path / "words.txt").write_text("a\n")
    with pytest.raises(UserError, match="another version of textgan, or its files are of differ"):
        LanguageModel.load(tmp_path)


# Backends


def computed() -> dict[str, np.ndarray]:
    """Probabilities, samples, and what a few steps of training make of the same weights."""
    model = model_of(end_bias=1.0)
    before = model.log_probability(all_sentences(4))
    samples = " | ".join(" ".join(words) for words in model.sample(64, seed=2))
    settings = LanguageModelSettings(
        dim=6, width=8, layers=2, batch_size=16, steps=4, evaluate_every=2
    )
    model = LanguageModel(WORDS, 8, settings)
    set_weights(model)
    fit_language_model(model, [("a", "b", "a"), ("b",)], [("a", "b", "a")], seed=5)
    after = model.log_probability(all_sentences(4))
    return {"before": before, "samples": np.array(samples), "after": after}


def test_both_backends_compute_the_same(tmp_path: Path) -> None:
    tensorflow, jax = on_both_backends(__file__, tmp_path)
    assert str(tensorflow["samples"]) == str(jax["samples"])
    np.testing.assert_allclose(tensorflow["before"], jax["before"], rtol=1e-5)
    np.testing.assert_allclose(tensorflow["after"], jax["after"], rtol=1e-3)
    assert np.abs(tensorflow["after"] - tensorflow["before"]).max() > 0.01


if __name__ == "__main__":
    np.savez(sys.argv[1], **computed())
