"""Train over settings and seeds: textgan sweep text|images|tables [PRESET or DATA] --over ...

    textgan sweep tables wine --over objective=relativistic,hinge gamma=0.1,1 --seeds 1 2 3
    textgan sweep tables wine --over gamma=log:0.01..10 generator_width=32..256 --sampler tpe
    textgan sweep images --over objective+penalty=relativistic+r1_r2,hinge+r1

Every trial is a run folder in --sweep-dir. Start the command as often as there are cores or hosts:
the workers share the trials. The same command again goes on with what was stopped. Settings that
all trials have are given as to `textgan train`. `textgan report SWEEP_DIR` compares the trials.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from shlex import quote
from typing import Generic, TypeVar

import tyro

from textgan.backend import BackendName, use_backend
from textgan.command_line import leading_name, parse
from textgan.domain import Domain
from textgan.domains import PLURALS
from textgan.errors import UserError, one_line_errors
from textgan.sweep_plan import Plan, SamplerName, read_axes

S = TypeVar("S")


@dataclass(frozen=True)
class Sweeping(Generic[S]):
    """What the command line of a sweep decides.

    Attributes:
        sweep_dir: where the trials are kept; default runs/sweeps/ and the name of what is learned.
        over: the settings that differ: NAME=VALUE,VALUE or, for random and tpe, NAME=LOW..HIGH or
            NAME=log:LOW..HIGH; settings that go together are joined by +, names and values alike.
        seeds: each choice of settings is trained with all of them.
        sampler: which settings are tried: every combination, random ones, or those that Optuna's
            TPE expects to be good by the live scores so far.
        trials: how many runs, for random and tpe; a grid has its own number.
        prune: stop trials whose live score is below the median of the others' at the same step.
        evaluate: also score each finished run, as `textgan evaluate` does.
        storage: address of a database for the study, such as sqlite:///sweep.db; default a journal
            in the sweep's folder.
        backend: what Keras runs on.
        settings: those of all trials, with the preset's values as defaults.
    """

    sweep_dir: Path
    settings: tyro.conf.OmitArgPrefixes[S]
    over: tuple[str, ...] = ()
    seeds: tuple[int, ...] = (1, 2, 3)
    sampler: SamplerName = "grid"
    trials: int = 20
    prune: bool = False
    evaluate: bool = False
    storage: str = ""
    backend: BackendName = "tensorflow"


def run(arguments: Sequence[str], prog: str) -> None:
    """Work on the sweep that the arguments ask for."""
    with one_line_errors():
        kind, options = leading_name(arguments, "")
        if kind not in PLURALS:
            raise UserError(f"{prog} {kind}: name {', '.join(PLURALS)} first; see --help")
        domain = PLURALS[kind]
        given, options = leading_name(options, next(iter(domain.presets)))
        place = Path("runs") / "sweeps" / Path(given).stem
        sweep(domain, parse_sweep(domain.choose(given), place, options, f"{prog} {kind}"))


def parse_sweep(settings: S, place: Path, options: Sequence[str], prog: str) -> Sweeping[S]:
    """Read the options of a sweep.

    Args:
        settings: their defaults.
        place: the sweep's folder by default.
        options: of the command line.
        prog: the command, as `--help` has it.

    Raises:
        UserError: see `parse`.
    """
    wanted = Sweeping[type(settings)]  # type: ignore[misc]
    return parse(wanted, __doc__, default=wanted(place, settings), args=options, prog=prog)


def sweep(domain: Domain, asked: Sweeping) -> None:
    """Work on a sweep until no trial is left.

    Raises:
        UserError: what is asked for makes no sweep, Optuna is not installed, or see `Sweep`.
    """
    if not getattr(asked.settings, domain.data):
        raise UserError(f"what is learned? Give --{domain.data}")
    plan = Plan(
        domain,
        asked.settings,
        read_axes(asked.over, asked.settings),
        asked.seeds,
        asked.sampler,
        asked.trials,
        asked.prune,
        asked.backend,
    )
    try:
        import optuna  # noqa: F401
    except ImportError as error:
        raise UserError(f"a sweep needs Optuna ({error}); pip install 'textgan[sweep]'") from error
    use_backend(asked.backend)
    from textgan.sweeps import Sweep

    Sweep(plan, asked.sweep_dir, asked.storage, asked.evaluate, _say).work()
    print(f"compare them: textgan report {quote(str(asked.sweep_dir))}")


def _say(line: str) -> None:
    print(line, flush=True)
