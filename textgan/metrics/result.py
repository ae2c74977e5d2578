"""A score that knows its name, range, direction and how it was measured."""

from dataclasses import asdict, dataclass
from math import isfinite
from typing import Any, Literal

Goal = Literal["maximize", "minimize", "match"]


@dataclass(frozen=True)
class Score:
    """One number of an evaluation.

    Attributes:
        name: a key such as `bleu.2`.
        value: the score; NaN where there is nothing to measure.
        goal: whether more or less is better, or whether the value to reach is that of real text.
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


def sign(**fields: object) -> str:
    """Write a signature, ending with this package's version."""
    from textgan import __version__

    pairs = [f"{key}:{value}" for key, value in fields.items()]
    return "|".join([*pairs, f"version:textgan-{__version__}"])
