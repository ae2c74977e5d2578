"""What became of the same sentences from step to step, and where the discriminator moves words."""

from collections.abc import Iterable
from dataclasses import replace

import numpy as np

from textgan.inspection.evolution import (
    SHOWN,
    StepCurve,
    evolution_section,
    kept_steps,
    push,
    variety_items,
)
from textgan.inspection.layers import corpus_batches
from textgan.inspection.opened import Look, OpenedText, WordPoints, visit
from textgan.inspection.variety import Clusters, spread
from textgan.report.noise import changed_share, story_lines, tell_stories
from textgan.report.run import Run
from textgan.report.sections import Item, Lines, Section, Table, Word

FREQUENT = 30  # words that count as common


def text_evolution(look: Look) -> Section:
    """Return the section of a text run."""
    opened, run, sample = look.opened, look.run, look.sample
    parts = (
        _stories(run, sample),
        _variety_of_text(opened, run),
        _nearness(opened, sample),
        _pushed_words(opened),
    )
    items = [item for items, _ in parts for item in items]
    return evolution_section(items, [finding for _, found in parts for finding in found])


def moved_words(lexicon: WordPoints, points: np.ndarray, arrows: np.ndarray) -> np.ndarray:
    """Return the row of the first other word on the way of each point, or its own.

    Args:
        lexicon: the words.
        points: (..., dim) on the sphere.
        arrows: (..., dim) where they would go; they are followed up to one radius.
    """
    radius = np.linalg.norm(points, axis=-1, keepdims=True)
    way = arrows / (np.linalg.norm(arrows, axis=-1, keepdims=True) + 1e-12)
    start = lexicon.nearest(points)
    found = start.copy()
    for share in np.linspace(1.0, 0.05, 20):  # the nearest change is found last, and stays
        words = lexicon.nearest(points + share * radius * way)
        found = np.where(words != start, words, found)
    return found


def seen_pairs(sentences: Iterable[np.ndarray], words: int) -> set[int]:
    """Return the pairs of neighbouring words that occur, each as first * (words + 1) + second.

    Args:
        sentences: batches of rows of the lexicon (sentence, position).
        words: how many the lexicon has, which is also the row of "after the end".
    """
    pairs: set[int] = set()
    for rows in sentences:
        first, second = rows[:, :-1].astype(np.int64), rows[:, 1:]
        pairs.update((first * (words + 1) + second)[first != words].tolist())
    return pairs


def _stories(run: Run, sample: int) -> tuple[list[Item], list[str]]:
    """Tell what some noise vectors read at each snapshot."""
    followed = list(dict.fromkeys((sample, 0, 1)))
    chosen = {
        step: [lines[row] for row in followed if row < len(lines)]
        for step, lines in run.snapshots.items()
    }
    chosen = {step: lines for step, lines in chosen.items() if lines}
    items: list[Item] = []
    for story, row in zip(tell_stories(chosen, 3), followed, strict=False):
        reading = "Words that are new since the line before are marked."
        items.append(replace(story_lines(replace(story, row=row)), reading=reading))
    shares = changed_share(run.snapshots)
    if len(shares) < 2:
        return items, []
    (_, first), (step, last) = shares[0], shares[-1]
    return items, [
        f"Between the first two snapshots {first:.0%} of the words changed, between the last "
        f"two (up to step {step:,}) {last:.0%}."
    ]


def _variety_of_text(opened: OpenedText, run: Run) -> tuple[list[Item], list[str]]:
    """Draw how varied the kept sentences of each snapshot are."""
    lexicon, length = opened.lexicon, opened.reals.shape[1]
    kinds = Clusters(_topics(opened, opened.ids))
    spreads, counts, real = [], [], opened.ids
    for step, lines in run.snapshots.items():
        sentences = list(lexicon.fitting((tuple(line.split()) for line in lines), length))
        if len(sentences) < 2:
            continue
        ids, real = lexicon.encode(sentences, length), opened.ids[: len(sentences)]
        spreads.append((step, spread(lexicon.points[ids], lexicon.points[real])))
        counts.append((step, kinds.occurring(_topics(opened, ids))))
    due = kinds.occurring(_topics(opened, real))
    return variety_items(
        spreads,
        "How far the sentences lie from their mean, in the space of words, in units of real ones'.",
        StepCurve(
            "Kinds of sentences that occur",
            counts,
            f"{kinds.count} groups of training sentences with similar words. Among as many real "
            f"sentences {due} occur. Failure: few, or fewer and fewer (mode collapse).",
            due,
        ),
    )


def _topics(opened: OpenedText, ids: np.ndarray) -> np.ndarray:
    """Return the mean point of each sentence's words, (sentence, dim)."""
    inside = (ids != len(opened.lexicon.words))[..., None]
    return (opened.lexicon.points[ids] * inside).sum(axis=1) / np.maximum(inside.sum(axis=1), 1)


def _nearness(opened: OpenedText, sample: int) -> tuple[list[Item], list[str]]:
    """Show how near points are to their words: one sample's at each checkpoint, then others'."""
    words, near = _read(opened, opened.made)
    rows = []
    for step in kept_steps(opened):
        with visit(opened, step):
            made = opened.make([sample])
        rows.append((f"step {step:,}", _sure_words(opened, *_read(opened, made), 0)))
    others = [row for row in range(SHOWN) if row != sample]
    rows += [(f"noise {row}", _sure_words(opened, words, near, row)) for row in others]
    item = Lines(
        "How near each point is to its word",
        rows,
        f"Noise {sample} at the checkpoints that were kept, then other noise at the last. Under "
        "each word stands the cosine between the generator's point and the word: blue is on the "
        "word, red is between words. Health: near 1 almost everywhere; unsure places are where "
        "the sentence could go several ways.",
    )
    return [item], [
        f"The median point of the EMA generator has a cosine of {np.median(near):.2f} with "
        f"its nearest word; {np.mean(near < 0.7):.0%} of the points are further off than .7.",
        _sureness(opened, words, near),
    ]


