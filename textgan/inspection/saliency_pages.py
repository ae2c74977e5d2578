"""What the saliency sections of all kinds share: judgements, their sources, checks of the maps."""

from collections.abc import Sequence
from typing import Any

import keras
import numpy as np
from keras import ops

from textgan.gan.step import network_inputs
from textgan.inspection.hooks import Edit, HookedDiscriminator
from textgan.inspection.opened import REFERENCE, Look, Opened
from textgan.inspection.saliency import (
    Judgement,
    WithLayer,
    agreement,
    batch_contributions,
    integrated_gradients,
    occlusion,
    shuffled,
)
from textgan.report.sections import Item, Section, Table

INTRO = (
    "Which parts of a sample does the discriminator judge it by? Real and generated samples "
    "stand side by side. Blue speaks for real, red for generated. No single method is the truth, "
    "so several are shown, with checks: contributions must sum to the judgement, maps must change "
    "when the weights are shuffled, and methods should agree on average."
)


def saliency_section(items: Sequence[Item], findings: Sequence[str]) -> Section:
    """Return the section that shows these."""
    return Section("saliency", "Where the judgement comes from", INTRO, list(items), list(findings))


def judged_layer(look: Look) -> str:
    """Return the discriminator's layer that Grad-CAM looks at: that asked for, or the last one."""
    opened = look.opened
    last = convolutions(opened.game.discriminator)[-1]
    return opened.discriminator.hooks.require(look.judged_at or last)


def patch_size(image: np.ndarray) -> int:
    """Return the side of an occlusion in pixels: a sixth of an image (height, width, channel)."""
    return max(2, min(image.shape[:2]) // 6)


def convolutions(network: keras.Model) -> list[str]:
    """Return the names of a network's convolutions, in order."""
    kinds = keras.layers.Conv1D, keras.layers.Conv2D
    return [layer.name for layer in network.layers if isinstance(layer, kinds)]


def whole_judgement(opened: Opened, condition: np.ndarray) -> Judgement:
    """Return the logits, summed as the loss weighs them, under one condition (1, condition)."""
    run = under_condition(opened, condition)
    return lambda samples: weighted(opened, run(samples, {})[0])


def batch_share(opened: Opened) -> tuple[float, float]:
    """Split the lead of real samples over generated ones, as in training, into its two sources.

    Real and generated samples are judged in a real and in a generated reference batch. Returned are
    what the samples themselves give, and what the reference batch gives (each the mean over the
    other's two cases, the Shapley values); their sum is the lead in batches of one kind.
    """
    count = REFERENCE
    kinds = (
        (opened.reals[-count:], opened.real_condition[-count:]),
        (opened.fakes[-count:], opened.condition[-count:]),
    )
    logits = [
        [float(np.mean(weighted(opened, judged_in(*kind)[0]))) for kind in kinds]
        for judged_in in (HookedDiscriminator(opened.game.discriminator, *kind) for kind in kinds)
    ]
    (real_real, fake_real), (real_fake, fake_fake) = logits
    own = 0.5 * (real_real - fake_real + real_fake - fake_fake)
    return own, real_real - fake_fake - own


def under_condition(opened: Opened, condition: np.ndarray) -> WithLayer:
    """Return the discriminator of samples that share a condition (1, condition)."""

    def run(samples: Any, edits: dict[str, Edit]) -> tuple[Any, dict[str, Any]]:
        conditions = np.repeat(condition[:1], samples.shape[0], axis=0)
        return opened.discriminator(samples, conditions, edits)

    return run


def weighted(opened: Opened, logits: Any) -> Any:
    """Return the sum over the heads of logits (sample, head), weighted as in the loss."""
    return ops.sum(logits * opened.game.head_weights, axis=1)


def usual_judgement(opened: Opened) -> float:
    """Return the mean judgement of some real samples in a batch of their own."""
    logits, _ = opened.discriminator(opened.reals[:200], opened.real_condition[:200])
    return float(np.mean(weighted(opened, logits)))


def share_finding(opened: Opened) -> str:
    """Say how much of the lead of real samples comes from each source, see `batch_share`."""
    own, others = batch_share(opened)
    return (
        f"In batches of one kind, as in training, real samples lead generated ones by "
        f"{own + others:.2f}: {own:.2f} of it by what each sample is like, {others:.2f} by the "
        "statistics of the batch, with which the discriminator tells two batches apart, not "
        "two samples."
    )


def shares_in_batch(opened: Opened) -> np.ndarray:
    """Return what each number of a batch of generated samples adds to its summed judgement.

    Shape (sample, *shape), of the first generated samples; see `batch_contributions`.
    """
    condition = opened.condition[:REFERENCE]

    def judgement(samples: Any) -> Any:
        return weighted(opened, opened.game.discriminator(network_inputs(samples, condition)))

    return batch_contributions(judgement, opened.fakes[:REFERENCE], opened.reals[-REFERENCE:])


def empty_cam(title: str) -> str:
    """Say that a map of Grad-CAM is empty, and why."""
    return (
        f"{title} is empty: at no place do the features of that layer, weighted by their mean "
        "slope, speak for real."
    )


def judged(opened: Opened, what: str) -> list[str]:
    """Say how real and generated samples are judged in the reference batch.

    Args:
        opened: the run.
        what: a sample is called.
    """
    fake, real = (
        np.asarray(weighted(opened, opened.discriminator(*group)[0]))
        for group in (
            (opened.fakes, opened.condition),
            (opened.reals[: len(opened.fakes)], opened.real_condition[: len(opened.fakes)]),
        )
    )
    won = (real[:, None] > fake[None]).mean()
    return [
        f"In a half real batch the mean judgement of a generated {what} is {fake.mean():.2f}, of a "
        f"real one {real.mean():.2f}; a random real {what} is ranked above a random generated one "
        f"{won:.0%} of the time."
    ]


def map_checks(
    opened: Opened, judgement: Judgement, samples: np.ndarray, empty: np.ndarray, patch: int
) -> tuple[Table, list[str]]:
    """Check the maps: completeness, agreement with occlusion, change under shuffled weights.

    Args:
        opened: the run.
        judgement: to explain.
        samples: (sample, *shape).
        empty: (*shape) an empty sample.
        patch: positions that an occlusion empties along each axis.
    """
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
