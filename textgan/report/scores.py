"""Final scores: every one beside real text's, and the plane of quality and diversity."""

import tomllib
from collections.abc import Sequence
from dataclasses import dataclass
from importlib.resources import files
from math import inf, isnan

from markupsafe import Markup

from textgan.metrics.catalogue import describe, title, written
from textgan.metrics.evaluation import Scores, parts
from textgan.metrics.metric import Part, Score
from textgan.report.charts import COLORS, Spot, Trail, plane
from textgan.report.run import Curve, Run


@dataclass(frozen=True)
class Cell:
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
    cells: list[Cell | None]
    real: list[Cell | None]
    baselines: list[Cell | None]


@dataclass(frozen=True)
class TablePart:
    """A titled part of the table of scores."""

    title: str
    reading: str
    rows: list[Row]


def score_table(runs: Sequence[Run]) -> list[TablePart]:
    """Lay out all scores but those of copying, and those of single columns that are drawn."""
    names = _names(runs)
    if all(run.pictures for run in runs):
        names = [name for name in names if not describe(name).name.endswith(".")]
    return [
        TablePart(part.title, part.reading, [_row(runs, name) for name in inside])
        for part, inside in parts(names).items()
        if part is not Part.MEMORISATION
    ]


def headlines(runs: Sequence[Run]) -> list[str]:
    """Return the names of the scores that are seen at first glance, as the table has them."""
    ordered = [name for names in parts(_names(runs)).values() for name in names]
    return [name for name in ordered if describe(name).headline]


def copying_table(runs: Sequence[Run]) -> list[Row]:
    """Lay out the scores that tell whether the training data was copied."""
    return [_row(runs, name) for name in parts(_names(runs)).get(Part.MEMORISATION, [])]


def classifier_accuracy(scores: Scores) -> float | None:
    """Return how often the classifier behind these scores is right, 0 to 1; None if none is."""
    for score in scores.values():
        accuracy = _fields(score.signature).get("accuracy", "")
        if accuracy.replace(".", "", 1).isdecimal():
            return float(accuracy)
    return None


def comparable(one: str, other: str) -> bool:
    """Whether scores with these two signatures may stand in one plane.

    Protocol, tokenisation, case and smoothing must agree, and the numbers of sentences within a
    tenth: self-BLEU grows with them.
    """
    a, b = _fields(one), _fields(other)
    if any(a.get(key) != b.get(key) for key in ("protocol", "n", "tok", "case", "smooth")):
        return False
    pairs = [(a.get(key), b.get(key)) for key in ("hyps", "refs")]
    if not all(str(x).isdecimal() and str(y).isdecimal() for x, y in pairs):
        return all(x == y for x, y in pairs)
    return all(abs(int(x or 0) - int(y or 0)) <= 0.1 * max(int(x or 0), 1) for x, y in pairs)


@dataclass(frozen=True)
class PlaneRow:
    """A row of the plane's numbers: BLEU-2..5 and self-BLEU-2..5."""

    name: str
    style: str
    bleu: list[float]
    self_bleu: list[float]

    def spot(self, n: int, radius: float = 4.0) -> Spot:
        """Its point in the plane of one n."""
        return Spot(self.name, self.place(n), self.style, radius)

    def place(self, n: int) -> tuple[float, float]:
        """Self-BLEU-n and BLEU-n."""
        return self.self_bleu[n - 2], self.bleu[n - 2]


@dataclass(frozen=True)
class Planes:
    """The planes for n = 2 to 5, their numbers, and what was left out and why.

    Attributes:
        charts: title and drawing.
        table: all numbers that are drawn, real text first.
        source: of the published rows; empty if there are none.
        truncated, frontier: whether there are truncation curves, and a language model's curve.
        left_out: sentences on what is missing.
    """

    charts: list[tuple[str, Markup]]
    table: list[PlaneRow]
    source: str
    truncated: bool
    frontier: bool
    left_out: list[str]


