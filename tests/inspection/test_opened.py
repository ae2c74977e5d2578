"""A run, opened: the game that was trained, and what its discriminator is shown."""

import shutil
from dataclasses import replace
from pathlib import Path
from typing import Any

import keras
import numpy as np
import pytest
from keras import layers

from textgan.domain import read_settings
from textgan.domains import DOMAINS
from textgan.errors import UserError
from textgan.gan.checkpoint import checkpoint_steps
from textgan.gan.run_folder import read_config
from textgan.gan.sampling import live_seed
from textgan.inspection import opened
from textgan.inspection.opened import open_run
from textgan.inspection.pages import inspect_run
from textgan.runs import train_run
from textgan.text import training
from textgan.text.settings import ClozeSettings

DATA = Path(__file__).parents[1] / "data"
TEXT = DOMAINS["text"]


@pytest.fixture(autouse=True)
def folder(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    shutil.copytree(DATA, tmp_path, dirs_exist_ok=True)
    monkeypatch.chdir(tmp_path)
    monkeypatch.setattr(opened, "NOISES", 40)


@pytest.mark.parametrize("output", ["continuous", "straight_through"])
def test_generated_samples_are_as_the_discriminator_is_shown_them(output: Any) -> None:
    settings = read_settings(TEXT.settings, read_config(Path("text"))["settings"])
    train_run(TEXT, replace(settings, output=output), Path("run"), seed=3)
    run = open_run(Path("run"), TEXT)
    shown = np.asarray(run.game.ema(run.noise))  # moves points to words by itself
    np.testing.assert_allclose(run.fakes, shown, atol=1e-4)
    assert np.allclose(run.made, run.fakes, atol=1e-3) == (output == "continuous")


@pytest.mark.skipif(keras.backend.backend() != "tensorflow", reason="trained with TensorFlow")
@pytest.mark.parametrize("noises", [40, 700])
def test_the_noise_is_that_of_the_live_samples(noises: int, monkeypatch: Any) -> None:
    """Also where it is more than the model generates side by side."""
    monkeypatch.setattr(opened, "NOISES", noises)
    run = open_run(Path("text"), TEXT)
    assert run.noise.shape[0] == noises
    np.testing.assert_array_equal(
        run.noise, run.subject.model.first_inputs(1000, live_seed(3))[0][:noises]
    )
    assert len(run.reals) == run.subject.count
    np.testing.assert_array_equal(run.lexicon.points[run.ids], run.reals)


def test_a_new_discriminator_is_opened_as_it_was_trained(monkeypatch: Any) -> None:
    """It is named once, where the players are built."""

    def bag(length: int, dim: int, network: Any, features: None) -> keras.Model:
        points = keras.Input((length, dim))
        x = layers.Dense(4, name="word")(points)
        x = layers.GlobalAveragePooling1D(name="bag")(x)
        return keras.Model(points, layers.Dense(length + 1, name="logit")(x), name="discriminator")

    monkeypatch.setattr(training, "build_discriminator", bag)
    settings = read_settings(TEXT.settings, read_config(Path("text"))["settings"])
    train_run(TEXT, settings, Path("bag"), seed=3)
    run = open_run(Path("bag"), TEXT)
    assert run.step == settings.loop.steps
    assert run.discriminator.hooks.names == ["word", "bag", "logit"]


@pytest.mark.parametrize("kind", ["parallel", "recurrent"])
def test_a_cloze_network_comes_with_the_checkpoint_and_every_section_shows_it(
    kind: Any, monkeypatch: Any
) -> None:
    monkeypatch.setattr(opened, "NOISES", 200)  # the sections want more than a company of 64
    settings = read_settings(TEXT.settings, read_config(Path("text"))["settings"])
    cloze = ClozeSettings(cloze_width=8, cloze_layers=1, cloze_steps=3, cloze_batch_size=8)
    settings = replace(
        settings,
        features="cloze",
        output="straight_through",
        cloze=cloze,
        network=replace(settings.network, generator=kind, similarity=True),
        game=replace(settings.game, moment_weight=1.0),
    )
    train_run(TEXT, settings, Path("run"), seed=3)
    steps = checkpoint_steps(Path("run/cloze"))
    assert steps == [3]
    learned = np.load("run/cloze/3/state.npz")
    shutil.rmtree("run/cloze")  # the game's checkpoint holds it
    run = open_run(Path("run"), TEXT)
    for number, variable in enumerate(run.game.features.variables):
        np.testing.assert_array_equal(np.asarray(variable), learned[f"arr_{number}"])
    assert {"left_block_0_conv", "guess", "sentence_logit"} <= set(run.discriminator.hooks.names)
    assert (run.lexicon.bias != 0).any()
    page = inspect_run(Path("run"), DOMAINS).read_text()
    assert "left_block_0_conv" in page
    layers = {layer.name for layer in run.generator.layers}
    assert ("written" in layers) == (kind == "recurrent")


def test_a_run_of_another_kind() -> None:
    with pytest.raises(UserError, match="text is a run of kind 'text', not 'table'"):
        open_run(Path("text"), DOMAINS["table"])
