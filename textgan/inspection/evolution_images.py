"""What became of the same images from step to step, and where the discriminator moves pixels."""

from pathlib import Path

import numpy as np

from textgan.grids import GAP, enlargement, gif_bytes, read_grid, unlaid
from textgan.inspection.evolution import SHOWN, evolution_section, kept_steps, push, variety_items
from textgan.inspection.opened import Look, OpenedImages, visit
from textgan.inspection.pictures import new_figure, png_bytes, show_image
from textgan.inspection.variety import spread
from textgan.report.noise import pick_steps
from textgan.report.sections import Item, Picture, Section


def image_evolution(look: Look) -> Section:
    """Return the section of an image run."""
    opened, sample = look.opened, look.sample
    items: list[Item] = []
    findings: list[str] = []
    files = {int(f.stem): f for f in (opened.path / "samples").glob("*.png") if f.stem.isdigit()}
    if files:
        steps = sorted(files)
        items.append(_strip(opened, files, pick_steps(steps, 10)))
        items.append(film_of(opened, files, pick_steps(steps, 40)))
        variety = variety_of_images(opened, files)
        items += variety[0]
        findings += variety[1]
    rows = list(dict.fromkeys((sample, *range(SHOWN - 1))))
    batch = [*rows, *range(SHOWN, 64)]
    steps = kept_steps(opened)
    figure = new_figure(12, 0.8 + 4.0 * len(steps))
    grid, forces = figure.subfigures(len(steps), 1, squeeze=False), []
    for place, step in enumerate(steps):
        with visit(opened, step):
            made = opened.make(batch)
            arrows = push(opened, made, opened.condition[batch]).mean(axis=-1)
        part = grid[place, 0]
        part.suptitle(
            f"step {step:,}: generated, and where the discriminator would move its pixels"
        )
        bound = np.percentile(np.abs(arrows), 99.5) + 1e-12
        forces.append((step, float(np.abs(arrows).mean())))
        for index in range(len(rows)):
            axes = part.add_subplot(2, len(rows), index + 1)
            show_image(axes, made[index])
            axes = part.add_subplot(2, len(rows), len(rows) + index + 1)
            axes.imshow(arrows[index], cmap="RdBu", vmin=-bound, vmax=bound)
            axes.axis("off")
    items.append(
        Picture(
            "Where the discriminator pushes the pixels",
            "evolution_push.png",
            png_bytes(figure),
            "Blue: it would like more ink (a higher value) here, red: less. Health: the push lies "
            "on strokes and at their ends. Failure: noise all over the picture.",
        )
    )
    means = ", ".join(f"{1e3 * force:.2g} at step {step:,}" for step, force in forces)
    findings.append(f"The mean push on a pixel, in thousandths, is {means}.")
    return evolution_section(items, findings)


def variety_of_images(opened: OpenedImages, files: dict[int, Path]) -> tuple[list[Item], list[str]]:
    """Draw how varied the images of each grid are, and say how that began and ended."""
    height, width = opened.data.shape[:2]
    spreads = []
    for step in sorted(files):
        made = unlaid(read_grid(files[step], opened.data.shape), height, width) / 127.5 - 1
        real = opened.reals[: len(made)]
        spreads.append((step, spread(made.reshape(len(made), -1), real.reshape(len(real), -1))))
    return variety_items(
        spreads, "How far the images of the grid lie from their mean, in units of real ones'."
    )


def _strip(opened: OpenedImages, files: dict[int, Path], steps: list[int]) -> Picture:
    """Lay the first row of the sample grids out, one row a step."""
    height, width = opened.data.shape[:2]
    scale = enlargement(height, width)
    figure = new_figure(12, 0.3 + 1.1 * len(steps))
    for place, step in enumerate(steps):
        row = read_grid(files[step], opened.data.shape)[: height * scale + 2 * GAP]
        axes = figure.add_subplot(len(steps), 1, place + 1)
        axes.imshow(row, cmap="gray", vmin=0, vmax=255)
        axes.set(xticks=[], yticks=[])
        axes.set_ylabel(f"{step:,}", rotation=0, ha="right", va="center")
    return Picture(
        "The same noise at several steps",
        "evolution_strip.png",
        png_bytes(figure),
        "Each column is one noise vector. Health: shapes appear first, then strokes, and a column "
        "stays the same digit at the end. Failure: all columns become one picture.",
    )


def film_of(opened: OpenedImages, files: dict[int, Path], steps: list[int]) -> Picture:
    """Show the grids of these steps as a film."""
    frames = [read_grid(files[step], opened.data.shape) for step in steps]
    return Picture(
        "The same as a film",
        "evolution.gif",
        gif_bytes(frames, 200),
        "All the fixed noise at once.",
        wide=False,
    )
