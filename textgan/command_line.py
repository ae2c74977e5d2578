"""The command line: tyro reads it, and a mistake in it is one line like any other mistake."""

import functools
import io
import re
import sys
from collections.abc import Callable, Mapping
from contextlib import redirect_stderr
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Generic, TypeVar

import tyro

from textgan.backend import BackendName
from textgan.errors import UserError, one_line_errors

S = TypeVar("S")
T = TypeVar("T")


def _interrupt_in_one_line(kind: type[BaseException], error: BaseException, trace: Any) -> None:
    if issubclass(kind, KeyboardInterrupt):
        print("interrupted", file=sys.stderr)
    else:
        sys.__excepthook__(kind, error, trace)


# A script imports for a second or more before `one_line_errors` begins.
sys.excepthook = _interrupt_in_one_line


@dataclass(frozen=True)
class Training(Generic[S]):
    """What the command line of a training decides.

    Attributes:
        run_dir: where the run is kept; default runs/ and the name of what is learned.
        seed: of everything random.
        backend: what Keras runs on.
        settings: everything else, with the preset's values as defaults.
    """

    run_dir: Path
    settings: tyro.conf.OmitArgPrefixes[S]
    seed: int = 1
    backend: BackendName = "tensorflow"


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


def leading_name(default: str) -> tuple[str, list[str]]:
    """Part the command line in the name that it begins with, or `default`, and the options."""
    named = len(sys.argv) > 1 and not sys.argv[1].startswith("-")
    return (sys.argv[1], sys.argv[2:]) if named else (default, sys.argv[1:])


def leading_preset(presets: Mapping[str, S], default: str) -> tuple[str, S, list[str]]:
    """Part the command line in the preset it begins with, by name and value, and the options.

    Raises:
        UserError: there is no such preset.
    """
    name, options = leading_name(default)
    if name not in presets:
        raise UserError(f"unknown preset {name!r}; there are: {', '.join(presets)}")
    return name, presets[name], options


def parse_training(
    settings: S, run_dir: Path, options: list[str], description: str | None
) -> Training[S]:
    """Read the options of a training.

    Args:
        settings: their defaults.
        run_dir: where the run is kept by default.
        options: of the command line.
        description: what `--help` says of the script, its docstring.

    Raises:
        UserError: see `parse`; a seed out of range.
    """
    wanted = Training[type(settings)]  # type: ignore[misc]
    training = parse(wanted, description, default=wanted(run_dir, settings), args=options)
    check_seed(training.seed)
    return training


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
