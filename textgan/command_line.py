"""The command line: tyro reads it, and a mistake in it is one line like any other mistake."""

import functools
import io
import re
import sys
from collections.abc import Callable, Sequence
from contextlib import redirect_stderr
from pathlib import Path
from typing import Any, TypeVar

import tyro

from textgan.errors import UserError, one_line_errors

T = TypeVar("T")


def _interrupt_in_one_line(kind: type[BaseException], error: BaseException, trace: Any) -> None:
    if issubclass(kind, KeyboardInterrupt):
        print("interrupted", file=sys.stderr)
    else:
        sys.__excepthook__(kind, error, trace)


# A script imports for a second or more before `one_line_errors` begins.
sys.excepthook = _interrupt_in_one_line


def run_script(main: Callable[..., T], description: str | None, **options: Any) -> T:
    """Call `main` with the arguments of the command line; report mistakes in one line.

    Args:
        main: whose parameters are the options.
        description: what `--help` says of the script, its docstring.
        options: further ones of `tyro.cli`, such as `args` and `prog`.
    """

    # tyro would call `main` while its messages are held back.
    @functools.wraps(main)
    def postponed(*values: Any, **named: Any) -> Callable[[], T]:
        return functools.partial(main, *values, **named)

    with one_line_errors():
        return parse(postponed, description, **options)()


def parse(wanted: Callable[..., T], description: str | None, **options: Any) -> T:
    """Read `wanted` (a dataclass, or a function to call) from the command line.

    Args:
        wanted: what to make.
        description: what `--help` says of the script, its docstring.
        options: further ones of `tyro.cli`, such as `default` and `args`.

    Raises:
        UserError: an option that there is not, a value of the wrong kind, something missing.
        SystemExit: help was asked for, and has been printed.
    """
    said = io.StringIO()
    try:
        with redirect_stderr(said):
            return tyro.cli(wanted, description=description, **options)
    except SystemExit as stop:
        if not stop.code:
            raise
        raise UserError(f"{_message(said.getvalue())}; see --help") from None


def leading_name(arguments: Sequence[str], default: str) -> tuple[str, Sequence[str]]:
    """Part a command line in the name that it begins with, or `default`, and the options."""
    named = bool(arguments) and not arguments[0].startswith("-")
    return (arguments[0], arguments[1:]) if named else (default, arguments)


def leading_run(arguments: Sequence[str], prog: str) -> Path:
    """Return the run or file that a command line begins with: its kind says which options follow.

    Raises:
        UserError: it begins with none.
    """
    name, _ = leading_name(arguments, "")
    if not name:
        raise UserError(f"name what is meant first: {prog} RUN ...; see --help")
    return Path(name)


def check_seed(seed: int) -> None:
    """Raise a `UserError` if a seed is out of range."""
    if not 0 <= seed < 2**31:
        raise UserError(f"--seed {seed}: it must be from 0 to {2**31 - 1}")


def _message(box: str) -> str:
    """Return the first paragraph of tyro's framed, perhaps coloured, text as one line.

    Where the terminal knows ASCII alone, rules of hyphens stand for the frame.
    """
    lines = [line.strip("│ ") for line in re.sub(r"\x1b\[[\d;]*m", "", box).splitlines()]
    paragraph = re.split(r"[╭╰─]{3}.*|(?m:^-{3,}$)", "\n".join(lines).strip("\n"), maxsplit=2)
    text = " ".join(" ".join(paragraph[1:2] or paragraph).split())
    return text.removeprefix("Error parsing ").removesuffix(".")
