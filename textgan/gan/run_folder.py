"""The run folder: where one training writes, and all that sampling, reports and inspection read."""

import fcntl
import json
import os
import platform
import subprocess
import tempfile
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from importlib.metadata import version
from math import isfinite
from pathlib import Path
from typing import Any

import numpy as np

import textgan
from textgan.errors import UserError
from textgan.files import write_text
from textgan.old_names import with_new_names

_locked: dict[tuple[int, int], int] = {}
"""Folders that this process has locked, by device and inode, and what keeps them open."""


class RunFolder:
    """One run's folder; created, or opened again by the same command.

    It is locked until this process ends, so that no second one writes in it. Its files, which are
    the names of this class, are its schema:

        config.json        every setting resolved (`settings`), `notes`, and the `environment`:
                           versions, machine, commit
        telemetry.jsonl    a row of numbers for each logged step
        events.out.tfevents  the same for TensorBoard, with samples; of --tensorboard, see
                           `event_files`
        samples/           STEP.txt, .png or .csv: samples of the same fixed noise at some steps
        checkpoints/       STEP/, see `checkpoint`
        cloze/             the same of the network that learns the language before a text game
        model/             the exported generator, the best by the live score, and MODEL_CARD.md
        evaluation.json    scores by name, each with the same of real samples (`real`) and, for
                           tables, of simpler models (`baselines`), see `metrics.evaluation`
        truncation.json    [{"truncation": 0.8, "scores": {name: score}}, ...]: by scale of noise,
                           and with "keep_fraction" by share of the sentences kept
        mle_frontier.json  {temperature: {name: score}, "real": ...}: those of a language model
        pictures.json      what is shown of a table's rows, see `metrics.table_pictures`
        nearest.json       samples beside training sentences, see `metrics.neighbours`;
                           of a text run that is finished or evaluated
        report.html        the report
        inspection.html    the inspection, its pictures as files in inspection/

    The last eight are there once a command has written them.

    Args:
        path: of the folder; created if need be.
        settings: everything that decides the outcome, as plain JSON.
        notes: what is worth knowing of the run but does not decide it.
        defaults: of settings that the run of an earlier version may lack.

    Raises:
        UserError: the folder cannot be written, belongs to something else, holds a run with
            other settings, or another process writes in it.
    """

    CONFIG = "config.json"
    TELEMETRY = "telemetry.jsonl"
    EVENTS = "events.out.tfevents"
    SAMPLES = "samples"
    CHECKPOINTS = "checkpoints"
    CLOZE = "cloze"
    MODEL = "model"
    EVALUATION = "evaluation.json"
    TRUNCATION = "truncation.json"
    FRONTIER = "mle_frontier.json"
    PICTURES = "pictures.json"
    NEAREST = "nearest.json"
    REPORT = "report.html"
    INSPECTION = "inspection.html"
    INSPECTED = "inspection"

    def __init__(
        self,
        path: Path,
        settings: dict[str, Any],
        notes: dict[str, Any],
        defaults: dict[str, Any] | None = None,
    ) -> None:
        self.path = path
        self.checkpoints = path / self.CHECKPOINTS
        self.samples = path / self.SAMPLES
        self.model = path / self.MODEL
        config_path = path / self.CONFIG
        settings, known = json.loads(json.dumps([settings, defaults or {}]))
        try:
            path.mkdir(parents=True, exist_ok=True)
            lock_folder(path)
            if config_path.exists():
                _require_same(path, read_config(path)["settings"], settings, known)
            elif any(entry.suffix != ".partial" for entry in path.iterdir()):
                raise UserError(f"{path} is not empty and holds no run; choose another --run-dir")
            else:
                config = {"settings": settings, "notes": notes, "environment": environment()}
                write_text(config_path, json.dumps(config, indent=2) + "\n")
            self.samples.mkdir(exist_ok=True)
            self.model.mkdir(exist_ok=True)
            self._clear_leftovers()
            with tempfile.TemporaryFile(dir=path):
                pass  # it can be written
        except OSError as error:
            raise UserError(
                f"cannot write the run folder {path}: {error.strerror}; choose another --run-dir"
            ) from error

    @contextmanager
    def one_line_endings(self) -> Iterator[None]:
        """Say in one line how to go on after a full disk or Ctrl-C in the block.

        Raises:
            UserError: the run folder cannot be written.
            KeyboardInterrupt: Ctrl-C, with what to do.
        """
        try:
            yield
        except BrokenPipeError:
            raise
        except OSError as error:
            raise UserError(
                f"cannot write to {error.filename or self.path}: {error.strerror or error}; make "
                "room, then run the same command again to resume from the last checkpoint"
            ) from error
        except KeyboardInterrupt:
            raise KeyboardInterrupt(
                "; run the same command again to resume from the last checkpoint"
            ) from None

    def log(self, row: dict[str, Any]) -> None:
        """Append one row to the telemetry."""
        with open(self.path / self.TELEMETRY, "a", encoding="utf-8") as file:
            file.write(_telemetry_line(row))

    def _clear_leftovers(self) -> None:
        """Delete what a kill left of files that this process alone may write."""
        own = (self.path, f".{self.CONFIG}.*"), (self.path, f".{self.TELEMETRY}.*")
        for folder, pattern in (*own, (self.samples, "*"), (self.model, "*")):
            for leftover in folder.glob(f"{pattern}.partial"):
                leftover.unlink()

    def forget_after(self, step: int) -> list[dict[str, Any]]:
        """Drop telemetry rows later than `step`, to be written again; return those that stay."""
        rows = [row for row in read_telemetry(self.path) if row["step"] <= step]
        write_text(self.path / self.TELEMETRY, "".join(map(_telemetry_line, rows)))
        return rows


