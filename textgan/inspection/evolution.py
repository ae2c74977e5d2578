"""What became of the same noise from step to step, and where the discriminator would move it."""

from pathlib import Path
from typing import Any

import numpy as np
from keras import ops

from textgan.gan.autodiff import value_and_input_gradient
from textgan.gan.checkpoint import checkpoint_steps
from textgan.gan.objectives import OBJECTIVES
from textgan.gan.step import network_inputs
from textgan.images.grids import GAP, SIDE, gif_bytes
from textgan.inspection.opened import Opened, OpenedImages, OpenedText, visit
from textgan.inspection.pictures import new_figure, png_bytes, show_image
from textgan.report.inspection import Item, Lines, Picture, Section, Word
from textgan.report.run import Run
from textgan.report.samples import changed_share, pick_steps, tell_stories
from textgan.text.lexicon import Lexicon

FREQUENT = 30  # words that count as common
SHOWN = 6  # samples whose gradients are drawn
PUSHES = 5  # checkpoints at which they are
INTRO = (
    "The noise is the same in every row; only the generator has changed. Below, where the "
    "gradient that flows back from the discriminator would move each part of a sample: the arrows "
    "by which the generator learns, taken from the checkpoints that the run kept."
)


def evolution_section(opened: OpenedText | OpenedImages, run: Run, sample: int) -> Section:
    """Return the section for sample `sample` and some others."""
    if isinstance(opened, OpenedText):
        items, findings = _text(opened, run, sample)
    else:
        items, findings = _images(opened, sample)
    return Section("evolution", "What evolves", INTRO, items, findings)


def push(opened: Opened, samples: np.ndarray, condition: np.ndarray) -> np.ndarray:
    """Return minus the gradient of the generator's loss at samples, times their number.

    As in training they are judged as one batch, so they are also pushed through its statistics; a
    paired objective compares them with as many real samples.

    Args:
        opened: the run.
        samples: (sample, *shape) generated ones.
        condition: (sample, condition) what the networks are told of them.
    """
    game, count = opened.game, len(samples)
    loss = OBJECTIVES[game.settings.objective].generator
    real_logits = game.discriminator(network_inputs(opened.reals[:count], opened.told[:count]))

    def total(inputs: Any) -> tuple[Any, Any]:
        logits = game.discriminator(network_inputs(inputs, condition))
        return ops.sum(loss(real_logits, logits) * game.head_weights), ops.zeros(())

    return -np.asarray(value_and_input_gradient(total, ops.convert_to_tensor(samples))[1])


def moved_words(lexicon: Lexicon, points: np.ndarray, arrows: np.ndarray) -> np.ndarray:
    """Return the row of the first other word on the way of each point, or its own.

    Args:
        lexicon: the words.
        points: (..., dim) on the sphere.
        arrows: (..., dim) where they would go; they are followed up to one radius.
    """
    radius = np.linalg.norm(points, axis=-1, keepdims=True)
    way = arrows / (np.linalg.norm(arrows, axis=-1, keepdims=True) + 1e-12)
    start = lexicon.nearest(points)
    found = start.copy()
    for share in np.linspace(1.0, 0.05, 20):  # the nearest change is found last, and stays
        words = lexicon.nearest(points + share * radius * way)
        found = np.where(words != start, words, found)
    return found


