"""Axes, ticks and strokes."""

import pytest

from textgan.report.svg import Axis, bar, drawing, log_ticks, nice_ticks, number, room, text


def test_an_axis_puts_values_on_pixels() -> None:
    axis = Axis(0, 10, 100, 200)
    assert (axis(0), axis(2.5), axis(10)) == (100, 125, 200)
    upwards = Axis(0, 1, 50, 0)
    assert upwards(0.25) == 37.5
    powers = Axis(1, 100, 0, 200, log=True)
    assert (powers(1), powers(10), powers(100)) == (0, 100, 200)


@pytest.mark.parametrize(
    ("low", "high", "ticks"),
    [
        (0, 1, [0, 0.2, 0.4, 0.6, 0.8, 1]),
        (3, 17, [5, 10, 15]),
        (-0.1, 0.1, [-0.1, -0.05, 0, 0.05, 0.1]),
    ],
)
def test_round_numbers(low: float, high: float, ticks: list[float]) -> None:
    assert nice_ticks(low, high) == pytest.approx(ticks)


def test_powers_of_ten() -> None:
    assert log_ticks(1, 100) == [1, 2, 5, 10, 20, 50, 100]
    assert log_ticks(1, 1e6) == [10.0**power for power in range(7)]
    assert Axis(2, 3, 0, 1, log=True).ticks() == nice_ticks(2, 3)


def test_numbers_are_short() -> None:
    assert list(map(number, (0.25, 1500, 2e6, -3000))) == ["0.25", "1.5k", "2M", "-3k"]


def test_there_is_room_around_values_even_if_they_are_one() -> None:
    assert room([0, 100]) == (-6, 106)
    assert room([5.0]) == (4.5, 5.5) and room([0.0]) == (-1, 1)
    low, high = room([1, 100], log=True)
    assert low * high == pytest.approx(100) and low < 1


def test_words_are_escaped() -> None:
    picture = drawing(10, 20, 'a "title"', [text(1, 2, "<b>", "tick"), bar(0, 0, 3, 4, "c0")])
    assert "<b>" not in picture and "&lt;b&gt;" in picture and "a &#34;title&#34;" in picture
    assert picture.startswith('<svg viewBox="0 0 10 20"') and picture.endswith("</svg>")
