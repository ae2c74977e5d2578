"""The section on quality and diversity together: BLEU-n, and nats, against self-BLEU-n."""

import tomllib
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from importlib.resources import files

from markupsafe import Markup

from textgan.metrics.evaluation import Scores
from textgan.metrics.likelihood import NGRAM_NLL
from textgan.metrics.protocols import BLEU, SELF_BLEU
from textgan.report.charts import COLORS, Spot, Trail, plane
from textgan.report.run import Curve, Run
from textgan.report.scores import signature_fields
from textgan.report.sections import Cell, Chart, Legend, Section, Table, Text
from textgan.report.shown import Shown

INTRO = (
    "Either axis is easy to win alone: repeat one good sentence, or scatter words. So they are "
    "read together. The cross-hairs mark real text: the nearer to it, the better. To its right "
    "samples are too alike, below it they are less like real sentences, and above it and to its "
    "right they are safe phrases repeated. In the plane of nats up and down are the other way "
    "round: above real text words fit together less well, below it they are safer than real ones."
)


NATS = NGRAM_NLL.name
# What is drawn against what: the names of two scores, across and upwards.
AXES = (
    *((SELF_BLEU[n].name, BLEU[n].name) for n in BLEU),
    (SELF_BLEU[max(SELF_BLEU)].name, NATS),
)
TITLES = {metric.name: metric.title for metric in (*BLEU.values(), *SELF_BLEU.values())}
TITLES[NATS] = "nats a word"
BETTER = {
    "bleu": "more: more like real text",
    "self_bleu": "less: more diverse",
    "ngram": "less: likelier to an n-gram model",
}


@dataclass(frozen=True)
class PlaneRow:
    """A row of the planes' numbers: values by the names in `TITLES`, as far as measured."""

    name: str
    style: str
    values: Mapping[str, float]

    def place(self, across: str, upwards: str) -> tuple[float, float] | None:
        """Its point in a plane, if both were measured."""
        x, y = self.values.get(across), self.values.get(upwards)
        return None if x is None or y is None else (x, y)

    @property
    def cells(self) -> list[str]:
        """Its numbers as a table shows them."""
        found = (self.values.get(name) for name in TITLES)
        return ["" if value is None else f"{value:.3f}" for value in found]


@dataclass(frozen=True)
class Planes:
    """The planes for n = 2 to 5 and of nats, their numbers, and what was left out and why.

    Attributes:
        charts: title and drawing.
        table: all numbers that are drawn, real text first.
        source: of the published rows; empty if there are none.
        truncated, kept, frontier: whether there are curves over the scale of the noise, over the
            share of sentences kept, and of a language model.
        left_out: sentences on what is missing.
    """

    charts: list[tuple[str, Markup]]
    table: list[PlaneRow]
    source: str
    truncated: bool
    kept: bool
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
    if planes.kept:
        legend.append(("", "its dashed line: the share of its sentences that is kept"))
    if planes.frontier:
        label = "language model trained by maximum likelihood; the small numbers are temperatures"
        legend.append(("mle", label))
    if planes.source:
        legend.append(("published", "published"))
    head = ["", *TITLES.values()]
    rows = [[Cell(row.name, style=row.style), *row.cells] for row in planes.table]
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
    truncated = kept = False
    for place, run in enumerate(runs):
        color = f"c{place % COLORS}"
        if run in scored and alike({1.0: run.scores}, run.name):
            rows.append(_plane_row(run.name, color, run.scores))
            curve = alike(run.truncation, f"the truncation curve of {run.name}")
            trails.append(_trail(curve, f"{run.name}, noise times", color))
            truncated |= bool(curve)
            curve = alike(run.kept, f"the curve of {run.name} over the share kept")
            trails.append(_trail(curve, f"{run.name}, share kept", f"{color} d1"))
            kept |= bool(curve)
    curve = alike(frontier, "the curve of the language model")
    trails.append(_trail(curve, "language model, temperature", "mle"))
    published, source, why = _published(first)
    left_out += [why] if why else []
    charts = [
        _chart(axes, rows, published, trails) for axes in AXES if first.real.keys() >= {*axes}
    ]
    table = [*rows, *published, *(row for trail, _, _ in trails for row in trail)]
    return Planes(charts, table, source, truncated, kept, bool(curve), left_out)


def _chart(
    axes: tuple[str, str],
    rows: Sequence[PlaneRow],
    published: Sequence[PlaneRow],
    trails: Sequence[tuple[list[PlaneRow], list[str], str]],
) -> tuple[str, Markup]:
    """Draw one plane: its title and the drawing."""
    spots = [
        Spot(row.name, place, row.style, radius)
        for some, radius in ((rows, 6.0), (published, 4.0))
        for row in some
        if (place := row.place(*axes))
    ]
    paths = []
    for trail, labels, style in trails:
        places = [row.place(*axes) for row in trail]
        found = [(place, label) for place, label in zip(places, labels, strict=True) if place]
        if found:
            paths.append(Trail([place for place, _ in found], [dial for _, dial in found], style))
    x, y = (TITLES[name] for name in axes)
    x_label, y_label = (f"{TITLES[name]} ({BETTER[name.split('.')[0]]})" for name in axes)
    title = f"{y[0].upper()}{y[1:]} against {x}"
    return title, plane(spots, paths, title, x_label, y_label)


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
        PlaneRow(
            row["name"],
            "published",
            {f"{key}.{n}": row[key][n - 2] for key in ("bleu", "self_bleu") for n in BLEU},
        )
        for row in table["rows"]
    ]
    return rows, table["source"], ""


def _drawable(scores: Scores) -> bool:
    return all(name in scores for name in TITLES if name != NATS)


def _alike(scores: Scores, run: Run) -> bool:
    names = ("bleu.2", "self_bleu.2")
    return _drawable(scores) and all(
        comparable(scores[name].signature, run.scores[name].signature) for name in names
    )


def _plane_row(name: str, style: str, scores: Scores) -> PlaneRow:
    values = {name: scores[name].value for name in TITLES if name in scores}
    return PlaneRow(name, style, values)


def _trail(curve: Curve, name: str, style: str) -> tuple[list[PlaneRow], list[str], str]:
    # Full noise, and all sentences, are most often the run itself, which has its own label.
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
