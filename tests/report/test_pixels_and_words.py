"""Pixels and words: only where both are, and every number that of a run."""

import json
from pathlib import Path
from typing import Any

import numpy as np
import pytest

from tests.report.folders import SETTINGS, evaluation, read_run, score, write_run
from tests.report.test_page import Outline
from textgan.grids import write_png
from textgan.report.page import render_report
from textgan.report.pixels_and_words import contrast, pixels_and_words_section, steadiness
from textgan.report.run import Run
from textgan.report.sections import Cell, Section, Table
from textgan.report.shown import Shown

ROWS = [(8.0, 0.3), (1.0, 0.4), (2.0, 0.5), (1.0, 0.6), (5.0, 0.34657)]  # gradient, loss


def make(path: Path, kind: str, **settings: Any) -> Run:
    scores = evaluation()
    if kind == "image":
        sides = {"modes": (9, 10), "recall": (0.625, 0.75)}
        scores = {
            name: score(ours, "x") | {"real": score(real, "x")}
            for name, (ours, real) in sides.items()
        }
    write_run(path, settings={"kind": kind} | settings, evaluation=scores)
    rows = [
        {
            "step": 10 * place,
            "seconds": 5.0 * place,
            "generator_gradient": gradient,
            "discriminator_loss": loss,
            "accuracy": 0.75,
        }
        for place, (gradient, loss) in enumerate(ROWS, start=1)
    ]
    (path / "telemetry.jsonl").write_text("".join(json.dumps(row) + "\n" for row in rows))
    if kind == "image":
        for file in (path / "samples").iterdir():
            pixels = np.full((100, 8, 8, 1), int(file.stem) // 10, dtype=np.uint8)
            write_png(file.with_suffix(".png"), pixels, 10)
            file.unlink()
    return read_run(path)


@pytest.fixture
def pair(tmp_path: Path) -> list[Run]:
    game = SETTINGS["game"] | {"instance_noise": 0.25}
    text = make(tmp_path / "words", "text", max_words=16, game=game)
    image = make(tmp_path / "pixels", "image", data={"checksum": "b", "shape": [8, 8, 1]})
    return [text, image]


def shown(runs: list[Run]) -> Section | None:
    return pixels_and_words_section(Shown(runs, runs))


def test_the_table_holds_the_last_values(pair: list[Run]) -> None:
    section = shown(pair)
    assert section is not None
    (table,) = (item for item in section.items if isinstance(item, Table))
    measures = {first.text: values for first, *values in table.rows if isinstance(first, Cell)}
    assert measures["generator's gradient"] == ["5", "5"]
    assert measures["loss of the discriminator"] == ["0.5", "0.5"]  # half of log 2
    assert measures["steps per second"] == ["2", "2"]
    assert "gap of the logits" not in measures  # not logged here
    assert steadiness(pair[0]) == 2.5  # of 2, 1 and 5


def test_statements_say_the_numbers_of_the_runs(pair: list[Run]) -> None:
    said = " ".join(f"{part.built} {part.seen}" for part in contrast(*pair))
    for words in (
        "An image of pixels is 64 numbers, a sentence of words up to 16 places",
        "with one of 12 words at each",
        "pixels of pixels moved by 10.0 of 255 grey levels",
        "33% of the words of words were replaced",  # "a dog sits" was "a cat sits"
        "words blurs both with noise of standard deviation 0.25",
        "pixels adds no noise to either",
        "75.0% (words) and 75.0% (pixels)",
        "is 0.50 for words and 0.50 for pixels",
        "the largest is 2.50 times the median for words",
        "words: BLEU-3 0.450 (real 0.520)",
        "pixels: recall 0.62 (real 0.75), classes that occur 9 (real 10).",
    ):
        assert words in said, words


def test_what_is_not_known_is_not_said(tmp_path: Path) -> None:
    runs = [
        read_run(write_run(tmp_path / kind, settings={"kind": kind})) for kind in ("text", "image")
    ]
    statements = contrast(*runs)
    assert not any("nan" in part.seen or "None" in part.seen for part in statements)
    assert statements[-1].seen == ""


def test_the_section_stands_only_where_both_kinds_are(pair: list[Run]) -> None:
    assert "kinds" in Outline(render_report(pair)).ids
    assert shown(pair[:1]) is None
    assert "kinds" not in Outline(render_report(pair[:1])).ids


def test_snapped_points_are_told(pair: list[Run]) -> None:
    pair[0].settings["output"] = "straight_through"
    assert "are snapped to the nearest word" in contrast(*pair)[1].built
