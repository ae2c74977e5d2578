"""Runs that are stopped at random moments end bit for bit as one that is left alone.

`TEXTGAN_KILLS` says how many are killed (default 4, one of each kind), `TEXTGAN_SEED` when; half as
many get Ctrl-C:

    TEXTGAN_KILLS=50 python -m pytest -q tests/soak/test_kills.py -k killed
"""

import os
import random
import signal
import time
from pathlib import Path
from typing import Any

import pytest

from tests.soak.conftest import Runs
from tests.soak.runs import (
    KINDS,
    LIMIT,
    STEPS,
    cache_of,
    check_newest_checkpoint,
    finish,
    leftovers,
    outcome,
    start,
    wait_for,
)

COUNT = int(os.environ.get("TEXTGAN_KILLS", "4"))
SEED = os.environ.get("TEXTGAN_SEED", "1")


def stop(runs: Runs, kind: str, run: Path, draw: random.Random, number: signal.Signals) -> Any:
    """Start a run, and send it a signal at some moment.

    Three of four times between its first checkpoint and its last, else from its first change on.
    """
    early = draw.random() < 0.25
    moment = draw.uniform(0, runs.whole(kind).seconds[0 if early else 1])
    process = start(kind, runs.folder, run)
    wait_for(process, *((run, cache_of(run)) if early else (run / "checkpoints",)))
    time.sleep(moment)
    process.send_signal(number)
    _, stderr = process.communicate(timeout=LIMIT)
    print(f"{kind}: {number.name} after {moment:.2f} s, checkpoint {check_newest_checkpoint(run)}")
    return process.returncode, stderr


def check_resumed(runs: Runs, kind: str, run: Path) -> None:
    ending = finish(kind, runs.folder, run)
    assert (ending.status, ending.stderr) == (0, "")
    assert outcome(run) == runs.whole(kind).outcome
    assert leftovers(run) == []


@pytest.mark.parametrize("number", range(COUNT))
def test_killed(number: int, runs: Runs, tmp_path: Path) -> None:
    draw = random.Random(f"kill {SEED} {number}")
    kind, run = KINDS[number % len(KINDS)], tmp_path / "run"
    status, _ = stop(runs, kind, run, draw, signal.SIGKILL)
    assert status in (-signal.SIGKILL, 0)  # it may have been quicker than the whole run
    check_resumed(runs, kind, run)


@pytest.mark.parametrize("number", range(COUNT // 2))
def test_interrupted(number: int, runs: Runs, tmp_path: Path) -> None:
    draw = random.Random(f"interrupt {SEED} {number}")
    kind, run = KINDS[number % len(KINDS)], tmp_path / "run"
    status, stderr = stop(runs, kind, run, draw, signal.SIGINT)
    # Once it is finished and Python takes itself down, the system's own answer to Ctrl-C is left.
    endings = ((130, 1), (0, 0), (-signal.SIGINT, 0))
    assert (status, stderr.count("\n")) in endings, stderr
    assert status == 130 or check_newest_checkpoint(run) == int(STEPS)
    check_resumed(runs, kind, run)
