"""Checkpoints: everything needed to go on exactly, written aside and then renamed.

A checkpoint is a folder `<step>/` with `state.npz` (one array per variable, in the game's order)
and `progress.json` (step, best score, seconds trained). A name that consists of digits alone is
complete: it only appears by a rename, after its files have reached the disk.

The newest two are kept to resume from, and of older ones the first after each doubling of the
steps (1 to 2, 2 to 4, ...): a few, closest together where most changes, to look into later.
"""

import json
import os
import shutil
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np

from textgan.errors import UserError
from textgan.files import DAMAGE, load_arrays


@dataclass(frozen=True)
class Checkpoint:
    """A training run, stopped between two steps.

    Attributes:
        step: steps done.
        arrays: the values of `Game.state`, in order.
        progress: whatever else the loop keeps: plain JSON.
    """

    step: int
    arrays: list[np.ndarray]
    progress: dict[str, Any]


def save_checkpoint(folder: Path, checkpoint: Checkpoint) -> None:
    """Write `checkpoint` as `folder/<step>/`, then delete those that are not to be kept.

    Raises:
        UserError: the disk is full or the folder cannot be written; older ones are untouched.
    """
    final, aside = folder / str(checkpoint.step), folder / f"{checkpoint.step}.partial"
    try:
        shutil.rmtree(aside, ignore_errors=True)
        aside.mkdir(parents=True)
        with open(aside / "state.npz", "wb") as file:
            np.savez(file, *checkpoint.arrays)
            _reach_disk(file)
        with open(aside / "progress.json", "w", encoding="utf-8") as file:
            json.dump(checkpoint.progress, file)
            _reach_disk(file)
        shutil.rmtree(final, ignore_errors=True)
        os.replace(aside, final)
    except OSError as error:
        shutil.rmtree(aside, ignore_errors=True)
        steps = checkpoint_steps(folder)
        kept = f"the last good one is step {steps[-1]}" if steps else "there is none yet"
        raise UserError(
            f"cannot write checkpoint {final}: {error.strerror or error}; {kept}; "
            "make room, then run the same command again"
        ) from error
    steps = checkpoint_steps(folder)
    first = {step.bit_length(): step for step in reversed(steps)}
    for step in set(steps[:-2]) - set(first.values()):
        shutil.rmtree(folder / str(step), ignore_errors=True)
    for leftover in folder.glob("*.partial"):
        shutil.rmtree(leftover, ignore_errors=True)


def load_latest(
    folder: Path, state: Sequence[Any], progress: Sequence[str] = ()
) -> Checkpoint | None:
    """Return the newest checkpoint that is whole and fits `state`; None if there is none.

    Args:
        folder: of the checkpoints; need not exist.
        state: the game's variables, whose shapes the arrays must have.
        progress: names of the numbers that its progress must hold.

    Raises:
        UserError: there are checkpoints, and not one of them can be read.
    """
    steps = checkpoint_steps(folder)
    problems = []
    for step in reversed(steps):
        try:
            return _load(folder / str(step), step, state, progress)
        except DAMAGE as error:
            problems.append(f"{folder / str(step)}: {error}")
    if problems:
        raise UserError(
            f"no readable checkpoint ({problems[0]}); choose another run folder, or delete "
            f"{folder} to begin again"
        )
    return None


def checkpoint_steps(folder: Path) -> list[int]:
    """Return the steps of the checkpoints in a folder, in order; it need not exist."""
    if not folder.is_dir():
        return []
    names = (entry.name for entry in folder.iterdir())
    return sorted(int(name) for name in names if name.isascii() and name.isdigit())


def restore(variables: Sequence[Any], arrays: Sequence[np.ndarray]) -> None:
    """Give variables the values of as many arrays, each of the variable's shape."""
    for variable, array in zip(variables, arrays, strict=True):
        variable.assign(array)


def _load(path: Path, step: int, state: Sequence[Any], names: Sequence[str]) -> Checkpoint:
    arrays = load_arrays(path / "state.npz", state)
    progress = json.loads((path / "progress.json").read_text(encoding="utf-8"))
    if not isinstance(progress, dict):
        raise ValueError("progress.json is not an object")
    missing = [name for name in names if not isinstance(progress.get(name), int | float)]
    if missing:
        raise ValueError(f"progress.json holds no number {', '.join(missing)}")
    return Checkpoint(step, arrays, progress)


def _reach_disk(file: Any) -> None:
    file.flush()
    os.fsync(file.fileno())
