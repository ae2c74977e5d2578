"""The section of training curves: which stand together, and how each is read."""

from collections.abc import Sequence
from dataclasses import dataclass, field
from itertools import pairwise

from textgan.gan.settings import CHANCE_LOSS
from textgan.report.charts import Line, line_chart
from textgan.report.run import Run
from textgan.report.sections import Chart, Item, Legend, Section
from textgan.report.shown import Shown
from textgan.report.svg import number

SPEED = "steps_per_second"
OBJECTIVE = "objective"  # a mark that depends on the objective of the run


@dataclass(frozen=True)
class Panel:
    """One chart.

    Attributes:
        title: of the chart.
        series: telemetry key to its name in the legend.
        reading: what health and what failure look like.
        marks: labelled values to compare with.
        log: whether its values, all above 0, span powers of ten.
        kind: of the runs that it is about, if not of all.
    """

    title: str
    series: dict[str, str]
    reading: str
    marks: dict[str, float] = field(default_factory=dict)
    log: bool = False
    kind: str = ""


PANELS = (
    Panel(
        "Scores during training",
        {
            "grammatical": "grammatical",
            "bleu_3": "BLEU-3",
            "self_bleu_3": "self-BLEU-3",
            "self_bleu_5": "self-BLEU-5",
            "recall": "recall",
            "coverage": "coverage",
        },
        "Measured on a few samples of fixed noise against real data; too few to compare with "
        "the final scores. Health: quality and recall rise, then level off, while "
        "self-BLEU settles. Failure: self-BLEU climbs with nothing gained (the sentences grow "
        "alike: mode collapse), or quality slips back after a peak.",
        kind="text",
    ),
    Panel(
        "Distance to real images",
        {"frechet_ratio": "Fréchet distance, in units of real test images' own"},
        "In the features of the classifier. Health: it falls towards 1, which real images have. "
        "Failure: it levels off far above, or climbs again.",
        {"real": 1.0},
        log=True,
    ),
    Panel(
        "Divergence of the classes",
        {"class_kl": "nats from the data's frequencies"},
        "Whether the classes, as the classifier sees them, occur as often as in the data. Health: "
        "it falls to a few hundredths and stays. Failure: it stays above (classes are rare or "
        "missing) or jumps up and down (the generator runs from class to class: mode collapse).",
        log=True,
    ),
    Panel(
        "Classes that occur",
        {"modes": "classes"},
        "Among the samples of fixed noise. Health: all of them, from early on. Failure: some that "
        "never come, or that come and go.",
    ),
    Panel(
        "Detection",
        {"detection_boosting": "by boosting", "detection_logistic": "by logistic regression"},
        "Area under the ROC curve of a classifier that tells live rows from validation rows. "
        "Health: it falls towards 0.5. Failure: it stays near 1 (something gives every row away), "
        "or climbs again. The model that is kept has the least of this and of what it gives away.",
        {"guessing": 0.5},
    ),
    Panel(
        "Training rows given away",
        {"membership": "area under the ROC curve of the attack"},
        "How well the distance to generated rows tells training rows from others. Health: near "
        "0.5. Failure: it climbs as training goes on (rows are learned by heart).",
        {"no one": 0.5},
    ),
    Panel(
        "Win rate of the discriminator",
        {"win_rate_train": "on training samples", "win_rate_unseen": "on unseen samples"},
        "How often it ranks a real sample above a generated one; at 0.5 it is guessing. Health: "
        "the same on both kinds of real sample. Failure: a gap between the two lines (it has "
        "learned the training samples by heart). Near 1.0 read it with care: a discriminator "
        "that sees whole batches can tell the two batches apart while it finds no fault with any "
        "one sample; the inspection splits its lead into the two.",
        {"guessing": 0.5},
    ),
    Panel(
        "Losses",
        {"discriminator_loss": "discriminator", "generator_loss": "generator"},
        "Without penalties. Losses of a game are no measure of quality: each player's depends on "
        "the other's strength. Health: both move little once the start is over. Failure: the "
        "discriminator's falls to 0 while the generator's runs away.",
        {OBJECTIVE: 0.0},
    ),
    Panel(
        "Logits",
        {"logit_gap": "gap", "real_logit": "real", "fake_logit": "generated"},
        "The discriminator's mark for real and generated samples; only the gap between them "
        "matters. Health: a steady gap. Failure: a gap that widens without end (the "
        "discriminator wins) or stays at 0 from the start (it learns nothing).",
        {"": 0.0},
    ),
    Panel(
        "Accuracy on the training batches",
        {"accuracy": "real above generated"},
        "As the win rate, but on the very batch that it is trained on. Failure: stuck at 1.",
        {"guessing": 0.5},
    ),
    Panel(
        "Gradient penalties",
        {"real_penalty": "at real samples", "fake_penalty": "at generated samples"},
        "Squared steepness of the discriminator, before its weight gamma; steepness is what the "
        "penalty holds down. Health: it settles or drifts slowly. Failure: bursts, often the "
        "first sign of a run about to diverge.",
        log=True,
    ),
    Panel(
        "Gradient norms",
        {"discriminator_gradient": "discriminator", "generator_gradient": "generator"},
        "How hard each player is pulled in one step. Health: within a factor of ten for the "
        "whole run. Failure: towards 0 (nothing left to learn from) or spikes of powers of ten.",
        log=True,
    ),
    Panel(
        "Distance of the EMA",
        {"ema_distance": "EMA to generator"},
        "How far the moving average (EMA) of the generator, which is sampled, lies from the one "
        "that trains, as a share of its weights. Health: it shrinks as the learning rates fall.",
    ),
    Panel(
        "Surprise per word",
        {"training": "training sentences", "validation": "validation sentences"},
        "Mean negative log-likelihood in nats; less is better. Health: both fall. Failure: the "
        "validation line turns upward while the other falls (overfitting).",
    ),
    Panel(
        "Speed",
        {SPEED: "steps per second"},
        "Of training, evaluations included (they are the dips). A lasting drop means that the "
        "machine was busy with something else.",
    ),
)
# The score that picks the model has a panel of its own, as has whatever else is logged.
_KNOWN = {"step", "seconds"} | {key for panel in PANELS for key in panel.series}


