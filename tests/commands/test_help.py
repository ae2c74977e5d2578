"""Every option of every command and script has a line of help of its own."""

import argparse
import re
import runpy
import sys
from collections.abc import Iterator
from pathlib import Path
from typing import Any, NoReturn

import pytest
import tyro

from textgan.commands import main
from textgan.domains import DOMAINS, PLURALS

ROOT = Path(__file__).parents[2]
SCRIPTS = sorted(path.stem for path in (ROOT / "scripts").glob("*.py"))
WORDS = [
    ["--help"],
    *(["train", kind, "--help"] for kind in PLURALS),
    *(
        [name, str(ROOT / "tests" / "data" / kind)]
        for name in ("sample", "evaluate")
        for kind in DOMAINS
    ),
    *([name, "--help"] for name in main.COMMANDS if name not in ("train", "sample", "evaluate")),
]


@pytest.fixture
def parsers(monkeypatch: pytest.MonkeyPatch) -> list[argparse.ArgumentParser]:
    """The parsers that are asked for their help, in place of which nothing is read."""
    found: list[argparse.ArgumentParser] = []

    def keep(wanted: Any, **options: Any) -> NoReturn:
        known = {name: options[name] for name in ("default", "config") if name in options}
        found.append(tyro.extras.get_parser(wanted, **known))
        raise SystemExit(0)

    monkeypatch.setattr(tyro, "cli", keep)
    return found


@pytest.mark.parametrize("words", WORDS, ids=" ".join)
def test_of_a_command(parsers: list[argparse.ArgumentParser], words: list[str]) -> None:
    with pytest.raises(SystemExit):
        main.main(words)
    check(parsers)


@pytest.mark.parametrize("name", SCRIPTS)
def test_of_a_script(
    parsers: list[argparse.ArgumentParser], name: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(sys, "argv", [name, "--help"])
    with pytest.raises(SystemExit):
        runpy.run_path(str(ROOT / "scripts" / f"{name}.py"), run_name="__main__")
    check(parsers)


def check(parsers: list[argparse.ArgumentParser]) -> None:
    """Every option says more than its name and its default."""
    (parser,) = parsers
    for option, text in options(parser):
        said = re.sub(r"\((default|required|optional|repeatable)[^)]*\)", "", text).strip()
        words = set(re.findall(r"[a-z]+", said.lower()))
        assert len(words - set(re.findall(r"[a-z]+", option))) >= 2, (option, text)


def options(parser: argparse.ArgumentParser) -> Iterator[tuple[str, str]]:
    """Yield the options of a parser and of those below it, each with its help."""
    for action in parser._actions:
        if isinstance(action.choices, dict):
            for below in action.choices.values():
                yield from options(below)
        else:
            name = (*action.option_strings, str(action.metavar or action.dest))[0]
            yield name, action.help or ""
