"""Runs compared over seeds: groups, means and ranges, and where every dot is drawn."""

import xml.etree.ElementTree as ElementTree
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest

from tests.report.folders import SETTINGS, read_run, score, write_run
from textgan.report.comparison import Comparison, compare, group_runs
from textgan.report.plots import Dots, dot_plot
from textgan.report.run import Run

FRECHET = {("hinge", 1): 2.0, ("hinge", 2): 4.0, ("minimax", 1): 30.0, ("minimax", 2): 90.0}


def make(tmp_path: Path, objective: str, seed: int, value: float | None, **changed: Any) -> Run:
    settings: dict[str, Any] = {"kind": "image", "seed": seed}
    settings["game"] = SETTINGS["game"] | {"objective": objective}
    files = {}
    if value is not None:
        real = {"frechet": 1.5, "modes": 10.0}
        values = {"frechet": value, "modes": 9.0}
        files["evaluation"] = {
            name: score(values[name], "x", None) | {"real": score(real[name], "x", None)}
            for name in values
        }
    name = f"{objective}_{seed}"
    return read_run(write_run(tmp_path / name, settings=settings | changed, **files))


def make_all(tmp_path: Path) -> list[Run]:
    return [make(tmp_path, *key, value) for key, value in FRECHET.items()]


def compared(runs: list[Run]) -> Comparison:
    comparison = compare(runs)
    assert comparison is not None
    return comparison


def test_runs_are_grouped_by_all_settings_but_the_seed(tmp_path: Path) -> None:
    runs = make_all(tmp_path)
    names, groups = group_runs([runs[2], runs[0], runs[3], runs[1]])
    assert names == ["game.objective"]
    assert [(group.label, group.seeds) for group in groups] == [
        ("minimax", "1, 2"),
        ("hinge", "1, 2"),
    ]
    assert [run.name for run in groups[0].runs] == ["minimax_1", "minimax_2"]


def test_a_group_has_its_mean_and_range_beside_real_samples(tmp_path: Path) -> None:
    comparison = compared(make_all(tmp_path))
    assert comparison.final
    assert comparison.titles == ["Fréchet distance", "classes that occur"]
    found = [[(over.mean, over.reach) for over in row if over] for row in comparison.rows]
    assert found == [
        [("3.00", "2.00 to 4.00"), ("9", "9 to 9")],
        [("60.00", "30.00 to 90.00"), ("9", "9 to 9")],
    ]
    assert comparison.real == ["1.50", "10"]
    assert [title for title, _ in comparison.charts] == ["Fréchet distance"]  # all 9 classes alike
    assert [run.name for run in comparison.runs] == ["hinge_1", "minimax_1"]


def test_live_scores_of_the_kept_model_where_one_run_has_no_evaluation(tmp_path: Path) -> None:
    runs = [*make_all(tmp_path)[:3], make(tmp_path, "minimax", 3, None)]
    comparison = compared(runs)
    assert not comparison.final and comparison.titles == ["BLEU-3"]
    assert comparison.rows[0][0] is not None
    assert comparison.rows[0][0].mean == "0.5"  # of step 200, where the score is best


def test_what_cannot_be_compared(tmp_path: Path) -> None:
    runs = make_all(tmp_path)
    assert compare([runs[0]]) is None
    assert compare([runs[0], runs[2]]) is None  # no two of one group
    other = make(tmp_path, "hinge", 3, 2.0, data={"checksum": "other"})
    assert compare([*runs, other]) is None
    assert compared(runs[:2]).groups[0].label == "all runs"


def test_values_that_are_not_finite_are_left_out(tmp_path: Path) -> None:
    runs = make_all(tmp_path)
    runs[1].scores["frechet"] = replace(runs[1].scores["frechet"], value=float("nan"))
    over = compared(runs).rows[0][0]
    assert over is not None and (over.mean, over.reach) == ("2.00", "one run")


@pytest.mark.parametrize("log", [False, True])
def test_every_dot_stands_at_its_value(log: bool) -> None:
    rows = [Dots("a <b>", [1.0, 3.0], "c0"), Dots("b", [10.0], "c1"), Dots("none", [], "c2")]
    root = ElementTree.fromstring(dot_plot(rows, "scores & more", 2.0, log))
    dots = [(float(c.attrib["cx"]), float(c.attrib["cy"])) for c in root.findall("circle")]
    one, three, ten = (x for x, _ in dots)
    if log:
        assert (three - one) / (ten - one) == pytest.approx(0.4771, abs=0.002)
    else:
        assert (three - one) / (ten - one) == pytest.approx(2 / 9, abs=0.002)
    assert dots[0][1] == dots[1][1] < dots[2][1]
    marks = [line for line in root.findall("line") if line.attrib["class"] == "mark"]
    assert len(marks) == 1 and one < float(marks[0].attrib["x1"]) < three
    strokes = [line for line in root.findall("line") if line.attrib["class"] == "line c0"]
    assert one < float(strokes[0].attrib["x1"]) < three
    labels = [text.text for text in root.findall("text") if text.attrib["class"] == "label"]
    assert labels == ["a <b>", "b", "none"]
