"""Charts as inline SVG: text stays text, and colours are classes, so the page's style decides.

Classes `c0` to `c6` are the page's palette; `frame`, `grid`, `tick`, `mark` its greys. Charts are
drawn in units of about a pixel on a phone, and scale with the page.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from itertools import pairwise

from markupsafe import Markup

from textgan.report import svg

COLORS = 7
MANY = 8  # lines of one chart, from which on each is thinner and has fewer points
XY = tuple[float, float]


@dataclass(frozen=True)
class Line:
    """A curve: points (x, y) from left to right, its colour and its dash, from 0 up."""

    label: str
    points: Sequence[XY]
    color: int = 0
    dash: int = 0

    @property
    def style(self) -> str:
        """Its CSS classes."""
        return f"line c{self.color % COLORS} d{self.dash % 3}"


@dataclass(frozen=True)
class Spot:
    """A labelled point of a plane: `style` names its CSS classes."""

    label: str
    place: XY
    style: str
    radius: float = 4.0


@dataclass(frozen=True)
class Trail:
    """A labelled path through a plane; each of its points has a small label of its own."""

    points: Sequence[XY]
    labels: Sequence[str]
    style: str


def line_chart(
    lines: Sequence[Line],
    title: str,
    marks: Sequence[tuple[str, float]] = (),
    at: float | None = None,
    log: bool = False,
) -> Markup:
    """Draw curves over training steps.

    Args:
        lines: the curves; values must be above 0 on a logarithmic axis.
        title: what a screen reader says.
        marks: labelled horizontal lines.
        at: step of a vertical line.
        log: a logarithmic axis of values.
    """
    width, height, left, right, top, bottom = 360, 220, 46, 348, 8, 190
    xs = [x for line in lines for x, _ in line.points]
    ys = [y for line in lines for _, y in line.points] + [value for _, value in marks]
    x = svg.Axis(0, max(xs) or 1, left, right)
    y = svg.Axis(*svg.room(ys, log), bottom, top, log)
    parts = [svg.frame(x, y, "step")]
    for label, value in marks:
        parts.append(svg.line(left, y(value), right, y(value), "mark"))
        parts.append(svg.text(right - 2, y(value) - 4, label, "tick end"))
    if at is not None:
        parts.append(svg.line(x(at), top, x(at), bottom, "mark"))
    many = len(lines) >= MANY
    for line in lines:
        points = thin(line.points, 100 if many else 300)
        if len(points) == 1:
            parts.append(svg.circle(x(points[0][0]), y(points[0][1]), 3, f"spot {line.style}"))
        else:
            path = " ".join(f"{x(a)},{y(b)}" for a, b in points)
            style = f"{line.style} many" if many else line.style
            parts.append(Markup('<polyline class="{}" points="{}"/>').format(style, path))
    return svg.drawing(width, height, title, parts)


def plane(
    spots: Sequence[Spot], trails: Sequence[Trail], title: str, x_label: str, y_label: str
) -> Markup:
    """Draw points and trails; the first spot is real text and gets cross-hairs."""
    width, height, left, right, top, bottom = 440, 360, 50, 428, 22, 322
    places = [spot.place for spot in spots] + [place for trail in trails for place in trail.points]
    x = svg.Axis(*svg.room([a for a, _ in places], share=0.12), left, right)
    y = svg.Axis(*svg.room([b for _, b in places], share=0.12), bottom, top)
    parts = [svg.frame(x, y, x_label), svg.text(6, 12, y_label, "axis")]
    real = x(spots[0].place[0]), y(spots[0].place[1])
    parts.append(svg.line(real[0], top, real[0], bottom, "mark"))
    parts.append(svg.line(left, real[1], right, real[1], "mark"))
    for trail in trails:
        path = " ".join(f"{x(a)},{y(b)}" for a, b in trail.points)
        parts.append(Markup('<polyline class="line {}" points="{}"/>').format(trail.style, path))
        parts += [svg.circle(x(a), y(b), 2.5, f"spot {trail.style}") for a, b in trail.points]
    for spot in spots[::-1]:  # real text last, on top
        parts.append(
            svg.circle(x(spot.place[0]), y(spot.place[1]), spot.radius, f"spot {spot.style}")
        )
    taken = [_around(x(a), y(b), 5) for a, b in places]
    for trail in trails:
        points = [(x(a), y(b)) for a, b in trail.points]
        taken += [
            _around(*point, 2) for start, end in pairwise(points) for point in _between(start, end)
        ]
    frame = _Box(left, top, right, bottom)
    for spot in spots:
        label = _label(spot.label, (x(spot.place[0]), y(spot.place[1])), 6.8, taken, frame)
        taken.append(label.box)
        parts.append(svg.text(*label.anchor, spot.label, f"label {label.align}"))
    for trail in trails:
        for dial, (a, b) in zip(trail.labels, trail.points, strict=True):
            label = _label(dial, (x(a), y(b)), 6.0, taken, frame)
            if label.cost < 4:  # a dial may go unlabelled, a system may not
                taken.append(label.box)
                parts.append(svg.text(*label.anchor, dial, f"dial {trail.style} {label.align}"))
    return svg.drawing(width, height, title, parts)


def thin(points: Sequence[XY], most: int = 300) -> list[XY]:
    """Return at most `most` points: the means of as many equal stretches; the last stays."""
    if len(points) <= most:
        return list(points)
    edges = [round(index * (len(points) - 1) / (most - 1)) for index in range(most)]
    means = []
    for begin, end in pairwise(edges):
        stretch = points[begin:end]
        means.append((sum(a for a, _ in stretch) / len(stretch), _mean_y(stretch)))
    return [*means, points[-1]]


@dataclass(frozen=True)
class _Box:
    left: float
    top: float
    right: float
    bottom: float

    def overlap(self, other: "_Box") -> float:
        wide = min(self.right, other.right) - max(self.left, other.left)
        high = min(self.bottom, other.bottom) - max(self.top, other.top)
        return max(0.0, wide) * max(0.0, high)


@dataclass(frozen=True)
class _Label:
    """Where a label stands: its box, the point its text hangs on and by which end, its cost."""

    box: _Box
    anchor: XY
    align: str
    cost: float


def _label(text: str, place: XY, letter: float, taken: Sequence[_Box], frame: _Box) -> _Label:
    """Place a label beside a point, where it covers least of what is drawn already.

    Args:
        text: of the label.
        place: of the point.
        letter: width of a letter, about.
        taken: what is drawn.
        frame: what it should not leave.
    """
    wide, high = letter * len(text), 12.0

    def at(dx: float, dy: float, align: str) -> _Label:
        x, y = place[0] + dx, place[1] + dy
        left = x - {"start": 0.0, "middle": wide / 2, "end": wide}[align]
        box = _Box(left, y - high / 2, left + wide, y + high / 2)
        covered = sum(box.overlap(other) for other in taken)
        return _Label(box, (x, y + 4), align, covered + 3 * (wide * high - box.overlap(frame)))

    choices = [
        at(side * across, down, align)
        for reach in (0, 6, 14)
        for side, across, down, align in (
            (1, 9 + reach, 0, "start"),
            (-1, 9 + reach, 0, "end"),
            (1, 0, -13 - reach, "middle"),
            (1, 0, 13 + reach, "middle"),
            (1, 6, -11 - reach, "start"),
            (1, 6, 11 + reach, "start"),
            (-1, 6, -11 - reach, "end"),
            (-1, 6, 11 + reach, "end"),
        )
    ]
    return min(choices, key=lambda label: label.cost)


def _around(x: float, y: float, reach: float) -> _Box:
    return _Box(x - reach, y - reach, x + reach, y + reach)


def _between(start: XY, end: XY, pieces: int = 12) -> list[XY]:
    """Points along a straight line."""
    shares = [index / pieces for index in range(pieces + 1)]
    return [
        (start[0] + share * (end[0] - start[0]), start[1] + share * (end[1] - start[1]))
        for share in shares
    ]


def _mean_y(points: Sequence[XY]) -> float:
    return sum(y for _, y in points) / len(points)
