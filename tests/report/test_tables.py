"""Table runs: who is nearer to real rows, and drawings where the numbers say."""

import io
import xml.etree.ElementTree as ElementTree
from pathlib import Path
from typing import Any

import numpy as np
import pandas as pd
import pytest
from PIL import Image

from tests.report.folders import read_run, score, write_run
from tests.report.test_page import Outline
from textgan.errors import UserError
from textgan.metrics.table_features import Scheme
from textgan.metrics.table_pictures import Grid, Pair, picture_table
from textgan.report.page import render_report
from textgan.report.plots import bar_chart, histogram, scatter
from textgan.report.tables import judge, show_rows

# Score: direction, the GAN's, the copula's, real rows'.
SCORES = {
    "ks": ("minimize", 0.10, 0.20, 0.09),
    "correlation": ("minimize", 0.30, 0.08, 0.10),  # below the real value is as good as it
    "recall": ("match", 0.95, 0.80, 0.90),
    "detection.boosting": ("minimize", 0.700, 0.701, 0.50),  # closer than 2% of .5: even
    "useful.accuracy": ("match", 0.60, 0.90, 0.92),
    "coverage": ("maximize", 0.50, 0.99, 0.95),
    "column_ks.<b>x": ("minimize", 0.12, 0.1, 0.05),
    "column_tv.class": ("minimize", 0.02, 0.1, 0.05),
}


def evaluated() -> dict[str, Any]:
    content = {}
    for name, (goal, ours, theirs, real) in SCORES.items():
        fields = [score(value, "hyps:9") | {"goal": goal} for value in (ours, theirs, real)]
        content[name] = fields[0] | {"real": fields[2], "baselines": {"copula": fields[1]}}
    return content


def pictured(with_real: bool = False) -> dict[str, Any]:
    rng = np.random.default_rng(0)

    def table(rows: int) -> pd.DataFrame:
        c = rng.integers(0, 2, rows)
        columns = {name: c + rng.normal(size=rows) for name in ("<b>x", "y")}
        return pd.DataFrame(columns | {"class": np.where(c > 0, "<i>yes", "no")})

    scheme = Scheme(("<b>x", "y"), ("class",), "class")
    return picture_table(table(90), table(90), scheme, with_real).as_json()


def table_run(path: Path, **more: Any) -> Path:
    write_run(path, settings={"kind": "table", "table": "mine.csv"}, **more)
    for file in (path / "samples").iterdir():
        file.unlink()
    return path


def test_a_gan_that_loses_is_said_to_lose_and_what_to_try(tmp_path: Path) -> None:
    run = read_run(table_run(tmp_path / "run", evaluation=evaluated()))
    (verdict,) = judge(run)
    assert verdict.better == ["Kolmogorov-Smirnov distance", "recall"]
    assert verdict.worse == [
        "rank correlation, difference",
        "learned from the rows: accuracy",
        "coverage",
    ]
    assert verdict.even == 1 and verdict.loses
    assert any("--gaussian-start" in remedy for remedy in verdict.remedies)
    text = " ".join(Outline(render_report([run])).text.split())
    assert "This GAN loses to a Gaussian copula: it is nearer on 2 of 6 scores, even on 1" in text
    assert "To try first: columns hang together wrongly" in text


def test_one_that_wins_needs_no_remedy(tmp_path: Path) -> None:
    content = evaluated()
    for name in ("correlation", "coverage"):
        content[name]["value"] = content[name]["real"]["value"]
    run = read_run(table_run(tmp_path / "run", evaluation=content))
    (verdict,) = judge(run)
    assert not verdict.loses and verdict.remedies == []
    assert "Beside a Gaussian copula" in render_report([run])


def test_the_page_of_a_table_run(tmp_path: Path) -> None:
    run = read_run(table_run(tmp_path / "run", evaluation=evaluated(), pictures=pictured()))
    page = render_report([run])
    outline = Outline(page)
    assert outline.ids == ["run", "scores", "rows", "curves", "again"]
    assert outline.pictures == 3 and outline.fetched == []
    assert "<b>x" not in page and "<i>yes" not in page and "&lt;i&gt;yes" in page
    assert "Kolmogorov-Smirnov distance 0.120, real rows 0.050" in outline.text
    rows = show_rows(run, "c0", most=2)
    assert rows is not None
    # The furthest from real rows first; y has no score of its own.
    assert [item.name for item in rows.columns + rows.more] == ["<b>x", "class", "y"]
    assert [title for title, _ in rows.pairs] in (["<b>x and y"], ["y and <b>x"])
    assert [picture.title for picture in rows.maps] == ["real rows", "samples", "difference"]
    real = np.asarray(Image.open(io.BytesIO(rows.maps[0].data)))
    assert real[0, 0].tolist() == [31, 95, 191, 255]  # a column with itself: 1
    assert run.pictures is not None
    assert real[0, 1, 3] == pytest.approx(255 * run.pictures.real_correlations[0][1], abs=0.51)


