"""The section that compares groups of runs, which differ in the seed alone, over the seeds."""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from math import isfinite

from markupsafe import Markup

from textgan.gan.run_folder import flatten
from textgan.metrics.catalogue import live_metrics, title, written
from textgan.report.charts import COLORS
from textgan.report.plots import Dots, dot_plot
from textgan.report.run import Run
from textgan.report.scores import headlines
from textgan.report.sections import Cell, Chart, Item, Section, Table, Text
from textgan.report.shown import Shown

WIDE = 10.0  # largest over least value from which an axis is logarithmic


@dataclass(frozen=True)
class Group:
    """Runs that differ in the seed alone.

    Attributes:
        values: of the settings in which the groups differ.
        runs: in the order in which they were given.
    """

    values: list[str]
    runs: list[Run]

    @property
    def label(self) -> str:
        """What tells it from the other groups."""
        return ", ".join(self.values) or "all runs"

    @property
    def seeds(self) -> str:
        """The runs' seeds."""
        return ", ".join(str(run.settings.get("seed")) for run in self.runs)


@dataclass(frozen=True)
class Over:
    """A score over the seeds of a group, ready to print: its mean, and its least to largest."""

    mean: str
    reach: str


@dataclass(frozen=True)
class Comparison:
    """Groups of runs and their scores.

    Attributes:
        settings: names of the settings in which the groups differ.
        groups: in the order in which they were given.
        final: whether the scores are those of the evaluation; else the live ones.
        titles: of the scores.
        rows: for each group, for each score, its mean and range; None where there is none.
        real: the scores of real samples, "" where they are not known or not one.
        charts: title and drawing of each score that differs.
    """

    settings: list[str]
    groups: list[Group]
    final: bool
    titles: list[str]
    rows: list[list[Over | None]]
    real: list[str]
    charts: list[tuple[str, Markup]]

    @property
    def runs(self) -> list[Run]:
        """The first run of each group, which stands for it."""
        return [group.runs[0] for group in self.groups]


@dataclass(frozen=True)
class _Column:
    """A score of all groups: `values` by group, `write` to print one."""

    title: str
    values: list[list[float]]
    real: float | None
    write: Callable[[float], str]


def seeds_section(shown: Shown) -> Section | None:
    """Set the scores of groups of runs beside each other, over the seeds of each."""
    comparison = shown.comparison
    if comparison is None:
        return None
    head = [
        ", ".join(comparison.settings) or "group",
        "runs",
        *(Cell(title) for title in comparison.titles),
    ]
    rows: list[list[str | Cell]] = [
        [
            Cell(group.label, style=shown.color(group.runs[0])),
            str(len(group.runs)),
            *(Cell(over.mean, over.reach) if over else "" for over in overs),
        ]
        for group, overs in zip(comparison.groups, comparison.rows, strict=True)
    ]
    if any(comparison.real):
        rows.append([Cell(shown.real, style="real"), "", *comparison.real])
    items: list[Item] = [
        Table("", head, rows),
        Text("The mean over the seeds; below it the least to the largest value.", "soft"),
        *(Chart(title, svg) for title, svg in comparison.charts),
    ]
    if comparison.charts:
        said = f"A dot is a run, a stroke the mean of its group, the dotted line {shown.real}."
        items.append(Text(said, "soft"))
    return Section("seeds", "Compared over seeds", _reading(shown, comparison), items)


def _reading(shown: Shown, comparison: Comparison) -> str:
    said = "One run shows what chance did as much as what a setting does. " + (
        "So runs that differ in nothing but the seed stand together, and a difference between two "
        "groups means something if it is larger than the ranges within them. "
        if comparison.settings
        else "These runs differ in nothing but the seed: their range is what chance does. "
    )
    said += (
        "The scores are the final ones, each of the model that the run kept."
        if comparison.final
        else "Not every run has been evaluated, so these are live scores, each of the model that "
        "the run kept: they come from few samples."
    )
    unfinished = sum(not run.finished for run in shown.every)
    if unfinished:
        said += (
            f" {unfinished} of the runs have not reached their last step; they stand as they are."
        )
    return said


