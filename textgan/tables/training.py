"""From a table to a table GAN that can be trained: encode, build both players."""

from collections.abc import Iterator
from pathlib import Path
from typing import Any

import numpy as np
import pandas as pd

from textgan.backend import seed_weights
from textgan.errors import UserError
from textgan.files import write_text
from textgan.gan.sampling import live_seed
from textgan.gan.step import Game
from textgan.metrics.table_evaluation import choose_rows
from textgan.metrics.table_learning import detection_scores
from textgan.metrics.table_privacy import HOLDERS, membership_score
from textgan.runs import RunSubject
from textgan.tables.columns import describe
from textgan.tables.csv_files import to_csv
from textgan.tables.data import TableData
from textgan.tables.domain import TABLES
from textgan.tables.encoding import TableEncoding
from textgan.tables.hints import hint_numbers
from textgan.tables.model import RowFormat, TableModel
from textgan.tables.networks import build_discriminator, build_generator, start_gaussian
from textgan.tables.settings import TableSettings

LIVE_ROWS = 1000  # per live score


class TableSubject(RunSubject[TableModel]):
    """What a table brings to the loop.

    Raises:
        UserError: nothing can be learned of the table, see `left_out`, or too few rows.
    """

    kind = TABLES

    def __init__(self, data: TableData, settings: TableSettings, seed: int) -> None:
        seed_weights(seed)
        self.data, network = data, settings.network
        self._rare = {} if settings.with_real else left_out(data)
        if len(data.training) < settings.game.batch_size:
            raise UserError(
                f"{data.name}: {len(data.training)} rows are for training, a batch needs "
                f"{settings.game.batch_size}: lower --batch-size or give more rows"
            )
        holders = 1 if settings.with_real else HOLDERS
        row_format = fit_format(data, holders)
        # It learns from exact scores; only what reads its output is made of means.
        exact = TableEncoding.fit(data.training, row_format.encoding.columns)
        self._points = exact.encode(data.training, seed).astype(np.float32)
        self._shares = exact.shares(self._points.astype(np.float64), holders)
        self._condition = row_format.condition.encode(data.training).astype(np.float32)
        self.count, self.noise_size = len(self._points), network.noise
        blocks, width = row_format.encoding.blocks, row_format.condition.width
        if not blocks:
            raise UserError(
                f"{settings.table}: every column holds one value that may be kept: there is "
                "nothing to learn (a value of few rows is left out unless --with-real asks for it)"
            )
        generator = build_generator(blocks, width, network)
        if network.gaussian_start:
            start_gaussian(generator, self._points, self._condition)
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
        return self._condition[rows]

    def evaluate(self, step: int) -> dict[str, float]:
        """Score live rows beside validation rows: detection, and a membership attack.

        `score` falls with both areas, where they are above the .5 of a guess.
        """
        self.model.calibrate(self._shares, self._seed)
        self._rows = self.model.sample(min(LIVE_ROWS, self.count), live_seed(self._seed))
        training = choose_rows(self.data.training, LIVE_ROWS)
        tables = training, self.data.validation, self.data.scheme
        detected = detection_scores(self._rows, *tables)
        member = membership_score(self._rows, *tables)
        scores = {score.name.replace(".", "_"): score.value for score in [*detected, member]}
        scores["score"] = -sum(max(0.0, value - 0.5) for value in scores.values())
        return scores

    def write_samples(self, folder: Path, step: int) -> str:
        """Write the live rows as CSV; return the first."""
        write_text(folder / f"{step:07d}.csv", to_csv(self._rows.head(200)))
        return ", ".join(map(str, self._rows.iloc[0].tolist()))[:60]

    @property
    def facts(self) -> dict[str, Any]:
        """The table, its target and its condition."""
        data = self.data
        return {"checksum": data.checksum, "target": data.target, "condition": data.condition}

    @property
    def notes(self) -> dict[str, Any]:
        """How many rows there are, and what the columns hold."""
        data = self.data
        return {
            "training_rows": len(data.training),
            "validation_rows": len(data.validation),
            "test_rows": len(data.test),
            "kinds": {column.name: column.kind for column in data.columns},
        }

    def introduce(self) -> Iterator[str]:
        """Say what was found in the table, and what is left out."""
        data = self.data
        yield (
            f"{data.name}: {len(data.training)} training rows, {len(data.validation)} for "
            f"validation, {len(data.test)} for the test"
        )
        yield describe(pd.concat([data.training, data.validation, data.test]), data.columns)
        yield f"target {data.target}, condition {data.condition or 'none'}"
        yield from data.notes
        if self._rare:
            named = ", ".join(f"{name} {count}" for name, count in self._rare.items())
            yield (
                f"left out, for fewer than {HOLDERS} training rows have them: {named}; "
                "--with-real keeps them"
            )


def fit_format(data: TableData, holders: int = HOLDERS) -> RowFormat:
    """Fit the encodings of the generated columns and of the condition to the training rows.

    Args:
        data: the table.
        holders: rows at least that must share a value or category that is stored.
    """
    columns = [column for column in data.columns if column.name == data.condition]
    generated = [column for column in data.columns if column.name != data.condition]
    condition = TableEncoding.fit(data.training, columns)
    shares = condition.shares(condition.encode(data.training), holders)
    order = tuple(column.name for column in data.columns)
    encoding = TableEncoding.fit(data.training, generated, holders)
    return RowFormat(encoding, condition, shares, order)


def left_out(data: TableData) -> dict[str, int]:
    """Count by column the categories, or numbers, that too few training rows have to be stored.

    Raises:
        UserError: nothing would be left of a column's categories.
    """
    found = {}
    for column in data.columns:
        counts = data.training[column.name].value_counts()
        if column.is_number:
            if 0 < len(data.training[column.name].dropna()) < HOLDERS:
                found[column.name] = len(counts)
        elif column.kind != "constant":
            rare = int((counts < HOLDERS).sum())
            if rare == len(counts):
                texts = counts.index.to_series(name=column.name)
                hint = hint_numbers(texts) if column.dtype == "string" else ""
                raise UserError(
                    f"{data.name}: no category of column {column.name!r} is in {HOLDERS} training "
                    f"rows, so that each may tell of one person; leave it out with --columns "
                    f"'{column.name}=drop', or keep them all with --with-real"
                    + (f" ({hint})" if hint else "")
                )
            if rare:
                found[column.name] = rare
    return found
