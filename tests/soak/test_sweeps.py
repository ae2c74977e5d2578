"""Two workers share a sweep, and one of them is killed: no trial is lost, none is run twice."""

import os
import signal
import subprocess
import sys
from pathlib import Path
from typing import Any

import keras
import optuna

from tests.soak.conftest import Runs
from tests.soak.runs import LIMIT, LOOP, NETWORKS, ROOT, TABLE, outcome, wait_for
from textgan.gan.run_folder import read_config
from textgan.sweeps import JOURNAL

OBJECTIVES = ("relativistic", "hinge")
SEEDS = ("5", "6", "7")
BACKEND = ("--backend", keras.backend.backend())


def start(script: str, *words: Any) -> subprocess.Popen[str]:
    play = (sys.executable, ROOT / "tests" / "soak" / "play.py", ROOT / "scripts" / script)
    return subprocess.Popen(
        [str(word) for word in (*play, *words, *LOOP, *NETWORKS, *TABLE, *BACKEND)],
        env=os.environ | {"PYTHONPATH": str(ROOT)},
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        text=True,
    )


def worker(runs: Runs, folder: Path) -> subprocess.Popen[str]:
    over = f"objective={','.join(OBJECTIVES)}"
    options = ("--sweep-dir", folder, "--over", over, "--seeds", *SEEDS)
    return start("sweep.py", "tables", runs.folder / "table.csv", *options)


def test_two_workers_of_which_one_is_killed(runs: Runs, tmp_path: Path) -> None:
    folder = tmp_path / "sweep"
    killed = worker(runs, folder)
    wait_for(killed, folder / "0000" / "checkpoints" / "2")
    killed.send_signal(signal.SIGSTOP)  # so that it is alive in a trial until it is killed
    other = worker(runs, folder)
    wait_for(other, folder / "0001" / "checkpoints" / "2")
    assert not (folder / "0000" / "checkpoints" / "40").exists()
    killed.kill()
    said, wrong = other.communicate(timeout=LIMIT)
    killed.communicate()
    assert (other.returncode, wrong) == (0, "")
    assert said.count("\ntrial 0 of 6: ") == 1 and "resuming" in said
    assert "6 trials: 6 complete\n" in said

    tried = [read_config(run)["settings"] for run in sorted(folder.glob("0*"))]
    found = [(each["game"]["objective"], str(each["seed"])) for each in tried]
    assert found == [(objective, seed) for objective in OBJECTIVES for seed in SEEDS]
    backend = optuna.storages.journal.JournalFileBackend(str(folder / JOURNAL))
    (study,) = optuna.get_all_study_summaries(optuna.storages.JournalStorage(backend))
    assert study.n_trials == 6

    # The trial of two processes, in one of which it came after others, is as one that ran alone.
    table, place = runs.folder / "table.csv", tmp_path / "alone"
    alone = start("train_table_gan.py", table, "--seed", SEEDS[0], "--run-dir", place)
    _, wrong = alone.communicate(timeout=LIMIT)
    assert (alone.returncode, wrong) == (0, "")
    assert outcome(folder / "0000") == outcome(place)
