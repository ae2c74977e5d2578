"""The section that sets samples beside the training sentences that are nearest to them."""

from collections.abc import Sequence

from markupsafe import Markup

from textgan.metrics.neighbours import Neighbour
from textgan.report.noise import COPY, Words, mark_new, marked_words
from textgan.report.run import Run
from textgan.report.sections import Item, Lines, Section, Text, Word
from textgan.report.shown import Shown


def nearest_section(shown: Shown) -> Section | None:
    """Show samples of every text run and how near the training text they are."""
    items: list[Item] = []
    for run in shown.runs:
        if run.snapshots:
            items += [*shown.heading(run), *_samples(run, shown.with_real)]
    return Section("nearest", "Samples beside the training text", "", items) if items else None


def choose_neighbours(
    neighbours: Sequence[Neighbour], count: int = 5
) -> dict[str, list[Neighbour]]:
    """Choose samples beside their nearest training sentences: the first, and the closest."""
    closest = sorted(neighbours, key=lambda one: -one.similarity)
    return {
        "The first samples, not chosen": list(neighbours[:count]),
        f"The closest to the training text, of {len(neighbours)}": closest[:count],
    }


def neighbour_lines(title: str, neighbours: Sequence[Neighbour], reading: str = "") -> Lines:
    """Write samples above their nearest training sentences; shared words are marked."""
    rows = []
    for one in neighbours:
        nearest = one.training or ()
        rows.append(("sample", marked_words(mark_shared(one.sample, nearest))))
        label = f"real, {one.similarity:.2f}" if nearest else "none shares a word pair with it"
        rows.append((label, marked_words(mark_shared(nearest, one.sample))))
    return Lines(title, rows, reading)


def mark_shared(words: Sequence[str], others: Sequence[str]) -> Words:
    """Mark the words that stand in both sentences, in the best alignment of both."""
    return [(word, not new) for word, new in mark_new(words, others)]


def sampled(run: Run) -> str:
    """Say which samples the folder of a run holds, of the model that is kept if it has them."""
    step = run.best_step if run.best_step in run.snapshots else max(run.snapshots)
    kept = "the model that is kept, of " if step == run.best_step else ""
    return f"{kept}step {step:,}"


def _samples(run: Run, with_real: bool) -> list[Item]:
    if run.neighbours is None:
        step = run.best_step if run.best_step in run.snapshots else max(run.snapshots)
        said = (
            "The nearest training sentences are not shown, for nobody has looked yet whether a "
            "sample is one: textgan evaluate does, where the corpus is at hand. "
            f"Samples of {sampled(run)}:"
        )
        lines = [("", [Word(word) for word in line.split()]) for line in run.snapshots[step][:10]]
        return [Text(said), Lines("", lines)]
    with_real = with_real and run.neighbours.with_real
    shown = (
        "Words that stand in both, in the same order, are marked."
        if with_real
        else Markup(
            "The training sentences themselves are left out, also where a sample is one, so that "
            "this page can be passed on: <code>textgan evaluate --with-real</code> keeps them, "
            "and <code>textgan report --with-real</code> shows them."
        )
    )
    said = Markup(
        "Samples of {}. Likeness is the share of word pairs in common (Dice coefficient of the "
        "bigrams): 1 is a copy. {}"
    ).format(sampled(run), shown)
    chosen = choose_neighbours(run.neighbours.neighbours)
    write = neighbour_lines if with_real else _without_real
    return [Text(said), *(write(title, neighbours) for title, neighbours in chosen.items())]


def _without_real(title: str, neighbours: Sequence[Neighbour]) -> Lines:
    rows = [
        (
            f"likeness {one.similarity:.2f}",
            [Word(word) for word in ([COPY] if one.copied else one.sample)],
        )
        for one in neighbours
    ]
    return Lines(title, rows)
