"""A score that knows its name, range, direction and how it was measured."""

from dataclasses import asdict, dataclass
from typing import Any, Literal

Goal = Literal["maximize", "minimize", "match"]


@dataclass(frozen=True)
class Score:
    """One number of an evaluation.

    Attributes:
        name: a key such as `bleu.2`.
        value: the score.
        goal: whether more or less is better, or whether the value to reach is that of real text.
        minimum: least value that the score can take.
        maximum: largest value, possibly infinite.
        signature: everything on which the value depends, as `key:value` pairs joined by `|`.
        interval: 95% bootstrap interval (low, high) over the samples, where there is one.
    """

    name: str
    value: float
    goal: Goal
    minimum: float
    maximum: float
    signature: str
    interval: tuple[float, float] | None = None

    def as_json(self) -> dict[str, Any]:
        """The score's fields but its name; null stands for an infinite maximum."""
        fields = asdict(self)
        del fields["name"]
        return fields | {"maximum": self.maximum if self.maximum != float("inf") else None}


def sign(**fields: object) -> str:
    """Write a signature, ending with this package's version."""
    from textgan import __version__

    pairs = [f"{key}:{value}" for key, value in fields.items()]
    return "|".join([*pairs, f"version:textgan-{__version__}"])
