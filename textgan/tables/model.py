"""The exported table model: noise in, rows out. All that sampling needs, and nothing pickled.

* `model/settings.json`: sizes of the generator, order of the columns, shares of the condition
* `model/encoding.json`: the columns, and how coordinates are read as their values
* `model/calibration.npz`: what puts columns right: quantiles of scores, weights of categories
* `model/generator.npz`: the weights of the generator's moving average (EMA)
"""

import json
from collections.abc import Iterator, Mapping
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from itertools import islice
from pathlib import Path
from typing import Any, Self

import keras
import numpy as np
import pandas as pd
from scipy.special import ndtri

from textgan.errors import UserError
from textgan.files import MisfitError, open_arrays, save_arrays, write_text
from textgan.gan.sampling import Draw, StoredModel
from textgan.tables.columns import Column
from textgan.tables.encoding import TableEncoding
from textgan.tables.networks import build_generator
from textgan.tables.settings import TableNetworkSettings

PATIENCE = 200  # batches in which no row is what --where asks for
CALIBRATION_BATCHES = 5
RAKINGS = 1000  # at most, until the shares are right
SHARE_ERROR = 1e-5
RANKS = (np.arange(256) + 0.5) / 256  # of the quantiles that are kept


@dataclass(frozen=True, eq=False)
class RowFormat:
    """How a table's columns are shared out: one may be the condition, the rest is generated.

    Attributes:
        encoding: of the generated columns.
        condition: of the one column that is the condition; of none if there is none.
        shares: (coordinate of the condition,) how often each of its categories occurs.
        order: names of all columns as they stand in the table.
    """

    encoding: TableEncoding
    condition: TableEncoding
    shares: np.ndarray
    order: tuple[str, ...]

    @property
    def columns(self) -> dict[str, Column]:
        """All columns by name."""
        both = (*self.encoding.columns, *self.condition.columns)
        return {column.name: column for column in both}

    def draw_conditions(self, rng: np.random.Generator, n: int, fixed: int | None) -> np.ndarray:
        """Draw conditions (n, condition) float32 by their shares, or take category `fixed`."""
        condition = np.zeros((n, len(self.shares)), dtype=np.float32)
        if len(self.shares):
            drawn = rng.choice(len(self.shares), size=n, p=self.shares)
            condition[np.arange(n), drawn if fixed is None else fixed] = 1
        return condition

    def decode(self, points: np.ndarray, condition: np.ndarray) -> pd.DataFrame:
        """Read generated coordinates (row, coordinate) and conditions (row, condition)."""
        parts = [self.encoding.decode(points), self.condition.decode(condition)]
        return pd.concat(parts, axis=1)[list(self.order)]


