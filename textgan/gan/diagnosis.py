"""Names the likely trouble of a game from its telemetry.

Losses of a game say little by themselves: a discriminator that is right about every pair is no
trouble while its lead stays small (the penalties keep it small, and its gradient still teaches the
generator). So each trouble is recognised by two signs that belong together; the thresholds were set
on games in the plane that were made to fail on purpose (see `textgan.inspection.toy_settings`).
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from math import exp, isfinite, log
from typing import Any, Literal

import numpy as np

from textgan.gan.settings import CHANCE_LOSS, ObjectiveName

Trouble = Literal[
    "healthy", "discriminator_wins", "vanishing_gradient", "mode_collapse", "oscillation"
]
RECENT = 0.4  # share of the rows that is looked at
FEWEST = 6  # rows before anything is said


@dataclass(frozen=True)
class Diagnosis:
    """What a run suffers from.

    Attributes:
        trouble: its name; `healthy` also where nothing is known yet.
        evidence: the numbers that tell it, in a sentence.
        advice: what usually helps; empty for a healthy run.
    """

    trouble: Trouble
    evidence: str
    advice: str = ""


def diagnose(rows: Sequence[Mapping[str, Any]], objective: ObjectiveName) -> Diagnosis:
    """Name the likely trouble of a run; a pure function of its telemetry.

    It sees diversity in the keys `spread` (that of generated samples over that of real ones),
    `class_kl` (images: from the classes' frequencies) and `self_bleu_excess` (text: above real
    text's).

    Args:
        rows: telemetry, oldest first.
        objective: of the game.
    """
    if len(rows) < FEWEST:
        return Diagnosis("healthy", f"{len(rows)} rows of telemetry are too few to tell")
    tail = rows[-max(FEWEST, round(RECENT * len(rows))) :]
    return (
        _discriminator(rows, tail, objective)
        or _collapse(tail)
        or _oscillation(rows)
        or _healthy(tail, objective)
    )


def _discriminator(
    rows: Sequence[Mapping[str, Any]], tail: Sequence[Mapping[str, Any]], objective: str
) -> Diagnosis | None:
    """Find a discriminator that is right and has next to no loss."""
    loss, accuracy = _mean(tail, "discriminator_loss"), _mean(tail, "accuracy")
    chance = CHANCE_LOSS.get(objective)
    if chance is None or not (loss <= 0.15 * chance and accuracy >= 0.97):
        return None
    seen = (
        f"the discriminator is right about {accuracy:.1%} of pairs and its loss is {loss:.2g}, "
        f"{loss / chance:.0%} of the chance level"
    )
    starved = _starved(rows, tail, objective)
    if starved:
        return Diagnosis(
            "vanishing_gradient",
            f"{seen}; {starved}",
            "use the objective non_saturating or relativistic, and a penalty on the discriminator",
        )
    return Diagnosis(
        "discriminator_wins",
        seen,
        "raise gamma or the instance noise, or slow the discriminator down",
    )


def _starved(
    rows: Sequence[Mapping[str, Any]], tail: Sequence[Mapping[str, Any]], objective: str
) -> str:
    """Say how the generator's gradient vanishes, if it does.

    The loss of `minimax`, l = log(1 - sigmoid(fake logit)), passes sigmoid(fake logit) =
    1 - exp(l) of the discriminator's slope on to the generator: 1/2 if it cannot tell, 0 if it is
    sure (Goodfellow et al. 2014, section 3).
    """
    if objective == "minimax" and (passed := 1.0 - exp(_mean(tail, "generator_loss"))) < 0.05:
        return f"minimax passes {passed:.1%} of its slope on to the generator (50% at chance level)"
    largest = max(_values(rows, "generator_gradient"), default=0.0)
    now = _mean(tail, "generator_gradient")
    if now < 0.05 * largest:
        return (
            f"the generator's gradient, {now:.2g}, has shrunk to {now / largest:.1%} of its largest"
        )
    return ""


def _collapse(tail: Sequence[Mapping[str, Any]]) -> Diagnosis | None:
    """Generated samples are too alike."""
    spread, divergence, excess = (
        _last(tail, "spread"),
        _last(tail, "class_kl"),
        _self_similarity(tail),
    )
    if spread is not None and spread < 0.5:
        sign = f"the generated samples spread {spread:.2f} times as far as real ones"
    elif divergence is not None and divergence > log(2) / 2:
        sign = f"the classes of generated samples are {divergence:.2f} nats from the data's"
    elif excess is not None and excess > 0.1:
        sign = f"self-BLEU-3 is {excess:.2f} above that of real sentences"
    else:
        return None
    return Diagnosis(
        "mode_collapse",
        sign,
        "use the relativistic objective with r1_r2, a larger batch, or a slower generator",
    )


def _oscillation(rows: Sequence[Mapping[str, Any]]) -> Diagnosis | None:
    """The gap of the logits swings through 0: the players chase each other."""
    gap = np.array(_values(rows[len(rows) // 4 :], "logit_gap"))
    if len(gap) < FEWEST:
        return None
    size = float(np.abs(gap).mean())
    lead = abs(float(gap.mean()))
    swings = gap - gap.mean()
    smooth = float((swings[1:] * swings[:-1]).mean() / max((swings**2).mean(), 1e-12))
    crossings = int((np.diff(np.sign(gap)) != 0).sum())
    accuracy = np.array(_values(rows[len(rows) // 4 :], "accuracy"))
    if crossings < 3 or lead > 0.5 * size or np.ptp(accuracy) < 0.2 or smooth < 0.0:
        return None
    return Diagnosis(
        "oscillation",
        f"the gap of the logits changed its sign {crossings} times, and the discriminator was "
        f"right about {accuracy.min():.0%} to {accuracy.max():.0%} of pairs",
        "add a penalty (r1_r2 with relativistic, r1 with one-sided losses), lower beta_1 to 0",
    )


def _healthy(tail: Sequence[Mapping[str, Any]], objective: str) -> Diagnosis:
    gap, accuracy = _mean(tail, "logit_gap"), _mean(tail, "accuracy")
    loss, chance = _mean(tail, "discriminator_loss"), CHANCE_LOSS.get(objective)
    return Diagnosis(
        "healthy",
        f"the gap of the logits is about {gap:.2f} and the discriminator is right about "
        f"{accuracy:.0%} of pairs"
        + (f", at {loss / chance:.0%} of the chance level" if chance else ""),
    )


def _self_similarity(tail: Sequence[Mapping[str, Any]]) -> float | None:
    """By how much self-BLEU-3 of a text run is above that of real text.

    Rows of version 0.1.0 do not say it, but had it taken off their `score`.
    """
    excess = _last(tail, "self_bleu_excess")
    score, text = _last(tail, "score"), _last(tail, "self_bleu_3")
    if excess is not None or score is None or text is None:
        return excess
    quality = _last(tail, "grammatical")
    quality = _last(tail, "bleu_3") if quality is None else quality
    return None if quality is None else quality - score


def _values(rows: Sequence[Mapping[str, Any]], key: str) -> list[float]:
    found = (row.get(key) for row in rows)
    return [float(value) for value in found if isinstance(value, int | float) and isfinite(value)]


def _mean(rows: Sequence[Mapping[str, Any]], key: str) -> float:
    values = _values(rows, key)
    return float(np.mean(values)) if values else float("nan")


def _last(rows: Sequence[Mapping[str, Any]], key: str) -> float | None:
    values = _values(rows, key)
    return values[-1] if values else None
