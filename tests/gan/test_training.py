"""The loop: what it writes and when, how it ends, and that a kill does not change the outcome."""

import errno
import json
import os
import random
import signal
import subprocess
import sys
from pathlib import Path
from typing import Any

import keras
import numpy as np
import pytest

from tests.gan import ring
from textgan.errors import UserError
from textgan.gan.checkpoint import Checkpoint, load_latest
from textgan.gan.run_folder import RunFolder, read_telemetry
from textgan.gan.settings import GameSettings, LoopSettings
from textgan.gan.step import METRICS, Batch
from textgan.gan.training import Subject, train


class StubGame:
    """A game whose whole state is the sum of the real samples it has seen."""

    def __init__(self) -> None:
        self.settings = GameSettings(batch_size=4)
        self.batch_size = self.settings.batch_size
        self.total = keras.Variable(0.0, dtype="float32")
        self.state = [self.total]
        self.metrics = METRICS

    def step(self, batch: Batch, step: int) -> np.ndarray:
        self.total.assign(self.total.value + batch.real.sum())
        return np.full(len(METRICS), batch.real.sum(), dtype=np.float32)


class StubSubject(Subject):
    """A subject that notes what the loop asks of it; `on_batch` runs before each batch."""

    count, noise_size = 100, 1

    def __init__(self, scores: tuple[float, ...] = (), on_batch: Any = None) -> None:
        self.game: Any = StubGame()
        self.scores = iter(scores)
        self.on_batch = on_batch
        self.batches = 0
        self.exported: list[int] = []
        self.evaluated: list[int] = []

    def real(self, rows: np.ndarray) -> np.ndarray:
        self.batches += 1
        if self.on_batch is not None:
            self.on_batch(self.batches)
        return rows.astype("float32")

    def evaluate(self, step: int) -> dict[str, float]:
        self.evaluated.append(step)
        return {"score": next(self.scores, 0.0)}

    def write_samples(self, folder: Path, step: int) -> str:
        return "a sample"

    def export(self, folder: Path) -> None:
        self.exported.append(self.evaluated[-1])


@pytest.fixture
def run(tmp_path: Path) -> RunFolder:
    return RunFolder(tmp_path / "run", {"seed": 1}, {})


def latest(run: RunFolder) -> Checkpoint:
    checkpoint = load_latest(run.checkpoints, StubGame().state)
    assert checkpoint is not None
    return checkpoint


def total_after(steps: int, run: RunFolder) -> float:
    other = StubSubject()
    train(other, RunFolder(run.path.with_name("other"), {}, {}), LoopSettings(steps, 1, 1), seed=1)
    return float(other.game.total.value)


LOOP = LoopSettings(steps=10, log_every=2, evaluate_every=4)


def test_rows_are_means_since_the_last_and_the_best_is_exported(
    run: RunFolder, capsys: pytest.CaptureFixture[str]
) -> None:
    sums: list[float] = []
    subject = StubSubject(scores=(1.0, 3.0, 2.0))
    step = subject.game.step
    subject.game.step = lambda batch, at: sums.append(batch.real.sum()) or step(batch, at)
    train(subject, run, LOOP, seed=1)

    rows = read_telemetry(run.path)
    assert [row["step"] for row in rows] == [2, 4, 6, 8, 10]
    assert [row["logit_gap"] for row in rows] == pytest.approx(
        np.reshape(sums, (5, 2)).mean(axis=1).tolist()
    )
    assert [row["step"] for row in rows if "score" in row] == subject.evaluated == [4, 8, 10]
    assert subject.exported == [4, 8]
    assert (latest(run).step, latest(run).progress["best"]) == (10, 3.0)
    assert capsys.readouterr().out.count("a sample") == 3


