"""Run the scripts as a user would, but in this process, where Keras is loaded already."""

import runpy
import sys
from collections.abc import Callable
from pathlib import Path
from typing import NamedTuple

import pytest

from textgan.text.grammar import Grammar

SCRIPTS = Path(__file__).parents[2] / "scripts"


class Ending(NamedTuple):
    """How a script ended."""

    status: int
    stdout: str
    stderr: str


Script = Callable[..., Ending]


@pytest.fixture
def script(monkeypatch: pytest.MonkeyPatch, capfd: pytest.CaptureFixture[str]) -> Script:
    """Return a function that runs `scripts/NAME` with arguments in this process."""

    def run(name: str, *arguments: object) -> Ending:
        capfd.readouterr()
        monkeypatch.setattr(sys, "argv", [name, *map(str, arguments)])
        status = 0
        try:
            runpy.run_path(str(SCRIPTS / name), run_name="__main__")
        except SystemExit as stop:
            status = int(stop.code or 0)
        return Ending(status, *capfd.readouterr())

    return run


@pytest.fixture(scope="session")
def corpus_file(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A text file of 400 sentences of the built-in language."""
    path = tmp_path_factory.mktemp("corpus") / "tiny.txt"
    sentences = Grammar.load().sample(400, seed=3)
    path.write_text("".join(" ".join(words) + "\n" for words in sentences))
    return path


@pytest.fixture(scope="session")
def cache_folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """One cache for all tests of the scripts: the vectors of the corpus are trained once."""
    return tmp_path_factory.mktemp("cache")


@pytest.fixture(autouse=True)
def cache(cache_folder: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("TEXTGAN_CACHE", str(cache_folder))
