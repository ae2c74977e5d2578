"""What a command line begins with, and its mistakes in one line."""

from dataclasses import dataclass
from pathlib import Path

import pytest

from textgan.command_line import check_seed, leading_name, leading_run, parse, run_script
from textgan.errors import UserError


@dataclass(frozen=True)
class Options:
    """Made of a command line.

    Attributes:
        width: of something.
    """

    width: int = 3


@pytest.mark.parametrize(
    ("arguments", "name", "rest"),
    [
        ([], "ring", []),
        (["grid", "--steps", "3"], "grid", ["--steps", "3"]),
        (["--steps", "3"], "ring", ["--steps", "3"]),
    ],
)
def test_the_name_at_the_beginning(arguments: list[str], name: str, rest: list[str]) -> None:
    assert leading_name(arguments, "ring") == (name, rest)


def test_the_run_at_the_beginning() -> None:
    assert leading_run(["runs/a", "-n", "3"], "textgan sample") == Path("runs/a")
    with pytest.raises(UserError, match=r"textgan sample RUN \.\.\.; see --help"):
        leading_run(["-n", "3"], "textgan sample")


def test_options_are_read() -> None:
    assert parse(Options, "What it does.", args=["--width", "5"]) == Options(5)


@pytest.mark.parametrize(
    ("arguments", "message"),
    [
        (["--width", "wide"], "invalid literal for int"),
        (["--widht", "3"], "Unrecognized options: --widht"),
        (["--width"], "Missing value for argument '--width'"),
    ],
)
def test_a_mistake_is_one_line(arguments: list[str], message: str) -> None:
    with pytest.raises(UserError) as caught:
        parse(Options, "What it does.", args=arguments)
    line = str(caught.value)
    assert message in line and "\n" not in line and line.endswith("; see --help")


def test_a_script_is_called_with_what_was_read() -> None:
    def main(width: int = 3) -> int:
        return 2 * width

    assert run_script(main, "What it does.", args=["--width", "5"]) == 10


@pytest.mark.parametrize("seed", [-1, 2**31])
def test_a_seed_out_of_range(seed: int) -> None:
    check_seed(0)
    check_seed(2**31 - 1)
    with pytest.raises(UserError, match=f"--seed {seed}: it must be from 0"):
        check_seed(seed)