def test_a_run_that_was_not_evaluated_has_no_such_section(tmp_path: Path) -> None:
    run = read_run(table_run(tmp_path / "run"))
    assert show_rows(run, "c0") is None
    assert "rows" not in Outline(render_report([run])).ids


@pytest.mark.parametrize("content", [[], {"marginals": []}, {"marginals": 3, "pairs": []}])
def test_damage_is_told_in_one_line(tmp_path: Path, content: object) -> None:
    folder = table_run(tmp_path / "run", pictures=content)
    with pytest.raises(UserError, match=r"pictures\.json is damaged or of another kind"):
        read_run(folder)


def places(points: str) -> list[tuple[float, float]]:
    return [tuple(map(float, point.split(","))) for point in points.split()]  # type: ignore[misc]


def test_a_histogram_is_as_high_as_the_shares() -> None:
    root = ElementTree.fromstring(histogram([0, 1, 2], [0.2, 0.8], [0.6, 0.4], "a & b", "c0"))
    area, line = root.find("polygon"), root.find("polyline")
    assert area is not None and line is not None
    corners = places(area.attrib["points"])
    floor, first, second = corners[0][1], corners[1][1], corners[3][1]
    assert (floor - first) / (floor - second) == pytest.approx(0.25, abs=0.01)
    ours = places(line.attrib["points"])
    assert (floor - ours[1][1]) / (floor - second) == pytest.approx(0.75, abs=0.01)
    assert ours[1][0] == corners[1][0] and ours[-1][1] == floor


def test_bars_are_as_long_as_the_shares_and_long_names_are_cut() -> None:
    root = ElementTree.fromstring(bar_chart(["a<", "b" * 99], [0.5, 0.25], [0.1, 0.4], "c", "c1"))
    widths = [float(bar.attrib["width"]) for bar in root.findall("rect")]
    np.testing.assert_allclose(np.array(widths) / widths[0], [1, 0.2, 0.5, 0.8], atol=0.01)
    labels = [text.text or "" for text in root.findall("text") if text.attrib["class"] == "label"]
    assert labels[0] == "a<" and labels[1].endswith("b…")


def test_real_rows_stand_left_of_samples_on_the_same_axes() -> None:
    real, samples = [(0.0, 0.0, 0), (1.0, 2.0, 9)], [(0.0, 0.0, 1), (1.0, 2.0, -1)]
    grid = Grid([0.0, 1.0, 2.0], [0.0, 2.0], [(0, 0, 0, 0.25), (1, 0, 9, 0.5)])
    pair = Pair("p", "q", real, samples, grid)
    root = ElementTree.fromstring(scatter(pair, classes=True, dots=True))
    dots = [
        (float(dot.attrib["cx"]), float(dot.attrib["cy"]), dot.attrib["class"])
        for dot in root.findall("circle")
    ]
    places = {style: (x, y) for x, y, style in dots}
    assert [style for _, _, style in dots] == ["dot c0", "dot published", "dot c1", "dot published"]
    assert dots[1][0] - dots[0][0] == pytest.approx(dots[3][0] - dots[2][0], abs=0.2)
    assert dots[1][1] == dots[3][1] < dots[0][1] == dots[2][1]
    assert dots[1][0] < dots[2][0]

    root = ElementTree.fromstring(scatter(pair, classes=True, dots=False))
    assert [dot.attrib["class"] for dot in root.findall("circle")] == ["dot c1", "dot published"]
    fields = [(g.attrib["fill-opacity"], g[0].attrib) for g in root.findall("g")]
    assert [field["class"] for _, field in fields] == ["shade c0", "shade published"]
    assert [float(shade) for shade, _ in fields] == pytest.approx(
        [0.1 + 0.7 * 0.5**0.5, 0.8], abs=0.01
    )
    x, y = float(fields[0][1]["x"]), float(fields[0][1]["y"]) + float(fields[0][1]["height"])
    assert (x, y) == pytest.approx(places["dot c0"], abs=0.2)
    width = float(fields[0][1]["width"])
    assert float(fields[1][1]["x"]) == pytest.approx(x + width, abs=0.2)
    assert width == pytest.approx(dots[1][0] - dots[0][0], abs=0.2)


def test_real_rows_are_shown_only_where_both_folder_and_page_were_asked(tmp_path: Path) -> None:
    kept = pictured(with_real=True)
    for name, content in {"kept": kept, "counted": pictured()}.items():
        run = read_run(table_run(tmp_path / name, evaluation=evaluated(), pictures=content))
        for with_real in (True, False):
            rows = show_rows(run, "c0", with_real=with_real)
            assert rows is not None and rows.dots == (with_real and name == "kept")
            text = " ".join(Outline(render_report([run], with_real=with_real)).text.split())
            assert ("a dot for a sample; of real rows how many" in text) != rows.dots
            keep = "textgan evaluate --with-real keeps some" in text
            show = (
                "textgan report --with-real shows the real rows that the run folder holds" in text
            )
            assert (keep, show) == (name == "counted", name == "kept" and not with_real)
            left = [svg.count('class="dot') for _, svg in rows.pairs]
            assert left == [180 if rows.dots else 90]
    assert len(kept["pairs"][0]["real"]) == 90
