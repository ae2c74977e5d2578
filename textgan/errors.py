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

    Ctrl-C also ends in one line (status 130), and a reader that leaves early, such as `head`, in
    none (status 1).
    """
    try:
        yield
        sys.stdout.flush()
    except UserError as error:
        print("error:", _one_line(str(error)), file=sys.stderr)
        sys.exit(2)
    except KeyboardInterrupt as stop:
        print(f"interrupted{stop}", file=sys.stderr)
        sys.exit(130)
    except BrokenPipeError:
        # What is left in the buffer must not raise again when Python flushes it at exit.
        os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())
        sys.exit(1)


def _one_line(message: str) -> str:
    """Return a message as one line; what a library quoted at length is cut in the middle."""
    line = " ".join(message.splitlines())
    return line if len(line) <= 1000 else f"{line[:600]} ... {line[-300:]}"