def _read(opened: OpenedText, points: np.ndarray) -> tuple[np.ndarray, np.ndarray]:
    words = opened.lexicon.nearest(points)
    return words, opened.lexicon.nearness(points, words)


def _sure_words(opened: OpenedText, words: np.ndarray, near: np.ndarray, row: int) -> list[Word]:
    """Colour one sentence, up to the first place after its end, by its nearness."""
    end = len(opened.lexicon.words)
    stop = next((i + 1 for i, word in enumerate(words[row]) if word == end), len(words[row]))
    return [
        Word(
            opened.lexicon.name(word),
            max(-1.0, 4.0 * float(cosine) - 3.0),
            f"{cosine:.2f}",
        )
        for word, cosine in zip(words[row][:stop], near[row][:stop], strict=True)
    ]


def _pushed_words(opened: OpenedText) -> tuple[list[Item], list[str]]:
    """Show at several checkpoints where words are pushed, and whether that mends the sentence."""
    lexicon, length = opened.lexicon, opened.reals.shape[1]
    end = len(lexicon.words)
    batches = (lexicon.encode(sentences, length) for _, sentences in corpus_batches(opened))
    pairs = np.array(sorted(seen_pairs(batches, end)))
    items: list[Item] = []
    table, moved = [], []
    for step in kept_steps(opened):
        with visit(opened, step):
            made = opened.subject.shown(opened.make(slice(0, 64)))
            arrows = push(opened, made, opened.condition[:64])
        words, aims = lexicon.nearest(made), moved_words(lexicon, made, arrows)
        force = np.linalg.norm(arrows, axis=-1)
        lines = [
            (f"noise {row}", _pushed_line(lexicon, words[row], aims[row], force[row]))
            for row in range(SHOWN)
        ]
        items.append(
            Lines(
                f"Where the discriminator pushes, at step {step:,}",
                lines,
                ""
                if items
                else "The redder, the harder the push; under a word is the first other word on "
                "its way. A good push mends the sentence.",
            )
        )
        before, after = _known_shares(words, aims, pairs, end)
        moved.append((step, float(np.mean(aims != words)), before, after))
        table.append(
            [
                f"{step:,}",
                f"{moved[-1][1]:.0%}",
                f"{np.median(force.max(axis=1) / np.median(force, axis=1)):.1f}",
                f"{before:.0%} → {after:.0%}",
            ]
        )
    items.append(
        Table(
            "Does the push mend sentences?",
            [
                "step",
                "positions that reach another word",
                "hardest push, in median ones",
                "known pairs",
            ],
            table,
            "Within one radius along the arrow. A pair of words is known if it stands in the "
            "training text. Counted are the pairs of a word that would change and the word before "
            "it, before and after the push.",
        )
    )
    (first, much, *_), (last, less, before, after) = moved[0], moved[-1]
    return items, [
        f"The push reaches another word for {much:.0%} of the positions at step {first:,} and for "
        f"{less:.0%} at step {last:,}, where of the words that it would change {before:.0%} make a "
        f"pair with the word before that the training text knows, and {after:.0%} of those that "
        "they would become."
    ]


def _pushed_line(
    lexicon: WordPoints, words: np.ndarray, aims: np.ndarray, force: np.ndarray
) -> list[Word]:
    """Colour one sentence by how hard it is pushed; under a word stands where it would go."""
    strongest = force.max()
    return [
        Word(
            lexicon.name(word),
            -float(force[t] / strongest),
            f"→ {lexicon.name(aims[t])}" if aims[t] != word else "",
        )
        for t, word in enumerate(words)
        if word != len(lexicon.words) or force[t] > 0.3 * strongest
    ]


def _known_shares(
    words: np.ndarray, aims: np.ndarray, pairs: np.ndarray, end: int
) -> tuple[float, float]:
    """Return how many of the pairs that a push changes are known, before and after."""
    left = words[:, :-1].astype(np.int64) * (end + 1)
    changed = (aims != words)[:, 1:] & (words[:, :-1] != end)
    if not changed.any():
        return 0.0, 0.0
    now, then = ((left + rows[:, 1:])[changed] for rows in (words, aims))
    return float(np.isin(now, pairs).mean()), float(np.isin(then, pairs).mean())


def _sureness(opened: OpenedText, words: np.ndarray, near: np.ndarray) -> str:
    """Say whether points lie nearer to common words than to rare ones."""
    counts = np.bincount(opened.ids.ravel(), minlength=len(opened.lexicon.words) + 1)
    counts[-1] = 0  # after the end
    inside = words != len(opened.lexicon.words)
    common = np.isin(words, np.argsort(-counts)[:FREQUENT]) & inside
    rest = inside & ~common
    if not common.any() or not rest.any():
        return "All generated words are equally common."
    return (
        f"At the {FREQUENT} commonest words the mean cosine is {near[common].mean():.2f} "
        f"({common.sum() / inside.sum():.0%} of the words written), at all others "
        f"{near[rest].mean():.2f}: "
        + (
            "the rarer words are where the generator is between words."
            if near[common].mean() > near[rest].mean() + 0.05
            else "rare words are hit as surely as common ones."
        )
    )
