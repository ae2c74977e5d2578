"""Score a run, or a file of samples of any origin, beside real data.

    textgan evaluate RUN
    textgan evaluate SAMPLES.txt --references TEST.txt [--training TRAIN.txt]
    textgan evaluate SAMPLES.npz --data mnist
    textgan evaluate SAMPLES.csv --real REAL.csv [--test TEST.csv]

The kind is that of the run, or goes by the ending of the file; `textgan evaluate RUN --help` lists
the options of its kind. With `--json` the scores are also written by name, each with its value,
signature and the same of real samples; those of a run always to its evaluation.json.
"""

import sys
from collections.abc import Sequence
from dataclasses import dataclass
from functools import partial
from pathlib import Path
from typing import Any, Generic, TypeVar

import tyro

from textgan.backend import BackendName, use_backend
from textgan.command_line import leading_run, parse
from textgan.domain import Domain
from textgan.domains import DOMAINS, KINDS, kind_of
from textgan.errors import one_line_errors
from textgan.files import check_output, require_place, write_json

S = TypeVar("S")
ENDINGS = {".npz": "image", ".csv": "table", ".parquet": "table"}  # all others are text


@dataclass(frozen=True)
class Scoring(Generic[S]):
    """What the command line of an evaluation decides.

    Attributes:
        settings: what to score, against what.
        backend: that Keras runs on.
    """

    settings: tyro.conf.OmitArgPrefixes[tyro.conf.PositionalRequiredArgs[S]]
    backend: BackendName = "tensorflow"


def run(arguments: Sequence[str], prog: str) -> None:
    """Score what the first argument names, with the options of its kind."""
    with one_line_errors():
        evaluate(domain_of(leading_run(arguments, prog)), arguments, __doc__, prog)


def any_kind(
    samples: tyro.conf.Positional[Path],
    json: Path | None = None,
    backend: BackendName = "tensorflow",
) -> None:
    """Stand in the help for the options that all kinds share; `evaluate` reads those of a kind.

    Args:
        samples: folder of a run, or a file of samples.
        json: also write the scores to this file.
        backend: that Keras runs on.
    """


def domain_of(samples: Path) -> Domain:
    """Return the kind of a run, or of a file of samples by its ending.

    Raises:
        UserError: it is not there, or a folder that holds no run of a known kind.
    """
    require_place(samples)
    if not samples.is_dir():
        return DOMAINS[ENDINGS.get(samples.suffix.lower(), "text")]
    # A language model writes what a text GAN writes.
    makes = KINDS[kind_of(samples)].samples
    return next(domain for domain in DOMAINS.values() if domain.samples == makes)


def evaluate(
    domain: Domain, arguments: Sequence[str], description: str | None, prog: str | None = None
) -> None:
    """Score as a command line says; print the scores and write them.

    Args:
        domain: what is scored.
        arguments: of the command line.
        description: what `--help` says.
        prog: the command, as `--help` has it; default the script's name.
    """
    with one_line_errors():
        wanted = Scoring[domain.scored]  # type: ignore[name-defined]
        scoring = parse(wanted, description, args=arguments, prog=prog)
        score(domain, scoring.settings, scoring.backend)


def score(domain: Domain, settings: Any, backend: BackendName = "tensorflow") -> None:
    """Score, print, write.

    Args:
        domain: what is scored.
        settings: of its record of an evaluation.
        backend: that Keras runs on.

    Raises:
        UserError: what is to be scored or written cannot be.
    """
    check_output(settings.json)
    if settings.needs_keras:
        use_backend(backend)
    from textgan.metrics.evaluation import render

    evaluation = domain.evaluate(settings, partial(print, file=sys.stderr, flush=True))
    print(render(evaluation))
    if settings.json:
        write_json(evaluation.as_json(), settings.json)
