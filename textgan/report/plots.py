"""Plots of distributions as inline SVG: dots in rows, histograms, bars, rows in two columns."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING

from markupsafe import Markup

from textgan.report import svg

if TYPE_CHECKING:
    from textgan.metrics.table_pictures import Grid, Pair

CLASSES = 7  # colours of dots; rarer classes are grey
LETTERS = 44  # of a label, at most


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


def histogram(
    edges: Sequence[float],
    real: Sequence[float],
    samples: Sequence[float],
    title: str,
    color: str,
) -> Markup:
    """Draw two histograms: real values as a grey area, samples as a line around theirs.

    Args:
        edges: of the bins, one more than bins.
        real: share of the real values in each bin.
        samples: the same of the samples.
        title: what a screen reader says.
        color: CSS class of the samples.
    """
    width, height, left, right, top, bottom = 360, 170, 12, 348, 8, 146
    x = svg.Axis(edges[0], edges[-1], left, right)
    y = svg.Axis(0, 1.05 * max(*real, *samples, 1e-9), bottom, top)
    outlines = []
    for shares in (real, samples):
        corners = [(edges[0], 0.0)]
        for place, share in enumerate(shares):
            corners += [(edges[place], share), (edges[place + 1], share)]
        outlines.append(" ".join(f"{x(a)},{y(b)}" for a, b in [*corners, (edges[-1], 0.0)]))
    parts = [svg.text(x(t), bottom + 15, svg.number(t), "tick middle") for t in x.ticks()]
    parts.append(Markup('<polygon class="area real" points="{}"/>').format(outlines[0]))
    parts.append(Markup('<polyline class="line {}" points="{}"/>').format(color, outlines[1]))
    parts.append(svg.line(left, bottom, right, bottom, "frame"))
    return svg.drawing(width, height, title, parts)


def bar_chart(
    labels: Sequence[str],
    real: Sequence[float],
    samples: Sequence[float],
    title: str,
    color: str,
) -> Markup:
    """Draw two bars for each category, real values' in grey above the samples'; see `histogram`."""
    width, left, right, row = 360, 12, 348, 34
    x = svg.Axis(0, max(*real, *samples, 1e-9), left, right)
    parts = []
    for place, label in enumerate(labels):
        y = row * place
        said = label if len(label) <= LETTERS else f"{label[: LETTERS - 1]}…"
        shares = f"{samples[place]:.1%} ({real[place]:.1%})"
        parts += [
            svg.text(left, y + 12, said, "label"),
            svg.text(right, y + 12, shares, "tick end"),
        ]
        for offset, share, style in ((16, real, "area real"), (22, samples, f"bar {color}")):
            parts.append(svg.bar(left, y + offset, x(share[place]) - left, 5, style))
    return svg.drawing(width, row * len(labels) + 2, title, parts)


def scatter(pair: "Pair", classes: bool, dots: bool) -> Markup:
    """Draw real rows on the left and samples on the right, on the same axes.

    Args:
        pair: the rows.
        classes: whether they have the colours of classes.
        dots: draw real rows as dots too, not as shades of how many there are.
    """
    width, height, top, bottom, side = 360, 226, 18, 188, 150
    grid = pair.grid
    known = [*pair.samples, *(pair.real if dots else [])]
    x_room, y_room = (
        svg.room([*(row[place] for row in known), *edges])
        for place, edges in ((0, grid.x), (1, grid.y))
    )
    parts = [svg.text(192, height - 4, f"{pair.x} →, {pair.y} ↑", "axis middle")]
    for title, left in (("real rows", 38), ("samples", 204)):
        x, y = svg.Axis(*x_room, left, left + side), svg.Axis(*y_room, bottom, top)
        parts.append(svg.text(left + side / 2, 12, title, "label middle"))
        if left == 38 and not dots:
            parts += _shades(grid, x, y, classes)
        parts.append(svg.bar(left, top, side, bottom - top, "box"))
        for tick in y.ticks() if left == 38 else ():
            parts.append(svg.text(left - 5, y(tick) + 3.5, svg.number(tick), "tick end"))
        for tick in svg.nice_ticks(*x_room, 3):
            parts.append(svg.text(x(tick), bottom + 15, svg.number(tick), "tick middle"))
        rows = pair.samples if left == 204 else pair.real if dots else []
        for a, b, number in rows:
            parts.append(svg.circle(x(a), y(b), 2, f"dot {_class_style(number, classes)}"))
    return svg.drawing(width, height, f"{pair.x} and {pair.y}", parts)


def _shades(grid: "Grid", x: svg.Axis, y: svg.Axis, classes: bool) -> list[Markup]:
    """Fill the fields of a grid, the more rows the darker; the frequent class over the rare one."""
    most = max((share for *_, share in grid.fields), default=1.0)
    parts = []
    for a, b, number, share in sorted(grid.fields, key=lambda field: field[3]):
        left, top = x(grid.x[a]), y(grid.y[b + 1])
        area = left, top, x(grid.x[a + 1]) - left, round(y(grid.y[b]) - top, 1)
        shade = Markup('<g fill-opacity="{:.2f}">').format(0.1 + 0.7 * (share / most) ** 0.5)
        style = f"shade {_class_style(number, classes)}"
        parts.append(shade + svg.bar(*area, style) + Markup("</g>"))
    return parts


def _class_style(number: int, classes: bool) -> str:
    return f"c{number}" if 0 <= number < CLASSES else "published" if classes else "c0"
