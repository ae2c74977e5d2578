"""The one error a user's mistake raises, and how a script reports it: one line, exit status 2."""

import sys
from collections.abc import Iterator
from contextlib import contextmanager


class UserError(Exception):
    """A mistake in the input: the message says what was wrong, where, and what to do, in one line."""


@contextmanager
def one_line_errors() -> Iterator[None]:
    """Print a `UserError` raised in the block as one line on stderr and exit with status 2."""
    try:
        yield
    except UserError as error:
        print(f"error: {error}", file=sys.stderr)
        sys.exit(2)
