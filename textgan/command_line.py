"""The command line: tyro reads it, and a mistake in it is one line like any other mistake."""

import functools
import io
import re
from collections.abc import Callable
from contextlib import redirect_stderr
from typing import Any, TypeVar

import tyro

from textgan.errors import UserError, one_line_errors

T = TypeVar("T")


def run_script(main: Callable[..., T], description: str | None) -> T:
    """Call `main` with the arguments of the command line; report mistakes in one line.

    Args:
        main: whose parameters are the options.
        description: what `--help` says of the script, its docstring.
    """

    # tyro would call `main` while its messages are held back.
    @functools.wraps(main)
    def postponed(*values: Any, **named: Any) -> Callable[[], T]:
        return functools.partial(main, *values, **named)

    with one_line_errors():
        return parse(postponed, description)()


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


def _message(box: str) -> str:
    """Return the first paragraph of tyro's framed, perhaps coloured, text as one line."""
    lines = [line.strip("│ ") for line in re.sub(r"\x1b\[[\d;]*m", "", box).splitlines()]
    paragraph = re.split(r"[╭╰─]{3}.*", "\n".join(lines).strip("\n"), maxsplit=2)
    text = " ".join(" ".join(paragraph[1:2] or paragraph).split())
    return text.removeprefix("Error parsing ").removesuffix(".")
