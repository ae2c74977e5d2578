"""Pictures as files: matplotlib figures as PNG, films as GIF, written aside and then renamed.

matplotlib is used without its `pyplot`: no window, no state that one figure leaves to the next.
"""

from __future__ import annotations

import io
from collections.abc import Sequence
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


def write_gif(place: Path, frames: Sequence[np.ndarray], milliseconds: int = 90) -> None:
    """Write an endless film, see `gif_bytes`."""
    with write_aside(place) as aside:
        aside.write_bytes(gif_bytes(frames, milliseconds))


def gif_bytes(frames: Sequence[np.ndarray], milliseconds: int = 90) -> bytes:
    """Return frames (height, width) or (height, width, 3) uint8, all of one size, as a film.

    Args:
        frames: in order.
        milliseconds: that a frame stays; the last one stays fifteen times as long.
    """
    from PIL import Image

    images = [Image.fromarray(frame) for frame in frames]
    durations = [milliseconds] * (len(images) - 1) + [15 * milliseconds]
    file = io.BytesIO()
    images[0].save(
        file, format="GIF", save_all=True, append_images=images[1:], duration=durations, loop=0
    )
    return file.getvalue()


def show_image(axes: Axes, image: np.ndarray) -> None:
    """Draw an image (height, width, channel) in [-1, 1], without a frame."""
    shown = (np.clip(image, -1, 1) + 1) / 2
    axes.imshow(shown.squeeze(), cmap="gray", vmin=0, vmax=1)
    axes.axis("off")