def curves_section(shown: Shown) -> Section:
    """Draw the training curves of all runs."""
    comparison = shown.comparison
    if shown.single:
        intro = "Numbers in the legends are the last values."
        if shown.runs[0].best_step:
            intro += " The dotted vertical line is the model that is kept."
    elif comparison:
        intro = "One line for each run, in the colour of its group."
    else:
        intro = "Each run has its colour; numbers in the legends are the last values."
    groups = comparison.groups if comparison else []
    items: list[Item] = []
    if comparison:
        items.append(Legend([(shown.color(group.runs[0]), group.label) for group in groups]))
    items += draw_curves(shown.every, [group.runs for group in groups])
    return Section("curves", "Training curves", intro, items)


def draw_curves(runs: Sequence[Run], groups: Sequence[Sequence[Run]] = ()) -> list[Chart]:
    """Draw every panel that has data; what no panel knows gets one of its own.

    A single run has a colour for each series; several have a colour each, and series differ by
    their dashes.

    Args:
        runs: whose telemetry is drawn.
        groups: runs that share a colour. The legends then name the series alone.
    """
    logged = {key for run in runs for row in run.rows for key in row}
    # Norms layer by layer, `gradient/<network>/<layer>`, are for the inspection to draw together.
    unknown = sorted(key for key in logged - _KNOWN if "/" not in key)
    others = [Panel(key.replace("_", " "), {key: key.replace("_", " ")}, "") for key in unknown]
    charts = [_draw(panel, runs, groups) for panel in (*PANELS, *others)]
    return [chart for chart in charts if chart is not None]


def _draw(panel: Panel, runs: Sequence[Run], groups: Sequence[Sequence[Run]]) -> Chart | None:
    lines = []
    about = [run for run in runs if panel.kind in ("", run.kind)]
    drawn = [key for key in panel.series if any(_points(run, key) for run in about)]
    colors = {id(run): color for color, group in enumerate(groups) for run in group}
    for place, run in enumerate(runs):
        for index, key in enumerate(drawn if run in about else ()):
            points, label = _points(run, key), panel.series[key]
            color = colors.get(id(run), place)
            if points and len(runs) == 1:
                lines.append(Line(label, points, color=index, dash=index))
            elif points:
                label = f"{run.name}: {label}" if len(drawn) > 1 else run.name
                lines.append(Line(label, points, color, dash=index))
    if not lines:
        return None
    legend = [(line.style, line.label, number(line.points[-1][1])) for line in lines]
    if groups:
        series = [panel.series[key] for key in drawn] if len(drawn) > 1 else []
        legend = [(f"line real d{index}", label, "") for index, label in enumerate(series)]
    positive = all(value > 0 for line in lines for _, value in line.points)
    svg = line_chart(
        lines,
        panel.title,
        _marks(panel, runs, drawn),
        runs[0].best_step if len(runs) == 1 else None,
        panel.log and positive,
    )
    return Chart(panel.title, svg, legend, panel.reading)


def _marks(panel: Panel, runs: Sequence[Run], drawn: Sequence[str]) -> list[tuple[str, float]]:
    marks = dict(panel.marks)
    if marks.pop(OBJECTIVE, None) is not None:
        objectives = {str(run.settings.get("game", {}).get("objective")) for run in runs}
        (objective,) = objectives if len(objectives) == 1 else ("",)
        if objective in CHANCE_LOSS:
            marks["chance level"] = CHANCE_LOSS[objective]
    if len({run.settings.get("data", {}).get("checksum") for run in runs}) == 1:
        real = runs[0].notes.get("live_real", {})
        marks |= {f"{panel.series[key]}, real": real[key] for key in drawn if key in real}
    return list(marks.items())


def _points(run: Run, key: str) -> list[tuple[float, float]]:
    return _speed(run) if key == SPEED else run.series(key)


def _speed(run: Run) -> list[tuple[float, float]]:
    """Return steps per second between rows; a resumed run's clock never runs backwards."""
    clock = run.series("seconds")
    return [
        (step, (step - before) / (seconds - start))
        for (before, start), (step, seconds) in pairwise(clock)
        if seconds > start
    ]
