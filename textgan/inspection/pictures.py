"""Pictures as files: matplotlib figures as PNG, written aside and then renamed.

matplotlib is used without its `pyplot`: no window, no state that one figure leaves to the next.
"""

from __future__ import annotations

import io
from pathlib import Path
from typing import TYPE_CHECKING

import numpy as np

from textgan.files import write_aside

if TYPE_CHECKING:
    from matplotlib.axes import Axes
    from matplotlib.figure import Figure

DPI = 110


def new_figure(width: float, height: float) -> Figure:
    """Return an empty figure of width x height inches that arranges its axes itself."""
    from matplotlib.figure import Figure

    return Figure((width, height), layout="constrained", dpi=DPI)


def png_bytes(figure: Figure) -> bytes:
    """Return a figure as PNG."""
    file = io.BytesIO()
    figure.savefig(file, format="png", dpi=DPI)
    return file.getvalue()


def pixels(figure: Figure) -> np.ndarray:
    """Return a figure as (height, width, 3) uint8."""
    from matplotlib.backends.backend_agg import FigureCanvasAgg

    canvas = FigureCanvasAgg(figure)
    canvas.draw()
    return np.asarray(canvas.buffer_rgba())[..., :3].copy()


def write_png(place: Path, figure: Figure) -> None:
    """Write a figure."""
    with write_aside(place) as aside:
        aside.write_bytes(png_bytes(figure))


def show_image(axes: Axes, image: np.ndarray) -> None:
    """Draw an image (height, width, channel) in [-1, 1], without a frame."""
    shown = (np.clip(image, -1, 1) + 1) / 2
    axes.imshow(shown.squeeze(), cmap="gray", vmin=0, vmax=1)
    axes.axis("off")
