"""The command `textgan`: what it starts, says and refuses."""

import subprocess
import sys
from importlib.metadata import entry_points

import pytest

from tests.commands.conftest import Command
from textgan import __version__
from textgan.commands import main

HEAVY = {"keras", "tensorflow", "jax", "pandas", "nltk", "gensim", "matplotlib"}


@pytest.mark.parametrize("argument", ["--help", "--version"])
def test_it_starts_without_what_loads_slowly(argument: str) -> None:
    code = (
        "import sys; from textgan.commands.main import main\n"
        f"try: main([{argument!r}])\n"
        f"finally: print({HEAVY} & set(sys.modules))"
    )
    said = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    assert said.stdout.splitlines()[-1] == "set()"


def test_it_is_installed() -> None:
    (entry,) = entry_points(group="console_scripts", name="textgan")
    assert entry.load() is main.main


def test_version(textgan: Command) -> None:
    assert textgan("--version") == (0, f"textgan {__version__}\n", "")


@pytest.mark.parametrize("words", [(), ("--help",)])
def test_help_lists_every_command(textgan: Command, words: tuple[str, ...]) -> None:
    ending = textgan(*words)
    assert (ending.status, ending.stderr) == (0, "")
    assert all(f"• {name} " in ending.stdout for name in main.COMMANDS)


@pytest.mark.parametrize("name", main.COMMANDS)
def test_help_on_a_command(textgan: Command, name: str) -> None:
    ending = textgan(name, "--help")
    assert (ending.status, ending.stderr) == (0, "")
    assert ending.stdout.startswith(f"usage: textgan {name} ")


@pytest.mark.parametrize("shell", main.SHELLS)
def test_completion(textgan: Command, shell: str) -> None:
    ending = textgan("--tyro-print-completion", shell)
    assert (ending.status, ending.stderr) == (0, "")
    for word in (*main.COMMANDS, "stacked_mnist", "--generator-width", "--frontier"):
        assert word in ending.stdout


@pytest.mark.parametrize(
    ("words", "message"),
    [
        (("trane",), "there is no command 'trane'; there are: train, sample, "),
        (("--trane",), "Unrecognized options: --trane"),
        (("train",), "Expected one of {text, images, tables}"),
        (("sample",), "Missing from textgan sample: "),
        (("--tyro-print-completion", "ksh"), "needs a shell: bash, zsh, fish"),
        (("report", "--outt", "x"), "Unrecognized options: --outt"),
    ],
)
def test_what_it_refuses(textgan: Command, words: tuple[str, ...], message: str) -> None:
    ending = textgan(*words)
    assert (ending.status, ending.stdout, ending.stderr.count("\n")) == (2, "", 1)
    assert message in ending.stderr
