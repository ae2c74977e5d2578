"""The page's section on where a judgement comes from: words and pixels by their contribution."""

from collections.abc import Sequence
from typing import Any

import keras
import numpy as np
from keras import ops

from textgan.gan.step import network_inputs
from textgan.inspection.glass import Edit, Glass, Judge
from textgan.inspection.opened import COMPANY, Look, Opened, OpenedImages, OpenedText
from textgan.inspection.pictures import new_figure, png_bytes, show_image
from textgan.inspection.saliency import (
    Judgement,
    WithLayer,
    agreement,
    crowd_contributions,
    grad_cam,
    gradient,
    integrated_gradients,
    occlusion,
    shuffled,
)
from textgan.report.sections import Item, Lines, Picture, Section, Table, Word

TEXT_SHOWN, IMAGES_SHOWN = 6, 4  # of each kind
INTRO = (
    "Which parts of a sample made the discriminator say what it said? Real and generated samples "
    "stand side by side. Blue speaks for real, red for generated. No single method is the truth, "
    "so "
    "several are shown, with checks: contributions must sum to the judgement, maps must change "
    "when "
    "the weights are shuffled, and methods should agree on average."
)


def saliency_section(look: Look) -> Section:
    """Return the section of a text or image run."""
    opened, sample = look.opened, look.sample
    layer = opened.judge.glass.require(
        look.judged_at or convolutions(opened.game.discriminator)[-1]
    )
    if isinstance(opened, OpenedText):
        items, findings = _text(opened, sample, layer)
    else:
        items, findings = _images(opened, sample, layer)
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
    rows = list(dict.fromkeys((sample, *range(TEXT_SHOWN))))[:TEXT_SHOWN]
    points = np.concatenate([opened.reals[:TEXT_SHOWN], opened.fakes[rows]])
    names = ["real"] * TEXT_SHOWN + ["generated"] * TEXT_SHOWN
    words = [[lexicon.name(word) for word in line] for line in lexicon.nearest(points)]
    whole, logits = np.asarray(judgement(points)), np.asarray(opened.judge(points)[0])
    usual = np.asarray(opened.judge(opened.reals[:500])[0])[:, 1:].mean(axis=0)
    local = logits[:, 1:] - usual
    crowd, said = _text_crowd(opened)
    items: list[Item] = [
        crowd,
        Lines(
            "What each word adds to the judgement of its sentence, among mixed company",
            _coloured(words, _labels(names, whole), _integrated(judgement, points, empty)),
            "Integrated gradients from an empty sentence, of the weighted mean of all logits; "
            "beside the sentence stands that mean. One scale for all rows.",
        ),
        Lines(
            "The judgement at each position, among mixed company",
            _coloured(words, _labels(names, logits[:, 1:].mean(axis=1)), local),
            "The discriminator also judges the few words around every position. Red: these words "
            "gave the sentence away. Shown against the mean of real sentences at the same place; "
            "beside the sentence stands the mean of its positions.",
        ),
    ]
    cams = grad_cam(
        _told(opened, opened.condition), lambda output: _weighted(opened, output), layer, points
    )
    findings = [
        *_judged(opened, "sentence"),
        _share_finding(opened),
        *said,
        f"The judgement at a position of the generated sentences below lies "
        f"{np.abs(local[TEXT_SHOWN:]).mean():.3f} away from the usual one of its place, that of "
        f"the real ones {np.abs(local[:TEXT_SHOWN]).mean():.3f}.",
    ]
    if cams.any():
        reading = "Positions whose features at this layer speak for real (none speak against)."
        lines = _coloured(words, _labels(names, whole), cams, notes=False)
        items.append(Lines(f"Grad-CAM at {layer}", lines, reading))
    else:
        findings.append(_empty_cam(f"Grad-CAM at {layer}"))
    checks, trust = _checks(opened, judgement, points, empty, 1)
    return [*items, checks], [*findings, *trust]


