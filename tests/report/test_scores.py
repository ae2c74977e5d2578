"""Scores: that of real samples always beside, in parts, the headlines first."""

from pathlib import Path
from typing import Any

from tests.report.folders import evaluation, read_run, write_run
from textgan.report.run import Run
from textgan.report.scores import copying_rows, headlines, score_parts


def make(tmp_path: Path, name: str = "run", sign: str = "", **more: Any) -> Run:
    return read_run(write_run(tmp_path / name, evaluation=evaluation(sign), **more))


def test_every_score_stands_beside_real_text(tmp_path: Path) -> None:
    run = make(tmp_path)
    rows = [row for part in score_parts([run]) for row in part.rows] + copying_rows([run])
    assert len(rows) == len(run.scores)
    assert all(row.cells[0] and row.real[0] for row in rows)


def test_distances_to_the_training_text_have_a_part_of_their_own(tmp_path: Path) -> None:
    scores = {name: evaluation()["frechet"] for name in ("frechet", "training.frechet")}
    run = read_run(write_run(tmp_path / "run", evaluation=scores))
    assert [(part.title, len(part.rows)) for part in score_parts([run])] == [
        ("Distance between distributions", 1),
        ("Distance to the training text", 1),
    ]


def test_unknown_scores_are_shown(tmp_path: Path) -> None:
    strange = {"brand.new": evaluation()["copied"]}
    run = read_run(write_run(tmp_path / "run", evaluation=strange))
    (part,) = score_parts([run])
    assert (part.title, part.rows[0].title) == ("Other scores", "brand new")


def test_headlines_come_in_the_order_of_the_table(tmp_path: Path) -> None:
    expected = [f"{key}.{n}" for key in ("bleu", "self_bleu") for n in (2, 3, 4, 5)]
    assert headlines([make(tmp_path)]) == [*expected, "frechet", "copied"]
