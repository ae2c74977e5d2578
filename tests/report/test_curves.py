"""Training curves: every series that is logged has a chart, and a name in its legend."""

import json
from pathlib import Path

from tests.report.folders import read_run, write_run
from textgan.report.comparison import compare
from textgan.report.curves import curves_section, draw_curves
from textgan.report.sections import Chart, Legend
from textgan.report.shown import Shown


def test_what_is_logged_is_drawn_with_its_last_value(tmp_path: Path) -> None:
    charts = {chart.title: chart for chart in draw_curves([read_run(write_run(tmp_path / "run"))])}
    assert charts["Logits"].legend == [
        ("line c0 d0", "gap", "1.3"),
        ("line c1 d1", "real", "2"),
    ]
    assert charts["something new"].legend[0][2] == "90k"  # what no panel knows
    assert "Win rate of the discriminator" not in charts and "seconds" not in charts


def test_a_panel_of_one_kind_is_drawn_for_that_kind_alone(tmp_path: Path) -> None:
    run = read_run(write_run(tmp_path / "run", settings={"kind": "image"}))
    assert "Scores during training" not in [chart.title for chart in draw_curves([run])]


def test_norms_of_single_layers_are_not_drawn(tmp_path: Path) -> None:
    folder = write_run(tmp_path / "run")
    rows = [{"step": step, "gradient/generator/one": 0.5} for step in (1, 2)]
    (folder / "telemetry.jsonl").write_text("".join(json.dumps(row) + "\n" for row in rows))
    assert draw_curves([read_run(folder)]) == []


def test_groups_have_a_legend_of_their_own(tmp_path: Path) -> None:
    runs = [read_run(write_run(tmp_path / f"{n}", settings={"seed": n})) for n in (1, 2)]
    section = curves_section(Shown(runs, runs[:1], compare(runs)))
    legend, *charts = section.items
    assert isinstance(legend, Legend) and legend.entries == [("c0", "all runs")]
    assert all(isinstance(chart, Chart) for chart in charts)