class TableModel(StoredModel):
    """A generator and how its output is read.

    Args:
        generator: noise (batch, noise), and the condition if there is one, to coordinates.
        row_format: of the table.
        network: the generator's sizes.

    Attributes:
        quantiles: (number, rank) of the generator's scores for each column of numbers; where they
            stray from the normal distribution's, `sample` puts them right. Set by `calibrate`.
        weights: (coordinate,) by which the generator's shares of categories are multiplied before
            one of them is drawn. Set by `calibrate`.
    """

    kind, batch, streams = "table", 4096, "batches"

    def __init__(
        self, generator: keras.Model, row_format: RowFormat, network: TableNetworkSettings
    ) -> None:
        super().__init__(generator, network, network.noise)
        self.format = row_format
        blocks = row_format.encoding.blocks
        self._numbers = [block.start for block in blocks if not block.is_choice]
        self._choices = [block.slice for block in blocks if block.is_choice]
        self.quantiles = np.tile(ndtri(RANKS), (len(self._numbers), 1))
        self.weights = np.ones(row_format.encoding.width)

    def points(self, noise: np.ndarray, condition: np.ndarray) -> np.ndarray:
        """Generate coordinates (row, coordinate) from noise and conditions."""
        return self.sampler(noise, condition)

    def calibrate(self, shares: np.ndarray, seed: int = 0) -> None:
        """Correct the distribution of each column by itself; what ties columns together stays.

        The data's scores are standard normal by construction; a monotone map of each column makes
        the generator's so, too. Categories are drawn from the shares that it gives them in
        a row: the likeliest alone would leave out the rare ones and most missing values, which are
        seldom the likeliest. Weights make these shares, on average, those of the data (raking:
        Deming and Stephan 1940).

        Args:
            shares: (coordinate,) means of the training rows: how often each category occurs.
            seed: of the noise.
        """
        draws = islice(self.draw_inputs(seed), CALIBRATION_BATCHES)
        pieces = [self.points(draw.noise, draw.condition) for draw in draws]
        points = np.concatenate(pieces).astype(np.float64)
        self.quantiles = np.quantile(points[:, self._numbers], RANKS, axis=0).T
        for choice in self._choices:
            self.weights[choice] = _rake(points[:, choice], shares[choice])

    def sample(self, n: int, seed: int, where: Mapping[str, str] | None = None) -> pd.DataFrame:
        """Write `n` rows at once, see `stream`."""
        return pd.concat(self.stream(n, seed, where or {}), ignore_index=True)

    def stream(self, n: int, seed: int, where: Mapping[str, str]) -> Iterator[pd.DataFrame]:
        """Write `n` rows batch by batch: a function of the arguments; less `n` gives a prefix.

        Args:
            n: rows.
            seed: of the noise.
            where: values of columns of categories that every row must have. The condition is set;
                for other columns, rows are drawn until enough of them have the value.

        Raises:
            UserError: no such column or category; no such row among very many.
        """
        wanted = {name: self._category(name, text) for name, text in where.items()}
        conditions = [column.name for column in self.format.condition.columns]
        fixed = next((wanted.pop(name) for name in conditions if name in wanted), None)
        blocks = {name: self.format.encoding.blocks_of(name)[0] for name in wanted}
        found, last = 0, 0
        for number, (points, condition) in enumerate(self._draws(seed, fixed)):
            fits = [points[:, blocks[name].slice].argmax(axis=1) == wanted[name] for name in wanted]
            rows = np.flatnonzero(np.all(fits, axis=0)) if fits else np.arange(len(points))
            rows = rows[: n - found]
            if len(rows):
                last, found = number, found + len(rows)
                yield self.format.decode(self._calibrated(points[rows]), condition[rows])
            if found == n:
                return
            if number - last >= PATIENCE:
                pairs = " and ".join(f"{name}={value}" for name, value in where.items())
                raise UserError(
                    f"of {PATIENCE * self.batch:,} rows none has {pairs}; ask for fewer columns, "
                    "or train with one of them as --condition"
                )

    def draw_condition(self, rng: np.random.Generator, n: int, label: int | None) -> np.ndarray:
        """Draw conditions (n, condition) by their shares, or take category `label`."""
        return self.format.draw_conditions(rng, n, label)

    def _settings(self) -> dict[str, Any]:
        return {"order": list(self.format.order), "shares": self.format.shares.tolist()}

    def _write(self, folder: Path) -> None:
        """Write the columns and what puts them right.

        Of the training rows these hold what `TableEncoding.as_json` writes, besides what the
        weights learned of them.
        """
        encoding = {
            "generated": self.format.encoding.as_json(self.weights),
            "condition": self.format.condition.as_json(self.format.shares),
        }
        write_text(folder / "encoding.json", json.dumps(encoding) + "\n")
        save_arrays(folder / "calibration.npz", [self.quantiles, self.weights])

    @classmethod
    def _read(cls, folder: Path, settings: dict[str, Any]) -> Self:
        encodings = json.loads((folder / "encoding.json").read_text(encoding="utf-8"))
        row_format = RowFormat(
            TableEncoding.from_json(encodings["generated"]),
            TableEncoding.from_json(encodings["condition"]),
            np.asarray(settings["shares"], dtype=np.float64),
            tuple(settings["order"]),
        )
        if sorted(row_format.order) != sorted(row_format.columns):
            raise MisfitError(f"columns {row_format.order}")
        network = TableNetworkSettings(**settings["network"])
        width, shares = row_format.condition.width, row_format.shares
        generator = build_generator(row_format.encoding.blocks, width, network)
        model = cls(generator, row_format, network)
        with open_arrays(folder / "calibration.npz") as archive:
            quantiles, weights = archive["arr_0"], archive["arr_1"]
        if width and not (shares.min() >= 0 and abs(shares.sum() - 1) < 1e-9):
            raise ValueError(f"shares {shares}")
        if not (np.isfinite(weights).all() and (weights >= 0).all()):
            raise ValueError("weights that are none")
        fits = quantiles.shape == model.quantiles.shape and weights.shape == model.weights.shape
        if not fits or len(shares) != width:
            raise MisfitError(
                f"quantiles {quantiles.shape}, {len(weights)} weights, {len(shares)} shares"
            )
        model.quantiles, model.weights = quantiles, weights
        return model

    def _draws(self, seed: int, fixed: int | None) -> Iterator[tuple[np.ndarray, np.ndarray]]:
        """Generate batch after batch without end, each while the one before is being decoded."""
        inputs = self.draw_inputs(seed, fixed)
        with ThreadPoolExecutor(1) as pool:
            ahead = pool.submit(lambda: self._drawn(next(inputs)))
            while True:
                drawn = ahead.result()
                ahead = pool.submit(lambda: self._drawn(next(inputs)))
                yield drawn

    def _drawn(self, inputs: Draw) -> tuple[np.ndarray, np.ndarray]:
        """Generate a batch, and draw its categories: coordinates and conditions."""
        points = self.points(inputs.noise, inputs.condition)
        drawn, rows = points.copy(), np.arange(self.batch)
        for choice in self._choices:
            bounds = np.cumsum(points[:, choice] * self.weights[choice], axis=1)
            chance = inputs.rng.random((self.batch, 1)) * bounds[:, -1:]
            code = (chance >= bounds[:, :-1]).sum(axis=1)
            drawn[:, choice] = 0
            drawn[rows, choice.start + code] = 1
        return drawn, inputs.condition

    def _calibrated(self, points: np.ndarray) -> np.ndarray:
        points = points.copy()
        normal = ndtri(RANKS)
        for column, own in zip(self._numbers, self.quantiles, strict=True):
            scores = points[:, column]
            beyond = scores - np.clip(scores, own[0], own[-1])
            points[:, column] = np.interp(scores, own, normal) + beyond
        return points

    def _category(self, name: str, text: str) -> int:
        """Return the number of the category that is written `text` in column `name`."""
        column = self.format.columns.get(name)
        if column is None or column.is_number or column.kind == "constant":
            names = [c.name for c in self.format.columns.values() if len(c.categories) > 1]
            raise UserError(
                f"--where {name}={text}: {name!r} is no column of categories; there are: "
                f"{', '.join(names) or 'none'}"
            )
        written = [None if known is None else str(known) for known in column.categories]
        if text not in written:
            raise UserError(
                f"--where {name}={text}: {name!r} has no such category; it has: "
                f"{', '.join(filter(None, written))}"
            )
        return written.index(text)


def _rake(rows: np.ndarray, shares: np.ndarray) -> np.ndarray:
    """Weigh the categories of rows (row, category), so that their mean shares are `shares`."""
    weights = (shares > 0).astype(np.float64)
    for _ in range(RAKINGS):
        weighted = rows * weights
        found = (weighted / weighted.sum(axis=1, keepdims=True)).mean(axis=0)
        if np.abs(found - shares).max() < SHARE_ERROR:
            break
        weights *= shares / np.maximum(found, np.finfo(float).tiny)
    return weights
