"""The ring game on several devices, as a script under JAX.

`devices_ring.py alone FOLDER` plays 50 steps on one device, on two, and on two and then one.
`devices_ring.py pair FOLDER PORT PROCESS [KILL]` is one of two processes of a device each, which
kills itself at the step KILL.
"""

import os
import signal
import sys
from pathlib import Path

os.environ["KERAS_BACKEND"] = "jax"

import numpy as np

from tests.gan.ring import RingSubject, ring_game
from textgan.errors import one_line_errors
from textgan.gan.devices import Placement, devices_in_use, training_on
from textgan.gan.run_folder import RunFolder
from textgan.gan.settings import GameSettings, LoopSettings
from textgan.gan.training import follow, train

STEPS = 50


class Dying(RingSubject):
    """The ring, until a step at which the process ends as `kill -9` ends it."""

    kill = -1

    def real(self, rows: np.ndarray) -> np.ndarray:
        self.kill -= 1
        if self.kill == 0:
            os.kill(os.getpid(), signal.SIGKILL)
        return super().real(rows)


def play(folder: Path, placement: Placement, steps: int = STEPS, kill: int = -1) -> None:
    """Train to `steps`, or go on to there, with a checkpoint at every fifth step."""
    with training_on(placement):
        subject = Dying(ring_game(GameSettings(batch_size=16), STEPS, width=8))
        subject.kill = kill
        loop, devices = LoopSettings(steps, log_every=5, evaluate_every=10), devices_in_use()
        if devices is not None and devices.process:
            follow(subject, loop, seed=3)
        else:
            train(subject, RunFolder(folder, {}, {}), loop, seed=3, checkpoint_seconds=0.0)


def play_alone(folder: Path) -> None:
    two = Placement(devices=2)
    for name, placements in (
        ("two", {STEPS: two}),
        ("one", {STEPS: Placement()}),
        ("two_then_one", {20: two, STEPS: Placement()}),
    ):
        for steps, placement in placements.items():
            play(folder / name, placement, steps)


if __name__ == "__main__":
    how, place, *rest = sys.argv[1:]
    with one_line_errors():
        if how == "alone":
            play_alone(Path(place))
        else:
            port, process, *kill = map(int, rest)
            pair = Placement(1, 2, process, f"127.0.0.1:{port}")
            play(Path(place), pair, kill=kill[0] if kill else -1)
