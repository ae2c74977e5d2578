"""The section on tables: columns, pairs and correlations beside real rows, and simpler models."""

import io
from collections.abc import Sequence
from dataclasses import dataclass
from math import isfinite
from typing import TYPE_CHECKING, Any

import numpy as np
from markupsafe import Markup

from textgan.metrics.catalogue import title, written
from textgan.metrics.metric import Score
from textgan.report.plots import bar_chart, histogram, scatter
from textgan.report.run import Run
from textgan.report.sections import Picture, Section, fill
from textgan.report.shown import Shown

if TYPE_CHECKING:
    from textgan.metrics.table_pictures import Marginal, TablePictures

SYSTEMS = {
    "independent": "independent columns",
    "copula": "a Gaussian copula",
    "mixture": "a Gaussian mixture",
}
"""The simpler models that a run can lose to; rows that were drawn again are no model."""
EVEN = 0.02  # of the value of real rows: a smaller difference is none
# The scores on which runs are judged, and what to try first where a simpler model is better.
REMEDIES = {
    ("ks", "wasserstein", "tv", "missing"): "single columns are off: train longer (--steps), or "
    "with less instance noise (--instance-noise, now {noise:g}), which blurs their fine detail",
    ("correlation", "mutual_information"): "columns hang together wrongly: {start}",
    (
        *("frechet", "precision", "density", "detection.boosting", "detection.logistic"),
        *("useful.accuracy", "useful.f1", "useful.r2"),
    ): "whole rows are off: train longer "
    "(--steps) or widen both networks (--generator-width, --discriminator-width)",
    ("recall", "coverage"): "some kinds of rows are missed: a larger batch (--batch-size), so that "
    "rare rows are seen more often",
    ("membership",): "training rows are given away: fewer steps, or more instance noise",
}
START = "begin with their correlations (--gaussian-start)"
STARTED = "a wider discriminator (--discriminator-width) sees more of them at once"
MOST = 12  # columns that are shown at once
FEW = 4  # the same where runs stand side by side


@dataclass(frozen=True)
class Verdict:
    """A run beside one simpler model, by how far their scores are from those of real rows.

    Attributes:
        system: the simpler model, for a reader.
        better, worse: scores on which the run is nearer to real rows, and further.
        even: on how many scores they are the same within 2% of the real value.
        loses: whether there are more scores on which it is further.
        remedies: what to try first.
    """

    system: str
    better: list[str]
    worse: list[str]
    even: int
    loses: bool
    remedies: list[str]


@dataclass(frozen=True)
class ColumnPicture:
    """One column: title, drawing, and what is written under it."""

    name: str
    svg: Markup
    note: str


@dataclass(frozen=True)
class Rows:
    """What the page shows of the rows of one run.

    Attributes:
        verdicts: one for each simpler model that was scored.
        columns: the furthest from real ones first.
        more: the other columns.
        pairs: title and drawing of two columns against each other, real rows on the left: as
            shades of how many there are, or as dots if they were asked for.
        dots: whether there are dots of real rows.
        kept: whether the run folder holds real rows.
        classes: the target's categories, number by number, whose colours the dots have.
        target: its name.
        maps: correlations of real rows, of samples, and their difference.
        furthest: the pairs whose correlations differ most, in words.
        order: names of the columns of the maps.
    """

    verdicts: list[Verdict]
    columns: list[ColumnPicture]
    more: list[ColumnPicture]
    pairs: list[tuple[str, Markup]]
    dots: bool
    kept: bool
    classes: list[str]
    target: str
    maps: list[Picture]
    furthest: list[str]
    order: list[str]


def rows_section(shown: Shown) -> Section | None:
    """Show the rows of every table run beside real ones."""
    parts = [
        {
            "name": run.name,
            "heading": shown.heading(run),
            "alone": shown.alone(run),
            "rows": show_rows(
                run, shown.color(run), MOST if shown.alone(run) else FEW, shown.with_real
            ),
        }
        for run in shown.runs
    ]
    parts = [one for one in parts if one["rows"]]
    if not parts:
        return None
    return Section("rows", "The rows beside real ones", "", [fill("tables", runs=parts)])


def show_rows(run: Run, color: str, most: int = MOST, with_real: bool = False) -> Rows | None:
    """Draw what a run folder holds of its rows; None if it holds nothing of the kind.

    Args:
        run: whose folder it is.
        color: CSS class of its samples.
        most: columns that are shown at once.
        with_real: show real rows, if the folder holds some.
    """
    verdicts = judge(run)
    pictures = run.pictures
    if pictures is None:
        return Rows(verdicts, [], [], [], False, False, [], "", [], [], []) if verdicts else None
    marginals = sorted(pictures.marginals, key=lambda marginal: -_distance(run, marginal.name))
    columns = [_column(run, marginal, color) for marginal in marginals]
    kept = any(pair.real for pair in pictures.pairs)
    dots = with_real and kept
    pairs = [(f"{p.x} and {p.y}", scatter(p, bool(pictures.classes), dots)) for p in pictures.pairs]
    return Rows(
        verdicts,
        columns[:most],
        columns[most:],
        pairs,
        dots,
        kept,
        pictures.classes,
        pictures.target,
        _maps(pictures),
        _furthest(pictures),
        pictures.correlated,
    )


