"""From a table to a trained table GAN: read, encode, build both players, hand them to the loop."""

import random
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import Any

import keras
import numpy as np
import pandas as pd

from textgan.errors import UserError
from textgan.gan.run_folder import RunFolder
from textgan.gan.step import Game
from textgan.gan.training import Subject, train
from textgan.metrics.table_features import Scheme
from textgan.metrics.table_learning import detection_scores
from textgan.tables.columns import Column, describe, find_columns, parse_asked
from textgan.tables.encoding import TableEncoding
from textgan.tables.model import RowFormat, TableModel
from textgan.tables.networks import build_discriminator, build_generator, start_gaussian
from textgan.tables.reading import load_table, write_csv
from textgan.tables.settings import TableSettings

HELD_OUT = 0.2  # share of the rows that no training sees
SPLIT_SEED = 0
LIVE_ROWS = 1000  # per live score


@dataclass(frozen=True, eq=False)
class TableData:
    """A table, split.

    Attributes:
        name: as it was given.
        checksum: of the whole table.
        columns: what they hold.
        training, held_out: its rows.
        target: column to predict, to measure usefulness.
        condition: column that both networks are told; None if there is none.
    """

    name: str
    checksum: str
    columns: list[Column]
    training: pd.DataFrame
    held_out: pd.DataFrame
    target: str
    condition: str | None

    @property
    def scheme(self) -> Scheme:
        """How it is compared with another table."""
        numbers = tuple(column.name for column in self.columns if column.is_number)
        categories = tuple(column.name for column in self.columns if not column.is_number)
        return Scheme(numbers, categories, self.target)


def load_data(settings: TableSettings) -> TableData:
    """Read the table, find its columns and hold out a fifth of its rows: always the same.

    Raises:
        UserError: see `load_table` and `find_columns`; a target or condition that is no column or,
            for a condition, no column of categories; fewer training rows than a batch.
    """
    table = load_table(settings.table)
    columns = find_columns(table.frame, parse_asked(settings.columns))
    frame = table.frame[[column.name for column in columns]]
    known = {column.name: column for column in columns}
    target = settings.target or table.target or columns[-1].name
    if target not in known:
        raise UserError(f"--target {target}: there is no such column; there are: {_names(known)}")
    condition = settings.condition or target
    if condition == "none" or (not settings.condition and known[target].is_number):
        condition = None
    elif condition not in known or not len(known[condition].categories) > 1:
        chosen = {name: c for name, c in known.items() if len(c.categories) > 1}
        raise UserError(
            f"--condition {condition}: it must be a column of categories; there are: "
            f"{_names(chosen)}; or none"
        )
    order = np.random.default_rng(SPLIT_SEED).permutation(len(frame))
    held = round(HELD_OUT * len(frame))
    training, held_out = frame.iloc[order[held:]], frame.iloc[order[:held]]
    if len(training) < settings.game.batch_size:
        raise UserError(
            f"{settings.table}: {len(training)} of its {len(frame)} rows are for training, a batch "
            f"needs {settings.game.batch_size}: lower --batch-size or give more rows"
        )
    return TableData(
        settings.table, table.checksum, columns, training, held_out, target, condition
    )


class TableSubject(Subject):
    """What a table brings to the loop."""

    def __init__(self, data: TableData, settings: TableSettings, seed: int) -> None:
        # Keras draws the seeds of its initialisers from here; its own set_random_seed would also
        # load TensorFlow when JAX runs.
        random.seed(seed)
        self.data = data
        network = settings.network
        row_format = fit_format(data)
        self._points = row_format.encoding.encode(data.training, seed).astype(np.float32)
        self._told = row_format.condition.encode(data.training).astype(np.float32)
        self.count, self.noise_size = len(self._points), network.noise
        blocks, width = row_format.encoding.blocks, row_format.condition.width
        generator = build_generator(blocks, width, network)
        if network.gaussian_start:
            start_gaussian(generator, self._points, self._told)
        self.model = TableModel(build_generator(blocks, width, network), row_format, network)
        discriminator = build_discriminator(row_format.encoding.width, width, network)
        self.game = Game(
            generator, discriminator, self.model.generator, settings.game, settings.loop.steps
        )
        self._seed = seed
        self._rows = data.training.iloc[:0]

    def real(self, rows: np.ndarray) -> np.ndarray:
        """Return training rows as points (row, coordinate)."""
        return self._points[rows]

    def condition(self, rows: np.ndarray) -> np.ndarray:
        """Return the condition of training rows (row, condition)."""
        return self._told[rows]

    def evaluate(self, step: int) -> dict[str, float]:
        """Score live rows; `score` is higher the less they can be told from real ones."""
        self.model.calibrate(self._seed)
        count = min(LIVE_ROWS, self.count)
        self._rows = self.model.sample(count, self._seed + 1)
        found = detection_scores(self._rows, self.data.training, self.data.held_out, self.data.scheme)
        scores = {score.name.replace(".", "_"): score.value for score in found}
        scores["score"] = -max(scores.values())
        return scores

    def write_samples(self, folder: Path, step: int) -> str:
        """Write the live rows as CSV; return the first."""
        write_csv(self._rows.head(200), folder / f"{step:07d}.csv")
        return ", ".join(map(str, self._rows.iloc[0].tolist()))[:60]

    def export(self, folder: Path) -> None:
        """Write the model."""
        self.model.save(folder)


def fit_format(data: TableData) -> RowFormat:
    """Fit the encodings of the generated columns and of the condition to the training rows."""
    told = [column for column in data.columns if column.name == data.condition]
    generated = [column for column in data.columns if column.name != data.condition]
    condition = TableEncoding.fit(data.training, told)
    shares = condition.encode(data.training).mean(axis=0)
    order = tuple(column.name for column in data.columns)
    return RowFormat(TableEncoding.fit(data.training, generated), condition, shares, order)


def train_table_gan(settings: TableSettings, run_dir: Path, seed: int = 1) -> None:
    """Train a table GAN in `run_dir`, or resume it there.

    Raises:
        UserError: bad input (see `load_data`), a folder that cannot be used, divergence.
    """
    data = load_data(settings)
    subject = TableSubject(data, settings, seed)
    config = {
        "kind": "table",
        "seed": seed,
        "backend": keras.backend.backend(),
        "data": {"checksum": data.checksum, "target": data.target, "condition": data.condition},
        **asdict(settings),
    }
    notes: dict[str, Any] = {
        "training_rows": len(data.training),
        "held_out_rows": len(data.held_out),
        "kinds": {column.name: column.kind for column in data.columns},
        "generator_parameters": subject.game.generator.count_params(),
        "discriminator_parameters": subject.game.discriminator.count_params(),
    }
    run = RunFolder(run_dir, config, notes)
    _say(data, notes)
    train(subject, run, settings.loop, seed)


def _say(data: TableData, notes: dict[str, Any]) -> None:
    print(f"{data.name}: {len(data.training)} training rows, {len(data.held_out)} held out")
    print(describe(pd.concat([data.training, data.held_out]), data.columns))
    print(
        f"target {data.target}, condition {data.condition or 'none'}; "
        f"generator {notes['generator_parameters']:,} parameters, "
        f"discriminator {notes['discriminator_parameters']:,}"
    )


def _names(columns: dict[str, Column]) -> str:
    return ", ".join(columns) or "none"
