"""What the model writes: the same noise from step to step, and how near the training text it is."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from difflib import SequenceMatcher
from itertools import pairwise

import numpy as np

from textgan.metrics.memorization import copied_sentences, longest_copies, nearest_sentences

Sentence = tuple[str, ...]
Words = list[tuple[str, bool]]
"""Words, each with whether it is marked."""

COPY = "(a sentence of the training text)"


@dataclass(frozen=True)
class RealText:
    """The corpus of a run: what it learned from, and sentences that it has not seen."""

    training: Sequence[Sentence]
    test: Sequence[Sentence]


@dataclass(frozen=True)
class Story:
    """What one noise vector reads at each step; words new since the step before are marked."""

    row: int
    steps: list[tuple[int, Words]]


@dataclass(frozen=True)
class Pair:
    """A sample and its nearest training sentence; shared words are marked in both."""

    sample: Words
    training: Words | None
    similarity: float
    copied: bool  # the sample is a training sentence, word for word


@dataclass(frozen=True)
class Copying:
    """How near a set of sentences is to the training text.

    Attributes:
        text: what the sentences are.
        count: of the sentences.
        copied: share that stands in the training text word by word.
        longest: mean length, in words, of the longest run that does.
        nearest: mean likeness to the nearest training sentence, 0..1.
    """

    text: str
    count: int
    copied: float
    longest: float
    nearest: float


def without_copies(
    snapshots: Mapping[int, Sequence[str]], training: Sequence[Sentence]
) -> dict[int, list[str]]:
    """Return the snapshots with `COPY` for each line that is a training sentence."""
    written = [line.split() for lines in snapshots.values() for line in lines]
    copied = iter(copied_sentences(written, training))
    return {
        step: [COPY if next(copied) else line for line in lines]
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
        told = []
        for step in steps:
            words = snapshots[step][row].split()
            told.append((step, mark_new(words, before) if told else [(w, False) for w in words]))
            before = words
        stories.append(Story(row + 1, told))
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


def nearest_pairs(lines: Sequence[str], real: RealText, count: int = 5) -> dict[str, list[Pair]]:
    """Pair samples with their nearest training sentences: the first ones, and the closest ones."""
    sentences = [tuple(line.split()) for line in lines]
    nearest = nearest_sentences(sentences, real.training)
    closest = np.argsort(-nearest.similarity, kind="stable")
    copied = copied_sentences(sentences, real.training)

    def pair(index: int) -> Pair:
        number = int(nearest.training[index])
        similarity = float(nearest.similarity[index])
        sample = sentences[index]
        if number < 0:
            return Pair([(word, False) for word in sample], None, similarity, bool(copied[index]))
        training = real.training[number]
        marked = _mark_shared(sample, training), _mark_shared(training, sample)
        return Pair(*marked, similarity, bool(copied[index]))

    return {
        "The first samples, not chosen": [pair(i) for i in range(min(count, len(sentences)))],
        f"The closest to the training text, of {len(sentences)}": [
            pair(int(i)) for i in closest[:count]
        ],
    }


def measure_copying(lines: Sequence[str], real: RealText) -> list[Copying]:
    """Measure samples, and as many test sentences, which nobody copied, beside them."""
    samples = [tuple(line.split()) for line in lines]
    texts = {"samples": samples, "real test sentences": list(real.test[: len(samples)])}
    return [
        Copying(
            text,
            len(sentences),
            float(copied_sentences(sentences, real.training).mean()),
            float(longest_copies(sentences, real.training).mean()),
            float(nearest_sentences(sentences, real.training).similarity.mean()),
        )
        for text, sentences in texts.items()
    ]


def _mark_shared(words: Sequence[str], others: Sequence[str]) -> Words:
    return [(word, not new) for word, new in mark_new(words, others)]