def judge(run: Run) -> list[Verdict]:
    """Set a run's scores against those of simpler models.

    A score counts by how far it falls short of that of real rows. One above theirs counts as equal,
    since it is so by chance, unless the goal is to match theirs.
    """
    verdicts = []
    judged = [name for names in REMEDIES for name in names]
    for key, system in SYSTEMS.items():
        theirs = run.baselines.get(key, {})
        names = [name for name in judged if all(name in s for s in (theirs, run.scores, run.real))]
        leads = {}
        for name in names:
            real = run.real[name].value
            ours, other = (_shortfall(s[name], real) for s in (run.scores, theirs))
            if isfinite(ours) and isfinite(other):
                leads[name] = 0 if abs(ours - other) <= EVEN * abs(real) else other - ours
        if leads:
            better = [name for name, lead in leads.items() if lead > 0]
            worse = [name for name, lead in leads.items() if lead < 0]
            loses = len(worse) > len(better)
            verdicts.append(
                Verdict(
                    system,
                    [title(name) for name in better],
                    [title(name) for name in worse],
                    len(leads) - len(better) - len(worse),
                    loses,
                    _remedies(run.settings, worse) if loses else [],
                )
            )
    return verdicts


def _shortfall(score: Score, real: float) -> float:
    if score.goal == "match":
        return abs(score.value - real)
    return max(0.0, (score.value - real) * (1 if score.goal == "minimize" else -1))


def _remedies(settings: dict[str, Any], worse: Sequence[str]) -> list[str]:
    noise = settings.get("game", {}).get("instance_noise", 0)
    start = STARTED if settings.get("network", {}).get("gaussian_start") else START
    return [
        remedy.format(noise=noise, start=start)
        for names, remedy in REMEDIES.items()
        if set(names) & set(worse)
    ]


def _own_score(run: Run, name: str) -> str:
    """Return the name of the score of one column, if there is one."""
    keys = (f"column_ks.{name}", f"column_tv.{name}")
    return next((key for key in keys if key in run.scores), "")


def _distance(run: Run, name: str) -> float:
    key = _own_score(run, name)
    return run.scores[key].value if key else 0.0


def _column(run: Run, marginal: "Marginal", color: str) -> ColumnPicture:
    if marginal.labels:
        svg = bar_chart(marginal.labels, marginal.real, marginal.samples, marginal.name, color)
    else:
        svg = histogram(marginal.edges, marginal.real, marginal.samples, marginal.name, color)
    notes = []
    key = _own_score(run, marginal.name)
    if key:
        score, real = run.scores[key], run.real.get(key)
        measure = title(key).partition(":")[0]
        beside = f", real rows {written(real)}" if real else ""
        notes.append(f"{measure} {written(score)}{beside}")
    if any(marginal.missing):
        real_share, share = marginal.missing
        notes.append(f"missing {share:.1%}, in real rows {real_share:.1%}")
    return ColumnPicture(marginal.name, svg, "; ".join(notes))


def _maps(pictures: "TablePictures") -> list[Picture]:
    if len(pictures.correlated) < 2:
        return []
    real, ours = np.array(pictures.real_correlations), np.array(pictures.sample_correlations)
    named = {"real rows": real, "samples": ours, "difference": ours - real}
    return [_map(name, values) for name, values in named.items()]


def _map(name: str, values: np.ndarray) -> Picture:
    """Draw numbers from -1 (red) over 0 (clear) to 1 (blue), a pixel for each."""
    from PIL import Image

    color = np.where(values[..., None] > 0, (31, 95, 191), (209, 73, 27))
    strength = np.rint(255 * np.clip(np.abs(values), 0, 1))
    pixels = np.dstack([color, strength]).astype(np.uint8)
    buffer = io.BytesIO()
    Image.fromarray(pixels).save(buffer, format="PNG")
    return Picture(name, "correlations.png", buffer.getvalue())


def _furthest(pictures: "TablePictures", most: int = 4) -> list[str]:
    names = pictures.correlated
    real, ours = np.array(pictures.real_correlations), np.array(pictures.sample_correlations)
    rows, columns = np.triu_indices(len(names), 1)
    gaps = np.abs(ours - real)[rows, columns] if len(names) > 1 else np.empty(0)
    return [
        f"{names[i]} and {names[j]}: {real[i, j]:.2f} in real rows, {ours[i, j]:.2f} in samples"
        for i, j in ((rows[k], columns[k]) for k in np.argsort(-gaps, kind="stable")[:most])
    ]
