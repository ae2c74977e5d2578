"""Rows of a trained run: on the way from one noise vector to another, and by condition."""

from collections.abc import Mapping
from typing import Any

import numpy as np
import pandas as pd

from textgan.domain import Domain
from textgan.gan.step import network_inputs
from textgan.inspection.opened import OpenedRows
from textgan.inspection.rows import cell_text
from textgan.inspection.saliency_pages import usual_judgement, weighted
from textgan.play.fields import FieldError
from textgan.play.trained import WantedNoise

DRAWN = 12  # rows that are drawn under a condition


class RowShow:
    """Shows a table run; see `Show`. Rows are drawn by the exported model."""

    def __init__(self, opened: OpenedRows, domain: Domain) -> None:
        self._opened = opened
        self._model: Any = domain.model(opened.path)
        columns = self._model.format.columns.values()
        self._choices = [
            (column.name, str(value))
            for column in columns
            if not column.is_number and column.kind != "constant"
            for value in column.categories
            if value is not None
        ]
        self._usual = usual_judgement(opened)

    def about(self) -> dict[str, Any]:
        """Return the columns, what may be asked of rows, and the mean judgement of real ones."""
        pairs = enumerate(self._choices)
        labels = [[str(place), f"{name}: {value}"] for place, (name, value) in pairs]
        columns = list(self._model.format.order)
        return {"labels": labels, "columns": columns, "usual": self._usual}

    def label(self, given: str) -> int | None:
        """Return the category of the column that is the condition, if that is what is asked for."""
        chosen = self._chosen(given)
        for column in self._model.format.condition.columns:
            if chosen and column.name == chosen[0]:
                return [str(value) for value in column.categories].index(chosen[1])
        return None

    def make(self, asked: WantedNoise) -> dict[str, Any]:
        """Return the row and those on the way."""
        noise = np.concatenate([asked.noise, asked.way])
        condition = asked.condition.repeat(len(noise), axis=0)
        points = np.asarray(self._opened.generator(network_inputs(noise, condition)))
        row, *way = _cells(self._opened.read(points, condition))
        return {"row": row, "way": way}

    def judge(self, asked: WantedNoise, question: Mapping[str, Any]) -> dict[str, Any]:
        """Return the judgement of the row, and rows that are drawn under the condition."""
        opened = self._opened
        points = np.asarray(opened.generator(network_inputs(asked.noise, asked.condition)))
        logits = opened.discriminator(opened.subject.shown(points), asked.condition)[0]
        chosen = self._chosen(str(question.get("fields", {}).get("label", "")))
        drawn = self._model.sample(DRAWN, asked.seed, dict([chosen]) if chosen else {})
        return {"judged": float(np.asarray(weighted(opened, logits))[0]), "drawn": _cells(drawn)}

    def _chosen(self, given: str) -> tuple[str, str] | None:
        """Return the column and the value that are asked for."""
        if not given:
            return None
        if not (given.isdigit() and int(given) < len(self._choices)):
            raise FieldError("label", f"Condition: {given!r} is none of the choices")
        return self._choices[int(given)]


def _cells(frame: pd.DataFrame) -> list[list[str]]:
    return [[cell_text(value) for value in row] for row in frame.itertuples(index=False)]