def read_config(path: Path) -> dict[str, Any]:
    """Read a run's `config.json`.

    Raises:
        UserError: `path` holds no run, or its configuration cannot be read.
    """
    place = path / RunFolder.CONFIG
    try:
        config = json.loads(place.read_text(encoding="utf-8"))
    except FileNotFoundError as error:
        raise UserError(f"{path} is not a run folder: it has no {RunFolder.CONFIG}") from error
    except (OSError, ValueError, RecursionError) as error:
        raise UserError(f"cannot read {place}: {error}") from error
    settings = config.get("settings") if isinstance(config, dict) else None
    if not isinstance(settings, dict):
        raise UserError(f"{place} is not a run's configuration")
    for part in ("data", "game", "loop", "network"):
        if not isinstance(settings.get(part, {}), dict):
            raise UserError(
                f"{place} is not a run's configuration ({part}: {settings[part]!r:.40})"
            )
    config["settings"] = with_new_names(settings)
    if isinstance(config.get("notes"), dict):
        config["notes"] = with_new_names(config["notes"])
    return config


def known_setting(path: Path, key: str) -> str:
    """Return a setting of the run in a folder, "" without a run or such a setting.

    Args:
        path: of the folder.
        key: of the flat settings, such as `data.checksum`.

    Raises:
        UserError: the run's configuration cannot be read.
    """
    if not (path / RunFolder.CONFIG).exists():
        return ""
    return str(flatten(read_config(path)["settings"]).get(key, ""))


def require_same_data(
    path: Path, checksum: str, advice: str = "put that in place, or train again"
) -> None:
    """Raise a `UserError` if the data with this checksum is not what a run has learned.

    Args:
        path: of the run folder.
        checksum: of the data at hand.
        advice: what to do if it is not.
    """
    if known_setting(path, "data.checksum") != checksum:
        raise UserError(
            f"the data at hand is not what {path} was trained on: it has changed (its checksum "
            f"differs); {advice}"
        )


def read_telemetry(path: Path) -> list[dict[str, Any]]:
    """Read a run's telemetry, oldest row first; a last line cut short by a kill is left out.

    Raises:
        UserError: it cannot be read, or a line before the last is no row of a telemetry.
    """
    place = path / RunFolder.TELEMETRY
    try:
        lines = place.read_text(encoding="utf-8").splitlines(keepends=True)
    except FileNotFoundError:
        return []
    except (OSError, ValueError) as error:
        raise UserError(f"cannot read {place}: {error}") from error
    rows = []
    for number, line in enumerate(lines, start=1):
        try:
            rows.append(_telemetry_row(line))
        except (ValueError, RecursionError) as error:
            if number == len(lines) and not line.endswith("\n"):
                break
            raise UserError(
                f"{place}, line {number}: {error}; a row is an object of numbers with a step"
            ) from error
    return rows


def best_step(rows: Sequence[Mapping[str, Any]]) -> int | None:
    """Return the step of the model that a run keeps: the best live score, the first of equals."""
    scored = [row for row in rows if isinstance(row.get("score"), int | float)]
    return max(scored, key=lambda row: row["score"])["step"] if scored else None


