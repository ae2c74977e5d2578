"""The section on quality and diversity together: BLEU-n against self-BLEU-n."""

import tomllib
from collections.abc import Sequence
from dataclasses import dataclass
from importlib.resources import files

from markupsafe import Markup

from textgan.metrics.evaluation import Scores
from textgan.report.charts import COLORS, Spot, Trail, plane
from textgan.report.run import Curve, Run
from textgan.report.scores import signature_fields
from textgan.report.sections import Cell, Chart, Legend, Section, Table, Text
from textgan.report.shown import Shown

INTRO = (
    "Either axis is easy to win alone: repeat one good sentence, or scatter words. So they are "
    "read together. The cross-hairs mark real text: the nearer to it, the better. To its right "
    "samples are too alike, below it they are less like real sentences, and above it and to its "
    "right they are safe phrases repeated."
)


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


def plane_section(shown: Shown) -> Section | None:
    """Draw the planes of the runs that were evaluated, with their numbers."""
    planes = draw_planes(shown.runs, shown.frontier or {})
    if planes is None:
        return None
    drawn = {row.name for row in planes.table}
    legend = [("real", "real text")]
    legend += [(shown.color(run), run.name) for run in shown.runs if run.name in drawn]
    if planes.truncated:
        legend.append(
            ("", "its line: truncated noise, the small numbers are the scale of the noise")
        )
    if planes.frontier:
        label = "language model trained by maximum likelihood; the small numbers are temperatures"
        legend.append(("mle", label))
    if planes.source:
        legend.append(("published", "published"))
    head = ["", *(f"{name}-{n}" for name in ("BLEU", "self-BLEU") for n in (2, 3, 4, 5))]
    rows = [
        [Cell(row.name, style=row.style), *(f"{value:.3f}" for value in row.bleu + row.self_bleu)]
        for row in planes.table
    ]
    items = [
        Legend(legend),
        *(Chart(title, svg) for title, svg in planes.charts),
        *(Text(f"{why[0].upper()}{why[1:]}.", "soft") for why in planes.left_out),
        Table("The numbers", head, rows),
    ]
    if planes.source:
        said = (
            f"Published rows: {planes.source}. Most of these systems start from a language model "
            "trained by maximum likelihood; their row of real text is the one measured here."
        )
        items.append(Text(said, "small"))
    return Section("plane", "Quality and diversity together", INTRO, items)


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
    fields = signature_fields(run.scores["bleu.2"].signature)
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


def comparable(one: str, other: str) -> bool:
    """Whether scores with these two signatures may stand in one plane.

    Protocol, tokenisation, case and smoothing must agree, and the numbers of sentences within a
    tenth: self-BLEU grows with them.
    """
    a, b = signature_fields(one), signature_fields(other)
    if any(a.get(key) != b.get(key) for key in ("protocol", "n", "tok", "case", "smooth")):
        return False
    pairs = [(a.get(key), b.get(key)) for key in ("hyps", "refs")]
    if not all(str(x).isdecimal() and str(y).isdecimal() for x, y in pairs):
        return all(x == y for x, y in pairs)
    return all(abs(int(x or 0) - int(y or 0)) <= 0.1 * max(int(x or 0), 1) for x, y in pairs)
