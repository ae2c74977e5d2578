"""The page's section on where a judgement comes from: words and pixels by their contribution."""

from collections.abc import Sequence
from typing import Any

import keras
import numpy as np
from keras import ops

from textgan.inspection.glass import Edit, Glass, Judge
from textgan.inspection.opened import COMPANY, Opened, OpenedImages, OpenedText
from textgan.inspection.pictures import new_figure, png_bytes, show_image
from textgan.inspection.saliency import (
    Judgement,
    WithLayer,
    agreement,
    grad_cam,
    gradient,
    integrated_gradients,
    occlusion,
    shuffled,
)
from textgan.report.inspection import Item, Lines, Picture, Section, Table, Word

TEXT_SHOWN, IMAGES_SHOWN = 6, 4  # of each kind
INTRO = (
    "Which parts of a sample made the discriminator say what it said? Real and generated samples "
    "stand side by side. Blue speaks for real, red for generated. No single method is the truth, "
    "so "
    "several are shown, with checks: contributions must sum to the judgement, maps must change "
    "when "
    "the weights are shuffled, and methods should agree on average."
)


def saliency_section(
    opened: OpenedText | OpenedImages,
    sample: int,
    classifier: keras.Model | None,
    layer: str | None = None,
) -> Section:
    """Return the section.

    Args:
        opened: the run.
        sample: a fixed noise vector that is shown among the generated samples.
        classifier: pictures to features and logits; None for text.
        layer: of the discriminator, for Grad-CAM; by default its last convolution.
    """
    layer = opened.judge.glass.require(layer or convolutions(opened.game.discriminator)[-1])
    if isinstance(opened, OpenedText):
        items, findings = _text(opened, sample, layer)
    else:
        assert classifier is not None, "images need a classifier"
        items, findings = _images(opened, sample, layer, classifier)
    return Section("saliency", "Where the judgement comes from", INTRO, items, findings)


