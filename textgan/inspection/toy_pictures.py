"""The game in the plane as pictures: an animation, stills, curves, and portraits of Dirac-GAN."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path
from typing import Any

import numpy as np

from textgan.files import write_bytes
from textgan.gan.settings import ObjectiveName, PenaltyName
from textgan.grids import gif_bytes
from textgan.inspection.dirac import dirac_field, dirac_path
from textgan.inspection.pictures import new_figure, pixels, png_bytes
from textgan.inspection.toy import Frame, Recording
from textgan.inspection.toy_data import REACH, modes, modes_found
from textgan.inspection.toy_settings import CURVES, ShapeName

REAL, FAKE, PUSH, TAIL = "#3b4252", "#d1491b", "#111111", "#8f3a1c"
# Objective, penalty, gamma, both at once: one portrait each.
PORTRAITS: tuple[tuple[ObjectiveName, PenaltyName, float, bool], ...] = (
    ("minimax", "none", 0.0, True),
    ("minimax", "none", 0.0, False),
    ("non_saturating", "none", 0.0, False),
    ("wasserstein", "none", 0.0, False),
    ("hinge", "none", 0.0, False),
    ("least_squares", "none", 0.0, False),
    ("wasserstein", "gradient_penalty", 0.5, False),
    ("non_saturating", "r1", 1.0, False),
    ("relativistic", "r1_r2", 1.0, False),
)


def write_film(film: Recording, place: Path) -> None:
    """Write the animation."""
    frames = []
    for index in range(len(film.frames)):
        figure = new_figure(5.2, 5.4)
        _draw(figure.add_subplot(), film, index)
        frames.append(pixels(figure))
    write_bytes(place, gif_bytes(frames, 90))


def write_stills(film: Recording, place: Path, count: int = 6) -> None:
    """Write some of the frames side by side, early ones closer together than late ones."""
    last = len(film.frames) - 1
    chosen = np.unique(np.rint(last * np.linspace(0, 1, count) ** 1.6).astype(int))
    figure = new_figure(12, 8.4)
    for place_in_grid, index in enumerate(chosen):
        _draw(figure.add_subplot(2, 3, place_in_grid + 1), film, int(index))
    write_bytes(place, png_bytes(figure))


def write_curves(film: Recording, place: Path) -> None:
    """Write the telemetry's curves."""
    figure = new_figure(12, 2.7)
    steps = [row["step"] for row in film.rows]
    for index, (key, title) in enumerate(CURVES):
        axes = figure.add_subplot(1, len(CURVES), index + 1)
        axes.plot(steps, [row[key] for row in film.rows], color=FAKE)
        axes.set_title(title, fontsize=10)
        axes.set_xlabel("step")
    write_bytes(place, png_bytes(figure))


def write_portraits(place: Path) -> None:
    """Write one picture of Dirac-GAN for each objective and penalty: its field and one path."""
    figure = new_figure(12, 12)
    ticks = np.linspace(-2.0, 2.0, 15)
    places = np.stack(np.meshgrid(ticks, ticks), axis=-1).reshape(-1, 2)
    for index, (objective, penalty, gamma, simultaneous) in enumerate(PORTRAITS):
        axes = figure.add_subplot(3, 3, index + 1)
        arrows = dirac_field(objective, penalty, gamma, places)
        axes.quiver(*places.T, *arrows.T, color="#9aa3b2", width=0.004)
        path = dirac_path(objective, penalty, gamma, simultaneous=simultaneous)
        axes.plot(*path.T, color=FAKE, linewidth=1.2)
        axes.plot(*path[0], "o", color=FAKE)
        axes.plot(0, 0, "+", color=REAL, markersize=14)
        axes.set(xlim=(-2.1, 2.1), ylim=(-2.1, 2.1), aspect="equal")
        axes.set_title(
            f"{objective}, "
            + ("no penalty" if penalty == "none" else penalty)
            + (", both at once" if simultaneous else ""),
            fontsize=10,
        )
        axes.set_xlabel("theta: the generated point")
        axes.set_ylabel("psi: the discriminator's slope")
    write_bytes(place, png_bytes(figure))


def shown_field(frame: Frame) -> np.ndarray:
    """Return the field (side, side) about its median, on a scale where most lies from -1 to 1."""
    level = frame.field - np.median(frame.field)
    return level / max(1e-6, float(np.percentile(np.abs(level), 98)))


def shown_push(frame: Frame) -> np.ndarray:
    """Return arrows (followed, 2) of one length but for places where nothing pushes."""
    size = np.linalg.norm(frame.push, axis=1, keepdims=True)
    return 0.35 * frame.push / (size + 0.1 * np.median(size) + 1e-12)


def shown_modes(frame: Frame, data: ShapeName) -> str:
    """Say how many of the data's modes are found; nothing of data without modes."""
    total = len(modes(data))
    return f"{modes_found(frame.points, data)} of {total} modes" if total else ""


def _draw(axes: Any, film: Recording, index: int) -> None:
    """Draw one frame: field, real and generated points, where they are pushed and came from."""
    frame = film.frames[index]
    extent = (-REACH, REACH, -REACH, REACH)
    axes.imshow(
        shown_field(frame),
        origin="lower",
        extent=extent,
        cmap="RdYlBu",
        vmin=-1,
        vmax=1,
        alpha=0.75,
        interpolation="bilinear",
    )
    axes.plot(*film.real[:500].T, ".", color=REAL, markersize=1.6, alpha=0.6)
    axes.plot(*frame.points.T, ".", color=FAKE, markersize=2.2, alpha=0.6)
    for tail in _tails(film, index):
        axes.plot(*tail, color=TAIL, linewidth=0.6, alpha=0.5)
    axes.quiver(
        *frame.followed.T,
        *shown_push(frame).T,
        color=PUSH,
        angles="xy",
        scale_units="xy",
        scale=1,
        width=0.004,
    )
    axes.set(xlim=(-REACH, REACH), ylim=(-REACH, REACH), xticks=[], yticks=[])
    found = shown_modes(frame, film.settings.data)
    axes.set_title(f"step {frame.step}" + (f", {found}" if found else ""), fontsize=10)


def _tails(film: Recording, index: int, length: int = 8) -> Sequence[np.ndarray]:
    """Return the last stretch (2, frame) of each followed point's path."""
    seen = film.frames[max(0, index - length) : index + 1]
    return list(np.stack([frame.followed for frame in seen]).transpose(1, 2, 0))