def compare(runs: Sequence[Run]) -> Comparison | None:
    """Group runs and compare their scores, if they are of one kind and data, and some of one group.

    The scores are the evaluations' where every run has one, else the live ones of the model that is
    kept. A value that is not finite is left out.
    """
    settings, groups = group_runs(runs)
    if len({(run.kind, run.settings.get("data", {}).get("checksum")) for run in runs}) > 1:
        return None
    if all(len(group.runs) == 1 for group in groups):
        return None
    final = all(run.scores for run in runs)
    columns = _final(groups) if final else _live(groups)
    return Comparison(
        settings,
        groups,
        final,
        titles=[column.title for column in columns],
        rows=[[_over(column, place) for column in columns] for place in range(len(groups))],
        real=["" if c.real is None else c.write(c.real) for c in columns],
        charts=[(c.title, _draw(c, groups)) for c in columns if _differs(c)],
    )


def group_runs(runs: Sequence[Run]) -> tuple[list[str], list[Group]]:
    """Group runs by all settings but the seed; also return the names of those that differ."""
    flat = [{k: v for k, v in flatten(run.settings).items() if k != "seed"} for run in runs]
    names = list(dict.fromkeys(name for settings in flat for name in settings))
    written = [{name: str(settings.get(name, "not set")) for name in names} for settings in flat]
    differing = [name for name in names if len({each[name] for each in written}) > 1]
    groups: dict[tuple[str, ...], list[Run]] = {}
    for run, each in zip(runs, written, strict=True):
        groups.setdefault(tuple(each[name] for name in differing), []).append(run)
    return differing, [Group(list(values), members) for values, members in groups.items()]


def _final(groups: Sequence[Group]) -> list[_Column]:
    columns = []
    for name in headlines([run for group in groups for run in group.runs]):
        scores = [[run.scores[name] for run in g.runs if name in run.scores] for g in groups]
        known = [score for group in scores for score in group if isfinite(score.value)]
        if not known:
            continue
        largest = max(known, key=lambda score: abs(score.value))
        real = {run.real[name].value for g in groups for run in g.runs if name in run.real}
        columns.append(
            _Column(
                title(name),
                [[score.value for score in group if isfinite(score.value)] for group in scores],
                min(real) if len(real) == 1 and isfinite(min(real)) else None,
                lambda value, score=largest: written(score, value),
            )
        )
    return columns


def _live(groups: Sequence[Group]) -> list[_Column]:
    columns = []
    for metric in live_metrics(groups[0].runs[0].kind):
        key = metric.live
        values = [[v for run in g.runs if (v := _kept(run, key)) is not None] for g in groups]
        if any(values):
            noted: Mapping[str, float] = groups[0].runs[0].notes.get("live_real", {})
            real = noted.get(key, metric.live_real)
            columns.append(_Column(metric.title, values, real, lambda value: f"{value:.3g}"))
    return columns


def _kept(run: Run, key: str) -> float | None:
    """Return a live score of the model that is kept, or the last one if there is no such model."""
    series = dict(run.series(key))
    return series.get(run.best_step or -1, next(reversed(series.values()), None))


def _over(column: _Column, place: int) -> Over | None:
    values = column.values[place]
    if not values:
        return None
    reach = " to ".join(column.write(end) for end in (min(values), max(values)))
    return Over(column.write(sum(values) / len(values)), reach if len(values) > 1 else "one run")


def _differs(column: _Column) -> bool:
    return len({value for values in column.values for value in values}) > 1


def _draw(column: _Column, groups: Sequence[Group]) -> Markup:
    rows = [
        Dots(group.label, values, f"c{place % COLORS}")
        for place, (group, values) in enumerate(zip(groups, column.values, strict=True))
    ]
    drawn = [value for values in column.values for value in values]
    drawn += [] if column.real is None else [column.real]
    log = min(drawn) > 0 and max(drawn) / min(drawn) >= WIDE
    return dot_plot(rows, column.title, column.real, log)
