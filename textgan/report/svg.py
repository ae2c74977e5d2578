"""The strokes that charts are made of: axes with their ticks, lines, circles and texts, as SVG."""

from collections.abc import Sequence
from dataclasses import dataclass
from math import ceil, floor, log10

from markupsafe import Markup


@dataclass(frozen=True)
class Axis:
    """Values low to high on pixels start to end; logarithmic if their powers of ten count."""

    low: float
    high: float
    start: float
    end: float
    log: bool = False

    def __call__(self, value: float) -> float:
        """Return the pixel of a value."""
        low, high = self.low, self.high
        if self.log:
            low, high, value = log10(low), log10(high), log10(value)
        return round(self.start + (value - low) / (high - low) * (self.end - self.start), 1)

    def ticks(self) -> list[float]:
        """Return the round values to write at it."""
        powers = log_ticks(self.low, self.high) if self.log else []
        return powers if len(powers) > 1 else nice_ticks(self.low, self.high)


def nice_ticks(low: float, high: float, most: int = 5) -> list[float]:
    """Return at most `most` + 1 round numbers, evenly spaced, within low..high."""
    raw = (high - low) / most
    power = 10.0 ** floor(log10(raw))
    step = next(factor * power for factor in (1, 2, 2.5, 5, 10) if factor * power >= raw * 0.999)
    first = ceil(low / step - 1e-9)
    last = floor(high / step + 1e-9)
    return [float(f"{index * step:.12g}") for index in range(first, last + 1)]


def log_ticks(low: float, high: float) -> list[float]:
    """Return 1, 2 or 5 times powers of ten within low..high; fewer of them over many powers."""
    powers = range(floor(log10(low)), ceil(log10(high)) + 1)
    factors = (1, 2, 5) if log10(high / low) < 2.2 else (1,)
    ticks = [float(f"{factor}e{power}") for power in powers for factor in factors]
    return [tick for tick in ticks if low <= tick <= high]


def number(value: float) -> str:
    """Write a number for an axis or a legend: 0.25, 1.5k, 2M."""
    for size, letter in ((1e6, "M"), (1e3, "k")):
        if abs(value) >= size:
            return f"{value / size:.3g}{letter}"
    return f"{value:.3g}"


def room(values: Sequence[float], log: bool = False, share: float = 0.06) -> tuple[float, float]:
    """Return the ends of an axis that shows all values with some room around them."""
    low, high = min(values), max(values)
    if log:
        factor = max(1.25, (high / low) ** share)
        return low / factor, high * factor
    room = share * (high - low) or 0.1 * abs(high) or 1.0
    return low - room, high + room


def frame(x: Axis, y: Axis, x_label: str) -> Markup:
    """Draw both axes, with lines across at the ticks of y."""
    parts = []
    for tick in y.ticks():
        parts.append(line(x.start, y(tick), x.end, y(tick), "grid"))
        parts.append(text(x.start - 5, y(tick) + 3.5, number(tick), "tick end"))
    for tick in x.ticks():
        parts.append(line(x(tick), y.start, x(tick), y.start + 4, "frame"))
        parts.append(text(x(tick), y.start + 15, number(tick), "tick middle"))
    parts.append(line(x.start, y.start, x.end, y.start, "frame"))
    parts.append(text((x.start + x.end) / 2, y.start + 29, x_label, "axis middle"))
    return Markup("").join(parts)


def drawing(width: int, height: int, title: str, parts: Sequence[Markup]) -> Markup:
    """Put parts into a picture; `title` is what a screen reader says."""
    head = Markup('<svg viewBox="0 0 {} {}" role="img" aria-label="{}">')
    return head.format(width, height, title) + Markup("").join(parts) + Markup("</svg>")


def line(x1: float, y1: float, x2: float, y2: float, style: str) -> Markup:
    """Draw a straight line; `style` names its CSS classes."""
    return Markup('<line x1="{}" y1="{}" x2="{}" y2="{}" class="{}"/>').format(
        x1, y1, x2, y2, style
    )


def circle(x: float, y: float, radius: float, style: str) -> Markup:
    """Draw a circle; `style` names its CSS classes."""
    return Markup('<circle cx="{}" cy="{}" r="{}" class="{}"/>').format(x, y, radius, style)


def bar(x: float, y: float, width: float, height: float, style: str) -> Markup:
    """Draw a filled rectangle; `style` names its CSS classes."""
    return Markup('<rect x="{}" y="{}" width="{:.1f}" height="{}" class="{}"/>').format(
        x, y, width, height, style
    )


def text(x: float, y: float, words: str, style: str) -> Markup:
    """Write words at a point, safely; `style` names its CSS classes."""
    return Markup('<text x="{:.1f}" y="{:.1f}" class="{}">{}</text>').format(x, y, style, words)
