"""The page: all that the template shows, gathered from run folders, and written to a file."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from itertools import groupby
from math import isfinite
from pathlib import Path
from typing import Any

from markupsafe import Markup

from textgan.files import output_errors, write_text
from textgan.gan.run_folder import flatten
from textgan.report import reproduction, samples, scores
from textgan.report.charts import COLORS, Line, line_chart
from textgan.report.comparison import Comparison, compare
from textgan.report.curves import draw_curves
from textgan.report.inspection import template_environment
from textgan.report.pictures import changed_levels, make_film
from textgan.report.pixels_and_words import contrast
from textgan.report.run import Curve, Run
from textgan.report.samples import RealText, Words
from textgan.report.tables import MOST, show_rows

# Settings shown first, and what they mean.
SETTINGS = {
    "corpus": "where the real sentences come from",
    "images": "the real images",
    "table": "the real rows",
    "vectors": "the pretrained word vectors",
    "max_words": "the longest sentence, in words",
    "surest": "share of the sentences that is kept when the model is sampled",
    "output": "how generated points meet the discriminator",
    "conditional": "whether both players are told the class",
    "game.objective": "the losses of the two players",
    "game.penalty": "what keeps the discriminator smooth",
    "game.gamma": "weight of that penalty",
    "game.instance_noise": "noise added to real and generated samples alike",
    "game.batch_size": "samples per step",
    "game.generator_rate": "the generator's learning rate at the start",
    "game.discriminator_rate": "the discriminator's learning rate at the start",
    "game.ema_halflife": "half-life of the weight average, in steps",
    "seed": "of everything random",
    "backend": "what computed it",
}
HEADLINES = {
    "text": ("oracle.grammatical", "bleu.3", "self_bleu.3", "frechet", "copied"),
    "image": ("classifier_score", "frechet", "class_kl", "modes", "recall"),
    "table": ("detection.boosting", "useful.accuracy", "useful.r2", "correlation", "membership"),
}
FEW = 4  # columns of a table that are shown at once where runs stand side by side


@dataclass(frozen=True)
class Fact:
    """A number of the first glance, and what to compare it with."""

    title: str
    value: str
    beside: str


def write_report(
    runs: Sequence[Run],
    out: Path,
    frontier: Curve | None = None,
    corpora: Mapping[str, RealText] | None = None,
    with_real: bool = False,
) -> None:
    """Write the page of one run, or of several side by side, to `out`.

    Args:
        runs: at least one.
        out: an HTML file; what stands there is replaced.
        frontier: the language model's scores by temperature; by default those found in the runs.
        corpora: corpora that are at hand, by checksum, for the nearest training sentences.
        with_real: also show real sentences and rows. Without it the page holds none, and samples
            that are training sentences are left out where their corpus is at hand.

    Raises:
        UserError: the file cannot be written.
    """
    with output_errors(out):
        write_text(out, render_page(runs, frontier, corpora, with_real))


def render_page(
    runs: Sequence[Run],
    frontier: Curve | None = None,
    corpora: Mapping[str, RealText] | None = None,
    with_real: bool = False,
) -> str:
    """Return the page: a pure function of its arguments (see `write_report`)."""
    environment = template_environment()
    environment.filters["runs"] = marked_runs
    frontier = frontier or next((run.frontier for run in runs if run.frontier), {})
    comparison = compare(runs)
    groups = [group.runs for group in comparison.groups] if comparison else []
    every, runs = runs, comparison.runs if comparison else runs
    kinds = list(dict.fromkeys(run.domain for run in runs))
    single = len(every) == 1
    told = [
        _run(
            run, place, corpora or {}, sum(other.kind == run.kind for other in runs) == 1, with_real
        )
        for place, run in enumerate(runs)
    ]
    one_real = all(_values(run) == _values(runs[0]) for run in runs)
    pair = contrast(runs)
    planes = scores.draw_planes(runs, frontier)
    copying = scores.copying_table(runs)
    sections = {
        "run": "What was run",
        "seeds": comparison and "Compared over seeds",
        "scores": "Scores",
        "rows": _any(told, "rows") and "The rows beside real ones",
        "images": _any(told, "film") and "What the same noise becomes, step by step",
        "plane": planes and "Quality and diversity together",
        "curves": "Training curves",
        "kinds": pair and "Pixels and words",
        "noise": _any(told, "stories") and "How the same noise reads, step by step",
        "nearest": _any(told, "samples") and "Samples beside the training text",
        "copying": (copying or _any(told, "copying")) and "Memorisation",
        "again": "Reproduce it",
    }
    return environment.get_template("page.html.j2").render(
        title=_title(every, comparison),
        comparison=comparison,
        unfinished=sum(not _finished(run) for run in every),
        sections={anchor: title for anchor, title in sections.items() if title},
        runs=told,
        single=single,
        with_real=with_real,
        copy=samples.COPY,
        real=_one([kind.real for kind in kinds], "real data"),
        differing=_differing(runs),
        parts=scores.score_table(runs),
        classifiers=_classifiers(runs),
        copying=copying,
        copying_marks=[kind.copying for kind in kinds if kind.copying],
        one_real=one_real,
        baselines=list(runs[0].baselines) if one_real else [],
        planes=planes,
        curves=draw_curves(every, groups),
        contrast=pair,
    )


def marked_runs(words: Words) -> list[tuple[str, bool]]:
    """Join neighbouring words that are all marked, or all not."""
    return [
        (" ".join(word for word, _ in group), marked)
        for marked, group in groupby(words, key=lambda pair: pair[1])
    ]


def duration(seconds: float) -> str:
    """Write a time for a reader: 48 s, 11 min, 2 h 05 min."""
    if seconds < 60:
        return f"{seconds:.0f} s"
    minutes = round(seconds / 60)
    return f"{minutes} min" if minutes < 60 else f"{minutes // 60} h {minutes % 60:02} min"


def _run(
    run: Run, place: int, corpora: Mapping[str, RealText], alone: bool, with_real: bool
) -> dict[str, Any]:
    """Gather what the page says of one run; `alone` of its kind it has more room."""
    checksum = run.settings.get("data", {}).get("checksum", "")
    real = corpora.get(checksum)
    # The kept model was written at an evaluation, and so were samples of it.
    sampled = run.best_step if run.best_step in run.snapshots else max(run.snapshots, default=None)
    lines = run.snapshots[sampled] if sampled is not None else []
    shown = run.snapshots
    if real and not with_real:
        shown = samples.without_copies(shown, real.training)
    settings = flatten(run.settings)
    later = reproduction.later_commands(run)
    return {
        "name": run.name,
        "color": f"c{place % COLORS}",
        "kind": run.domain.title,
        "real": run.domain.real,
        "corpus": run.corpus,
        "facts": _facts(run),
        "evaluated": bool(run.scores),
        "size": _size(run),
        "finished": _finished(run),
        "best_step": run.best_step,
        "settings": [(key, settings[key], SETTINGS[key]) for key in SETTINGS if key in settings],
        "all_settings": settings,
        "notes": flatten(run.notes),
        "environment": run.environment,
        "checksum": checksum,
        "stories": samples.tell_stories(shown),
        "changes": _chart(samples.changed_share(run.snapshots), "Share of new words", place),
        "rows": show_rows(run, f"c{place % COLORS}", MOST if alone else FEW, with_real),
        "alone": alone,
        "film": make_film(run.grids, whole=alone) if run.grids else None,
        "pixel_changes": _chart(changed_levels(run.grids), "Change of the pixels", place),
        "sampled_step": sampled,
        "pairs": samples.nearest_pairs(lines, real) if real and lines else {},
        "copying": samples.measure_copying(lines, real) if real and lines else [],
        "samples": lines[:10],
        "training": reproduction.training_command(run),
        "later": later,
        "evaluate": later[-2] if len(later) > 1 else "",
    }


def _title(runs: Sequence[Run], comparison: Comparison | None) -> str:
    if comparison is None:
        return " · ".join(run.name for run in runs)
    return f"{len(runs)} runs on {runs[0].corpus}" if runs[0].corpus else f"{len(runs)} runs"


def _classifiers(runs: Sequence[Run]) -> dict[float, list[str]]:
    """Return how often the classifiers behind the scores are right, and of which runs they are."""
    found: dict[float, list[str]] = {}
    for run in runs:
        accuracy = scores.classifier_accuracy(run.scores)
        if accuracy is not None:
            found.setdefault(accuracy, []).append(run.name)
    return found


def _finished(run: Run) -> bool:
    return run.total_steps is None or run.step >= run.total_steps


def _chart(points: Sequence[tuple[float, float]], title: str, color: int) -> Markup:
    """Draw one curve, if it has more than a point."""
    return line_chart([Line(title, points, color)], title) if len(points) > 1 else Markup("")


def _facts(run: Run) -> list[Fact]:
    """Choose the numbers of the first glance: final scores, or else the last live ones."""
    facts = []
    for name in HEADLINES.get(run.kind, ()):
        score, real = run.scores.get(name), run.real.get(name)
        if score is not None:
            value, title = scores.written(score, score.value), scores.score_title(name)
            beside = f"{run.domain.real} {scores.written(real, real.value)}" if real else ""
            facts.append(Fact(title, value, beside))
    if not facts:
        for key, title in scores.LIVE.items():
            if series := run.series(key):
                step, value = series[-1]
                facts.append(Fact(title, f"{value:.3g}", f"live, at step {step:,}"))
    total = f"of {run.total_steps:,}" if run.total_steps else ""
    facts.append(Fact("steps", f"{run.step:,}", total))
    if clock := run.series("seconds"):
        seconds = clock[-1][1]
        rate = f"{run.step / seconds:.1f} steps a second" if seconds > 0 else ""
        facts.append(Fact("training time", duration(seconds), rate))
    return facts


def _size(run: Run) -> list[str]:
    """Say in half-sentences how much was learned from, and by how much."""
    count = run.notes.get(f"training_{run.domain.samples}")
    said = [f"{count:,} training {run.domain.samples}"] if isinstance(count, int) else []
    words = run.settings.get("data", {}).get("words")
    if isinstance(words, int):
        said.append(f"{words:,} different words")
    for player in ("generator", "discriminator"):
        parameters = run.notes.get(f"{player}_parameters")
        if isinstance(parameters, int):
            said.append(f"a {player} of {parameters:,} parameters")
    return said


def _differing(runs: Sequence[Run]) -> list[tuple[str, list[Any]]]:
    """Return the settings in which the runs differ: name, and each run's value."""
    flat = [flatten(run.settings) for run in runs]
    for settings in flat:
        if "data.checksum" in settings:
            settings["data.checksum"] = f"{settings['data.checksum']:.12}…"
    names = list(dict.fromkeys(name for settings in flat for name in settings))
    rows = [(name, [settings.get(name, "not set") for settings in flat]) for name in names]
    return [(name, values) for name, values in rows if any(v != values[0] for v in values)]


def _any(told: Sequence[Mapping[str, Any]], name: str) -> bool:
    return any(run[name] for run in told)


def _one(values: Sequence[str], otherwise: str) -> str:
    """Return the value that all have, if they do."""
    return values[0] if len(set(values)) == 1 else otherwise


def _values(run: Run) -> dict[str, float]:
    return {name: score.value for name, score in run.real.items() if isfinite(score.value)}
