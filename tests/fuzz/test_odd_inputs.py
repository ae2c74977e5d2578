"""Odd inputs: no traceback, no hang, no input changed; a refusal is one line and exit status 2.

What is drawn follows from `TEXTGAN_SEED` (default 1); `TEXTGAN_CASES` multiplies their number:

    TEXTGAN_SEED=7 python -m pytest -q tests/fuzz
    TEXTGAN_SEED=7 python -m pytest -q tests/fuzz -k 'csv_table and 12'
"""

import os
import random
from collections.abc import Callable
from functools import partial
from pathlib import Path
from typing import Any

import pytest

from tests.fuzz import folders, options, pixels, tables, texts
from tests.fuzz.cases import Case, Maker
from tests.fuzz.conftest import fingerprint, run_script

SEED = os.environ.get("TEXTGAN_SEED", "1")
TIMES = int(os.environ.get("TEXTGAN_CASES", "1"))
KINDS: dict[str, tuple[Maker, int]] = {
    "corpus": (texts.corpus, 60),
    "sentences": (texts.sentences, 50),
    "vectors": (texts.vectors, 60),
    "csv_table": (tables.csv_table, 80),
    "parquet_table": (tables.parquet_table, 40),
    "two_tables": (tables.two_tables, 20),
    "images": (pixels.images, 60),
    "pictures": (pixels.pictures, 40),
    "samples": (pixels.samples, 30),
}
CASES = [(kind, number) for kind, (_, count) in KINDS.items() for number in range(count * TIMES)]
RUNS = {"folder": (folders.damaged_run, 90), "options": (options.odd_options, 90)}


@pytest.fixture(autouse=True)
def cache(tmp_path_factory: pytest.TempPathFactory, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("TEXTGAN_CACHE", str(tmp_path_factory.getbasetemp() / "cache"))


def check(case: Case, place: Path, run: Callable[[Case], Any]) -> None:
    """Run a case, and hold the command to what is promised."""
    writes = tuple(case.writes)
    before = fingerprint(place, writes)
    ending = run(case)
    context = f"TEXTGAN_SEED={SEED} {case}\n{ending.stderr}"
    assert ending.status in (0, 2), context
    assert "Traceback" not in ending.stderr, context
    assert "Warning" not in ending.stderr, context
    if ending.status == 2:
        *progress, last = ending.stderr.splitlines()
        assert last.startswith("error: ") and len(last) < 1500, context
        assert not any(line.startswith("error: ") for line in progress), context
        assert not progress or case.script.startswith("evaluate_"), context  # it says what it does
    assert fingerprint(place, writes) == before, context


@pytest.mark.parametrize(("kind", "number"), CASES)
def test_odd_inputs(
    kind: str,
    number: int,
    tmp_path: Path,
    capfd: pytest.CaptureFixture[str],
    monkeypatch: pytest.MonkeyPatch,
    quick: Callable[[], None],
) -> None:
    quick()
    monkeypatch.chdir(tmp_path)
    draw = random.Random(f"{SEED} {kind} {number}")
    case = KINDS[kind][0](draw, tmp_path)
    check(case, tmp_path, lambda case: run_script(case, capfd, monkeypatch))


RUN_CASES = [(kind, number) for kind, (_, count) in RUNS.items() for number in range(count * TIMES)]


@pytest.mark.parametrize(("kind", "number"), RUN_CASES)
def test_odd_runs(
    kind: str,
    number: int,
    tmp_path: Path,
    capfd: pytest.CaptureFixture[str],
    monkeypatch: pytest.MonkeyPatch,
    whole_runs: Callable[..., Any],
    quick: Callable[[], None],
) -> None:
    monkeypatch.chdir(tmp_path)
    run = partial(run_script, capfd=capfd, patch=monkeypatch)
    whole = whole_runs(partial(run, limit=1200))
    if kind == "options":
        quick()
    case = RUNS[kind][0](random.Random(f"{SEED} {kind} {number}"), tmp_path, whole)
    check(case, tmp_path, run)
