"""The sampling command: the same seed gives the same lines, to the terminal or a file."""

from pathlib import Path

import keras
import numpy as np
import pytest

from tests.scripts.conftest import Script
from textgan.text.lexicon import Lexicon
from textgan.text.model import TextModel
from textgan.text.networks import build_generator
from textgan.text.settings import TextNetworkSettings

WORDS = tuple("abcdefghij")
SETTINGS = TextNetworkSettings(
    sentence_noise=4, generator_width=8, generator_layers=1, attention_heads=2
)


@pytest.fixture(scope="module")
def run(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A run folder whose model has not been trained."""
    keras.utils.set_random_seed(1)
    vectors = np.random.default_rng(0).standard_normal((len(WORDS), 6))
    generator = build_generator(5, 6, SETTINGS)
    folder = tmp_path_factory.mktemp("run")
    (folder / "model").mkdir()
    lexicon = Lexicon.of(WORDS, vectors, 0.0)
    TextModel([generator], [lexicon], SETTINGS, "words").save(folder / "model")
    return folder


BACKEND = ("--backend", keras.backend.backend())


def test_the_same_seed_gives_the_same_lines(script: Script, run: Path, tmp_path: Path) -> None:
    ending = script("sample_text.py", run, "-n", 20, "--seed", 3, *BACKEND)
    lines = ending.stdout.splitlines()
    assert (ending.status, ending.stderr, len(lines)) == (0, "", 20)
    assert {word for line in lines for word in line.split()} <= set(WORDS)
    out = tmp_path / "samples.txt"
    arguments = ("sample_text.py", run, *BACKEND, "--out", out, "--seed", 3)
    assert script(*arguments, "-n", 5).stdout == ""
    assert out.read_text().splitlines() == lines[:5]
    script(*arguments, "-n", 5, "--truncation", 0)
    assert len(set(out.read_text().splitlines())) == 1


@pytest.mark.parametrize(
    ("arguments", "message"),
    [
        (("-n", "0"), "n must be at least 1"),
        (("--seed", "-1"), "n must be at least 1, the others 0"),
        (("--truncation", "nan"), "n must be at least 1, the others 0"),
        (("--out", "/dev/null"), "cannot write /dev/null: it is not a file"),
        (("--out", "/no/such/folder/file"), "cannot write /no/such/folder/file: No such file"),
    ],
)
def test_mistakes_end_in_one_line(
    script: Script, run: Path, arguments: tuple[str, ...], message: str
) -> None:
    ending = script("sample_text.py", run, *BACKEND, *arguments)
    assert (ending.status, ending.stderr.count("\n")) == (2, 1)
    assert message in ending.stderr


def test_an_output_that_cannot_be_written_is_told_before_the_model_is_loaded(
    script: Script, tmp_path: Path
) -> None:
    ending = script("sample_text.py", tmp_path, *BACKEND, "--out", tmp_path)
    assert "is not a file" in ending.stderr


def test_a_failure_leaves_an_older_file(script: Script, tmp_path: Path) -> None:
    out = tmp_path / "samples.txt"
    out.write_text("older\n")
    assert script("sample_text.py", tmp_path / "none", *BACKEND, "--out", out).status == 2
    assert out.read_text() == "older\n"
    assert list(tmp_path.iterdir()) == [out]


def test_a_folder_that_is_no_run(script: Script, tmp_path: Path) -> None:
    ending = script("sample_text.py", tmp_path, *BACKEND)
    assert (ending.status, ending.stderr.count("\n")) == (2, 1)
    assert "holds no trained text model" in ending.stderr
