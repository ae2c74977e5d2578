"""Pictures: matplotlib figures as PNG or as pixels.

matplotlib is used without its `pyplot`: no window, no state that one figure leaves to the next.
"""

from __future__ import annotations

import io
from typing import TYPE_CHECKING

import numpy as np

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


def show_image(axes: Axes, image: np.ndarray) -> None:
    """Draw an image (height, width, channel) in [-1, 1], without a frame."""
    shown = (np.clip(image, -1, 1) + 1) / 2
    axes.imshow(shown.squeeze(), cmap="gray", vmin=0, vmax=1)
    axes.axis("off")
