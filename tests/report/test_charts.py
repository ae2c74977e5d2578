"""Charts: ticks, thinning, and drawings that are sound XML with everything inside the frame."""

import xml.etree.ElementTree as ElementTree
from itertools import pairwise
from math import isclose

import pytest
from hypothesis import assume, given
from hypothesis import strategies as st

from textgan.report.charts import (
    Line,
    Spot,
    Trail,
    line_chart,
    plane,
    thin,
)
from textgan.report.svg import Axis, log_ticks, nice_ticks, number

FINITE = st.floats(-1e6, 1e6)


@given(FINITE, FINITE)
def test_ticks_are_round_even_and_inside(a: float, b: float) -> None:
    low, high = sorted((a, b))
    assume(high - low > 1e-6 * max(1, abs(low), abs(high)))
    ticks = nice_ticks(low, high)
    assert 1 <= len(ticks) <= 6
    room = 1e-6 * (high - low)
    assert all(low - room <= tick <= high + room for tick in ticks)
    steps = [after - before for before, after in pairwise(ticks)]
    assert all(isclose(step, steps[0], rel_tol=1e-3) for step in steps)


def test_ticks_of_familiar_ranges() -> None:
    assert nice_ticks(0, 1) == [0, 0.2, 0.4, 0.6, 0.8, 1.0]
    assert nice_ticks(0, 14000) == [0, 5000, 10000]
    assert log_ticks(0.09, 6) == [0.1, 0.2, 0.5, 1, 2, 5]
    assert log_ticks(0.0001, 100) == [0.0001, 0.001, 0.01, 0.1, 1, 10, 100]
    assert Axis(0.31, 0.42, 0, 1, log=True).ticks() == [0.325, 0.35, 0.375, 0.4]


@given(st.lists(FINITE, min_size=1, max_size=1000), st.integers(2, 50))
def test_thinning_keeps_the_last_point_and_the_range(values: list[float], most: int) -> None:
    points = [(float(x), y) for x, y in enumerate(values)]
    fewer = thin(points, most)
    assert len(fewer) == min(most, len(points))
    assert fewer[-1] == points[-1]
    assert min(values) - 1e-6 <= min(y for _, y in fewer)
    assert max(values) + 1e-6 >= max(y for _, y in fewer)
    assert [x for x, _ in fewer] == sorted({x for x, _ in fewer})


def test_thinning_takes_means() -> None:
    assert thin([(0, 1), (1, 3), (2, 5), (3, 7), (4, 100)], 3) == [(0.5, 2), (2.5, 6), (4, 100)]


@pytest.mark.parametrize(
    ("value", "text"),
    [(0, "0"), (0.25, "0.25"), (1500, "1.5k"), (2e6, "2M"), (0.012345, "0.0123"), (-3000, "-3k")],
)
def test_numbers(value: float, text: str) -> None:
    assert number(value) == text


def test_a_line_chart_draws_each_point_where_it_belongs() -> None:
    chart = line_chart([Line("a < b", [(0, 0.0), (50, 1.0), (100, 0.5)])], "losses & more", at=50)
    root = ElementTree.fromstring(chart)
    assert root.attrib["aria-label"] == "losses & more"
    (curve,) = root.findall("polyline")
    (x0, y0), (x1, y1), (x2, y2) = (
        tuple(map(float, point.split(","))) for point in curve.attrib["points"].split()
    )
    assert x1 - x0 == pytest.approx(x2 - x1, abs=0.11)
    assert y1 < y2 < y0  # a screen's y points down
    assert y0 - y2 == pytest.approx(y2 - y1, abs=0.11)
    (mark,) = (line for line in root.findall("line") if line.attrib["class"] == "mark")
    assert float(mark.attrib["x1"]) == x1


def test_a_logarithmic_axis_gives_powers_equal_room() -> None:
    chart = line_chart([Line("norm", [(0, 0.1), (1, 1.0), (2, 10.0)])], "norms", log=True)
    (curve,) = ElementTree.fromstring(chart).findall("polyline")
    y0, y1, y2 = (float(point.split(",")[1]) for point in curve.attrib["points"].split())
    assert y0 - y1 == pytest.approx(y1 - y2, abs=0.11)


@pytest.mark.parametrize("points", [[(10, 2.0)], [(0, 0.0)], [(0, 5.0), (10, 5.0)]])
def test_flat_and_single_points_are_drawn(points: list[tuple[float, float]]) -> None:
    ElementTree.fromstring(line_chart([Line("a", points)], "flat"))


@given(st.lists(st.tuples(st.floats(0, 1), st.floats(0, 1)), min_size=1, max_size=9))
def test_every_spot_of_a_plane_is_labelled_inside_it(places: list[tuple[float, float]]) -> None:
    spots = [Spot(f"system {index}", place, "ours") for index, place in enumerate(places)]
    trail = Trail(places, ["0.5"] * len(places), "mle")
    root = ElementTree.fromstring(plane(spots, [trail], "plane", "x", "y"))
    _, _, width, height = map(float, root.attrib["viewBox"].split())
    labels = [text for text in root.findall("text") if text.attrib["class"].startswith("label")]
    assert [label.text for label in labels] == [spot.label for spot in spots]
    for label in labels:
        assert 0 <= float(label.attrib["x"]) <= width
        assert 0 <= float(label.attrib["y"]) <= height
    for circle in root.findall("circle"):
        assert 0 <= float(circle.attrib["cx"]) <= width
        assert 0 <= float(circle.attrib["cy"]) <= height
