"""Run `textgan` as a user would, but in this process, where Keras is loaded already."""

from collections.abc import Callable
from pathlib import Path

import keras
import pytest

from tests.scripts.conftest import Ending
from textgan.commands.main import main
from textgan.text.grammar import Grammar

DATA = Path(__file__).parents[1] / "data"
BACKEND = ("--backend", keras.backend.backend())
LOOP = ("--steps", 4, "--log-every", 2, "--evaluate-every", 2, "--batch-size", 8)
TEXT = (
    *("--generator-width", 8, "--generator-layers", 1, "--attention-heads", 2),
    *("--discriminator-width", 8, "--discriminator-layers", 1),
)
Command = Callable[..., Ending]


@pytest.fixture
def textgan(capfd: pytest.CaptureFixture[str]) -> Command:
    """Return a function that runs `textgan` with arguments."""

    def run(*arguments: object) -> Ending:
        capfd.readouterr()
        status = 0
        try:
            main([str(argument) for argument in arguments])
        except SystemExit as stop:
            status = int(stop.code or 0)
        return Ending(status, *capfd.readouterr())

    return run


@pytest.fixture
def folder(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """An empty folder to work in, with a cache of its own beside it."""
    place = tmp_path / "work"
    place.mkdir()
    monkeypatch.chdir(place)
    monkeypatch.setenv("TEXTGAN_CACHE", str(tmp_path / "cache"))
    return place


@pytest.fixture
def corpus(folder: Path) -> Path:
    """A text file of 200 sentences of the built-in language."""
    path = folder / "my.txt"
    sentences = Grammar.load().sample(200, seed=3)
    path.write_text("".join(" ".join(words) + "\n" for words in sentences))
    return path
