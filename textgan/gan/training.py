"""The loop: play, log, evaluate, keep the best, checkpoint; resume exactly where it stopped."""

import sys
import time
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any, Protocol

import numpy as np
from keras import ops

from textgan.errors import UserError
from textgan.gan.checkpoint import Checkpoint, load_latest, restore, save_checkpoint
from textgan.gan.devices import devices_in_use
from textgan.gan.diagnosis import Trouble, diagnose
from textgan.gan.ensemble import Ensemble
from textgan.gan.run_folder import RunFolder
from textgan.gan.settings import LoopSettings, ObjectiveName
from textgan.gan.step import METRICS, Game, Source, draw_batch


class Subject(Source, Protocol):
    """What a domain (text, images, tables) brings to the loop."""

    game: Game | Ensemble

    def prepare(self, folder: Path) -> None:
        """Do what comes before the first step, in the run folder: nothing.

        What it leaves behind must be part of the game's state, which checkpoints hold.
        """

    def evaluate(self, step: int) -> dict[str, float]:
        """Return scores of the EMA generator; `score` (higher is better) picks the best."""
        ...

    def write_samples(self, folder: Path, step: int) -> str:
        """Write samples from fixed noise to `folder`; return one, short enough for a line."""
        ...

    def export(self, folder: Path) -> None:
        """Write the EMA generator to `folder`, ready to sample from."""
        ...


class Watcher(Protocol):
    """Follows a training; what it raises ends the training there."""

    def begin(self, run: RunFolder) -> None:
        """Take note of a training that is about to begin, or to go on after its rows: nothing."""

    def logged(self, row: Mapping[str, Any]) -> None:
        """Take note of a row of the telemetry, which is in the run folder with its samples."""
        ...


def train(
    subject: Subject,
    run: RunFolder,
    settings: LoopSettings,
    seed: int,
    checkpoint_seconds: float = 60.0,
    watchers: Sequence[Watcher] = (),
) -> None:
    """Train to `settings.steps`, from the newest checkpoint if there is one.

    Args:
        subject: the game and its data.
        run: where everything is written.
        settings: of the loop.
        seed: of batches and noise.
        checkpoint_seconds: least time between two checkpoints; when they fall does not change
            the outcome.
        watchers: called with each logged row.

    Raises:
        UserError: the training diverged (at which step; the last good checkpoint stays), or the
            run folder cannot be written, for example because the disk is full.
        KeyboardInterrupt: Ctrl-C; its message says how to go on.
    """
    checkpoint = load_latest(run.checkpoints, subject.game.state, ("best", "seconds"))
    loop = _Loop(subject, run, settings, checkpoint, watchers)
    if loop.start >= settings.steps:
        _agree(subject.game, loop.start)
        print(f"{run.path} is finished: {loop.start} steps, best score {loop.best:.4g}")
        return
    if loop.start:
        print(f"resuming {run.path} at step {loop.start}")
    with run.one_line_endings():
        if checkpoint is None:
            subject.prepare(run.path)
        _agree(subject.game, loop.start)
        loop.play(seed, checkpoint_seconds)


def follow(subject: Subject, settings: LoopSettings, seed: int) -> None:
    """Play the steps of a training that another process leads; write nothing.

    Args:
        subject: the game and its data.
        settings: of the loop.
        seed: of batches and noise.
    """
    game = subject.game
    for step in range(_agree(game, 0), settings.steps):
        game.step(draw_batch(subject, game.batch_size, seed, step), step)


def _agree(game: Game | Ensemble, start: int) -> int:
    """Begin in every process where the one that writes begins; return at which step."""
    devices = devices_in_use()
    return start if devices is None else devices.agree(game.state, start)