def patch_size(image: np.ndarray) -> int:
    """Return how many pixels a side an occlusion empties: about a sixth of the image."""
    return max(2, min(image.shape[:2]) // 6)


def convolutions(network: keras.Model) -> list[str]:
    """Return the names of a network's convolutions, in order."""
    kinds = keras.layers.Conv1D, keras.layers.Conv2D
    return [layer.name for layer in network.layers if isinstance(layer, kinds)]


def whole_judgement(opened: Opened, condition: np.ndarray) -> Judgement:
    """Return the discriminator's logits, weighted as its loss weighs them, under one condition."""
    run = _told(opened, condition)
    return lambda samples: _weighted(opened, run(samples, {})[0])


def batch_share(opened: Opened) -> tuple[float, float]:
    """Split the lead of real samples over generated ones, as in training, into its two sources.

    Real and generated samples are judged among companies of real and of generated ones. Returned
    are what the samples themselves give, and what their company gives (each the mean over the
    other's two cases, the Shapley values); their sum is the lead in batches of one kind.
    """
    count = COMPANY
    kinds = (
        (opened.reals[-count:], opened.told[-count:]),
        (opened.fakes[-count:], opened.condition[-count:]),
    )
    logits = [
        [float(np.mean(_weighted(opened, judge(*kind)[0]))) for kind in kinds]
        for judge in (Judge(opened.game.discriminator, *company) for company in kinds)
    ]
    (real_real, fake_real), (real_fake, fake_fake) = logits
    own = 0.5 * (real_real - fake_real + real_fake - fake_fake)
    return own, real_real - fake_fake - own


def _told(opened: Opened, condition: np.ndarray) -> WithLayer:
    """Return the judge of samples that share a condition."""

    def run(samples: Any, edits: dict[str, Edit]) -> tuple[Any, dict[str, Any]]:
        return opened.judge(samples, np.repeat(condition[:1], samples.shape[0], axis=0), edits)

    return run


def _weighted(opened: Opened, logits: Any) -> Any:
    return ops.sum(logits * opened.game.head_weights, axis=1)


def _share_finding(opened: Opened) -> str:
    own, company = batch_share(opened)
    return (
        f"In batches of one kind, as in training, real samples lead generated ones by "
        f"{own + company:.2f}: {own:.2f} of it by what each sample is like, {company:.2f} by the "
        "statistics of the batch, with which the discriminator tells two crowds apart, not two "
        "samples."
    )


def _text(opened: OpenedText, sample: int, layer: str) -> tuple[list[Item], list[str]]:
    lexicon = opened.lexicon
    empty = np.zeros(opened.reals.shape[1:], np.float32)
    judgement = whole_judgement(opened, opened.condition)
    fakes = opened.fakes[list(dict.fromkeys((sample, *range(TEXT_SHOWN))))[:TEXT_SHOWN]]
    groups = {"real": opened.reals[:TEXT_SHOWN], "generated": fakes}
    items: list[Item] = []
    usual = np.asarray(opened.judge(opened.reals[:500])[0])[:, 1:].mean(axis=0)
    for name, points in groups.items():
        rows = lexicon.nearest(points)
        words = [[lexicon.name(word) for word in row] for row in rows]
        logits = np.asarray(opened.judge(points)[0])
        parts = integrated_gradients(judgement, points, empty).sum(axis=2)
        items.append(
            Lines(
                f"What each word adds to the judgement of the sentence: {name}",
                _coloured(words, parts, np.asarray(judgement(points))),
                "Integrated gradients from an empty sentence, of the weighted mean of all logits; "
                "the label is that mean.",
            )
        )
        local = logits[:, 1:]
        items.append(
            Lines(
                f"The judgement at each position: {name}",
                _coloured(words, local - usual, local.mean(axis=1)),
                "The discriminator also judges the few words around every position. Red: these "
                "words gave it away. Shown against the mean of real sentences at the same place; "
                "the label is the mean of the row's logits.",
            )
        )
        cams = grad_cam(
            _told(opened, opened.condition),
            lambda output: _weighted(opened, output),
            layer,
            points,
        )
        items.append(
            Lines(
                f"Grad-CAM at {layer}: {name}",
                _coloured(words, cams, np.asarray(judgement(points)), notes=False),
                "Positions whose features at this layer speak for real (none speak against).",
            )
        )
    everywhere = (
        np.asarray(opened.judge(opened.fakes)[0]),
        np.asarray(opened.judge(opened.reals[:500])[0]),
    )
    findings = [
        f"Among mixed company, over {len(opened.fakes)} generated and 500 real sentences the mean "
        "logit of the sentence "
        f"is {everywhere[0][:, 0].mean():.2f} against {everywhere[1][:, 0].mean():.2f}, that of a "
        f"position {everywhere[0][:, 1:].mean():.2f} against {everywhere[1][:, 1:].mean():.2f}.",
        _share_finding(opened),
        *_weak_places(everywhere[0][:, 1:], everywhere[1][:, 1:]),
    ]
    checks, said = _checks(opened, judgement, np.concatenate(list(groups.values())), empty, 1)
    return [*items, checks], [*findings, *said]


def _weak_places(fake: np.ndarray, real: np.ndarray) -> list[str]:
    """Say at which position generated sentences are given away most."""
    gap = real.mean(axis=0) - fake.mean(axis=0)
    worst, best = int(gap.argmax()), int(gap.argmin())
    return [
        f"By position, the gap between real and generated is largest at word {worst + 1} "
        f"({gap[worst]:.2f}) and smallest at word {best + 1} ({gap[best]:.2f})."
    ]


def _images(
    opened: OpenedImages, sample: int, layer: str, classifier: keras.Model
) -> tuple[list[Item], list[str]]:
    rows = list(dict.fromkeys((sample, *range(IMAGES_SHOWN))))[:IMAGES_SHOWN]
    empty = np.full(opened.reals.shape[1:], -1.0, np.float32)
    groups = (
        ("real", opened.reals[:IMAGES_SHOWN], opened.told[:IMAGES_SHOWN]),
        ("generated", opened.fakes[rows], opened.condition[rows]),
    )
    items: list[Item] = []
    for name, samples, told in groups:
        maps = [
            _maps(
                _told(opened, told[row : row + 1]),
                lambda output: _weighted(opened, output),
                layer,
                samples[row : row + 1],
                empty,
            )
            for row in range(len(samples))
        ]
        items.append(
            _panel(
                f"The discriminator's judgement: {name}",
                f"saliency_{name}.png",
                samples,
                maps,
                "Each row is one image: the image, then the map of each method. Health: the maps "
                "lie "
                "on strokes. Failure: on the empty border, or the same whatever the image.",
            )
        )
    findings = [*_judged(opened), _share_finding(opened)]
    if opened.data.stack == 1:
        items.append(_classifier_panel(opened, classifier, rows, empty))
    judgement = whole_judgement(opened, opened.condition)
    shown = np.concatenate([group[1] for group in groups])
    if not opened.condition.shape[1]:
        checks, said = _checks(opened, judgement, shown, empty, patch_size(empty))
        items.append(checks)
        findings += said
    return items, findings


def _judged(opened: OpenedImages) -> list[str]:
    fake = np.asarray(opened.judge(opened.fakes, opened.condition)[0])[:, 0]
    real = np.asarray(opened.judge(opened.reals[:500], opened.told[:500])[0])[:, 0]
    won = (real[:, None] > fake[None]).mean()
    return [
        f"Among mixed company the mean logit of generated images is {fake.mean():.2f}, of real "
        "ones "
        f"{real.mean():.2f}; a "
        f"random real image is ranked above a random generated one {won:.0%} of the time."
    ]


def _maps(
    run: WithLayer, judge: Judgement, layer: str, sample: np.ndarray, empty: np.ndarray
) -> dict[str, np.ndarray]:
    """Return what each method says of an image (1, *shape): its name to (height, width)."""

    def judgement(samples: Any) -> Any:
        return judge(run(samples, {})[0])

    found = {
        "gradient": gradient(judgement, sample).sum(axis=-1),
        "integrated": integrated_gradients(judgement, sample, empty).sum(axis=-1),
        f"Grad-CAM, {layer}": grad_cam(run, judge, layer, sample),
        "occlusion": occlusion(judgement, sample, empty, patch_size(empty)),
    }
    return {name: values[0] for name, values in found.items()}


def _classifier_panel(
    opened: OpenedImages, classifier: keras.Model, rows: Sequence[int], empty: np.ndarray
) -> Picture:
    """Draw where the classifier sees the class that it says, real beside generated."""
    half = IMAGES_SHOWN // 2
    samples = np.concatenate([opened.reals[:half], opened.fakes[rows[:half]]])
    glass = Glass(classifier)
    classes = np.asarray(glass(samples)[0][1]).argmax(axis=1)
    layer = convolutions(classifier)[-1]
    maps = [
        _maps(
            glass,
            lambda output, label=label: output[1][:, label],
            layer,
            samples[row : row + 1],
            empty,
        )
        for row, label in enumerate(classes)
    ]
    said = ", ".join(map(str, classes))
    return _panel(
        "The classifier's judgement of the class",
        "saliency_classifier.png",
        samples,
        maps,
        f"Two real images, then two generated ones; it says {said}. The maps show what spoke for "
        "that class.",
    )


def _panel(
    title: str,
    name: str,
    samples: np.ndarray,
    maps: Sequence[dict[str, np.ndarray]],
    reading: str,
) -> Picture:
    """Draw each sample beside its maps."""
    columns = 1 + len(maps[0])
    figure = new_figure(11, 2.1 * len(samples))
    for row, (image, found) in enumerate(zip(samples, maps, strict=True)):
        axes = figure.add_subplot(len(samples), columns, row * columns + 1)
        show_image(axes, image)
        for column, (method, values) in enumerate(found.items()):
            axes = figure.add_subplot(len(samples), columns, row * columns + column + 2)
            bound = np.percentile(np.abs(values), 99.5) + 1e-12
            axes.imshow(values, cmap="RdBu", vmin=-bound, vmax=bound)
            axes.axis("off")
            if not row:
                axes.set_title(method, fontsize=9)
    return Picture(title, name, png_bytes(figure), reading)


def _checks(
    opened: Opened, judgement: Judgement, samples: np.ndarray, empty: np.ndarray, patch: int
) -> tuple[Table, list[str]]:
    """Check the maps: completeness, agreement with occlusion, change under shuffled weights."""
    parts = integrated_gradients(judgement, samples, empty)
    sums = parts.sum(axis=tuple(range(1, parts.ndim)))
    due = np.asarray(judgement(samples)) - np.asarray(judgement(empty[None]))
    missed = float(np.abs(sums - due).mean() / (np.abs(due).mean() + 1e-12))
    maps, falls = parts.sum(axis=-1), occlusion(judgement, samples, empty, patch)
    with shuffled(opened.game.discriminator):
        other = integrated_gradients(judgement, samples, empty).sum(axis=-1)
    agree, random = (_mean_agreement(maps, these) for these in (falls, other))
    rows = [
        ["contributions sum to the judgement, mean error", f"{missed:.1%}", "below 5%"],
        ["rank correlation with occlusion", f"{agree:.2f}", "above 0"],
        ["rank correlation with shuffled weights", f"{random:.2f}", "near 0"],
    ]
    finding = (
        f"Integrated gradients miss the difference they must sum to by {missed:.1%} on average; "
        "their "
        f"ranks correlate {agree:.2f} with occlusion and {random:.2f} with maps of shuffled "
        "weights."
    )
    return Table("Are the maps to be trusted?", ["check", "found", "expected"], rows), [finding]


def _mean_agreement(first: np.ndarray, second: np.ndarray) -> float:
    return float(np.nanmean([agreement(a, b) for a, b in zip(first, second, strict=True)]))


def _coloured(
    words: Sequence[Sequence[str]], weights: np.ndarray, labels: np.ndarray, notes: bool = True
) -> list[tuple[str, list[Word]]]:
    """Colour words by weight, all rows to one scale; trailing empty places are one."""
    bound = float(np.percentile(np.abs(weights), 97)) + 1e-12
    rows = []
    for line, row, label in zip(words, weights, labels, strict=True):
        stop = next((i + 1 for i, word in enumerate(line) if word == "·"), len(line))
        parts = [
            Word(word, float(np.clip(weight / bound, -1, 1)), f"{weight:+.2f}" if notes else "")
            for word, weight in zip(line[:stop], row[:stop], strict=True)
        ]
        rows.append((f"{label:+.2f}", parts))
    return rows
