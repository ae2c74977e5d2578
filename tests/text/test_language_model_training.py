"""How the language model learns: down to a known entropy, resumed exactly, in a run folder."""

import json
from pathlib import Path
from typing import Any

import numpy as np
import pytest

from textgan.errors import UserError
from textgan.gan.run_folder import RunFolder, read_telemetry
from textgan.text.corpus import Sentence
from textgan.text.evaluation import TextEvaluationSettings, evaluate
from textgan.text.language_model import LanguageModel
from textgan.text.language_model_settings import LanguageModelSettings
from textgan.text.language_model_training import (
    fit_language_model,
    load_learned,
    train_language_model,
)

# x or y, then "on" a geometric number of times, then the first word again: its entropy is known,
# and only a model that remembers the first word to the end reaches it.
FIRST, ON = {"x": 0.7, "y": 0.3}, 0.5
TINY = LanguageModelSettings(
    dim=16, width=32, dropout=0.0, batch_size=64, rate=0.02, steps=300, evaluate_every=100
)


def echoes(n: int, seed: int) -> list[Sentence]:
    rng = np.random.default_rng(seed)
    first = rng.choice(list(FIRST), size=n, p=list(FIRST.values()))
    middle = np.minimum(rng.geometric(1 - ON, size=n) - 1, 4)
    return [(str(w), *["on"] * int(count), str(w)) for w, count in zip(first, middle, strict=True)]


def echo_entropy() -> float:
    """Nats of one sentence; at most four "on", so the fourth leaves no choice."""
    lengths = np.array([0.5, 0.25, 0.125, 0.0625, 0.0625])
    shares = np.array(list(FIRST.values()))
    return float(-(lengths * np.log(lengths)).sum() - (shares * np.log(shares)).sum())


def test_learns_a_language_down_to_its_entropy() -> None:
    model = LanguageModel(("on", "x", "y"), 6, TINY)
    looks = []
    best = fit_language_model(model, echoes(2000, 1), echoes(500, 2), report=looks.append)
    assert [look.step for look in looks] == [100, 200, 300]
    assert best.nll_per_word == min(look.validation.nll_per_word for look in looks)
    nats = -model.log_probability(echoes(4000, 3)).mean()
    assert echo_entropy() - 0.03 < nats < 1.03 * echo_entropy()
    samples = model.sample(1000, seed=1)
    assert np.mean([len(s) > 1 and s[0] == s[-1] for s in samples]) > 0.98


def test_stops_when_validation_gets_worse_and_keeps_the_best() -> None:
    """It learns to say "x x" and is tested on "y y", so every look is worse than the first."""
    settings = LanguageModelSettings(
        dim=4, width=4, batch_size=8, rate=0.05, steps=1000, evaluate_every=5, patience=3
    )
    model = LanguageModel(("x", "y"), 4, settings)
    looks = []
    best = fit_language_model(model, [("x", "x")], [("y", "y")], report=looks.append)
    assert [look.step for look in looks] == [5, 10, 15, 20]
    assert best == looks[0].validation
    assert model.score([("y", "y")]) == looks[0].validation


def test_nothing_to_learn() -> None:
    model = LanguageModel(("a", "b"), 8, BRIEF)
    with pytest.raises(UserError, match="nothing to learn"):
        fit_language_model(model, [("zebra",), ("a",) * 9], [("a",)])


BRIEF = LanguageModelSettings(
    dim=4, width=8, dropout=0.5, batch_size=8, steps=12, evaluate_every=2, patience=100
)


def weights(model: LanguageModel) -> list[np.ndarray]:
    return [np.array(variable) for variable in model.variables]


def fit_in(folder: Path, stop_at: int | None = None) -> list[np.ndarray]:
    """Train on the echoes, a checkpoint at each look; stop as Ctrl-C does at step `stop_at`."""

    def interrupt(look: Any) -> None:
        if look.step == stop_at:
            raise KeyboardInterrupt

    model = LanguageModel(("on", "x", "y"), 6, BRIEF)
    run = RunFolder(folder, {"steps": BRIEF.steps}, {})
    texts = echoes(200, 1), echoes(50, 2)
    fit_language_model(model, *texts, 7, run, interrupt, checkpoint_seconds=0.0)
    return weights(model)


def test_resumed_run_ends_with_the_same_weights(tmp_path: Path) -> None:
    whole = fit_in(tmp_path / "whole")
    for stop in (4, 8):
        with pytest.raises(KeyboardInterrupt):
            fit_in(tmp_path / "parts", stop)
    for expected, actual in zip(whole, fit_in(tmp_path / "parts"), strict=True):
        np.testing.assert_array_equal(actual, expected)
    telemetry = read_telemetry(tmp_path / "parts")
    assert telemetry == read_telemetry(tmp_path / "whole")
    assert [row["step"] for row in telemetry] == [2, 4, 6, 8, 10, 12]
    # Finished: the same command again trains no further, and the saved model is the best.
    for expected, actual in zip(whole, fit_in(tmp_path / "whole"), strict=True):
        np.testing.assert_array_equal(actual, expected)
    saved = LanguageModel.load(tmp_path / "whole" / "model")
    for expected, actual in zip(whole, weights(saved), strict=True):
        np.testing.assert_array_equal(actual, expected)


def test_a_run_on_a_text_finds_it_again(tmp_path: Path) -> None:
    text, run = tmp_path / "texts" / "on.txt", tmp_path / "run"
    text.parent.mkdir()
    text.write_text("".join(" ".join(words) + "\n" for words in echoes(100, 1)))

    def train() -> list[np.ndarray]:
        corpus, folder = load_learned(str(text), run)
        return weights(train_language_model(corpus, BRIEF, folder))

    trained = train()
    found = evaluate(TextEvaluationSettings(run)).samples["bleu.2"].value
    # A run of an earlier version holds the name alone: it resumes, also with the place of its data.
    config = json.loads((run / "config.json").read_text())
    config["settings"]["corpus"] = text.name
    (run / "config.json").write_text(json.dumps(config))
    for before, after in zip(trained, train(), strict=True):
        np.testing.assert_array_equal(before, after)
    with pytest.raises(UserError, match=r"cannot read on\.txt.*say where with --corpus"):
        evaluate(TextEvaluationSettings(run))
    again = evaluate(TextEvaluationSettings(run, corpus=str(text))).samples["bleu.2"].value
    assert again == found
