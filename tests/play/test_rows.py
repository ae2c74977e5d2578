"""Rows of a trained run, by condition."""

import shutil
from pathlib import Path
from typing import Any

import keras
import pytest

from textgan.domains import DOMAINS
from textgan.inspection import opened
from textgan.play.trained import TrainedRun

DATA = Path(__file__).parents[1] / "data"


@pytest.mark.skipif(keras.backend.backend() != "tensorflow", reason="trained with TensorFlow")
def test_rows_are_drawn_under_the_condition(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    shutil.copytree(DATA, tmp_path, dirs_exist_ok=True)
    monkeypatch.chdir(tmp_path)
    monkeypatch.setattr(opened, "NOISES", 40)
    run = TrainedRun(Path("table"), DOMAINS["table"])
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
