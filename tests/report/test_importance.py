"""Which settings matter: shares that are known by construction."""

import sys
from pathlib import Path

import numpy as np
import pytest

from tests.report.folders import SETTINGS, read_run, write_run
from textgan.report.importance import importance, varied
from textgan.report.page import render_report
from textgan.report.run import run_folders


def test_what_the_score_depends_on_has_the_share() -> None:
    rng = np.random.default_rng(1)
    gamma, rate = rng.random(40).tolist(), rng.random(40).tolist()
    seeds = [number % 2 for number in range(40)]
    scores = [10 * value for value in gamma]
    shares = importance({"gamma": gamma, "rate": rate, "seed": seeds}, scores)
    assert next(iter(shares)) == "gamma" and shares["gamma"] > 0.9
    assert sum(shares.values()) == pytest.approx(1)


def test_a_factor_that_does_nothing_has_no_share() -> None:
    column = {"objective": ["a", "b"] * 8, "seed": [1, 1, 2, 2] * 4}
    shares = importance(column, [0.0, 1.0] * 8)
    assert shares["objective"] > 0.9 > 0.1 > shares["seed"]


def test_where_there_is_nothing_to_tell() -> None:
    assert importance({"gamma": [1.0, 2.0]}, [1.0, 2.0]) == {}
    assert importance({"gamma": [1.0, 2.0], "seed": [1, 2]}, [1.0, 1.0]) == {}


def write_sweep(folder: Path) -> Path:
    """Runs of two objectives with a penalty each, and three seeds."""
    pairs = {"relativistic": "r1_r2", "hinge": "r1"}
    for number in range(6):
        objective = list(pairs)[number // 3]
        game = SETTINGS["game"] | {"objective": objective, "penalty": pairs[objective]}
        run = folder / f"{number:04d}"
        write_run(run, settings={"game": game, "seed": number % 3 + 1})
        better = 1.0 if objective == "hinge" else 0.0
        row = f'{{"step": 300, "seconds": 1.0, "score": {better + number / 100}}}\n'
        (run / "telemetry.jsonl").write_text(row)
    return folder


def test_settings_that_go_together_are_told_together(tmp_path: Path) -> None:
    runs = [read_run(run) for run in run_folders(write_sweep(tmp_path))]
    assert list(varied(runs)) == ["game.objective (with game.penalty)", "seed"]


def test_the_folder_of_a_sweep_stands_for_its_runs(tmp_path: Path) -> None:
    folder = write_sweep(tmp_path)
    (folder / "0006").mkdir()
    (folder / "0006" / "config.json").write_text('{"settings": {"kind": "text"}}')
    (folder / "study.journal").write_text("")
    runs = run_folders(folder)
    assert [run.name for run in runs] == [f"{number:04d}" for number in range(6)]
    assert run_folders(runs[0]) == [runs[0]]
    page = render_report([read_run(run) for run in runs])
    assert "Which settings matter" in page and "Compared over seeds" in page


def test_without_optuna_the_section_is_left_out(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    runs = [read_run(run) for run in run_folders(write_sweep(tmp_path))]
    monkeypatch.setitem(sys.modules, "optuna", None)
    assert "Which settings matter" not in render_report(runs)
