"""How runs stand together on a page: colours, headings, what is real."""

from dataclasses import replace
from pathlib import Path

from tests.report.folders import evaluation, read_run, write_run
from textgan.report.run import Run
from textgan.report.sections import Heading
from textgan.report.shown import Shown


def make(tmp_path: Path, name: str, kind: str) -> Run:
    return read_run(write_run(tmp_path / name, settings={"kind": kind}, evaluation=evaluation()))


def test_a_single_run_has_no_heading_and_others_their_colour(tmp_path: Path) -> None:
    first, second, third = (
        make(tmp_path, name, kind) for name, kind in (("a", "text"), ("b", "text"), ("c", "image"))
    )
    alone = Shown([first], [first])
    assert alone.single and alone.heading(first) == [] and alone.real == "real text"
    all_three = Shown([first, second, third], [first, second, third])
    assert all_three.heading(third) == [Heading("c", "c2")]
    assert [all_three.alone(run) for run in all_three.runs] == [False, False, True]
    assert all_three.real == "real data"


def test_real_samples_are_the_same_if_all_their_scores_are(tmp_path: Path) -> None:
    first, second = make(tmp_path, "a", "text"), make(tmp_path, "b", "text")
    assert Shown([first, second], [first, second]).one_real
    other = second.real | {"frechet": replace(second.real["frechet"], value=9.0)}
    second = replace(second, real=other)
    assert not Shown([first, second], [first, second]).one_real
