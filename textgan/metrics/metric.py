"""What a metric is, said once, and a score: one value of it, and how it was measured.

Making a `Metric` makes it known: pages, comparisons and the terminal take its title, place and
direction from it. `textgan.metrics.catalogue` finds it by the name of a score.
"""

from collections.abc import Mapping
from dataclasses import asdict, dataclass
from enum import Enum
from math import inf, isfinite, nan
from typing import Any, Literal, SupportsFloat, get_args

from textgan.old_names import signature_with_new_names

Goal = Literal["maximize", "minimize", "match"]


class Part(Enum):
    """The parts of a table of scores, in order: title, and how to read it."""

    GRAMMAR = (
        "Grammar",
        "The language has a known grammar, so these are exact: the share of sentences that belong "
        "to it, and how surprising they are.",
    )
    BLEU = (
        "BLEU",
        "Quality: how much of each sentence stands in some real test sentence, in runs of up to n "
        "words. Above real text means safe, repeated phrases, not better ones.",
    )
    SELF_BLEU = (
        "Self-BLEU",
        "Diversity: the same measure of each sentence against all the other samples. Above real "
        "text: the samples are too alike. A model that writes one perfect sentence scores 1.",
    )
    DISTRIBUTIONS = (
        "Distance between distributions",
        "Real and generated samples as clouds of points. A small Fréchet distance means that the "
        "clouds lie on each other; precision asks whether samples look real, recall and coverage "
        "whether all that is real is reached.",
    )
    TRAINING = (
        "Distance to the training text",
        "The same, against one half of the training text; real text is its other half. The test "
        "text may be of another kind than the training text, these halves are not: the value of "
        "real text is what a perfect model would reach.",
    )
    NGRAMS = (
        "N-grams of real text",
        "An n-gram model of real text, unlike the networks in kind, finds the single fault: the "
        "surprise in nats per word, and how many 4-grams, or sentences by all their trigrams, "
        "occur in real text. Read it beside the distances: safe sentences surprise nobody.",
    )
    LANGUAGE_MODELS = (
        "Language models",
        "Surprise in nats per word: of generated text to a model of real text (quality), and of "
        "real text to a model of generated text (quality and diversity together).",
    )
    VARIETY = (
        "Variety and length",
        "Shares of different n-grams and of different sentences, empty sentences, and lengths in "
        "words.",
    )
    CORPUS_LEVEL = ("Corpus-level scores (sacrebleu, 0 to 100)", "")
    CLASSES = (
        "Classes",
        "What a classifier of real images sees in the samples: whether it is sure of each and all "
        "classes occur, as often as in the data.",
    )
    COLUMNS = ("Columns", "Each column by itself: how far its values are from the real ones.")
    PAIRS = (
        "Pairs of columns",
        "How far the dependence of two columns is from the real one, on average.",
    )
    DETECTION = (
        "Detection",
        "How well a classifier tells generated rows from real ones that it has not seen, as the "
        "area under its ROC curve: 0.5 is a guess.",
    )
    USEFULNESS = (
        "Usefulness",
        "How well a model that has learned from these rows predicts the target of real ones.",
    )
    SDMETRICS = ("SDMetrics", "The reports of that package, 0 to 1.")
    OTHER = ("Other scores", "")
    MEMORISATION = (
        "Memorisation",
        "Whether samples were copied; a page of a run gives it a section of its own.",
    )

    def __init__(self, title: str, reading: str) -> None:
        self.title, self.reading = title, reading


@dataclass(frozen=True)
class Score:
    """One number of an evaluation.

    Attributes:
        name: of its metric, such as `bleu.2`.
        value: the score; NaN where there is nothing to measure.
        goal: whether more or less is better, or whether the value to reach is that of real samples.
        minimum: least value that the score can take.
        maximum: largest value, possibly infinite.
        signature: everything on which the value depends, as `key:value` pairs joined by `|`.
        interval: 95% interval (low, high) over the samples, where there is one: a bootstrap, for
            the Fréchet distance the delta method.
    """

    name: str
    value: float
    goal: Goal
    minimum: float
    maximum: float
    signature: str
    interval: tuple[float, float] | None = None

    def as_json(self) -> dict[str, Any]:
        """The score's fields but its name; null stands for an infinite maximum and for NaN."""
        fields = asdict(self)
        del fields["name"]
        for name in ("value", "maximum"):
            fields[name] = fields[name] if isfinite(fields[name]) else None
        return fields

    @classmethod
    def from_json(cls, name: str, fields: Mapping[str, Any]) -> "Score":
        """Read what `as_json` wrote.

        Raises:
            ValueError, TypeError, LookupError: it is something else.
        """
        value, maximum, interval = fields["value"], fields["maximum"], fields.get("interval")
        if fields["goal"] not in get_args(Goal):
            raise ValueError(f"{name} has the goal {fields['goal']!r}")
        if maximum is not None and not float(fields["minimum"]) < float(maximum):
            raise ValueError(f"{name} goes from {fields['minimum']} to {maximum}")
        return cls(
            name=name,
            value=nan if value is None else float(value),
            goal=fields["goal"],
            minimum=float(fields["minimum"]),
            maximum=inf if maximum is None else float(maximum),
            signature=signature_with_new_names(str(fields["signature"])),
            interval=None if interval is None else (float(interval[0]), float(interval[1])),
        )


@dataclass(frozen=True)
class Metric:
    """What its scores have in common.

    Attributes:
        name: a key such as `bleu.2`. One that ends with a dot stands for several, of which each has
            a name of the user's behind it, such as a column.
        title: for a reader.
        part: of a table of scores to which it belongs.
        says: what it tells, in a line.
        goal, minimum, maximum: see `Score`.
        headline: whether it is seen at first glance, and compared over seeds.
        live: key in the telemetry of the same, measured on a few samples while a run trains.
        live_real: what real samples have there, where that is known beforehand.
        whole: whether it counts things.

    Raises:
        ValueError: there is another of this name.
    """

    name: str
    title: str
    part: Part
    says: str
    goal: Goal = "match"
    minimum: float = 0
    maximum: float = 1
    headline: bool = False
    live: str = ""
    live_real: float | None = None
    whole: bool = False

    def __post_init__(self) -> None:
        """Make it known, unless it is one that nobody has defined."""
        if self.part is not Part.OTHER and METRICS.setdefault(self.name, self) != self:
            raise ValueError(f"there are two metrics named {self.name}")

    def score(
        self,
        value: SupportsFloat,
        signature: str,
        interval: tuple[float, float] | None = None,
        *,
        of: str = "",
        maximum: float | None = None,
    ) -> Score:
        """Make a score.

        Args:
            value: of the score.
            signature: how it was measured.
            interval: around the value.
            of: what it was measured of, for a name that ends with a dot.
            maximum: where it is not the same for all data.
        """
        most = self.maximum if maximum is None else maximum
        return Score(
            self.name + of, float(value), self.goal, self.minimum, most, signature, interval
        )


METRICS: dict[str, Metric] = {}
"""Those that are known so far, by name."""


def sign(**fields: object) -> str:
    """Write a signature, ending with this package's version."""
    from textgan import __version__

    pairs = [f"{key}:{value}" for key, value in fields.items()]
    return "|".join([*pairs, f"version:textgan-{__version__}"])
