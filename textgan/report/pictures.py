"""The section on what image runs draw: the same noise from step to step, inside the page."""

import io
from collections.abc import Mapping
from dataclasses import dataclass
from itertools import pairwise
from pathlib import Path
from typing import TYPE_CHECKING

import numpy as np
from markupsafe import Markup

from textgan.errors import UserError
from textgan.files import open_picture
from textgan.report.charts import Line, line_chart
from textgan.report.noise import pick_steps
from textgan.report.run import Run
from textgan.report.sections import Picture, Section, fill
from textgan.report.shown import Shown

if TYPE_CHECKING:
    from PIL import Image

INTRO = (
    "The input is the same random vectors in every picture, each at its own place; only the "
    "generator has changed. Health: strokes settle early, then only details move. Failure: places "
    "that come to look alike (mode collapse), or that jump from one thing to another to the very "
    "end."
)
BETWEEN = 128  # the grey between the images of a grid


@dataclass(frozen=True)
class Film:
    """The grids of one run.

    Attributes:
        frames: a corner of the grid at chosen steps, first to last.
        last: the whole grid at the last step; None where it was not asked for.
    """

    frames: list[tuple[int, Picture]]
    last: Picture | None


def images_section(shown: Shown) -> Section | None:
    """Show what the same noise becomes, of every image run."""
    films = [
        {
            "run": run,
            "heading": shown.heading(run),
            "film": make_film(run.grids, whole=shown.alone(run)),
            "changes": _changes(run, shown.place(run)),
        }
        for run in shown.runs
        if run.grids
    ]
    if not films:
        return None
    title = "What the same noise becomes, step by step"
    return Section("images", title, INTRO, [fill("images", films=films)])


def _changes(run: Run, color: int) -> Markup:
    changes, title = changed_levels(run.grids), "Change of the pixels"
    return line_chart([Line(title, changes, color)], title) if len(changes) > 1 else Markup("")


def make_film(grids: Mapping[int, Path], most: int = 6, whole: bool = True) -> Film:
    """Choose the pictures of a run: a quarter of the grid at each step, and the last one whole.

    Args:
        grids: step to PNG, in order of the steps; at least one.
        most: how many steps.
        whole: also give the last grid.

    Raises:
        UserError: a picture cannot be read.
    """
    frames = []
    for step in pick_steps(list(grids), most):
        picture = open_picture(grids[step])
        # The lines between images stay: a grid of 10 x 10 gives one of 5 x 5.
        width, height = ((side + 2) // 2 for side in picture.size)
        frames.append((step, _inside(f"step {step:,}", picture.crop((0, 0, width, height)))))
    step = max(grids)
    last = _inside(f"all images of step {step:,}", open_picture(grids[step])) if whole else None
    return Film(frames, last)


def changed_levels(grids: Mapping[int, Path]) -> list[tuple[float, float]]:
    """Return for each grid but the first how far its pixels are from those of the one before.

    In grey levels, 0 to 255: the mean absolute difference. What lies between the images is left
    out.

    Raises:
        UserError: a picture cannot be read.
    """
    changes = []
    opened = (
        (step, np.asarray(open_picture(path), dtype=np.int16)) for step, path in grids.items()
    )
    for (before, old), (step, new) in pairwise(opened):
        if old.shape != new.shape:
            raise UserError(f"{grids[step]} is not of the size of {grids[before]}")
        drawn = np.stack([old, new]) != BETWEEN
        rest = tuple(range(3, drawn.ndim))
        rows, columns = drawn.any(axis=(0, 2, *rest)), drawn.any(axis=(0, 1, *rest))
        difference = np.abs(new - old)[rows][:, columns]
        changes.append((step, float(difference.mean()) if difference.size else 0.0))
    return changes


def _inside(title: str, picture: "Image.Image") -> Picture:
    """Encode a picture; 256 colours are enough for one that is only looked at."""
    buffer = io.BytesIO()
    lighter = picture if picture.mode == "L" else picture.quantize(256)
    lighter.save(buffer, format="PNG", optimize=True)
    return Picture(title, "grid.png", buffer.getvalue())
