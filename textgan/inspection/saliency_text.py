"""The page's section on where a judgement of sentences comes from: words by contribution."""

from collections.abc import Sequence

import numpy as np

from textgan.gan.step import network_inputs
from textgan.inspection.opened import REFERENCE, Look, Opened, OpenedText
from textgan.inspection.saliency import (
    Judgement,
    grad_cam,
    integrated_gradients,
)
from textgan.inspection.saliency_pages import (
    empty_cam,
    judged,
    judged_layer,
    map_checks,
    saliency_section,
    share_finding,
    shares_in_batch,
    under_condition,
    weighted,
    whole_judgement,
)
from textgan.report.sections import Item, Lines, Section, Word

SHOWN = 6  # of each kind


def text_saliency(look: Look) -> Section:
    """Return the section of a text run."""
    opened, sample, layer = look.opened, look.sample, judged_layer(look)
    lexicon = opened.lexicon
    empty = empty_sentence(opened)
    judgement = whole_judgement(opened, opened.condition)
    rows = list(dict.fromkeys((sample, *range(SHOWN))))[:SHOWN]
    points = np.concatenate([opened.reals[:SHOWN], opened.fakes[rows]])
    names = ["real"] * SHOWN + ["generated"] * SHOWN
    words = [[lexicon.name(word) for word in line] for line in lexicon.nearest(points)]
    whole, logits = np.asarray(judgement(points)), np.asarray(opened.discriminator(points)[0])
    usual = np.asarray(opened.discriminator(opened.reals[:500])[0])[:, 1:].mean(axis=0)
    local = logits[:, 1:] - usual
    batch, found = _text_batch(opened)
    items: list[Item] = [
        batch,
        Lines(
            "What each word adds to the judgement of its sentence, in a half real batch",
            coloured(words, _labels(names, whole), _integrated(judgement, points, empty)),
            "Integrated gradients from a sentence without words, of the weighted mean of all "
            "logits; beside the sentence stands that mean. One scale for all rows.",
        ),
        Lines(
            "The judgement at each position, in a half real batch",
            coloured(words, _labels(names, logits[:, 1:].mean(axis=1)), local),
            "The discriminator also judges the few words around every position. Red: these words "
            "gave the sentence away. Shown against the mean of real sentences at the same place; "
            "beside the sentence stands the mean of its positions.",
        ),
    ]
    cams = grad_cam(
        under_condition(opened, opened.condition),
        lambda output: weighted(opened, output),
        layer,
        points,
    )
    findings = [
        *judged(opened, "sentence"),
        share_finding(opened),
        *found,
        f"The judgement at a position of the generated sentences below lies "
        f"{np.abs(local[SHOWN:]).mean():.3f} away from the usual one of its place, that of "
        f"the real ones {np.abs(local[:SHOWN]).mean():.3f}.",
    ]
    if cams.any():
        reading = "Positions whose features at this layer speak for real (none speak against)."
        lines = coloured(words, _labels(names, whole), cams, notes=False)
        items.append(Lines(f"Grad-CAM at {layer}", lines, reading))
    else:
        findings.append(empty_cam(f"Grad-CAM at {layer}"))
    table, trust = map_checks(opened, judgement, points, empty, 1)
    return saliency_section([*items, table], [*findings, *trust])


def _text_batch(opened: OpenedText) -> tuple[Lines, list[str]]:
    """Show which words give a batch of generated sentences away, and what they have in common."""
    lexicon, fakes = opened.lexicon, opened.fakes[:REFERENCE]
    parts = shares_in_batch(opened).sum(axis=2)
    rows = lexicon.nearest(fakes)
    near, inside = lexicon.nearness(fakes, rows), rows != len(lexicon.words)
    words = [[lexicon.name(word) for word in line] for line in rows]
    names = [f"noise {row}:" for row in range(SHOWN)]
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
        "What gives a generated batch away",
        coloured(words[:SHOWN], _labels(names, parts[:SHOWN].sum(axis=1)), parts),
        f"The discriminator sees {REFERENCE} sentences at once, as in training. Integrated "
        f"gradients on the way from {REFERENCE} real sentences to {REFERENCE} generated ones: the "
        "reddest words make the batch look generated. Beside the sentence stands its sum; on "
        "average they sum to minus the lead of the real batch.",
    )
    return item, [
        f"What gives a generated batch away, by place: {shares}.",
        f"With every point moved onto its nearest word the lead is {after:.2f} instead of "
        f"{before:.2f}: "
        + (
            "most of what the discriminator sees are points between words, not wrong words."
            if after < 0.5 * before
            else "the words themselves give the batch away, not the points between them."
        ),
    ]


def empty_sentence(opened: OpenedText) -> np.ndarray:
    """Return the points (position, dim) of a sentence that has ended before its first word."""
    return opened.lexicon.points[[-1] * opened.reals.shape[1]]


def _lead(opened: Opened, fakes: np.ndarray) -> float:
    """Return by how much a batch of real samples leads one of generated samples."""
    count = len(fakes)
    batches = (
        (opened.reals[-count:], opened.real_condition[-count:]),
        (fakes, opened.condition[:count]),
    )
    real, fake = (
        float(np.mean(weighted(opened, opened.game.discriminator(network_inputs(*batch)))))
        for batch in batches
    )
    return real - fake


def _labels(names: Sequence[str], values: np.ndarray) -> list[str]:
    return [f"{name} {value:+.2f}" for name, value in zip(names, values, strict=True)]


def _integrated(judgement: Judgement, points: np.ndarray, empty: np.ndarray) -> np.ndarray:
    return integrated_gradients(judgement, points, empty).sum(axis=-1)


def coloured(
    words: Sequence[Sequence[str]], labels: Sequence[str], weights: np.ndarray, notes: bool = True
) -> list[tuple[str, list[Word]]]:
    """Colour words by weights (sentence, position), on one scale; one empty place ends each."""
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