def draw_planes(runs: Sequence[Run], frontier: Curve) -> Planes | None:
    """Draw BLEU-n against self-BLEU-n for the runs that were evaluated; None if none was.

    What was measured in another way than the first evaluated run is left out.
    """
    scored = [run for run in runs if _drawable(run.scores) and _drawable(run.real)]
    if not scored:
        return None
    first, left_out = scored[0], []

    def alike(curve: Curve, what: str) -> Curve:
        found = {dial: scores for dial, scores in curve.items() if _alike(scores, first)}
        if len(found) < len(curve):
            part = "part of " if found else ""
            left_out.append(f"{part}{what} is left out: it was measured in another way")
        return found

    rows = [_plane_row("real text", "real", first.real)]
    trails: list[tuple[list[PlaneRow], list[str], str]] = []
    for place, run in enumerate(runs):
        color = f"c{place % COLORS}"
        if run in scored and alike({1.0: run.scores}, run.name):
            rows.append(_plane_row(run.name, color, run.scores))
            curve = alike(run.truncation, f"the truncation curve of {run.name}")
            trails.append(_trail(curve, f"{run.name}, noise times", color))
    truncated = any(trail for trail, _, _ in trails)
    curve = alike(frontier, "the curve of the language model")
    trails.append(_trail(curve, "language model, temperature", "mle"))
    published, source, why = _published(first)
    left_out += [why] if why else []
    charts = []
    for n in (2, 3, 4, 5):
        spots = [row.spot(n, radius=6) for row in rows] + [row.spot(n) for row in published]
        paths = [
            Trail([row.place(n) for row in trail], labels, style)
            for trail, labels, style in trails
            if trail
        ]
        title = f"BLEU-{n} against self-BLEU-{n}"
        x, y = f"self-BLEU-{n} (less: more diverse)", f"BLEU-{n} (more: more like real text)"
        charts.append((title, plane(spots, paths, title, x, y)))
    table = [*rows, *published, *(row for trail, _, _ in trails for row in trail)]
    return Planes(charts, table, source, truncated, bool(curve), left_out)


def _published(run: Run) -> tuple[list[PlaneRow], str, str]:
    """Return the rows of other papers and their source, or why there are none."""
    table = tomllib.loads(files("textgan.report").joinpath("published.toml").read_text("utf-8"))
    fields = _fields(run.scores["bleu.2"].signature)
    if run.corpus != table["corpus"]:
        return [], "", ""
    near = abs(int(fields.get("hyps", 0)) - table["samples"]) <= 0.01 * table["samples"]
    if fields.get("protocol") != table["protocol"] or not near:
        return (
            [],
            "",
            (
                f"published rows are left out: they hold for the protocol {table['protocol']} with "
                f"{table['samples']:,} samples"
            ),
        )
    rows = [
        PlaneRow(row["name"], "published", row["bleu"], row["self_bleu"]) for row in table["rows"]
    ]
    return rows, table["source"], ""


def _drawable(scores: Scores) -> bool:
    return all(f"{key}.{n}" in scores for key in ("bleu", "self_bleu") for n in (2, 3, 4, 5))


def _alike(scores: Scores, run: Run) -> bool:
    names = ("bleu.2", "self_bleu.2")
    return _drawable(scores) and all(
        comparable(scores[name].signature, run.scores[name].signature) for name in names
    )


def _plane_row(name: str, style: str, scores: Scores) -> PlaneRow:
    bleu, self_bleu = (
        [scores[f"{key}.{n}"].value for n in (2, 3, 4, 5)] for key in ("bleu", "self_bleu")
    )
    return PlaneRow(name, style, bleu, self_bleu)


def _trail(curve: Curve, name: str, style: str) -> tuple[list[PlaneRow], list[str], str]:
    # Noise at its full scale is the run itself, which has its own label.
    labels = [f"{dial:g}" if style == "mle" or dial != 1 else "" for dial in curve]
    rows = [_plane_row(f"{name} {dial:g}", style, scores) for dial, scores in curve.items()]
    return rows, labels, style


def _fields(signature: str) -> dict[str, str]:
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


def _cell(score: Score | None, style: str) -> Cell | None:
    if score is None or isnan(score.value):
        return None
    interval = ""
    if score.interval is not None:
        interval = " to ".join(written(score, end) for end in score.interval)
    position = None
    if score.maximum != inf:
        share = (score.value - score.minimum) / (score.maximum - score.minimum)
        position = round(100 * min(1.0, max(0.0, share)), 1)
    return Cell(written(score, score.value), interval, score.signature, position, style)
