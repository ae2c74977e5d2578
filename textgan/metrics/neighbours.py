"""Samples beside the training sentences that are nearest to them, as a page shows them.

It is small enough to lie in a run folder as JSON, so that a report needs no corpus. Unless real
sentences are asked for, it holds none.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from textgan.metrics.evaluation import Evaluation, by_name
from textgan.metrics.memorization import copied_sentences, memorization_scores, nearest_sentences
from textgan.metrics.ngrams import Sentences
from textgan.metrics.protocols import Form

Sentence = tuple[str, ...]


@dataclass(frozen=True)
class Neighbour:
    """A sample and its nearest training sentence.

    Attributes:
        sample: its words.
        training: those of the training sentence; None if none shares a word pair with the sample,
            or real sentences were not asked for.
        similarity: Dice coefficient of their word pairs, 0..1.
        copied: whether the sample is a training sentence, word for word.
    """

    sample: Sentence
    training: Sentence | None
    similarity: float
    copied: bool


@dataclass(frozen=True)
class Neighbours:
    """The samples in a run folder beside its training text.

    Attributes:
        step: of the samples whose neighbours these are.
        neighbours: of these samples, in order.
        copied: step to whether each of its samples is a training sentence.
        scores: of copying, of the samples of `step` and of as many test sentences.
        with_real: whether real sentences were asked for.
    """

    step: int
    neighbours: list[Neighbour]
    copied: dict[int, list[bool]]
    scores: Evaluation
    with_real: bool

    def as_json(self) -> dict[str, Any]:
        """All of it."""
        rows = [
            {
                "sample": " ".join(one.sample),
                "similarity": one.similarity,
                "copied": one.copied,
                **({} if one.training is None else {"training": " ".join(one.training)}),
            }
            for one in self.neighbours
        ]
        return {
            "step": self.step,
            "with_real": self.with_real,
            "neighbours": rows,
            "copied": {str(step): flags for step, flags in self.copied.items()},
            "scores": self.scores.as_json(),
        }

    @classmethod
    def from_json(cls, content: Mapping[str, Any]) -> "Neighbours":
        """Read what `as_json` wrote.

        Raises:
            ValueError, TypeError, LookupError, AttributeError: it is something else.
        """
        rows = [
            Neighbour(
                tuple(row["sample"].split()),
                tuple(row["training"].split()) if "training" in row else None,
                float(row["similarity"]),
                row["copied"] is True,
            )
            for row in content["neighbours"]
        ]
        copied = {
            int(step): [flag is True for flag in flags] for step, flags in content["copied"].items()
        }
        scores = Evaluation.from_json(content["scores"])
        return cls(int(content["step"]), rows, copied, scores, content["with_real"] is True)


def find_neighbours(samples: Sentences, training: Sequence[Sentence]) -> list[Neighbour]:
    """Pair each sample with its nearest training sentence."""
    nearest, copied = nearest_sentences(samples, training), copied_sentences(samples, training)
    return [
        Neighbour(
            tuple(sample),
            training[number] if number >= 0 else None,
            float(similarity),
            bool(whole),
        )
        for sample, number, similarity, whole in zip(
            samples, nearest.training, nearest.similarity, copied, strict=True
        )
    ]


def measure_neighbours(
    snapshots: Mapping[int, Sentences],
    step: int,
    training: Sequence[Sentence],
    test: Sentences,
    form: Form,
    with_real: bool = False,
) -> Neighbours:
    """Set the samples of a run beside its training text.

    Args:
        snapshots: step to its samples.
        step: whose samples are paired with their neighbours.
        training: what the model learned from.
        test: real sentences that nobody copied, for the mark of copying.
        form: how the sentences were made, for the signatures.
        with_real: keep the training sentences.
    """
    samples = snapshots[step]
    found = find_neighbours(samples, training)
    if not with_real:
        found = [Neighbour(one.sample, None, one.similarity, one.copied) for one in found]
    copied = {
        number: copied_sentences(lines, training).tolist() for number, lines in snapshots.items()
    }
    ours, real = (
        by_name(memorization_scores(sentences, training, form))
        for sentences in (samples, test[: len(samples)])
    )
    return Neighbours(step, found, copied, Evaluation(ours, real), with_real)
