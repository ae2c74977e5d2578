"""Scores of samples beside the same scores of real ones, whatever they are of."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from typing import Any, TypeVar

import numpy as np

from textgan.metrics.catalogue import describe, written
from textgan.metrics.metric import Part, Score

T = TypeVar("T")
Scores = dict[str, Score]

SEED = 0  # of the choice of real samples


@dataclass(frozen=True)
class Evaluation:
    """Scores of samples and, under the same names, of real ones.

    Attributes:
        samples, real: scores by name.
        real_text: what the real ones are, in words; not kept in a run folder.
        baselines: the same scores of simpler models, by their names; None where there are no such
            models.
    """

    samples: Scores
    real: Scores
    real_text: str = ""
    baselines: dict[str, Scores] | None = None

    def with_scores(self, samples: Iterable[Score], real: Iterable[Score]) -> "Evaluation":
        """The evaluation and further scores: those of the samples, and the same of real ones."""
        return replace(
            self, samples=self.samples | by_name(samples), real=self.real | by_name(real)
        )

    def as_json(self) -> dict[str, dict[str, Any]]:
        """Scores by name, each with those of real samples (`real`) and of simpler models."""
        content = {
            name: score.as_json() | {"real": self.real[name].as_json()}
            for name, score in self.samples.items()
        }
        if self.baselines is not None:
            for name, fields in content.items():
                fields["baselines"] = {
                    system: scores[name].as_json() for system, scores in self.baselines.items()
                }
        return content

    @classmethod
    def from_json(cls, content: Mapping[str, Any]) -> "Evaluation":
        """Read what `as_json` wrote.

        Raises:
            ValueError, TypeError, LookupError, AttributeError: it is something else.
        """
        baselines: dict[str, Scores] = {}
        known = any("baselines" in score for score in content.values())
        for name, score in content.items():
            for system, fields in score.get("baselines", {}).items():
                baselines.setdefault(str(system), {})[name] = Score.from_json(name, fields)
        real = {name: score["real"] for name, score in content.items() if score.get("real")}
        return cls(read_scores(content), read_scores(real), baselines=baselines if known else None)


def read_scores(content: Mapping[str, Any]) -> Scores:
    """Read scores by name, see `Score.from_json`."""
    return {name: Score.from_json(name, fields) for name, fields in content.items()}


def by_name(scores: Iterable[Score]) -> Scores:
    """The scores by their names."""
    return {score.name: score for score in scores}


def real_choice(samples: Sequence[T], count: int) -> list[T]:
    """So many of the samples, or all if there are fewer: always the same choice, in order."""
    return [samples[number] for number in chosen_rows(len(samples), count)]


def chosen_rows(total: int, count: int) -> np.ndarray:
    """The numbers (row,) of `count` of `total` rows, at most all: the same choice every time."""
    if total <= count:
        return np.arange(total)
    return np.sort(np.random.default_rng(SEED).choice(total, count, replace=False))


def parts(names: Iterable[str]) -> dict[Part, list[str]]:
    """The parts of a table of scores of these names, in order, and what is in each."""
    found: dict[Part, list[str]] = {part: [] for part in Part}
    for name in names:
        found[describe(name).part].append(name)
    return {part: names for part, names in found.items() if names}


def render(evaluation: Evaluation) -> str:
    """Lay the scores out for a terminal: a row for each, a column for each system, real last.

    Where there are only the samples and real ones, intervals stand beside the values. Scores of
    single columns are left out.
    """
    systems = {
        "samples": evaluation.samples,
        **(evaluation.baselines or {}),
        "real": evaluation.real,
    }
    intervals = not evaluation.baselines
    width = 26 if intervals else max(map(len, systems)) + 2
    lines = [f"real: {evaluation.real_text}", ""]
    lines.append(" " * 24 + "".join(f"{title:>{max(width, 11)}}" for title in systems))
    shown = [name for name in evaluation.samples if not describe(name).name.endswith(".")]
    for part, names in parts(shown).items():
        lines.append(part.title)
        for name in names:
            cells = [_cell(scores[name], intervals) for scores in systems.values()]
            lines.append(f"  {name:22}" + "".join(f"{cell:>{max(width, 11)}}" for cell in cells))
    if shown:
        lines += ["", f"{shown[0]} = {evaluation.samples[shown[0]].signature}"]
    return "\n".join(lines)


def _cell(score: Score, interval: bool) -> str:
    ends = score.interval if interval else None
    return written(score) + (f" [{' '.join(written(score, end) for end in ends)}]" if ends else "")
