"""The subject of a text run: what the discriminator is shown, how a run is loaded again."""

import dataclasses
from pathlib import Path

import numpy as np
import pytest

from textgan.gan.settings import GameSettings, LoopSettings
from textgan.text.layers import RAMP
from textgan.text.settings import TextNetworkSettings, TextSettings
from textgan.text.training import TextSubject, load_text, reopen_text

DATA = Path(__file__).parents[1] / "data"
SETTINGS = TextSettings(
    corpus="sentences.txt",
    vectors="vectors.txt",
    max_words=8,
    network=TextNetworkSettings(
        sentence_noise=8,
        generator_width=8,
        generator_layers=1,
        attention_heads=2,
        discriminator_width=8,
        discriminator_layers=1,
    ),
    game=GameSettings(batch_size=8),
    loop=LoopSettings(steps=4, log_every=2, evaluate_every=2),
)


@pytest.fixture(autouse=True)
def here(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(DATA)


@pytest.mark.parametrize("output", ["continuous", "straight_through"])
def test_win_rates_judge_what_the_discriminator_is_shown_in_training(
    output: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    settings = dataclasses.replace(SETTINGS, output=output)  # type: ignore[arg-type]
    subject = TextSubject(load_text(settings), settings, seed=1)
    judged = []
    if output == "straight_through":  # as after the first steps
        for generator in (subject.game.generator, subject.game.ema):
            generator.get_layer("nearest_word").calls.assign(RAMP)

    def win_rate(real: np.ndarray, fake: np.ndarray, *_: object) -> float:
        judged.append(fake)
        return 0.5

    monkeypatch.setattr(subject.game, "win_rate", win_rate)
    subject.evaluate(1)
    noise, _ = subject.model.first_inputs(len(judged[0]), seed=2)
    # The generator that is trained snaps by itself, and has the same weights at the beginning.
    trained = np.asarray(subject.game.generator(noise))
    assert len(judged) == 2
    np.testing.assert_allclose(judged[0], trained, atol=1e-4)
    words = subject.lexicon.points[subject.model.write(noise)[1]]
    assert np.allclose(judged[0], words, atol=1e-5) == (output == "straight_through")


def test_each_game_of_an_ensemble_judges_its_own_samples(monkeypatch: pytest.MonkeyPatch) -> None:
    settings = dataclasses.replace(SETTINGS, ensemble=2)
    subject = TextSubject(load_text(settings), settings, seed=1)
    first, second = subject.game.games
    emas = [np.asarray(game.ema.weights[0]) for game in (first, second)]
    judged, weights = [], []

    def win_rate(real: np.ndarray, fake: np.ndarray, *_: object) -> float:
        judged.append(fake)
        weights.append(np.asarray(first.ema.weights[0]))  # of whose turn it is
        return (0.25, 0.75)[len(judged) % 2 == 0]

    monkeypatch.setattr(first, "win_rate", win_rate)
    assert subject.evaluate(1)["win_rate_train"] == 0.5
    noise, _ = subject.model.first_inputs(40, seed=2)
    for n, game in enumerate((first, second)):
        np.testing.assert_array_equal(weights[n], emas[n])
        made = np.asarray(game.ema(noise[n::2]))
        count = min(len(made), len(judged[n]))
        np.testing.assert_allclose(judged[n][:count], made[:count], atol=1e-4)
    assert not np.array_equal(*emas)


def test_a_run_is_loaded_again_as_it_was_learned() -> None:
    """The words and their points come from the exported model; the vectors are not needed."""
    first = load_text(SETTINGS)
    again = reopen_text(dataclasses.replace(SETTINGS, vectors="gone.txt"), DATA / "text")
    assert again.checksum == first.checksum
    assert again.lexicon.words == first.lexicon.words
    np.testing.assert_allclose(again.lexicon.points, first.lexicon.points, atol=1e-5)
    np.testing.assert_array_equal(again.rows, first.rows)
    np.testing.assert_array_equal(again.validation, first.validation)
