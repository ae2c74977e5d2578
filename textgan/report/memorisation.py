"""The section on whether samples were copied from the training data."""

from dataclasses import replace

from textgan.metrics.catalogue import describe
from textgan.metrics.metric import Part
from textgan.report.nearest import sampled
from textgan.report.run import Run
from textgan.report.scores import TablePart, copying_rows, score_table
from textgan.report.sections import Item, Section, Text
from textgan.report.shown import Shown

# The mark of copying, by kind.
COPYING = {
    "text": "Did the model write, or recite? Real test sentences, which nobody copied, give the "
    "mark: some repetition is natural in any language. Copying shows as whole sentences of the "
    "training text, or long runs of it, beyond that mark.",
    "image": "Did the model draw, or trace? Real test images, which nobody copied, give the mark: "
    "samples much nearer than that to a training image are copies of it. (Somewhat nearer may also "
    "mean smoother: a blurred image is near to many.)",
    "table": "Did the model make its rows up, or repeat them? Real rows that were held out, which "
    "nobody copied, give the mark: samples nearer than that to training rows give them away.",
}


def memorisation_section(shown: Shown) -> Section | None:
    """Show the scores of copying; of text that was not evaluated, those of the samples kept."""
    measured = [run for run in shown.runs if run.neighbours and not _has_copying(run)]
    runs = [_measured(run) if run in measured else run for run in shown.runs]
    rows = copying_rows(runs)
    if not rows:
        return None
    kinds = dict.fromkeys(run.kind for run in runs)
    items: list[Item] = [Text(COPYING[kind]) for kind in kinds if kind in COPYING]
    for run in measured:
        count = len(run.neighbours.neighbours) if run.neighbours else 0
        who = "" if shown.single else f"{run.name}: "
        said = f"{who}There is no evaluation to take this from; here are the {count} samples of "
        items.append(Text(f"{said}{sampled(run)}."))
    items.append(score_table(replace(shown, runs=runs), [TablePart("", "", rows)]))
    return Section("copying", "Memorisation", "", items)


def _has_copying(run: Run) -> bool:
    return any(describe(name).part is Part.MEMORISATION for name in run.scores)


def _measured(run: Run) -> Run:
    scores = run.neighbours.scores if run.neighbours else None
    return replace(run, scores=scores.samples, real=scores.real) if scores else run
