"""The cloze network: what it may see, its scores against NumPy, resumption, what it learns."""

from dataclasses import replace
from pathlib import Path

import keras
import numpy as np
import pytest
from scipy.special import logsumexp

from textgan.backend import seed_weights
from textgan.text import cloze
from textgan.text.cloze import ClozeTraining, build_cloze, log_shares
from textgan.text.lexicon import Lexicon
from textgan.text.settings import ClozeSettings

LENGTH, DIM, WORDS = 8, 6, 9
SETTINGS = ClozeSettings(cloze_width=16, cloze_layers=3, cloze_steps=6, cloze_batch_size=16)


def normal(*shape: int, seed: int = 0) -> np.ndarray:
    return np.random.default_rng(seed).standard_normal(shape).astype("float32")


@pytest.fixture(scope="module")
def lexicon() -> Lexicon:
    return Lexicon.of([f"w{word}" for word in range(WORDS)], normal(WORDS, DIM, seed=9), 0.5)


@pytest.fixture(scope="module")
def rows() -> np.ndarray:
    """Sentences that count upwards from anywhere: each word tells all the others."""
    start = np.arange(200) % WORDS
    return ((start[:, None] + np.arange(LENGTH)) % WORDS).astype(np.int32)


def build(lexicon: Lexicon, rows: np.ndarray) -> keras.Model:
    seed_weights(3)
    return build_cloze(LENGTH, lexicon, log_shares(rows, WORDS + 1), SETTINGS)


@pytest.mark.parametrize("position", range(LENGTH))
def test_the_guess_for_a_word_knows_all_words_but_that(
    lexicon: Lexicon, rows: np.ndarray, position: int
) -> None:
    network = build(lexicon, rows)
    guess = keras.Model(network.input, network.get_layer("guess").output)
    points = normal(2, LENGTH, DIM)
    moved = points.copy()
    moved[:, position] += 1.0
    change = np.abs(np.asarray(guess(points)) - np.asarray(guess(moved))).max(axis=(0, 2))
    assert change[position] == 0
    assert (np.delete(change, position) > 0).all()


def test_scores_are_the_log_softmax_at_the_nearest_word(lexicon: Lexicon, rows: np.ndarray) -> None:
    network, shares = build(lexicon, rows), log_shares(rows, WORDS + 1)
    guesser = keras.Model(network.input, network.get_layer("guess").output)
    points = lexicon.points[rows[:5]]
    features, guess = np.asarray(network(points)), np.asarray(guesser(points))
    logits = guess @ lexicon.points.T / np.sqrt(DIM) + shares
    log_p = np.take_along_axis(logits, rows[:5, :, None], axis=-1)[..., 0] - logsumexp(logits, -1)
    np.testing.assert_allclose(features[..., -2], log_p / 3, rtol=1e-4, atol=1e-5)
    np.testing.assert_allclose(features[..., -1], shares[rows[:5]] / 3, rtol=1e-5)
    np.testing.assert_allclose(features[..., :DIM], points)


def test_shares_are_those_of_the_rows() -> None:
    shares = np.exp(log_shares(np.array([[0, 0, 2], [0, 2, 2]]), 4))
    np.testing.assert_allclose(shares, np.array([3.5, 0.5, 3.5, 0.5]) / 8, rtol=1e-6)


def test_training_goes_on_exactly_where_it_was_stopped(
    lexicon: Lexicon, rows: np.ndarray, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(cloze, "SAVE_EVERY", 2)

    def train(folder: str, stop_after: int | None = None) -> list[np.ndarray]:
        network = build(lexicon, rows)
        training = ClozeTraining(network, lexicon, rows, rows[:50], SETTINGS, seed=1)
        if stop_after is not None:
            play, played = training._play, []

            def stopping(step: int) -> float:
                if len(played) == stop_after:
                    raise KeyboardInterrupt
                played.append(step)
                return play(step)

            monkeypatch.setattr(training, "_play", stopping)
            with pytest.raises(KeyboardInterrupt):
                training.run(tmp_path / folder)
        else:
            training.run(tmp_path / folder)
        return [np.asarray(variable) for variable in network.variables]

    whole = train("whole")
    train("stopped", stop_after=5)
    for mine, other in zip(train("stopped"), whole, strict=True):
        np.testing.assert_array_equal(mine, other)


def test_a_small_text_is_passed_through_a_few_times_only(
    lexicon: Lexicon, rows: np.ndarray
) -> None:
    network, settings = build(lexicon, rows), replace(SETTINGS, cloze_epochs=2.0)
    for text, steps in ((rows[:33], 5), (rows[:16], 2), (rows, SETTINGS.cloze_steps)):
        assert ClozeTraining(network, lexicon, text, rows, settings, seed=1).steps == steps


def test_it_learns_what_the_neighbours_tell(
    lexicon: Lexicon, rows: np.ndarray, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    settings = ClozeSettings(
        cloze_width=16,
        cloze_layers=2,
        cloze_steps=300,
        cloze_epochs=100,
        cloze_batch_size=32,
        cloze_rate=1e-2,
    )
    network = build_cloze(LENGTH, lexicon, log_shares(rows, WORDS + 1), settings)
    ClozeTraining(network, lexicon, rows, rows, settings, seed=1).run(tmp_path)
    last = capsys.readouterr().out.splitlines()[-1]
    assert float(last.split(",")[2].split()[0]) < 0.1 * np.log(WORDS)
