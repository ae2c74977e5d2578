"""Every script: `--help` is long, a wrong command line is one line."""

import sys
from pathlib import Path

import pytest

from tests.scripts.conftest import SCRIPTS, Script

NAMES = sorted(path.name for path in SCRIPTS.glob("*.py"))


@pytest.mark.parametrize("name", NAMES)
def test_an_option_that_there_is_not(script: Script, name: str) -> None:
    ending = script(name, "--no-such-option", "1")
    assert (ending.status, ending.stdout, ending.stderr.count("\n")) == (2, "", 1)
    assert ending.stderr.endswith("; see --help\n")


@pytest.mark.parametrize("name", NAMES)
def test_help(script: Script, name: str) -> None:
    ending = script(name, "--help")
    assert (ending.status, ending.stderr) == (0, "")
    assert ending.stdout.startswith("usage: ")
    assert ending.stdout.count("\n") > 5


@pytest.mark.parametrize(
    ("arguments", "message"),
    [
        (("--steps", "abc"), "--steps: invalid literal for int() with base 10: 'abc'"),
        (("--steps",), "Missing value for argument '--steps'. Expected 1 values"),
        (("--backend", "torch"), "invalid choice 'torch' for argument '--backend'. Expected one "),
        (("scenes", "coco"), "Unrecognized options: coco"),
        (("scenes", "coco", "--widht", "3"), "Unrecognized options: coco, --widht, 3"),
    ],
)
def test_a_wrong_value(script: Script, arguments: tuple[str, ...], message: str) -> None:
    ending = script("train_language_model.py", *arguments)
    assert (ending.status, ending.stdout, ending.stderr.count("\n")) == (2, "", 1)
    assert ending.stderr.startswith(f"error: {message}")
    assert ending.stderr.endswith("; see --help\n")


@pytest.mark.parametrize(
    ("arguments", "message"),
    [
        (("--dropout", "1"), "dropout is 1.0: it must be at least 0 and below 1"),
        (("--dropout", "nan"), "dropout is nan: it must be"),
        (("--rate", "0"), "rate is 0.0: it must be above 0"),
        (("--layers", "0"), "layers is 0: it must be above 0"),
        (("--patience", "-1"), "patience is -1: it must be above 0"),
        (("--seed", "-1"), "--seed -1: it must be from 0"),
    ],
)
def test_a_value_out_of_range(
    script: Script, tmp_path: Path, arguments: tuple[str, ...], message: str
) -> None:
    run = tmp_path / "run"
    ending = script("train_language_model.py", *arguments, "--run-dir", run)
    assert (ending.status, ending.stderr.count("\n")) == (2, 1)
    assert message in ending.stderr
    assert not run.exists()


@pytest.mark.parametrize(
    "arguments", [("--n", "1"), ("--temperatures", "1", "0"), ("--temperatures", "nan")]
)
def test_a_frontier_of_nothing(script: Script, arguments: tuple[str, ...]) -> None:
    ending = script("mle_frontier.py", "scenes", *arguments)
    assert (ending.status, ending.stderr.count("\n")) == (2, 1)
    assert "n must be at least 2, temperatures above 0" in ending.stderr


def test_on_a_coloured_terminal(script: Script, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("TERM", "xterm")
    monkeypatch.setattr(sys.stdout, "isatty", lambda: True)
    assert "\x1b[" in script("train_text_gan.py", "--help").stdout
    ending = script("train_text_gan.py", "scenes", "--gamma", "much")
    message = "error: --gamma: could not convert string to float: 'much'; see --help\n"
    assert ending.stderr == message


def test_something_missing(script: Script) -> None:
    ending = script("mle_frontier.py")
    assert (ending.status, ending.stderr.count("\n")) == (2, 1)
    assert "mle_frontier.py: STR a card, a text file" in ending.stderr
