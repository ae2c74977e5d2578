"""Whole runs, to compare with: one of each kind that is asked for, once a session."""

from functools import cache
from pathlib import Path
from typing import Any, NamedTuple

import pytest

from tests.soak.runs import finish, leftovers, make_data, outcome


class Whole(NamedTuple):
    """A run that was left alone; `seconds` as in `tests.soak.runs.Ending`."""

    outcome: dict[str, Any]
    seconds: tuple[float, float]


class Runs:
    """Data to learn from, and whole runs."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder
        make_data(folder)
        self.whole = cache(self._whole)

    def path(self, kind: str) -> Path:
        return self.folder / f"whole-{kind}"

    def _whole(self, kind: str) -> Whole:
        ending = finish(kind, self.folder, self.path(kind))
        assert (ending.status, ending.stderr) == (0, "")
        assert leftovers(self.path(kind)) == []
        return Whole(outcome(self.path(kind)), ending.seconds)


@pytest.fixture(scope="session")
def runs(tmp_path_factory: pytest.TempPathFactory) -> Runs:
    return Runs(tmp_path_factory.mktemp("runs"))