def test_a_finished_run_says_so_and_does_nothing(
    run: RunFolder, capsys: pytest.CaptureFixture[str]
) -> None:
    train(StubSubject((0.5,)), run, LOOP, seed=1)
    before = (run.path / "telemetry.jsonl").read_bytes()
    capsys.readouterr()
    again = StubSubject()
    train(again, run, LOOP, seed=1)
    assert again.batches == 0
    assert "is finished: 10 steps, best score 0.5" in capsys.readouterr().out
    assert (run.path / "telemetry.jsonl").read_bytes() == before


@pytest.mark.parametrize("bad", [np.nan, np.inf])
def test_divergence_names_the_step_and_keeps_the_last_good_state(
    run: RunFolder, bad: float
) -> None:
    subject = StubSubject()
    step = subject.game.step
    subject.game.step = lambda batch, at: step(batch, at) * (bad if at == 6 else 1.0)
    with pytest.raises(UserError, match=r"diverged at step 7 .*logit_gap") as caught:
        train(subject, run, LOOP, seed=1, checkpoint_seconds=0.0)
    assert "\n" not in str(caught.value)
    assert latest(run).step == 6
    assert float(latest(run).arrays[0]) == total_after(6, run)
    assert [row["step"] for row in read_telemetry(run.path)] == [2, 4, 6]


def test_ctrl_c_says_how_to_go_on(run: RunFolder) -> None:
    def interrupt(number: int) -> None:
        if number == 8:
            signal.raise_signal(signal.SIGINT)

    with pytest.raises(KeyboardInterrupt, match="same command again to resume"):
        train(StubSubject(on_batch=interrupt), run, LOOP, seed=1, checkpoint_seconds=0.0)
    subject = StubSubject()
    train(subject, run, LOOP, seed=1)
    assert subject.batches == 4
    assert float(subject.game.total.value) == total_after(10, run)


def test_full_disk_says_how_to_go_on(run: RunFolder, monkeypatch: pytest.MonkeyPatch) -> None:
    def full(*_: object) -> None:
        raise OSError(errno.ENOSPC, os.strerror(errno.ENOSPC), "telemetry.jsonl")

    with monkeypatch.context() as patch:
        patch.setattr(RunFolder, "log", full)
        with pytest.raises(UserError, match=r"cannot write to telemetry\.jsonl: No space left"):
            train(StubSubject(), run, LOOP, seed=1)
    subject = StubSubject()
    train(subject, run, LOOP, seed=1)
    assert float(subject.game.total.value) == total_after(10, run)


# Kills. A real game, in processes of its own, killed before random changes to its folder: in the
# middle of a save, between a save and the removal of an older one, before the first checkpoint.

STEPS = 40
KILLS = 4


def play(folder: Path, *kill: str) -> int:
    arguments = [sys.executable, ring.__file__, str(folder), str(STEPS), *kill]
    path = os.pathsep.join(sys.path)
    return subprocess.run(arguments, env=os.environ | {"PYTHONPATH": path}, check=False).returncode


def outcome(folder: Path) -> dict[str, Any]:
    """Everything a run leaves, but times: last checkpoint, exported model, telemetry, samples."""
    arrays = {}
    for file in (folder / "checkpoints" / str(STEPS) / "state.npz", folder / "model/generator.npz"):
        with np.load(file, allow_pickle=False) as archive:
            arrays[file.name] = [archive[name].tobytes() for name in archive.files]
    progress = json.loads((folder / "checkpoints" / str(STEPS) / "progress.json").read_text())
    samples = {file.name: file.read_text() for file in (folder / "samples").iterdir()}
    rows = [{**row, "seconds": 0} for row in read_telemetry(folder)]
    return {**arrays, "best": progress["best"], "samples": samples, "rows": rows}


def test_killed_and_resumed_run_ends_bit_for_bit_as_an_uninterrupted_one(tmp_path: Path) -> None:
    whole, killed = tmp_path / "whole", tmp_path / "killed"
    assert play(whole) == 0
    draw = random.Random(5)
    for _ in range(KILLS):
        assert play(killed, str(draw.randint(1, 40))) == -signal.SIGKILL
    assert play(killed) == 0
    assert outcome(killed) == outcome(whole)
