"""A small game for the tests of the engine: a GAN that learns eight Gaussians on a ring.

As a script it trains in a run folder, `python ring.py FOLDER STEPS [KILL]`, and kills itself
before the KILL-th change it would make to that folder.
"""

import itertools
import os
import signal
import sys
from pathlib import Path

import keras
import numpy as np
from keras import layers

from textgan.errors import one_line_errors
from textgan.files import save_arrays, write_text
from textgan.gan.ensemble import Ensemble
from textgan.gan.run_folder import RunFolder
from textgan.gan.settings import GameSettings, LoopSettings
from textgan.gan.step import Game, Source
from textgan.gan.training import Subject, train

MODES = 8
SPREAD = 0.2  # standard deviation of each mode; neighbouring centres are 1.53 apart
ANGLES = 2 * np.pi * np.arange(MODES) / MODES
CENTRES = 2.0 * np.stack([np.cos(ANGLES), np.sin(ANGLES)], axis=1)
NOISE = 4


def ring_samples(count: int = 4096) -> np.ndarray:
    """Draw points (count, 2) float32, the modes in equal shares."""
    rng = np.random.default_rng(0)
    noise = SPREAD * rng.standard_normal((count, 2))
    return (CENTRES[np.arange(count) % MODES] + noise).astype("float32")


class ArraySource(Source):
    """The samples of an array."""

    def __init__(self, samples: np.ndarray, noise_size: int) -> None:
        self.samples, self.count, self.noise_size = samples, len(samples), noise_size

    def real(self, rows: np.ndarray) -> np.ndarray:
        return self.samples[rows]


def ring_game(
    settings: GameSettings,
    steps: int,
    width: int = 32,
    heads: tuple[float, ...] = (1.0,),
) -> Game:
    """Build a game of two MLPs whose first weights are the same on every backend.

    Args:
        settings: how to train.
        steps: length of the learning-rate decay.
        width: of the two hidden layers.
        heads: weights of the discriminator's heads.
    """
    rng = np.random.default_rng(1)

    def network(inputs: int, outputs: int) -> keras.Model:
        # The last layer has no bias: a paired loss cannot tell which, so Adam would blow up noise.
        hidden = [layers.Dense(width, activation="silu") for _ in range(2)]
        model = keras.Sequential(
            [keras.Input((inputs,)), *hidden, layers.Dense(outputs, use_bias=False)]
        )
        for variable in model.variables:
            scale = variable.shape[0] ** -0.5 if len(variable.shape) == 2 else 0.1
            variable.assign(scale * rng.standard_normal(variable.shape))
        return model

    generator, ema = network(NOISE, 2), network(NOISE, 2)
    discriminator = network(2, len(heads))
    return Game(generator, discriminator, ema, settings, steps, np.array(heads))


class RingSubject(ArraySource, Subject):
    """The ring, as the loop wants it."""

    def __init__(self, game: Game | Ensemble) -> None:
        super().__init__(ring_samples(), NOISE)
        self.game = game
        self._noise = np.random.default_rng(2).standard_normal((2000, NOISE)).astype("float32")

    def fakes(self) -> np.ndarray:
        """Return points (2000, 2) of the EMA generator."""
        return np.asarray(self.game.games[0].ema(self._noise))

    def evaluate(self, step: int) -> dict[str, float]:
        return {"score": -float(np.square(self.fakes().std(axis=0) - self.samples.std()).sum())}

    def write_samples(self, folder: Path, step: int) -> str:
        write_text(folder / f"{step}.txt", repr(self.fakes()[:10].tolist()))
        return ""

    def export(self, folder: Path) -> None:
        save_arrays(folder / "generator.npz", self.game.games[0].ema.variables)


def play_ring(folder: Path, steps: int) -> None:
    """Train in `folder`, with a checkpoint at each telemetry row."""
    subject = RingSubject(ring_game(GameSettings(batch_size=16), steps, width=8))
    loop = LoopSettings(steps, log_every=2, evaluate_every=4)
    train(subject, RunFolder(folder, {"steps": steps}, {}), loop, seed=3, checkpoint_seconds=0.0)


def kill_at(change: int, folder: Path) -> None:
    """Kill this process, as `kill -9` does, before its n-th change to `folder` (from 1)."""
    changes = itertools.count(1)
    writing = {"os.mkdir", "os.rename", "os.remove", "os.rmdir", "shutil.rmtree"}

    def watch(event: str, arguments: tuple[object, ...]) -> None:
        writes = event in writing or (event == "open" and str(arguments[1])[:1] in "wa")
        if writes and str(folder) in str(arguments[0]) and next(changes) == change:
            os.kill(os.getpid(), signal.SIGKILL)

    sys.addaudithook(watch)


if __name__ == "__main__":
    place, length, *kill = sys.argv[1:]
    if kill:
        kill_at(int(kill[0]), Path(place))
    with one_line_errors():
        play_ring(Path(place), int(length))
