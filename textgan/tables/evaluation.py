"""Scores a table of any origin, or a run: finds the real rows, draws the baselines' rows.

What is measured is in `textgan.metrics`, which knows tables and arrays only.
"""

from collections.abc import Callable
from dataclasses import replace
from pathlib import Path
from typing import Any

import pandas as pd

from textgan.domain import read_settings
from textgan.errors import UserError
from textgan.files import write_json
from textgan.gan.run_folder import RunFolder, read_config, require_same_data
from textgan.metrics.evaluation import Evaluation
from textgan.metrics.table_evaluation import RealRows, evaluate_table
from textgan.metrics.table_pictures import ROWS, picture_table
from textgan.model_card import write_model_card
from textgan.tables.baselines import BASELINES
from textgan.tables.columns import parse_asked
from textgan.tables.data import TableData, check_target, load_data
from textgan.tables.domain import TABLES
from textgan.tables.encoding import TableEncoding
from textgan.tables.reading import read_together
from textgan.tables.settings import TableEvaluationSettings, TableSettings

SEED = 1  # of a run's samples, and of the baselines


def evaluate(settings: TableEvaluationSettings, say: Callable[[str], None]) -> Evaluation:
    """Score what the settings say, and rows of simpler models beside it.

    A run's scores are also written to its `evaluation.json`, and what a report shows of its rows to
    its `pictures.json`.

    Args:
        settings: what to score.
        say: is called with lines on what is being done.

    Raises:
        UserError: a file, folder or setting that cannot be used.
    """
    is_run = settings.synthetic.is_dir()
    if is_run:
        data = _data_of_run(settings.synthetic)
        real = RealRows.of(data.training, data.test)
        samples = _samples_of_run(settings.synthetic, data, len(real.training))
    else:
        data, samples = _data_of_files(settings)
        real = RealRows.of(data.training, data.test)
    n = len(real.training)
    for note in data.notes:
        say(note)
    if data.scheme.target is None:
        say(f"nothing can be learned of the target {data.target}: usefulness is not scored")
    say(f"scoring {len(samples)} rows")
    evaluation = evaluate_table(samples, real, data.scheme)
    baselines = {}
    encoding = TableEncoding.fit(real.training, data.columns)
    for name, draw in BASELINES.items() if settings.baselines else ():
        say(f"scoring the baseline {name}")
        drawn = draw(real.training, encoding, n, SEED)
        baselines[name] = evaluate_table(drawn, real, data.scheme).samples
    evaluation = replace(evaluation, baselines=baselines)
    if is_run:
        write_json(evaluation.as_json(), settings.synthetic / RunFolder.EVALUATION)
        write_model_card(settings.synthetic, TABLES)
        pictures = picture_table(samples, real.training, data.scheme, settings.with_real)
        place = settings.synthetic / RunFolder.PICTURES
        write_json(pictures.as_json(), place)
        if settings.with_real:
            say(f"{place} holds up to {ROWS} real rows: mind private data")
    return evaluation


def _data_of_run(path: Path) -> TableData:
    config: dict[str, Any] = read_config(path)["settings"]
    try:
        if config["kind"] != TABLES.name:
            raise UserError(f"{path} is a run of kind {config['kind']!r}, which writes no tables")
        settings = read_settings(TableSettings, config)
    except (KeyError, TypeError) as error:
        raise UserError(f"{path / RunFolder.CONFIG} is not of a run that writes tables") from error
    try:
        data = load_data(settings)
    except UserError as error:
        raise UserError(
            f"{error} ({path} has learned that table: have it there, or sample the run and score "
            "the file with --real)"
        ) from None
    advice = "or an earlier version read it otherwise: put the table in place, or train again"
    require_same_data(path, data.checksum, advice)
    return data


def _samples_of_run(path: Path, data: TableData, n: int) -> pd.DataFrame:
    from textgan.tables.model import TableModel

    model = TableModel.load(path)
    known = model.format.columns
    if any(known[c.name].dtype != c.dtype for c in data.columns if c.name in known):
        raise UserError(f"{data.name} is read otherwise than when {path} was trained; train again")
    return model.sample(n, SEED)


def _data_of_files(settings: TableEvaluationSettings) -> tuple[TableData, pd.DataFrame]:
    """Read the real rows, parted if need be, and the synthetic ones, all together."""
    assert settings.real is not None
    tested = [settings.test] if settings.test else []
    asked = parse_asked(settings.columns)
    paths = [settings.real, *tested, settings.synthetic]
    columns, frames, notes = read_together(paths, asked, settings.delimiter)
    target = check_target(settings.target or columns[-1].name, columns)
    rows = RealRows.of(frames[0], frames[1] if tested else None)
    none = rows.training.iloc[:0]
    data = TableData("", "", columns, rows.training, none, rows.test, target, None, notes)
    return data, frames[-1]
