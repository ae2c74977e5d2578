"""Rows of a trained run, by condition."""

from pathlib import Path
from typing import Any

import keras
import pytest

from tests.play.conftest import open_kept_run


@pytest.mark.skipif(keras.backend.backend() != "tensorflow", reason="trained with TensorFlow")
def test_rows_are_drawn_under_the_condition(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    run = open_kept_run(tmp_path, monkeypatch, "table")
    about = run.answer({"do": "open"})
    names = dict(about["labels"])
    column = about["columns"].index("kind")
    fields = {"seed": 1, "towards": 2, "share": 0, "truncation": 1}

    def drawn(label: str) -> list[Any]:
        question = {"do": "judge", "fields": fields | {"label": label}}
        return [row[column] for row in run.answer(question)["drawn"]]

    for label, name in names.items():
        assert drawn(label) == [name.removeprefix("kind: ")] * 12
    assert len(set(drawn(""))) > 1