def _text(opened: OpenedText, run: Run, sample: int) -> tuple[list[Item], list[str]]:
    lexicon, findings, items = opened.lexicon, [], []
    followed = list(dict.fromkeys((sample, 0, 1)))
    chosen = {
        step: [lines[row] for row in followed if row < len(lines)]
        for step, lines in run.snapshots.items()
    }
    chosen = {step: lines for step, lines in chosen.items() if lines}
    for story, row in zip(tell_stories(chosen, 3), followed, strict=False):
        lines = [
            (f"step {step:,}", [Word(text, marked=marked) for text, marked in words])
            for step, words in story.steps
        ]
        items.append(
            Lines(
                f"Noise vector {row}", lines, "Words that are new since the line before are marked."
            )
        )
    shares = changed_share(run.snapshots)
    if len(shares) > 1:
        (_, first), (step, last) = shares[0], shares[-1]
        findings.append(
            f"Between the first two snapshots {first:.0%} of the words changed, between the last "
            f"two (up to step {step:,}) {last:.0%}."
        )
    points = opened.fakes
    words = lexicon.nearest(points)
    near = lexicon.nearness(points, words)
    rows = [
        (
            f"noise {row}",
            [
                Word(
                    lexicon.name(word),
                    max(-1.0, 4.0 * float(cosine) - 3.0),
                    f"{cosine:.2f}",
                )
                for word, cosine in zip(words[row], near[row], strict=True)
            ],
        )
        for row in dict.fromkeys((sample, *range(SHOWN - 1)))
    ]
    items.append(
        Lines(
            "How near each point is to its word",
            rows,
            "The averaged generator's points and the cosine to the nearest word: blue is on the "
            "word, red is between words. Health: near 1 almost everywhere; unsure places are where "
            "the sentence could go several ways.",
        )
    )
    findings.append(
        f"The median point of the averaged generator has a cosine of {np.median(near):.2f} with "
        f"its nearest word; {np.mean(near < 0.7):.0%} of the points are further off than .7."
    )
    findings.append(_sureness(opened, words, near))
    for step in pick_steps(checkpoint_steps(opened.path / "checkpoints"), PUSHES):
        with visit(opened, step):
            made = np.asarray(opened.game.average(opened.generator_inputs(slice(0, 64))))
            arrows = push(opened, made, opened.condition[:64])
        words, aims = lexicon.nearest(made), moved_words(lexicon, made, arrows)
        force = np.linalg.norm(arrows, axis=-1)
        strongest = force.max(axis=1, keepdims=True)
        end = len(lexicon.words)
        lines = []
        for row in range(SHOWN):
            parts = [
                Word(
                    lexicon.name(word),
                    -float(force[row, t] / strongest[row, 0]),
                    f"→ {lexicon.name(aims[row, t])}" if aims[row, t] != word else "",
                )
                for t, word in enumerate(words[row])
                if word != end or force[row, t] > 0.3 * strongest[row, 0]
            ]
            lines.append((f"noise {row}", parts))
        items.append(
            Lines(
                f"Where the discriminator pushes, at step {step:,}",
                lines,
                "The redder, the harder the push; under a word is the first other word on its way. "
                "A good push mends the sentence.",
            )
        )
        findings.append(
            f"At step {step:,} the push reaches another word for {np.mean(aims != words):.0%} of "
            "the "
            "positions within one radius; the hardest-pushed position of a sentence gets "
            f"{np.median(strongest[:, 0] / np.median(force, axis=1)):.1f} times the median push."
        )
    return items, findings


def _sureness(opened: OpenedText, words: np.ndarray, near: np.ndarray) -> str:
    """Say whether common words are hit more surely than rare ones."""
    counts = np.bincount(opened.ids.ravel(), minlength=len(opened.lexicon.words) + 1)
    counts[-1] = 0  # after the end
    inside = words != len(opened.lexicon.words)
    common = np.isin(words, np.argsort(-counts)[:FREQUENT]) & inside
    rest = inside & ~common
    if not common.any() or not rest.any():
        return "All generated words are equally common."
    return (
        f"At the {FREQUENT} commonest words the mean cosine is {near[common].mean():.2f} "
        f"({common.sum() / inside.sum():.0%} of the words written), at all others "
        f"{near[rest].mean():.2f}: "
        + (
            "the rarer words are where the generator is between words."
            if near[common].mean() > near[rest].mean() + 0.05
            else "rare words are hit as surely as common ones."
        )
    )


def _images(opened: OpenedImages, sample: int) -> tuple[list[Item], list[str]]:
    items: list[Item] = []
    files = {int(f.stem): f for f in (opened.path / "samples").glob("*.png") if f.stem.isdigit()}
    if files:
        steps = sorted(files)
        items.append(_strip(opened, files, pick_steps(steps, 10)))
        items.append(_film(opened, files, pick_steps(steps, 40)))
    rows = list(dict.fromkeys((sample, *range(SHOWN - 1))))
    batch = [*rows, *range(SHOWN, 64)]
    steps = pick_steps(checkpoint_steps(opened.path / "checkpoints"), PUSHES)
    figure = new_figure(12, 0.8 + 4.0 * len(steps))
    grid, forces = figure.subfigures(len(steps), 1, squeeze=False), []
    for place, step in enumerate(steps):
        with visit(opened, step):
            made = np.asarray(opened.game.average(opened.generator_inputs(batch)))
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
    told = ", ".join(f"{force:.2e} at step {step:,}" for step, force in forces)
    return items, [f"The mean push on a pixel is {told}."]


def _strip(opened: OpenedImages, files: dict[int, Path], steps: list[int]) -> Picture:
    """Lay the first row of the sample grids out, one row a step."""
    from PIL import Image

    height, width = opened.data.shape[:2]
    scale = max(1, -(-SIDE // max(height, width)))
    figure = new_figure(12, 0.3 + 1.1 * len(steps))
    for place, step in enumerate(steps):
        row = np.asarray(Image.open(files[step]))[: height * scale + 2 * GAP]
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


def _film(opened: OpenedImages, files: dict[int, Path], steps: list[int]) -> Picture:
    from PIL import Image

    frames = [np.asarray(Image.open(files[step])) for step in steps]
    return Picture(
        "The same as a film",
        "evolution.gif",
        gif_bytes(frames, 200),
        "All the fixed noise at once.",
        wide=False,
    )
