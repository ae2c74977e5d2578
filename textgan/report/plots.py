"""Plots of distributions as inline SVG: dots in rows."""

from collections.abc import Sequence
from dataclasses import dataclass

from markupsafe import Markup

from textgan.report import svg


@dataclass(frozen=True)
class Dots:
    """A row of a dot plot: its label, its values, and the CSS class of its colour."""

    label: str
    values: Sequence[float]
    style: str


def dot_plot(rows: Sequence[Dots], title: str, real: float | None, log: bool = False) -> Markup:
    """Draw a row of dots for each group, with a stroke at their mean.

    Args:
        rows: from top to bottom; at least one value in all.
        title: what a screen reader says.
        real: value of real samples, a line through all rows.
        log: a logarithmic axis; all values must then be above 0.
    """
    width, left, right, top, row = 360, 12, 348, 8, 30
    bottom = top + row * len(rows) + 4
    values = [value for dots in rows for value in dots.values]
    known = values if real is None else [*values, real]
    x = svg.Axis(*svg.room(known, log), left, right, log)
    parts = [svg.line(x(tick), top, x(tick), bottom, "grid") for tick in x.ticks()]
    parts += [svg.text(x(t), bottom + 14, svg.number(t), "tick middle") for t in x.ticks()]
    parts.append(svg.line(left, bottom, right, bottom, "frame"))
    if real is not None:
        parts.append(svg.line(x(real), top, x(real), bottom, "mark"))
    for place, dots in enumerate(rows):
        y = top + row * place
        parts.append(svg.text(left, y + 10, dots.label, "label"))
        parts += [svg.circle(x(value), y + 20, 4, f"spot {dots.style}") for value in dots.values]
        if dots.values:
            mean = x(sum(dots.values) / len(dots.values))
            parts.append(svg.line(mean, y + 13, mean, y + 27, f"line {dots.style}"))
    return svg.drawing(width, bottom + 20, title, parts)