def _text_crowd(opened: OpenedText) -> tuple[Lines, list[str]]:
    """Show which words give the crowd of generated sentences away; say what they have in common."""
    lexicon, fakes = opened.lexicon, opened.fakes[:COMPANY]
    parts = _crowd(opened).sum(axis=2)
    rows = lexicon.nearest(fakes)
    near, inside = lexicon.nearness(fakes, rows), rows != len(lexicon.words)
    words = [[lexicon.name(word) for word in line] for line in rows]
    names = [f"noise {row}:" for row in range(TEXT_SHOWN)]
    total = parts.sum()
    groups = {
        "on a word (cosine of .9 or more)": inside & (near >= 0.9),
        "between words (below .9)": inside & (near < 0.9),
        "after the end": ~inside,
    }
    shares = "; ".join(
        f"{name}: {where.mean():.0%} of the positions, {parts[where].sum() / total:.0%} of the lead"
        for name, where in groups.items()
    )
    before, after = (float(_lead(opened, points)) for points in (fakes, lexicon.points[rows]))
    item = Lines(
        "What gives the crowd away",
        _coloured(words[:TEXT_SHOWN], _labels(names, parts[:TEXT_SHOWN].sum(axis=1)), parts),
        f"The discriminator sees {COMPANY} sentences at once, as in training. Integrated gradients "
        f"on the way from {COMPANY} real sentences to {COMPANY} generated ones: the reddest words "
        "make the crowd look generated. Beside the sentence stands its sum; on average they sum to "
        "minus the lead of the real crowd.",
    )
    return item, [
        f"What gives the crowd away, by place: {shares}.",
        f"With every point moved onto its nearest word the lead is {after:.2f} instead of "
        f"{before:.2f}: "
        + (
            "most of what the discriminator hears are points between words, not wrong words."
            if after < 0.5 * before
            else "the words themselves give the crowd away, not the points between them."
        ),
    ]


def _crowd(opened: Opened) -> np.ndarray:
    """Return what each number of the first generated samples adds to the judgement of all."""
    told = opened.condition[:COMPANY]

    def judgement(samples: Any) -> Any:
        return _weighted(opened, opened.game.discriminator(network_inputs(samples, told)))

    return crowd_contributions(judgement, opened.fakes[:COMPANY], opened.reals[-COMPANY:])


def _lead(opened: Opened, fakes: np.ndarray) -> float:
    """Return by how much a crowd of real samples leads one of generated samples."""
    count = len(fakes)
    crowds = (opened.reals[-count:], opened.told[-count:]), (fakes, opened.condition[:count])
    real, fake = (
        float(np.mean(_weighted(opened, opened.game.discriminator(network_inputs(*crowd)))))
        for crowd in crowds
    )
    return real - fake


def _labels(names: Sequence[str], values: np.ndarray) -> list[str]:
    return [f"{name} {value:+.2f}" for name, value in zip(names, values, strict=True)]


def _integrated(judgement: Judgement, points: np.ndarray, empty: np.ndarray) -> np.ndarray:
    return integrated_gradients(judgement, points, empty).sum(axis=-1)


def _empty_cam(title: str) -> str:
    return (
        f"{title} is empty: at no place do the features of that layer, weighted by their mean "
        "slope, speak for real."
    )


def _images(opened: OpenedImages, sample: int, layer: str) -> tuple[list[Item], list[str]]:
    rows = list(dict.fromkeys((sample, *range(IMAGES_SHOWN))))[:IMAGES_SHOWN]
    empty = np.full(opened.reals.shape[1:], -1.0, np.float32)
    groups = (
        (opened.reals[:IMAGES_SHOWN], opened.told[:IMAGES_SHOWN]),
        (opened.fakes[rows], opened.condition[rows]),
    )
    maps = [
        [
            _maps(
                _told(opened, told[row : row + 1]),
                lambda output: _weighted(opened, output),
                layer,
                samples[row : row + 1],
                empty,
            )
            for row in range(IMAGES_SHOWN)
        ]
        for samples, told in groups
    ]
    findings = [*_judged(opened, "image"), _share_finding(opened)]
    cam = _cam_title(layer)
    if not any(found[cam].any() for side in maps for found in side):
        for found in (found for side in maps for found in side):
            del found[cam]
        findings.append(_empty_cam(cam))
    items: list[Item] = [
        _panel(
            "The discriminator's judgement, among mixed company",
            "saliency_judgement.png",
            [samples for samples, _ in groups],
            maps,
            "Real images on the left, generated ones on the right; beside each the map of every "
            "method. Health: the maps lie on strokes. Failure: on the empty border, or the same "
            "whatever the image.",
        ),
        _crowd_panel(opened),
    ]
    if opened.data.stack == 1:
        items.append(_classifier_panel(opened, rows, empty))
    judgement = whole_judgement(opened, opened.condition)
    if not opened.condition.shape[1]:
        shown = np.concatenate([samples for samples, _ in groups])
        checks, said = _checks(opened, judgement, shown, empty, patch_size(empty))
        items.append(checks)
        findings += said
    return items, findings


