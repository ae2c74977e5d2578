"""A run folder as the report sees it: read once, checked on the way in.

config.json, telemetry.jsonl    must be there
samples/<step>.txt, <step>.png  sentences of the same fixed noise, one a line; or a grid of images
evaluation.json                 scores by name, each with the same of real samples under `real`
                                and, for tables, of simpler models under `baselines`
pictures.json                   see `textgan.metrics.table_pictures`
truncation.json                 [{"truncation": 0.8, "scores": {name: score}}, ...]
mle_frontier.json               {temperature: {name: score}, "real": {name: score}}
"""

import json
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from math import inf, isfinite, nan
from pathlib import Path
from typing import TYPE_CHECKING, Any, TypeVar, get_args

from textgan.domain import Kind
from textgan.errors import UserError
from textgan.gan.run_folder import read_config, read_telemetry
from textgan.metrics.result import Goal, Score

if TYPE_CHECKING:
    from textgan.metrics.table_pictures import TablePictures

T = TypeVar("T")
Scores = dict[str, Score]
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
        truncation: scores by the scale of the noise.
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
    truncation: Curve
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
    def best_step(self) -> int | None:
        """The step of the model that is kept: the best live score, the first of equals."""
        scored = [row for row in self.rows if isinstance(row.get("score"), int | float)]
        return max(scored, key=lambda row: row["score"])["step"] if scored else None

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
    evaluation = _read_json(path / "evaluation.json", _evaluation) or ({}, {}, {})
    kind = str(config["settings"].get("kind", "unknown"))
    return Run(
        path=path,
        domain=kinds.get(kind) or Kind(name=kind, title=kind),
        settings=config["settings"],
        notes=_part(config, "notes"),
        environment=_part(config, "environment"),
        rows=rows,
        snapshots=_read_snapshots(path / "samples"),
        grids=_by_step(path / "samples", "png"),
        scores=evaluation[0],
        real=evaluation[1],
        baselines=evaluation[2],
        pictures=_read_json(path / "pictures.json", _pictures),
        truncation=_read_json(path / "truncation.json", _truncation) or {},
        frontier=_read_json(path / "mle_frontier.json", _frontier) or {},
    )


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


def _read_snapshots(folder: Path) -> dict[int, list[str]]:
    files = _by_step(folder, "txt")
    try:
        snapshots = {step: files[step].read_text(encoding="utf-8").splitlines() for step in files}
    except (OSError, ValueError) as error:
        raise UserError(f"cannot read the samples in {folder}: {error}") from error
    return {step: lines for step, lines in snapshots.items() if lines}


def _by_step(folder: Path, ending: str) -> dict[int, Path]:
    files = {int(file.stem): file for file in folder.glob(f"*.{ending}") if file.stem.isdecimal()}
    return dict(sorted(files.items()))


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


def _evaluation(content: Mapping[str, Any]) -> tuple[Scores, Scores, dict[str, Scores]]:
    real = {name: score["real"] for name, score in content.items() if score.get("real")}
    baselines: dict[str, Scores] = {}
    for name, score in content.items():
        for system, fields in score.get("baselines", {}).items():
            baselines.setdefault(str(system), {})[name] = _score(name, fields)
    return _scores(content), _scores(real), baselines


def _pictures(content: Mapping[str, Any]) -> "TablePictures":
    from textgan.metrics.table_pictures import TablePictures  # loads pandas

    return TablePictures.from_json(content)


def _truncation(content: list[dict[str, Any]]) -> Curve:
    curve = {float(entry["truncation"]): _scores(entry["scores"]) for entry in content}
    return dict(sorted(curve.items()))


def _frontier(content: Mapping[str, Any]) -> Curve:
    curve = {float(name): _scores(part) for name, part in content.items() if name != "real"}
    return dict(sorted(curve.items()))


def _scores(content: Mapping[str, Any]) -> Scores:
    return {name: _score(name, fields) for name, fields in content.items()}


def _score(name: str, fields: Mapping[str, Any]) -> Score:
    value, maximum, interval = fields["value"], fields["maximum"], fields.get("interval")
    if fields["goal"] not in get_args(Goal):
        raise ValueError(f"{name} has the goal {fields['goal']!r}")
    if maximum is not None and not float(fields["minimum"]) < float(maximum):
        raise ValueError(f"{name} goes from {fields['minimum']} to {maximum}")
    return Score(
        name=name,
        value=nan if value is None else float(value),
        goal=fields["goal"],
        minimum=float(fields["minimum"]),
        maximum=inf if maximum is None else float(maximum),
        signature=str(fields["signature"]),
        interval=None if interval is None else (float(interval[0]), float(interval[1])),
    )
