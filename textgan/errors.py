"""The one error a user's mistake raises, and how a script reports it: one line, exit status 2."""

import os
import sys
from collections.abc import Iterator
from contextlib import contextmanager


class UserError(Exception):
    """A mistake in the input: the message says in one line what was wrong, where, what to do."""


@contextmanager
def one_line_errors() -> Iterator[None]:
    """Print a `UserError` raised in the block as one line on stderr and exit with status 2.

    So ends what the system refuses, such as a name that is too long or output to a full disk.
    Ctrl-C also ends in one line (status 130), and a reader that leaves early, such as `head`, in
    none (status 1).
    """
    try:
        yield
        sys.stdout.flush()
    except UserError as error:
        _leave(2, f"error: {_one_line(str(error))}")
    except KeyboardInterrupt as stop:
        _leave(130, f"interrupted{stop}")
    except BrokenPipeError:
        _leave(1)
    except OSError as error:
        if error.errno is None:
            raise  # a library's own
        what = error.filename or "the output"
        _leave(2, f"error: {_one_line(f'cannot use {what}')}: {error.strerror}")


def _leave(status: int, line: str = "") -> None:
    """Exit with a status and a line on stderr."""
    if line:
        print(line, file=sys.stderr)
    try:
        sys.stdout.flush()
    except OSError:
        # What is left in the buffer must not raise again when Python flushes it at exit.
        os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())
    sys.exit(status)


def _one_line(message: str) -> str:
    """Return a message as one line; what a library quoted at length is cut in the middle."""
    line = " ".join(message.splitlines())
    return line if len(line) <= 1000 else f"{line[:600]} ... {line[-300:]}"
