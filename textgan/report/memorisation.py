"""The section on whether samples were copied from the training data."""

from dataclasses import replace

from textgan.metrics.catalogue import describe
from textgan.metrics.metric import Part
from textgan.report.nearest import sampled
from textgan.report.run import Run
from textgan.report.scores import TablePart, copying_rows, score_table
from textgan.report.sections import Item, Section, Text
from textgan.report.shown import Shown


def memorisation_section(shown: Shown) -> Section | None:
    """Show the scores of copying; of text that was not evaluated, those of the samples kept."""
    measured = [run for run in shown.runs if run.neighbours and not _has_copying(run)]
    runs = [_measured(run) if run in measured else run for run in shown.runs]
    rows = copying_rows(runs)
    if not rows:
        return None
    marks = dict.fromkeys(run.domain.copying for run in runs)
    items: list[Item] = [Text(mark) for mark in marks if mark]
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
