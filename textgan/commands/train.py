"""Train a GAN: textgan train text|images|tables [PRESET or DATA] [--run-dir DIR] [--steps N] ...

Without a preset it learns what is built in, in a few minutes. DATA is a file of your own, a folder
of images, or the name of a card. The same command again resumes a run that was stopped; --dry-run
only says what would be trained. `textgan train text PRESET --help` lists every setting of it.
"""

import os
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from shlex import quote
from typing import Any, Generic, TypeVar

import tyro

from textgan.backend import BackendName, use_backend
from textgan.command_line import check_seed, leading_name, parse
from textgan.domain import Domain
from textgan.domains import PLURALS
from textgan.errors import UserError, one_line_errors
from textgan.gan.devices import Placement, training_on

S = TypeVar("S")


@dataclass(frozen=True)
class Training(Generic[S]):
    """What the command line of a training decides.

    Attributes:
        run_dir: where the run is kept; default runs/ and the name of what is learned.
        seed: for everything random.
        backend: that Keras runs on.
        dry_run: print settings, data and cost; train nothing and write no run.
        tensorboard: also write what is logged as event files for TensorBoard.
        placement: where it runs.
        settings: what is learned and how, with the preset's values as defaults.
    """

    run_dir: Path
    settings: tyro.conf.OmitArgPrefixes[S]
    seed: int = 1
    backend: BackendName = "tensorflow"
    dry_run: bool = False
    tensorboard: bool = False
    placement: tyro.conf.OmitArgPrefixes[Placement] = Placement()  # noqa: RUF009


def run(arguments: Sequence[str], prog: str) -> None:
    """Train what the first argument names: text, images or tables."""
    with one_line_errors():
        kind, options = leading_name(arguments, "")
        if kind not in PLURALS:
            raise UserError(f"{prog} {kind}: name {', '.join(PLURALS)} first; see {prog} --help")
        train(PLURALS[kind], options, __doc__, f"{prog} {kind}")


def train(
    domain: Domain, arguments: Sequence[str], description: str | None, prog: str | None = None
) -> None:
    """Train as a command line says, and say what to do next.

    Args:
        domain: what is trained.
        arguments: of the command line: a preset or data, then options.
        description: what `--help` says.
        prog: the command, as `--help` has it; default the script's name.
    """
    with one_line_errors():
        given, options = leading_name(arguments, next(iter(domain.presets)))
        settings = domain.choose(given)
        is_preset = given in domain.presets
        run_dir = Path("runs") / (given if is_preset else Path(os.path.abspath(given)).stem)
        training = parse_training(settings, run_dir, options, description, prog)
        if not getattr(training.settings, domain.data):
            raise UserError(f"preset {given} needs --{domain.data}: a file of your own")
        if is_preset and os.path.isfile(given):
            print(f"{given} is taken for the preset; for the file of that name write ./{given}")
        batch_size = training.settings.game.batch_size
        training.placement.check(training.backend, batch_size)
        use_backend(training.backend)
        from textgan.runs import plan_run, train_run

        if training.dry_run:
            for line in plan_run(domain, training.settings, training.run_dir, training.seed):
                print(line, flush=True)
            return
        watchers = _watchers(training)
        with training_on(training.placement):
            train_run(domain, training.settings, training.run_dir, training.seed, watchers)
        path = quote(str(training.run_dir))
        print(f"sample it: {domain.sampling.format(run=path, n=10)}")
        print(f"score it: {domain.evaluating.format(run=path)}")


def _watchers(training: Training) -> list[Any]:
    if not training.tensorboard:
        return []
    from textgan.event_files import EventFiles

    return [EventFiles()]


def parse_training(
    settings: S,
    run_dir: Path,
    options: Sequence[str],
    description: str | None,
    prog: str | None = None,
) -> Training[S]:
    """Read the options of a training.

    Args:
        settings: their defaults.
        run_dir: where the run is kept by default.
        options: of the command line.
        description: what `--help` says.
        prog: the command, as `--help` has it; default the script's name.

    Raises:
        UserError: see `parse`; a seed out of range.
    """
    wanted = Training[type(settings)]  # type: ignore[misc]
    default = wanted(run_dir, settings)
    training = parse(wanted, description, default=default, args=options, prog=prog)
    check_seed(training.seed)
    return training