class _Loop:
    """A training under way: how far it is, and what of it is written.

    Attributes:
        start: steps done before.
        best: the best score so far.
    """

    def __init__(
        self,
        subject: Subject,
        run: RunFolder,
        settings: LoopSettings,
        checkpoint: Checkpoint | None,
        watchers: Sequence[Watcher],
    ) -> None:
        self.watchers = watchers
        self.subject, self.run, self.settings, self.game = subject, run, settings, subject.game
        self.start, self.best, self._seconds_before = 0, float("-inf"), 0.0
        if checkpoint is not None:
            restore(self.game.state, checkpoint.arrays)
            self.start, self.best = checkpoint.step, checkpoint.progress["best"]
            self._seconds_before = checkpoint.progress["seconds"]
        self._scores: dict[str, float] = {}
        self._sample = ""
        self._trouble: Trouble = "healthy"

    def play(self, seed: int, checkpoint_seconds: float) -> None:
        """Play to the last step, with a checkpoint there and where enough time has passed."""
        self._began = self._compiled = saved = time.monotonic()
        self._rows = self.run.forget_after(self.start)
        for watcher in self.watchers:
            watcher.begin(self.run)
        window: list[np.ndarray] = []
        for step in range(self.start, self.settings.steps):
            window.append(self._step(step, seed))
            if step == self.start:
                self._compiled = time.monotonic()
            done = step + 1
            last = done == self.settings.steps
            if done % self.settings.log_every and not last:
                continue
            self._record(done, np.mean(window, axis=0))
            window.clear()
            if last or time.monotonic() - saved >= checkpoint_seconds:
                self._save(done)
                saved = time.monotonic()
            for watcher in self.watchers:
                watcher.logged(self._rows[-1])

    def _step(self, step: int, seed: int) -> np.ndarray:
        batch = draw_batch(self.subject, self.game.batch_size, seed, step)
        metrics = self.game.step(batch, step)
        if not np.isfinite(metrics).all():
            _diverged(self.run, step, self.game.metrics, metrics)
        return metrics

    def _record(self, done: int, metrics: np.ndarray) -> None:
        """Log a row of telemetry, after an evaluation where one is due; say how it comes on."""
        row: dict[str, Any] = {"step": done, "seconds": self._seconds()}
        row |= dict(zip(self.game.metrics, map(float, metrics), strict=True))
        evaluated = done % self.settings.evaluate_every == 0 or done == self.settings.steps
        if evaluated:
            row |= self._evaluate(done)
        self.run.log(row)
        self._rows.append(row)
        rate = max(1, done - self.start - 1) / (time.monotonic() - self._compiled)
        total, gap = self.settings.steps, row["logit_gap"]
        _report(done, total, rate, gap, self._scores, self._sample, evaluated)
        if evaluated:
            self._trouble = _warn(self._rows, self.game.settings.objective, self._trouble)

    def _evaluate(self, done: int) -> dict[str, float]:
        """Score the generator and write samples; export it if it is the best so far."""
        self._scores = self.subject.evaluate(done)
        self._sample = self.subject.write_samples(self.run.samples, done)
        if self._scores["score"] > self.best:
            self.best = self._scores["score"]
            self.subject.export(self.run.model)
        return self._scores

    def _save(self, done: int) -> None:
        arrays = [ops.convert_to_numpy(variable) for variable in self.game.state]
        progress = {"best": self.best, "seconds": self._seconds()}
        save_checkpoint(self.run.checkpoints, Checkpoint(done, arrays, progress))

    def _seconds(self) -> float:
        """Return how long the run has been trained, in all its parts."""
        return self._seconds_before + time.monotonic() - self._began


def _diverged(run: RunFolder, step: int, names: Sequence[str], metrics: np.ndarray) -> None:
    values = zip(names[: len(METRICS)], metrics, strict=False)
    names = [name for name, value in values if not np.isfinite(value)]
    raise UserError(
        f"training diverged at step {step + 1} ({', '.join(names)} not finite); the last good "
        f"checkpoint is kept in {run.checkpoints}; try a lower learning rate or a higher gamma"
    )


def _warn(rows: Sequence[dict[str, Any]], objective: ObjectiveName, before: Trouble) -> Trouble:
    """Say in a line what the run seems to suffer from, when it is something new; return it."""
    found = diagnose(rows, objective)
    if found.trouble not in ("healthy", before):
        name = found.trouble.replace("_", " ")
        print(f"warning: {name}: {found.evidence}; {found.advice}", flush=True)
    return found.trouble


def _report(
    done: int,
    total: int,
    rate: float,
    gap: float,
    scores: dict[str, float],
    sample: str,
    evaluated: bool,
) -> None:
    """Print a line at each evaluation; on a terminal, rewrite it in between."""
    interactive = sys.stdout.isatty()
    if not evaluated and not interactive:
        return
    left = round((total - done) / rate)
    shown = "  ".join(f"{name} {value:.3f}" for name, value in scores.items() if name != "score")
    clock = f"{left // 60}:{left % 60:02d}"
    line = f"{done}/{total}  {rate:.1f} step/s  {clock} left  gap {gap:.2f}  {shown}"
    if sample:
        line += f"  | {sample}"
    if interactive:
        print("\r\x1b[K" + line, end="\n" if evaluated else "", flush=True)
    else:
        print(line, flush=True)
