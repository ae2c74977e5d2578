"""Runs of any kind: trained in a folder, planned without training, and opened again."""

import json
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import asdict
from hashlib import sha256
from pathlib import Path
from typing import Any, ClassVar, Protocol, TypeVar

import keras
import numpy as np

from textgan.catalogue import nothing_fetched
from textgan.domain import Domain, Kind, read_settings
from textgan.errors import UserError
from textgan.gan.devices import devices_in_use
from textgan.gan.run_folder import (
    RunFolder,
    flatten,
    known_setting,
    read_config,
    require_same_data,
)
from textgan.gan.sampling import StoredModel
from textgan.gan.settings import LoopSettings
from textgan.gan.training import Subject, Watcher, follow, train
from textgan.model_card import write_model_card

M = TypeVar("M", bound=StoredModel)


class RunSubject(Subject, Protocol[M]):
    """What a domain brings to a run: a game, and what the run folder is to hold of it."""

    kind: ClassVar[Kind]
    model: M
    """Reads what the EMA generator makes."""

    @property
    def facts(self) -> dict[str, Any]:
        """What decides the outcome beside the settings, the data's `checksum` among it."""
        ...

    @property
    def notes(self) -> dict[str, Any]:
        """What is worth knowing of the data."""
        ...

    def introduce(self) -> Iterable[str]:
        """Say in lines what is about to be learned."""
        ...

    def shown(self, samples: np.ndarray) -> np.ndarray:
        """Return samples (sample, *shape) as the discriminator sees them in training: unchanged."""
        return samples

    def export(self, folder: Path) -> None:
        """Write the model and its card."""
        self.model.save(folder)
        write_model_card(folder.parent, self.kind)

    def finish(self, samples: Path) -> None:
        """Write what is made of all samples, at the end: nothing."""
        del samples


def train_run(
    domain: Domain,
    settings: Any,
    run_dir: Path,
    seed: int = 1,
    watchers: Sequence[Watcher] = (),
) -> None:
    """Train in `run_dir`, or go on there.

    Args:
        domain: what is trained.
        settings: of its record.
        run_dir: the run folder.
        seed: of everything random.
        watchers: follow the training, see `Watcher`.

    Raises:
        UserError: data that cannot be used, a folder that cannot be used, divergence.
    """
    data = domain.load(settings, known_setting(run_dir, "data.checksum"))
    subject = domain.subject(data, settings, seed)
    config = {
        "kind": domain.name,
        "seed": seed,
        "backend": keras.backend.backend(),
        "data": subject.facts,
        **asdict(settings),
    }
    devices = devices_in_use()
    if devices is not None:
        devices.require_same(sha256(json.dumps(config, sort_keys=True).encode()).digest())
        if devices.process:
            follow(subject, settings.loop, seed)
            return
    players = _parameters(subject)
    sizes = dict(zip(("generator_parameters", "discriminator_parameters"), players, strict=True))
    run = RunFolder(run_dir, config, {**subject.notes, **sizes}, asdict(domain.settings()))
    for line in subject.introduce():
        print(line, flush=True)
    print(_players(players), flush=True)
    if devices is not None:
        print(f"each batch is cut over {devices}", flush=True)
    train(subject, run, settings.loop, seed, watchers=watchers)
    with run.one_line_endings():
        subject.finish(run.samples)


def plan_run(domain: Domain, settings: Any, run_dir: Path, seed: int = 1) -> Iterator[str]:
    """Say in lines what `train_run` would do: settings, data, cost.

    Nothing is trained, fetched or written; where vectors would have to be trained, drawn ones of
    their size stand in.

    Raises:
        UserError: data that cannot be used, or that is not on this machine.
    """
    yield f"would train in {run_dir}, seed {seed}, backend {keras.backend.backend()}"
    for name, value in flatten(asdict(settings)).items():
        yield f"  {name:32}{value}"
    with nothing_fetched():
        load = domain.preview or domain.load
        data = load(settings, known_setting(run_dir, "data.checksum"))
    subject = domain.subject(data, settings, seed)
    yield f"data: {domain.data} {getattr(settings, domain.data)}"
    yield from subject.introduce()
    yield f"cost: {_players(_parameters(subject))}"
    loop: LoopSettings = settings.loop
    batch = subject.game.batch_size
    yield (
        f"{loop.steps:,} steps of {batch:,} {domain.samples}: "
        f"{loop.steps * batch / subject.count:.1f} times through {subject.count:,}"
    )


def _parameters(subject: RunSubject[Any]) -> tuple[int, int]:
    games = subject.game.games
    return (
        sum(game.generator.count_params() for game in games),
        sum(game.discriminator.count_params() for game in games),
    )


def _players(parameters: tuple[int, int]) -> str:
    return f"generator {parameters[0]:,} parameters, discriminator {parameters[1]:,}"


def reopen(path: Path, domain: Domain) -> RunSubject[Any]:
    """Build the game of a run folder anew, from its settings and its data; nothing is trained.

    Raises:
        UserError: it is no run of this domain, it is of another version of textgan, its data is not
            at hand or has changed.
    """
    stored = read_config(path)["settings"]
    if stored.get("kind") != domain.name:
        raise UserError(f"{path} is a run of kind {stored.get('kind')!r}, not {domain.name!r}")
    try:
        settings, seed = read_settings(domain.settings, stored), int(stored["seed"])
    except (KeyError, TypeError) as error:
        raise UserError(
            f"{path} was made by another version of textgan ({error}); train it again"
        ) from error
    data = domain.reopen(settings, path)
    require_same_data(path, data.checksum)
    return domain.subject(data, settings, seed)
