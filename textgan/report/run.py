"""A run folder (see `textgan.gan.run_folder`) as the report sees it: read once, and checked."""

import json
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from math import isfinite
from pathlib import Path
from typing import TYPE_CHECKING, Any, TypeVar

from textgan.domain import Kind
from textgan.errors import UserError
from textgan.gan.run_folder import (
    RunFolder,
    best_step,
    read_config,
    read_snapshots,
    read_telemetry,
    samples_by_step,
)
from textgan.metrics.evaluation import Evaluation, Scores, read_scores
from textgan.metrics.neighbours import Neighbours

if TYPE_CHECKING:
    from textgan.metrics.table_pictures import TablePictures

T = TypeVar("T")
Curve = dict[float, Scores]
"""Scores along a dial: the scale of the noise, or a temperature."""


@dataclass(frozen=True)
class Run:
    """What one run folder holds.

    Attributes:
        path: of the folder.
        domain: what a run of its kind is called, and its commands.
        settings, notes, environment: the parts of `config.json`.
        rows: telemetry, oldest first; never empty.
        snapshots: step to the sentences of the fixed noise, in order of the steps.
        grids: step to the picture of the images of the fixed noise, in order of the steps.
        scores, real: the evaluation of the samples and of real ones; empty if there is none.
        baselines: name of a simpler model to its scores; tables have them.
        pictures: what is shown of a table's rows; None if there is nothing.
        neighbours: the sentences beside training sentences; None where nobody has looked.
        truncation: scores by the scale of the noise.
        kept: scores by the share of sentences that is kept.
        frontier: scores of the language model by temperature.
    """

    path: Path
    domain: Kind
    settings: dict[str, Any]
    notes: dict[str, Any]
    environment: dict[str, Any]
    rows: list[dict[str, Any]]
    snapshots: dict[int, list[str]]
    grids: dict[int, Path]
    scores: Scores
    real: Scores
    baselines: dict[str, Scores]
    pictures: "TablePictures | None"
    neighbours: Neighbours | None
    truncation: Curve
    kept: Curve
    frontier: Curve

    @property
    def name(self) -> str:
        """The folder's own name."""
        return self.path.resolve().name

    @property
    def kind(self) -> str:
        """What was trained: `text`, `language model`, `image`, `table`."""
        return self.domain.name

    @property
    def corpus(self) -> str:
        """Name of the data, as it was given: a corpus, a set of images, a table."""
        return str(self.settings.get(self.domain.data) or "")

    @property
    def step(self) -> int:
        """The last step logged."""
        return self.rows[-1]["step"]

    @property
    def total_steps(self) -> int | None:
        """The steps that were asked for."""
        return self.settings.get("loop", self.settings).get("steps")

    @property
    def finished(self) -> bool:
        """Whether it has reached its last step."""
        return self.total_steps is None or self.step >= self.total_steps

    @property
    def best_step(self) -> int | None:
        """The step of the model that is kept."""
        return best_step(self.rows)

    def series(self, key: str) -> list[tuple[float, float]]:
        """Step and value of every row that has a finite `key`."""
        return [
            (row["step"], row[key])
            for row in self.rows
            if isinstance(row.get(key), int | float) and isfinite(row[key])
        ]


def read_run(path: Path, kinds: Mapping[str, Kind]) -> Run:
    """Read a run folder.

    Args:
        path: of the folder.
        kinds: what is known of the kinds of runs, by name; of others less is said.

    Raises:
        UserError: it holds no run, nothing has been logged yet, or a file in it is damaged.
    """
    config = read_config(path)
    rows = read_telemetry(path)
    if not rows:
        raise UserError(f"{path} has no telemetry yet; let the training log a few steps first")
    evaluation = _read_json(path / RunFolder.EVALUATION, Evaluation.from_json) or Evaluation({}, {})
    kind = str(config["settings"].get("kind", "unknown"))
    snapshots = read_snapshots(path)
    curves = _read_json(path / RunFolder.TRUNCATION, _curves) or {}
    neighbours = _read_json(path / RunFolder.NEAREST, Neighbours.from_json)
    if neighbours and not _same_lines(neighbours, snapshots):
        neighbours = None  # they are of other samples
    return Run(
        path=path,
        domain=kinds.get(kind) or Kind(name=kind, title=kind),
        settings=config["settings"],
        notes=_part(config, "notes"),
        environment=_part(config, "environment"),
        rows=rows,
        snapshots=snapshots,
        grids=samples_by_step(path, "png"),
        scores=evaluation.samples,
        real=evaluation.real,
        baselines=evaluation.baselines or {},
        pictures=_read_json(path / RunFolder.PICTURES, _pictures),
        neighbours=neighbours,
        truncation=curves.get("truncation", {}),
        kept=curves.get("keep_fraction", {}),
        frontier=_read_json(path / RunFolder.FRONTIER, _frontier) or {},
    )


def run_folders(path: Path) -> list[Path]:
    """Return the runs that a folder stands for: itself, or those of a sweep that have logged a row.

    The folder of a sweep holds run folders, and no run itself.
    """
    if (path / RunFolder.CONFIG).exists() or not path.is_dir():
        return [path]
    runs = [config.parent for config in sorted(path.glob(f"*/{RunFolder.CONFIG}"))]
    return [run for run in runs if read_telemetry(run)] or [path]


def read_frontier(path: Path) -> Curve:
    """Read what `mle_frontier.py --json` wrote: temperature to scores.

    Raises:
        UserError: no such file, or it is something else.
    """
    curve = _read_json(path, _frontier)
    if curve is None:
        raise UserError(f"no file {path}; write one with mle_frontier.py --json")
    return curve


def _part(config: dict[str, Any], name: str) -> dict[str, Any]:
    part = config.get(name)
    return part if isinstance(part, dict) else {}


def _read_json(path: Path, parse: Callable[[Any], T]) -> T | None:
    """Read and parse a file, or return None if there is none."""
    try:
        return parse(json.loads(path.read_text(encoding="utf-8")))
    except FileNotFoundError:
        return None
    except OSError as error:
        raise UserError(f"cannot read {path}: {error.strerror}") from error
    except (ValueError, TypeError, LookupError, AttributeError, RecursionError) as error:
        raise UserError(
            f"{path} is damaged or of another kind ({type(error).__name__}: {error}); write it anew"
        ) from error


def _same_lines(neighbours: Neighbours, snapshots: Mapping[int, list[str]]) -> bool:
    flags = {step: len(lines) for step, lines in neighbours.copied.items()}
    words = [list(one.sample) for one in neighbours.neighbours]
    return flags == {step: len(lines) for step, lines in snapshots.items()} and words == [
        line.split() for line in snapshots.get(neighbours.step, [])
    ]


def _pictures(content: Mapping[str, Any]) -> "TablePictures":
    from textgan.metrics.table_pictures import TablePictures  # loads pandas

    return TablePictures.from_json(content)


def _curves(content: list[dict[str, Any]]) -> dict[str, Curve]:
    """Read the scores along each dial: the scale of the noise, the share kept."""
    curves: dict[str, Curve] = {"truncation": {}, "keep_fraction": {}}
    for entry in content:
        ((dial, place),) = ((key, value) for key, value in entry.items() if key != "scores")
        curves[dial][float(place)] = read_scores(entry["scores"])
    return {dial: dict(sorted(curve.items())) for dial, curve in curves.items()}


def _frontier(content: Mapping[str, Any]) -> Curve:
    curve = {float(name): read_scores(part) for name, part in content.items() if name != "real"}
    return dict(sorted(curve.items()))
