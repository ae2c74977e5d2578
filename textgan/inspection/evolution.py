"""What changes during a run: where the discriminator pushes samples, and how varied they are."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np
from keras import ops

from textgan.gan.autodiff import value_and_input_gradient
from textgan.gan.checkpoint import checkpoint_steps
from textgan.gan.objectives import OBJECTIVES
from textgan.gan.step import network_inputs
from textgan.inspection.opened import Opened
from textgan.report.charts import Line, line_chart
from textgan.report.noise import pick_steps
from textgan.report.sections import Chart, Item, Section

SHOWN = 6  # samples whose gradients are drawn
PUSHES = 5  # checkpoints at which they are
INTRO = (
    "The noise is the same in every row; only the generator has changed. Below, where the "
    "gradient that flows back from the discriminator would move each part of a sample: the arrows "
    "by which the generator learns, taken from the checkpoints that the run kept."
)

Points = Sequence[tuple[float, float]]


@dataclass(frozen=True)
class StepCurve:
    """A curve over the steps, how to read it, and what real samples have."""

    title: str
    points: Points
    reading: str
    real: float


def evolution_section(items: Sequence[Item], findings: Sequence[str]) -> Section:
    """Return the section that shows these."""
    return Section("evolution", "What evolves", INTRO, list(items), list(findings))


def push(opened: Opened, samples: np.ndarray, condition: np.ndarray) -> np.ndarray:
    """Return minus the gradient of the generator's loss at samples, times their number.

    As in training they are judged as one batch, so they are also pushed through its statistics; a
    paired objective compares them with as many real samples.

    Args:
        opened: the run.
        samples: (sample, *shape) generated ones.
        condition: (sample, condition) of them.
    """
    game, count = opened.game, len(samples)
    loss = OBJECTIVES[game.settings.objective].generator
    real = network_inputs(opened.reals[:count], opened.real_condition[:count])
    real_logits = game.discriminator(real)

    def total(inputs: Any) -> tuple[Any, Any]:
        logits = game.discriminator(network_inputs(inputs, condition))
        return ops.sum(loss(real_logits, logits) * game.head_weights), ops.zeros(())

    return -np.asarray(value_and_input_gradient(total, ops.convert_to_tensor(samples))[1])


def kept_steps(opened: Opened) -> list[int]:
    """Return the steps of some checkpoints, from first to last."""
    return pick_steps(checkpoint_steps(opened.path / "checkpoints"), PUSHES)


def variety_items(
    spreads: Points, of_what: str, *others: StepCurve
) -> tuple[list[Item], list[str]]:
    """Draw curves of variety; say how they began and ended."""
    first = StepCurve(
        "Spread of the samples",
        spreads,
        f"{of_what} Health: near 1 from early on. Failure: it sinks (the samples grow alike).",
        1.0,
    )
    items: list[Item] = []
    findings = []
    for panel in (first, *others):
        if panel.points:
            line = Line(panel.title.lower(), panel.points)
            svg = line_chart([line], panel.title, [("real", panel.real)])
            (_, start), (_, end) = panel.points[0], panel.points[-1]
            items.append(Chart(panel.title, svg, reading=panel.reading))
            findings.append(
                f"{panel.title}: {start:.3g} at step {panel.points[0][0]:,}, {end:.3g} at step "
                f"{panel.points[-1][0]:,}; real samples have {panel.real:.3g}."
            )
    return items, findings
