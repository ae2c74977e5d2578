"""Copying: from the evaluation, or else from the samples that the folder holds."""

from pathlib import Path

from tests.report.folders import evaluation, read_run, write_neighbours, write_run
from textgan.report.memorisation import memorisation_section
from textgan.report.run import Run
from textgan.report.sections import Section, Text
from textgan.report.shown import Shown

TRAINING, TEST = [("a", "cat", "sits"), ("two", "dogs")], [("a", "bird"), ("a", "cup", "sits")]


def section(*runs: Run) -> Section | None:
    return memorisation_section(Shown(runs, runs))


def said(found: Section | None) -> str:
    assert found is not None
    return " ".join(item.text for item in found.items if isinstance(item, Text))


def test_nothing_is_shown_of_what_nobody_measured(tmp_path: Path) -> None:
    assert section(read_run(write_run(tmp_path / "run"))) is None


def test_the_evaluation_goes_before_the_samples(tmp_path: Path) -> None:
    folder = write_run(tmp_path / "run", evaluation=evaluation())
    run = read_run(write_neighbours(folder, TRAINING, TEST))
    assert "There is no evaluation" not in said(section(run))


def test_a_run_without_an_evaluation_says_whose_samples_these_are(tmp_path: Path) -> None:
    bare = read_run(write_neighbours(write_run(tmp_path / "bare"), TRAINING, TEST))
    full = read_run(write_run(tmp_path / "full", evaluation=evaluation()))
    text = said(section(bare, full))
    assert "bare: There is no evaluation to take this from; here are the 2 samples of" in text
    assert "full:" not in text
