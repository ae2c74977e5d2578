"""The report: which sections it has, and what stands above them."""

from collections.abc import Callable, Sequence
from pathlib import Path

from textgan.errors import UserError
from textgan.gan.run_folder import RunFolder
from textgan.metrics.catalogue import live_metrics, title, written
from textgan.report.comparison import compare, seeds_section
from textgan.report.curves import curves_section
from textgan.report.importance import importance_section
from textgan.report.memorisation import memorisation_section
from textgan.report.nearest import nearest_section
from textgan.report.noise import noise_section
from textgan.report.pictures import images_section
from textgan.report.pixels_and_words import pixels_and_words_section
from textgan.report.plane import plane_section
from textgan.report.reproduction import again_section
from textgan.report.run import Curve, Run
from textgan.report.scores import headlines, scores_section
from textgan.report.sections import Facts, Item, Section, Text, render_page, write_page
from textgan.report.settings import settings_section
from textgan.report.shown import Shown
from textgan.report.tables import rows_section

# The sections of the page, in order. A new one is a file, and a line here.
SECTIONS: tuple[Callable[[Shown], Section | None], ...] = (
    settings_section,
    seeds_section,
    importance_section,
    scores_section,
    rows_section,
    images_section,
    plane_section,
    curves_section,
    pixels_and_words_section,
    noise_section,
    nearest_section,
    memorisation_section,
    again_section,
)


def write_report(
    runs: Sequence[Run],
    out: Path | None = None,
    frontier: Curve | None = None,
    with_real: bool = False,
) -> Path:
    """Write the page of one run, or of several side by side; return its place.

    Args:
        runs: at least one.
        out: an HTML file; what stands there is replaced. Default report.html in the first run's
            folder.
        frontier: the language model's scores by temperature; by default those found in the runs.
        with_real: also show real sentences and rows that the run folders hold. Without it the page
            holds none, and samples that are known to be training sentences are left out.

    Raises:
        UserError: there is no run, or the file cannot be written.
    """
    if not runs:
        raise UserError("give at least one run folder")
    place = out or runs[0].path / RunFolder.REPORT
    write_page(render_report(runs, frontier, with_real), place)
    return place


def render_report(
    runs: Sequence[Run], frontier: Curve | None = None, with_real: bool = False
) -> str:
    """Return the page: a pure function of its arguments (see `write_report`)."""
    frontier = frontier or next((run.frontier for run in runs if run.frontier), {})
    comparison = compare(runs)
    shown = Shown(runs, comparison.runs if comparison else runs, comparison, frontier, with_real)
    sections = [section(shown) for section in SECTIONS]
    return render_page(
        "Training report", _title(shown), _lead(shown), sections, "run folders alone"
    )


def duration(seconds: float) -> str:
    """Write a time for a reader: 48 s, 11 min, 2 h 05 min."""
    if seconds < 60:
        return f"{seconds:.0f} s"
    minutes = round(seconds / 60)
    return f"{minutes} min" if minutes < 60 else f"{minutes // 60} h {minutes % 60:02} min"


def _title(shown: Shown) -> str:
    runs = shown.every
    if shown.comparison is None:
        return " · ".join(run.name for run in runs)
    return f"{len(runs)} runs on {runs[0].corpus}" if runs[0].corpus else f"{len(runs)} runs"


def _lead(shown: Shown) -> list[Item]:
    comparison = shown.comparison
    if comparison is None:
        parts = [[*shown.heading(run), Text(_said(run)), Facts(_facts(run))] for run in shown.runs]
        return [item for items in parts for item in items]
    count, settings = len(comparison.groups), comparison.settings
    differ = f" in {', '.join(settings)}; the runs of a group differ" if settings else ""
    colour = (
        "Curves have the colour of their group. Where a section shows single runs, they are the "
        "first of each group."
        if settings
        else "Where a section shows a single run, it is the first."
    )
    groups = "groups" if count > 1 else "group"
    return [Text(f"{count} {groups} of runs that differ{differ} in the seed alone. {colour}")]


def _said(run: Run) -> str:
    """Say what was trained, on what, and how far."""
    kind = run.domain.title
    said = f"{'An' if kind[:1] in tuple('aeiou') else 'A'} {kind}"
    said += f" on {run.corpus}" if run.corpus else ""
    said += ": " + ", ".join(_size(run)) if _size(run) else ""
    said += "."
    if not run.finished:
        said += (
            " Training has not reached its last step: everything here shows the run as it stands."
        )
    if run.best_step:
        kept = f"that of step {run.best_step:,}, the best by its live score"
        said += f" The model that is kept is {kept}."
    return said


def _facts(run: Run) -> list[tuple[str, str, str]]:
    """Choose the numbers of the first glance: final scores, or else the last live ones."""
    facts = []
    for name in headlines([run]):
        real = run.real.get(name)
        beside = f"{run.domain.real} {written(real)}" if real else ""
        facts.append((title(name), written(run.scores[name]), beside))
    if not facts:
        for metric in live_metrics(run.kind):
            if series := run.series(metric.live):
                step, value = series[-1]
                facts.append((metric.title, f"{value:.3g}", f"live, at step {step:,}"))
    total = f"of {run.total_steps:,}" if run.total_steps else ""
    facts.append(("steps", f"{run.step:,}", total))
    if clock := run.series("seconds"):
        seconds = clock[-1][1]
        rate = f"{run.step / seconds:.1f} steps a second" if seconds > 0 else ""
        facts.append(("training time", duration(seconds), rate))
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
