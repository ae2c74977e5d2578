"""Scores a table of any origin, or a run: finds the real rows, draws the baselines' rows.

What is measured is in `textgan.metrics`, which knows tables and arrays only.
"""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pandas as pd

from textgan.errors import UserError
from textgan.files import write_json
from textgan.gan.run_folder import read_config
from textgan.metrics.evaluation import Evaluation
from textgan.metrics.table_evaluation import RealRows, evaluate_table
from textgan.metrics.table_pictures import ROWS, picture_table
from textgan.model_card import write_model_card
from textgan.tables.baselines import BASELINES
from textgan.tables.columns import Column, find_columns, parse_asked
from textgan.tables.data import TableData, check_target, load_data
from textgan.tables.encoding import TableEncoding
from textgan.tables.reading import read_table
from textgan.tables.settings import TableSettings

SEED = 1  # of a run's samples, and of the baselines


@dataclass(frozen=True)
class EvaluationSettings:
    """What to score, against what.

    Attributes:
        synthetic: a CSV or Parquet file, or the folder of a table run, which is then sampled: as
            many rows as it has training rows, 10,000 at most. Its scores are also kept in it.
        real: the rows that the synthetic ones were learned from; a run brings its own.
        held_out: real rows that no model has seen. Without them the real rows are parted in two
            halves, and a model that has seen both looks better than it is.
        target: column to predict, to measure usefulness; by default the last one.
        columns: `name=kind` where the kind found in the data is not the right one.
        baselines: also score rows drawn from simpler models of the real rows.
        json: also write the scores to this file.
    """

    synthetic: Path
    real: Path | None = None
    held_out: Path | None = None
    target: str = ""
    columns: tuple[str, ...] = ()
    baselines: bool = True
    json: Path | None = None

    def __post_init__(self) -> None:
        """Refuse what contradicts itself."""
        if self.synthetic.is_dir():
            if self.real or self.held_out or self.columns or self.target:
                raise UserError("a run brings its own rows, target and kinds of columns")
        elif not self.real:
            raise UserError("what is real? Give --real FILE")


@dataclass(frozen=True, eq=False)
class Systems:
    """Evaluations by system: the table that was asked for, then the baselines."""

    table: Evaluation
    baselines: dict[str, Evaluation]

    def by_name(self) -> dict[str, Evaluation]:
        """All of them."""
        return {"samples": self.table} | self.baselines

    def as_json(self) -> dict[str, dict[str, Any]]:
        """Scores by name, each with the same of real rows and of the baselines."""
        content = self.table.as_json()
        for name, score in content.items():
            score["baselines"] = {
                system: evaluation.samples[name].as_json()
                for system, evaluation in self.baselines.items()
            }
        return content


def evaluate(settings: EvaluationSettings, say: Callable[[str], None]) -> Systems:
    """Score what the settings say.

    A run's scores are also written to its `evaluation.json`, and what a report shows of its rows to
    its `pictures.json`.

    Args:
        settings: what to score.
        say: is told what is being done.

    Raises:
        UserError: a file, folder or setting that cannot be used.
    """
    is_run = settings.synthetic.is_dir()
    data = _data_of_run(settings.synthetic) if is_run else _data_of_files(settings)
    real = RealRows.of(data.training, data.held_out)
    n = len(real.training)
    if is_run:
        from textgan.tables.model import TableModel

        samples = TableModel.load(settings.synthetic).sample(n, SEED)
    else:
        samples = _align(read_table(settings.synthetic), data.columns, settings.synthetic)
    say(f"scoring {len(samples)} rows")
    evaluation = evaluate_table(samples, real, data.scheme)
    baselines = {}
    encoding = TableEncoding.fit(real.training, data.columns)
    for name, draw in BASELINES.items() if settings.baselines else ():
        say(f"scoring the baseline {name}")
        drawn = draw(real.training, encoding, n, SEED)
        baselines[name] = evaluate_table(drawn, real, data.scheme)
    systems = Systems(evaluation, baselines)
    if is_run:
        write_json(systems.as_json(), settings.synthetic / "evaluation.json")
        write_model_card(settings.synthetic)
        pictures = picture_table(samples, real.training, data.scheme)
        place = settings.synthetic / "pictures.json"
        write_json(pictures.as_json(), place)
        say(f"{place}, and a report drawn from it, hold up to {ROWS} real rows: mind private data")
    return systems


def _data_of_run(path: Path) -> TableData:
    config: dict[str, Any] = read_config(path)["settings"]
    try:
        if config["kind"] != "table":
            raise UserError(f"{path} is a run of kind {config['kind']!r}, which writes no tables")
        chosen = {key: config[key] for key in ("table", "target", "condition")}
        settings = TableSettings(**chosen, columns=tuple(config["columns"]))
        checksum = config["data"]["checksum"]
    except (KeyError, TypeError) as error:
        raise UserError(f"{path / 'config.json'} is not of a run that writes tables") from error
    data = load_data(settings)
    if data.checksum != checksum:
        raise UserError(f"{settings.table} is not what {path} was trained on: it has changed")
    return data


def _data_of_files(settings: EvaluationSettings) -> TableData:
    assert settings.real is not None
    real = read_table(settings.real)
    whole, held_out = real, None
    if settings.held_out is not None:
        held_out = read_table(settings.held_out)
        known = find_columns(real, parse_asked(settings.columns))
        held_out = _align(held_out, known, settings.held_out)
        whole = pd.concat([real[list(held_out.columns)], held_out], ignore_index=True)
    columns = find_columns(whole, parse_asked(settings.columns))
    names = [column.name for column in columns]
    target = check_target(settings.target or names[-1], columns)
    rows = RealRows.of(real[names], None if held_out is None else held_out[names])
    none = rows.training.iloc[:0]
    return TableData("", "", columns, rows.training, none, rows.held_out, target, None)


def _align(table: pd.DataFrame, columns: Sequence[Column], place: Path) -> pd.DataFrame:
    """Bring a table into the columns and types of the real one.

    Raises:
        UserError: a column too many or too few, or text where the real column has numbers.
    """
    names = [column.name for column in columns]
    for name in names:
        if name not in table.columns:
            raise UserError(f"{place} has no column {name!r}, which the real table has")
    aligned = {}
    for column in columns:
        values = table[column.name]
        is_text = values.dtype.kind not in "biuf" and str(values.dtype) not in ("Int64", "boolean")
        if column.is_number and is_text:
            raise UserError(f"{place}: column {column.name!r} is text, but numbers in the real one")
        if not is_text and column.dtype == "float64":
            values = values.astype("float64")
        elif not is_text and column.dtype == "Int64":
            numbers = values.astype("float64")
            whole = bool((numbers.dropna() % 1 == 0).all())
            values = numbers.astype("Int64") if whole else numbers
        aligned[column.name] = values
    return pd.DataFrame(aligned)