def _crowd_panel(opened: OpenedImages) -> Picture:
    """Draw which pixels give the crowd of generated images away."""
    shown = 10
    parts = _crowd(opened)[:shown].sum(axis=-1)
    bound = np.percentile(np.abs(parts), 99.5) + 1e-12
    figure = new_figure(12, 2.6)
    for column in range(shown):
        show_image(figure.add_subplot(2, shown, column + 1), opened.fakes[column])
        axes = figure.add_subplot(2, shown, shown + column + 1)
        axes.imshow(parts[column], cmap="RdBu", vmin=-bound, vmax=bound)
        axes.axis("off")
    return Picture(
        "What gives the crowd away",
        "saliency_crowd.png",
        png_bytes(figure),
        f"The discriminator sees {COMPANY} images at once, as in training. Integrated gradients "
        f"on the way from {COMPANY} real images to {COMPANY} generated ones: the reddest pixels "
        "make the crowd look generated, blue ones real.",
    )


def _judged(opened: Opened, what: str) -> list[str]:
    fake, real = (
        np.asarray(_weighted(opened, opened.judge(*group)[0]))
        for group in (
            (opened.fakes, opened.condition),
            (opened.reals[: len(opened.fakes)], opened.told[: len(opened.fakes)]),
        )
    )
    won = (real[:, None] > fake[None]).mean()
    return [
        f"Among mixed company the mean judgement of a generated {what} is {fake.mean():.2f}, of a "
        f"real one {real.mean():.2f}; a random real {what} is ranked above a random generated one "
        f"{won:.0%} of the time."
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
        _cam_title(layer): grad_cam(run, judge, layer, sample),
        "occlusion": occlusion(judgement, sample, empty, patch_size(empty)),
    }
    return {name: values[0] for name, values in found.items()}


def _cam_title(layer: str) -> str:
    return f"Grad-CAM, {layer}"


def _classifier_panel(opened: OpenedImages, rows: Sequence[int], empty: np.ndarray) -> Picture:
    """Draw where the classifier sees the class that it says, real beside generated."""
    classifier = opened.subject.classifier.network
    glass = Glass(classifier)
    layer = convolutions(classifier)[-1]
    groups = opened.reals[:IMAGES_SHOWN], opened.fakes[rows]
    classes = [np.asarray(glass(samples)[0][1]).argmax(axis=1) for samples in groups]
    maps = [
        [
            _maps(
                glass,
                lambda output, label=label: output[1][:, label],
                layer,
                samples[row : row + 1],
                empty,
            )
            for row, label in enumerate(labels)
        ]
        for samples, labels in zip(groups, classes, strict=True)
    ]
    said = " and ".join(", ".join(map(str, labels)) for labels in classes)
    return _panel(
        "The classifier's judgement of the class",
        "saliency_classifier.png",
        groups,
        maps,
        f"Real images on the left, generated ones on the right; from above it says {said}. The "
        "maps show what spoke for that class.",
    )


def _panel(
    title: str,
    name: str,
    groups: Sequence[np.ndarray],
    maps: Sequence[Sequence[dict[str, np.ndarray]]],
    reading: str,
) -> Picture:
    """Draw each sample beside its maps, real ones on the left, generated ones on the right."""
    width, height = 1 + len(maps[0][0]), len(groups[0])
    figure = new_figure(13, 1.35 * height + 0.5)
    halves = figure.subfigures(1, 2, wspace=0.04, squeeze=False)[0]
    for half, side, samples, found in zip(halves, ("real", "generated"), groups, maps, strict=True):
        for row, image in enumerate(samples):
            axes = half.add_subplot(height, width, row * width + 1)
            show_image(axes, image)
            if not row:
                axes.set_title(side, fontsize=9)
            for column, (method, values) in enumerate(found[row].items(), 2):
                axes = half.add_subplot(height, width, row * width + column)
                bound = np.percentile(np.abs(values), 99.5) + 1e-12
                axes.imshow(values, cmap="RdBu", vmin=-bound, vmax=bound)
                axes.axis("off")
                if not row:
                    axes.set_title(method.partition(",")[0], fontsize=9)
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
    words: Sequence[Sequence[str]], labels: Sequence[str], weights: np.ndarray, notes: bool = True
) -> list[tuple[str, list[Word]]]:
    """Colour words by weight, all rows to one scale; trailing empty places are one."""
    bound = float(np.percentile(np.abs(weights), 97)) + 1e-12
    digits = 2 if bound >= 0.1 else 3
    rows = []
    for line, row, label in zip(words, weights, labels, strict=False):
        stop = next((i + 1 for i, word in enumerate(line) if word == "·"), len(line))
        parts = [
            Word(
                word,
                float(np.clip(weight / bound, -1, 1)),
                f"{weight:+.{digits}f}" if notes else "",
            )
            for word, weight in zip(line[:stop], row[:stop], strict=True)
        ]
        rows.append((label, parts))
    return rows
