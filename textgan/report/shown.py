"""What a report is about: the runs at hand, and how they stand together on the page."""

from collections.abc import Sequence
from dataclasses import dataclass
from math import isfinite
from typing import TYPE_CHECKING

from textgan.report.charts import COLORS
from textgan.report.run import Curve, Run
from textgan.report.sections import Heading

if TYPE_CHECKING:
    from textgan.report.comparison import Comparison


@dataclass(frozen=True, eq=False)
class Shown:
    """What sections are given.

    Attributes:
        every: all runs, at least one.
        runs: those that are shown one by one: of a comparison over seeds the first of each group.
        comparison: over seeds, if there are groups.
        frontier: scores of a language model by temperature.
        with_real: whether real sentences and rows may be shown.
    """

    every: Sequence[Run]
    runs: Sequence[Run]
    comparison: "Comparison | None" = None
    frontier: Curve | None = None
    with_real: bool = False

    @property
    def single(self) -> bool:
        """Whether there is one run."""
        return len(self.every) == 1

    @property
    def real(self) -> str:
        """What the samples are compared with."""
        named = {run.domain.real for run in self.runs}
        return named.pop() if len(named) == 1 else "real data"

    @property
    def one_real(self) -> bool:
        """Whether the scores of real samples are the same for all runs."""
        values = [
            {name: score.value for name, score in run.real.items() if isfinite(score.value)}
            for run in self.runs
        ]
        return all(each == values[0] for each in values)

    def color(self, run: Run) -> str:
        """Return the CSS class of a run's colour."""
        return f"c{self.place(run) % COLORS}"

    def place(self, run: Run) -> int:
        """Return the number of a run among those shown."""
        return next(place for place, other in enumerate(self.runs) if other is run)

    def heading(self, run: Run) -> list[Heading]:
        """Return a heading that names a run, where there are several."""
        return [] if self.single else [Heading(run.name, self.color(run))]

    def alone(self, run: Run) -> bool:
        """Whether there is no other run of its kind, so that it has more room."""
        return sum(other.kind == run.kind for other in self.runs) == 1
