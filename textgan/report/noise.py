"""The section on what the same noise reads from step to step."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from difflib import SequenceMatcher
from itertools import pairwise

from textgan.report.charts import Line, line_chart
from textgan.report.run import Run
from textgan.report.sections import Chart, Item, Lines, Section, Word
from textgan.report.shown import Shown

Words = list[tuple[str, bool]]
"""Words, each with whether it is marked."""

COPY = "(a sentence of the training text)"
INTRO = (
    "The input is the same random vector in every line; only the generator has changed. Words that "
    "were not there in the line before are marked. Health: fewer marks from line to line, and "
    "grammar that settles before the choice of words. Failure: different vectors that come to read "
    "the same."
)


@dataclass(frozen=True)
class Story:
    """What one noise vector reads at each step; words new since the step before are marked."""

    row: int
    steps: list[tuple[int, Words]]


def noise_section(shown: Shown) -> Section | None:
    """Tell what the same noise reads at each step, of every text run."""
    items: list[Item] = []
    for run in shown.runs:
        snapshots = run.snapshots
        if run.neighbours and not shown.with_real:
            snapshots = without_copies(snapshots, run.neighbours.copied)
        stories = [story_lines(story) for story in tell_stories(snapshots)]
        if stories:
            items += [*shown.heading(run), *stories, *_changes(run, shown.place(run))]
    if not items:
        return None
    return Section("noise", "How the same noise reads, step by step", INTRO, items)


def story_lines(story: Story) -> Lines:
    """Write a story as lines."""
    rows = [(f"step {step:,}", marked_words(words)) for step, words in story.steps]
    return Lines(f"Noise vector {story.row}", rows)


def marked_words(words: Words) -> list[Word]:
    """Write words, those that are marked as set off."""
    return [Word(word, marked=marked) for word, marked in words]


def _changes(run: Run, color: int) -> list[Item]:
    shares, title = changed_share(run.snapshots), "Share of new words"
    if len(shares) < 2:
        return []
    svg = line_chart([Line(title, shares, color)], title)
    reading = (
        "Words that were not there at the snapshot before, over all the noise vectors that were "
        "kept. It falls as the generator settles; a rise means that the generator was pushed "
        "somewhere else."
    )
    return [Chart(title, svg, reading=reading)]


def without_copies(
    snapshots: Mapping[int, Sequence[str]], copied: Mapping[int, Sequence[bool]]
) -> dict[int, list[str]]:
    """Return the snapshots with `COPY` for each line that is a training sentence."""
    return {
        step: [COPY if whole else line for line, whole in zip(lines, copied[step], strict=True)]
        for step, lines in snapshots.items()
    }


def pick_steps(steps: Sequence[int], most: int = 12) -> list[int]:
    """Pick steps from first to last, closer together at the start, where more changes."""
    if len(steps) <= most:
        return list(steps)
    shares = [(index / (most - 1)) ** 1.5 for index in range(most)]
    places = [round(share * (len(steps) - 1)) for share in shares]
    for index in range(1, most):  # rounding may pick one twice
        places[index] = max(places[index], places[index - 1] + 1)
    return [steps[min(place, len(steps) - most + index)] for index, place in enumerate(places)]


def tell_stories(snapshots: Mapping[int, Sequence[str]], rows: int = 4) -> list[Story]:
    """Follow the first noise vectors through the snapshots."""
    steps = pick_steps(list(snapshots))
    count = min(rows, *(len(snapshots[step]) for step in steps)) if steps else 0
    stories = []
    for row in range(count):
        before: list[str] = []
        lines = []
        for step in steps:
            words = snapshots[step][row].split()
            lines.append((step, mark_new(words, before) if lines else [(w, False) for w in words]))
            before = words
        stories.append(Story(row + 1, lines))
    return stories


def changed_share(snapshots: Mapping[int, Sequence[str]]) -> list[tuple[int, float]]:
    """Return for each snapshot but the first the share of words new since the one before."""
    shares = []
    steps = list(snapshots)
    for before, step in pairwise(steps):
        pairs = zip(snapshots[step], snapshots[before], strict=False)
        new = [flag for a, b in pairs for _, flag in mark_new(a.split(), b.split())]
        shares.append((step, sum(new) / max(1, len(new))))
    return shares


def mark_new(words: Sequence[str], before: Sequence[str]) -> Words:
    """Mark the words of a sentence that were not there before, in the best alignment of both."""
    marked = [(word, True) for word in words]
    for match in SequenceMatcher(None, before, words, autojunk=False).get_matching_blocks():
        for index in range(match.b, match.b + match.size):
            marked[index] = (words[index], False)
    return marked
