"""The command `textgan`: which commands there are, and the way to each."""

import sys
from collections.abc import Sequence
from pathlib import Path
from typing import Annotated, Any, Union

import tyro
from tyro.conf import subcommand

from textgan import __version__
from textgan.command_line import parse
from textgan.commands import (
    catalogue,
    embeddings,
    evaluate,
    inspect,
    language_model,
    play,
    report,
    sample,
    sweep,
    train,
)
from textgan.domains import PLURALS
from textgan.errors import UserError, one_line_errors

ABOUT = """A laboratory for generative adversarial networks whose main subject is text.

textgan train text; textgan sample runs/scenes -n 20; textgan evaluate runs/scenes
"""
COMMANDS = {
    "train": train,
    "sample": sample,
    "evaluate": evaluate,
    "report": report,
    "inspect": inspect,
    "play": play,
    "catalogue": catalogue,
    "sweep": sweep,
    "language-model": language_model,
    "embeddings": embeddings,
}
DEPENDING = ("train", "sweep", "sample", "evaluate")  # on a preset, run or file before the options
COMPLETION = ("--tyro-print-completion", "--tyro-write-completion")
SHELLS = ("bash", "zsh", "fish")


def main(arguments: Sequence[str] | None = None) -> None:
    """Run the command that the arguments name, by default those of the command line.

    A command reads its own options, for they depend on the preset, run or file before them. Help
    on all commands and the completion of a shell come from one tree of them.
    """
    words = list(sys.argv[1:] if arguments is None else arguments) or ["--help"]
    with one_line_errors():
        if words == ["--version"]:
            print(f"textgan {__version__}")
        elif _is_whole(words):
            COMMANDS[words[0]].run(words[1:], f"textgan {words[0]}")
        else:
            _show(words)


def _is_whole(words: Sequence[str]) -> bool:
    """Whether there is a command, and what its options depend on.

    Raises:
        UserError: there is no such command.
    """
    name, *rest = words
    if name.startswith("-"):
        return False
    if name not in COMMANDS:
        raise UserError(f"there is no command {name!r}; there are: {', '.join(COMMANDS)}")
    return name not in DEPENDING or rest not in ([], ["--help"], ["-h"])


def _show(words: Sequence[str]) -> None:
    """Print help or the completion of a shell; say what is wrong with anything else."""
    if words[0] in COMPLETION and words[1:2] not in [[shell] for shell in SHELLS]:
        raise UserError(f"{words[0]} needs a shell: {', '.join(SHELLS)}")
    functions = {
        "sample": (sample.any_kind, "Sample a trained run."),
        "evaluate": (evaluate.any_kind, "Score a run, or a file of samples, beside real data."),
        "report": (report.report, "Write a page on a run, or on several side by side."),
        "inspect": (inspect.inspect, "Look into the networks of a run."),
        "play": (play.play, "Open a playground in the browser: the game in the plane, or a run."),
        "catalogue": (catalogue.catalogue, "List the corpora, word vectors and images there are."),
        "language-model": (language_model.train, "Train the maximum-likelihood baseline of text."),
        "embeddings": (embeddings.train_embeddings, "Train word2vec on a corpus."),
    }
    tree = Union[
        _kinds("train", "Train a GAN: text, images or tables.", train.Training, Path("runs")),
        _kinds("sweep", "Train over settings and seeds.", sweep.Sweeping, Path("runs/sweeps")),
        *(
            Annotated[Any, subcommand(name, constructor=function, description=about)]
            for name, (function, about) in functions.items()
        ),
    ]
    bare = (tyro.conf.OmitSubcommandPrefixes,)
    parse(tree, ABOUT, args=words, prog="textgan", config=bare)  # type: ignore[arg-type]


def _kinds(command: str, about: str, of: Any, runs: Path) -> Any:
    """Return a command that takes a kind and a preset, as a type for tyro.

    Args:
        command: its name.
        about: what it does.
        of: the record of its options, of a folder and the preset's settings.
        runs: where that folder is.
    """
    kinds = []
    for domain in PLURALS.values():
        record = of[domain.settings]
        presets = [
            Annotated[record, subcommand(name, default=record(runs / name, settings))]
            for name, settings in domain.presets.items()
        ]
        said = f"A GAN of {domain.samples}; by default {next(iter(domain.presets))}."
        any_preset = Union[tuple(presets)]  # noqa: UP007
        kinds.append(Annotated[any_preset, subcommand(domain.plural, description=said)])
    any_kind = Union[tuple(kinds)]  # noqa: UP007
    return Annotated[any_kind, subcommand(command, description=about)]
