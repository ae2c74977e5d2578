"""The section of final scores: every one beside that of real samples."""

from collections.abc import Sequence
from dataclasses import dataclass
from math import inf, isnan

from markupsafe import Markup

from textgan.metrics.catalogue import describe, title, written
from textgan.metrics.evaluation import parts
from textgan.metrics.metric import Part, Score
from textgan.report.charts import COLORS
from textgan.report.reproduction import evaluating_command
from textgan.report.run import Run
from textgan.report.sections import Details, Html, Item, Section, Text, fill
from textgan.report.shown import Shown


@dataclass(frozen=True)
class Value:
    """One score of one text, ready to print; `position` is its place in its range, 0..100."""

    value: str
    interval: str
    signature: str
    position: float | None
    style: str


@dataclass(frozen=True)
class Row:
    """One score of all the runs, of real samples for each run, and of the first run's baselines."""

    title: str
    says: str
    goal: str
    cells: list[Value | None]
    real: list[Value | None]
    baselines: list[Value | None]


@dataclass(frozen=True)
class TablePart:
    """A titled part of the table of scores."""

    title: str
    reading: str
    rows: list[Row]


def scores_section(shown: Shown) -> Section:
    """Show all scores but those of copying, how they were measured, and what judged them."""
    found = score_parts(shown.runs)
    if not found:
        command = evaluating_command(shown.runs[0])
        run = f"Run {command}, then make this page again. " if command else ""
        note = (
            f"No final scores yet. {run}The live scores under Training curves come from too few "
            "samples to compare with other systems."
        )
        return Section("scores", "Scores", "", [Text(note, "note")])
    intro = (
        f"A score says little alone, so that of {shown.real}, measured in the same way, always "
        "stands beside it: unless a line says otherwise it is the value to reach, not to pass. The "
        "small numbers are 95% intervals over the samples. In the gauges the dot is the model and "
        f"the bar is {shown.real}."
    )
    return Section(
        "scores",
        "Scores",
        intro,
        [score_table(shown, found), *_classifiers(shown.runs), _signatures(shown, found)],
    )


def score_table(shown: Shown, table: Sequence[TablePart]) -> Html:
    """Draw rows of scores, with each value's place in its range."""
    baselines = list(shown.runs[0].baselines) if shown.one_real else []
    return fill("scores", shown=shown, parts=table, baselines=baselines)


def score_parts(runs: Sequence[Run]) -> list[TablePart]:
    """Lay out all scores but those of copying, and those of single columns that are drawn."""
    names = _names(runs)
    if all(run.pictures for run in runs):
        names = [name for name in names if not describe(name).name.endswith(".")]
    return [
        TablePart(part.title, part.reading, [_row(runs, name) for name in inside])
        for part, inside in parts(names).items()
        if part is not Part.MEMORISATION
    ]


def copying_rows(runs: Sequence[Run]) -> list[Row]:
    """Lay out the scores that tell whether the training data was copied."""
    return [_row(runs, name) for name in parts(_names(runs)).get(Part.MEMORISATION, [])]


def headlines(runs: Sequence[Run]) -> list[str]:
    """Return the names of the scores that are seen at first glance, as the table has them."""
    ordered = [name for names in parts(_names(runs)).values() for name in names]
    return [name for name in ordered if describe(name).headline]


def _classifiers(runs: Sequence[Run]) -> list[Item]:
    """Say how often the classifiers behind the scores are right, and of which runs they are."""
    found: dict[float, list[str]] = {}
    for run in runs:
        words = [
            signature_fields(score.signature).get("accuracy", "") for score in run.scores.values()
        ]
        for accuracy in [one for one in words if one.replace(".", "", 1).isdecimal()][:1]:
            found.setdefault(float(accuracy), []).append(run.name)
    return [
        Text(
            "The classifier that judges the images"
            f"{' of ' + ', '.join(names) if len(found) > 1 else ''} is right on {accuracy:.1%} of "
            "the real test images. How far its scores can be trusted hangs on that.",
            "soft",
        )
        for accuracy, names in found.items()
    ]


def _signatures(shown: Shown, table: Sequence[TablePart]) -> Details:
    """Fold away what each score tells, and how it was measured."""
    lines = []
    for row in (row for part in table for row in part.rows):
        ours = " · ".join(value.signature for value in row.cells if value)
        real = row.real[:1] if shown.one_real else row.real
        theirs = "".join(f" · real: {value.signature}" for value in real if value)
        line = Markup("<b>{}</b>: {}{}{}").format(
            row.title, row.says and row.says + " ", ours, theirs
        )
        lines.append(Text(line, "small"))
    return Details("How each score was measured (signatures)", lines)


def signature_fields(signature: str) -> dict[str, str]:
    """Return the fields of a signature by name."""
    pairs = (pair.partition(":") for pair in signature.split("|"))
    return {key: value for key, _, value in pairs}


def _names(runs: Sequence[Run]) -> list[str]:
    return list(dict.fromkeys(name for run in runs for name in run.scores))


def _row(runs: Sequence[Run], name: str) -> Row:
    cells = [_cell(run.scores.get(name), f"c{place % COLORS}") for place, run in enumerate(runs)]
    real = [_cell(run.real.get(name), "real") for run in runs]
    goal = next(run.scores[name].goal for run in runs if name in run.scores)
    baselines = [_cell(scores.get(name), "published") for scores in runs[0].baselines.values()]
    return Row(title(name), describe(name).says, goal, cells, real, baselines)


def _cell(score: Score | None, style: str) -> Value | None:
    if score is None or isnan(score.value):
        return None
    interval = ""
    if score.interval is not None:
        interval = " to ".join(written(score, end) for end in score.interval)
    position = None
    if score.maximum != inf:
        share = (score.value - score.minimum) / (score.maximum - score.minimum)
        position = round(100 * min(1.0, max(0.0, share)), 1)
    return Value(written(score), interval, score.signature, position, style)
