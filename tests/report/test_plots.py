"""Plots of distributions: what is drawn, how much of it, and where."""

import re

from textgan.metrics.table_pictures import Grid, Pair
from textgan.report.plots import LETTERS, Dots, bar_chart, dot_plot, histogram, scatter


def test_a_dot_for_each_value_and_a_stroke_at_the_mean() -> None:
    picture = dot_plot([Dots("a", [1, 3], "c0"), Dots("b", [], "c1")], "t", real=2)
    assert picture.count("<circle") == 2
    dots = [float(x) for x in re.findall(r'<circle cx="([\d.]+)"', picture)]
    (mean,) = re.findall(r'<line x1="([\d.]+)"[^>]*class="line c0"', picture)
    (real,) = re.findall(r'<line x1="([\d.]+)"[^>]*class="mark"', picture)
    assert float(mean) == float(real) == round(sum(dots) / 2, 1)


def test_a_histogram_is_an_outline_that_ends_on_the_axis() -> None:
    picture = histogram([0, 1, 2], [0.5, 0.5], [1.0, 0.0], "t", "c0")
    (area,) = re.findall(r'<polygon class="area real" points="([^"]*)"', picture)
    (line,) = re.findall(r'<polyline class="line c0" points="([^"]*)"', picture)
    assert area.split()[0] == "12.0,146.0" and area.split()[-1] == "348.0,146.0"
    heights = [float(corner.split(",")[1]) for corner in line.split()]
    assert min(heights) == heights[1] and heights[3] == 146.0


def test_bars_are_as_long_as_the_shares() -> None:
    picture = bar_chart(["a", "b" * 99], [0.5, 0.25], [0.25, 0.75], "t", "c0")
    widths = [float(width) for width in re.findall(r'<rect [^>]*width="([\d.]+)"', picture)]
    assert widths == [224.0, 112.0, 112.0, 336.0]
    assert "25.0% (50.0%)" in picture
    assert f"{'b' * (LETTERS - 1)}…<" in picture


def test_real_rows_are_shades_unless_dots_are_asked_for() -> None:
    grid = Grid([0.0, 1.0, 2.0], [0.0, 1.0], [(0, 0, 0, 0.4), (1, 0, -1, 0.1)])
    pair = Pair("x", "y", [(0.5, 0.5, 0)], [(1.5, 0.5, 0), (1.0, 0.2, 9)], grid)
    shades, dots = scatter(pair, True, False), scatter(pair, True, True)
    assert shades.count("fill-opacity") == 2 and shades.count("<circle") == 2
    assert dots.count("fill-opacity") == 0 and dots.count("<circle") == 3
    assert 'class="dot published"' in shades  # a rare class
    assert shades.index('class="shade published"') < shades.index('class="shade c0"')
