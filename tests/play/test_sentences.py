"""Sentences of a trained run."""

from pathlib import Path

import keras
import numpy as np
import pytest

from tests.play.conftest import open_kept_run
from textgan.inspection.saliency_pages import whole_judgement
from textgan.inspection.saliency_text import empty_sentence

FIELDS = {"seed": 1, "towards": 2, "share": 0, "truncation": 1}


@pytest.mark.skipif(keras.backend.backend() != "tensorflow", reason="trained with TensorFlow")
def test_words_their_nearest_and_what_they_add(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    run = open_kept_run(tmp_path, monkeypatch, "text")
    made = run.answer({"do": "make", "fields": FIELDS})
    read = [near[0][0] for near in made["words"] if near[0][0] != "(end)"]
    assert " ".join(read) == made["way"][0]
    for near in made["words"]:
        assert len({word for word, _ in near}) == 6
        assert all(0 <= distance <= 2 for _, distance in near)

    thought = run.answer({"do": "judge", "fields": FIELDS})
    text, _ = run._opened
    judgement = whole_judgement(text, text.condition)
    due = thought["judged"] - float(np.asarray(judgement(empty_sentence(text)[None]))[0])
    assert len(thought["parts"]) == len(made["words"])
    added = sum(float(note) for _, note in thought["parts"])
    if len(made["words"]) == text.reals.shape[1]:  # else what follows the end adds, too
        assert added == pytest.approx(due, abs=0.05)
    for weight, note in thought["parts"]:
        assert abs(weight) <= 1 and weight * float(note) >= 0