def samples_by_step(path: Path, ending: str) -> dict[int, Path]:
    """Return the files of a run's samples that end so ("txt", "png"), in order of the steps."""
    files = (path / RunFolder.SAMPLES).glob(f"*.{ending}")
    return dict(sorted((int(file.stem), file) for file in files if file.stem.isdecimal()))


def read_snapshots(path: Path) -> dict[int, list[str]]:
    """Read a run's sentences of the fixed noise by step; steps without any are left out.

    Raises:
        UserError: they cannot be read.
    """
    files = samples_by_step(path, "txt")
    try:
        snapshots = {step: files[step].read_text(encoding="utf-8").splitlines() for step in files}
    except (OSError, ValueError) as error:
        folder = path / RunFolder.SAMPLES
        raise UserError(f"cannot read the samples in {folder}: {error}") from error
    return {step: lines for step, lines in snapshots.items() if lines}


def _telemetry_row(line: str) -> dict[str, Any]:
    row = json.loads(line)
    if not isinstance(row, dict) or not isinstance(row.get("step"), int):
        raise ValueError("no step")
    for name, value in row.items():
        if not isinstance(value, int | float | None):
            raise ValueError(f"{name} is {value!r:.40}")
    return with_new_names(row)


def _telemetry_line(row: dict[str, Any]) -> str:
    """Write a row as JSON, which knows no NaN and no infinity: they become null."""
    known = {
        key: None if isinstance(value, float) and not isfinite(value) else value
        for key, value in row.items()
    }
    return json.dumps(known, allow_nan=False) + "\n"


def environment() -> dict[str, Any]:
    """Say what this run runs on: versions of the packages that matter, machine, git commit."""
    import keras

    backend = keras.backend.backend()
    return {
        "textgan": textgan.__version__,
        "python": platform.python_version(),
        "keras": keras.__version__,
        backend: version(backend),
        "numpy": np.__version__,
        "machine": platform.machine(),
        "processor": _processor(),
        "cores": len(os.sched_getaffinity(0)),
        "commit": _commit(),
    }


def _processor() -> str | None:
    """Return the model of the processor, if the system tells."""
    try:
        lines = Path("/proc/cpuinfo").read_text(encoding="utf-8").splitlines()
    except OSError:
        return None
    models = (line.partition(":")[2].strip() for line in lines if line.startswith("model name"))
    return next(models, None)


def _commit() -> str | None:
    """Return the git commit this code was checked out at, if git knows."""
    try:
        answer = subprocess.run(
            ["git", "rev-parse", "HEAD"],  # noqa: S607  # wherever it is installed
            cwd=Path(__file__).parent,
            capture_output=True,
            text=True,
            check=True,
        )
    except (OSError, subprocess.CalledProcessError):
        return None
    return answer.stdout.strip()


def lock_folder(path: Path) -> None:
    """Keep other processes out of `path` until this one ends, however it ends.

    Raises:
        UserError: another process is in it.
    """
    folder = os.open(path, os.O_RDONLY)
    entry = os.fstat(folder)
    key = entry.st_dev, entry.st_ino
    if key in _locked:
        os.close(folder)
        return
    try:
        fcntl.flock(folder, fcntl.LOCK_EX | fcntl.LOCK_NB)
    except BlockingIOError:
        os.close(folder)
        raise UserError(
            f"another process is training in {path}: wait for it, or choose another --run-dir"
        ) from None
    _locked[key] = folder


def _require_same(
    path: Path, old: dict[str, Any], new: dict[str, Any], defaults: dict[str, Any]
) -> None:
    before, after = flatten(defaults) | flatten(old), flatten(new)
    for key in sorted(before.keys() | after.keys(), key=lambda key: (key != "kind", key)):
        if before.get(key) != after.get(key):
            raise UserError(
                f"{path} holds a run with other settings ({key} was {before.get(key)}, is now "
                f"{after.get(key)}); give the same settings to resume it, or another --run-dir"
            )


def flatten(tree: dict[str, Any], prefix: str = "") -> dict[str, Any]:
    """Write nested settings in one level: {"game": {"gamma": 1}} is {"game.gamma": 1}."""
    flat: dict[str, Any] = {}
    for key, value in tree.items():
        if isinstance(value, dict):
            flat |= flatten(value, f"{prefix}{key}.")
        else:
            flat[prefix + key] = value
    return flat
