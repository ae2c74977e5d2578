"""A laboratory for generative adversarial networks whose main subject is text.

>>> import textgan
>>> textgan.sample("runs/scenes", 1, seed=7)  # doctest: +ELLIPSIS
[(...)]

What there is, each with an example: `help(textgan.train_text)` and the other names of `__all__`.
"""

from importlib import import_module
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from textgan.api import (
        UserError,
        evaluate,
        evaluate_sentences,
        inspect_run,
        load_corpus,
        load_model,
        open_run,
        sample,
        train_images,
        train_tables,
        train_text,
        write_report,
    )

__version__ = "0.1.0"
__all__ = [
    "UserError",
    "__version__",
    "evaluate",
    "evaluate_sentences",
    "inspect_run",
    "load_corpus",
    "load_model",
    "open_run",
    "sample",
    "train_images",
    "train_tables",
    "train_text",
    "write_report",
]


def __getattr__(name: str) -> Any:
    """Load a public name when it is first asked for."""
    if name not in __all__:
        raise AttributeError(f"module 'textgan' has no attribute {name!r}")
    return getattr(import_module("textgan.api"), name)


def __dir__() -> list[str]:
    return sorted({*globals(), *__all__})
