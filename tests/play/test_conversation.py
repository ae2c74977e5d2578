"""Questions and answers, without a server."""

import keras
import pytest

from textgan.errors import UserError
from textgan.play.conversation import PlaneAnswers, page_values

tensorflow = pytest.mark.skipif(
    keras.backend.backend() != "tensorflow", reason="the playground's plane is TensorFlow's"
)


def test_data_are_shown_before_a_game_begins() -> None:
    shown = PlaneAnswers().answer({"do": "look", "preset": "moons", "fields": {}})
    assert len(shown["real"]) == 1000 and shown["reach"] == 3.2


@tensorflow
def test_a_visit() -> None:
    visitor = PlaneAnswers()
    assert visitor.answer({"do": "begin", "preset": "ring", "fields": {}})["step"] == 0
    assert visitor.answer({"do": "play", "steps": 3})["step"] == 3
    changed = visitor.answer({"do": "change", "preset": "ring", "fields": {"gamma": "1"}})
    assert changed["step"] == 3
    for question, message in (
        ({"do": "change", "preset": "ring", "fields": {"seed": "2"}}, "start the game anew"),
        ({"do": "play", "steps": "many"}, "whole numbers"),
        ({"do": "dance"}, "'dance' cannot be asked"),
    ):
        with pytest.raises(UserError, match=message):
            visitor.answer(question)
    assert visitor.answer({"do": "play", "steps": 10**9})["step"] == 103


def test_nothing_is_played_before_it_begins() -> None:
    with pytest.raises(UserError, match="no game has begun"):
        PlaneAnswers().answer({"do": "play", "steps": 1})


def test_the_page_knows_every_field_and_preset() -> None:
    values = page_values()
    names = {field.name for field in values["fields"]}
    assert all(held.keys() == names for held in values["presets"].values())
