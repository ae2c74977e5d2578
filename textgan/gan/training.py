"""The loop: play, log, evaluate, keep the best, checkpoint; resume exactly where it stopped."""

import sys
import time
from collections.abc import Sequence
from pathlib import Path
from typing import Any, Protocol

import numpy as np
from keras import ops

from textgan.errors import UserError
from textgan.gan.checkpoint import Checkpoint, load_latest, restore, save_checkpoint
from textgan.gan.diagnosis import Trouble, diagnose
from textgan.gan.run_folder import RunFolder
from textgan.gan.settings import LoopSettings, ObjectiveName
from textgan.gan.step import METRICS, Game, Source, draw_batch


class Subject(Source, Protocol):
    """What a domain (text, images, tables) brings to the loop."""

    game: Game

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


def train(
    subject: Subject,
    run: RunFolder,
    settings: LoopSettings,
    seed: int,
    checkpoint_seconds: float = 60.0,
) -> None:
    """Train to `settings.steps`, from the newest checkpoint if there is one.

    Args:
        subject: the game and its data.
        run: where everything is written.
        settings: of the loop.
        seed: of batches and noise.
        checkpoint_seconds: least time between two checkpoints; when they fall does not change
            the outcome.

    Raises:
        UserError: the training diverged (at which step; the last good checkpoint stays), or the
            run folder cannot be written, for example because the disk is full.
        KeyboardInterrupt: Ctrl-C; its message says how to go on.
    """
    game = subject.game
    checkpoint = load_latest(run.checkpoints, game.state, ("best", "seconds"))
    start, best, trained = 0, float("-inf"), 0.0
    if checkpoint is not None:
        restore(game.state, checkpoint.arrays)
        start = checkpoint.step
        best, trained = checkpoint.progress["best"], checkpoint.progress["seconds"]
    if start >= settings.steps:
        print(f"{run.path} is finished: {start} steps, best score {best:.4g}")
        return
    if start:
        print(f"resuming {run.path} at step {start}")
    if checkpoint is None:
        with run.one_line_endings():
            subject.prepare(run.path)

    began = compiled = saved = time.monotonic()
    window: list[np.ndarray] = []
    scores: dict[str, float] = {}
    sample = ""
    trouble: Trouble = "healthy"

    def save(done: int) -> None:
        seconds = trained + time.monotonic() - began
        arrays = [ops.convert_to_numpy(variable) for variable in game.state]
        save_checkpoint(
            run.checkpoints, Checkpoint(done, arrays, {"best": best, "seconds": seconds})
        )

    batch_size = game.settings.batch_size
    with run.one_line_endings():
        rows = run.forget_after(start)
        for step in range(start, settings.steps):
            metrics = game.step(draw_batch(subject, batch_size, seed, step), step)
            if not np.isfinite(metrics).all():
                _diverged(run, step, game.metrics, metrics)
            if step == start:
                compiled = time.monotonic()
            window.append(metrics)
            done = step + 1
            last = done == settings.steps
            if done % settings.log_every and not last:
                continue

            row: dict[str, Any] = {"step": done, "seconds": trained + time.monotonic() - began}
            row |= dict(zip(game.metrics, map(float, np.mean(window, axis=0)), strict=True))
            window.clear()
            evaluated = done % settings.evaluate_every == 0 or last
            if evaluated:
                scores = subject.evaluate(done)
                row |= scores
                sample = subject.write_samples(run.samples, done)
                if scores["score"] > best:
                    best = scores["score"]
                    subject.export(run.model)
            run.log(row)
            rows.append(row)
            rate = max(1, done - start - 1) / (time.monotonic() - compiled)
            _report(done, settings.steps, rate, row["logit_gap"], scores, sample, evaluated)
            if evaluated:
                trouble = _warn(rows, game.settings.objective, trouble)
            if last or time.monotonic() - saved >= checkpoint_seconds:
                save(done)
                saved = time.monotonic()


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
