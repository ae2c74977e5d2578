"""The record of text runs, and that of language models."""

import pytest

from textgan.errors import UserError
from textgan.text.domain import LANGUAGE_MODEL, TEXT


@pytest.mark.parametrize("name", ["https://example.org/text.txt", "hub:name:text", "multi30k"])
def test_names_that_are_no_file_and_name_a_corpus(name: str) -> None:
    assert TEXT.choose(name).corpus == name
    assert TEXT.choose(name).network == TEXT.file.network


def test_a_preset_is_taken_before_a_card() -> None:
    assert TEXT.choose("scenes") is TEXT.presets["scenes"]
    with pytest.raises(UserError, match=r"'nothing' is no preset \(scenes, coco, news, file\)"):
        TEXT.choose("nothing")


def test_a_language_model_writes_what_a_text_gan_writes() -> None:
    assert LANGUAGE_MODEL.samples == TEXT.samples and LANGUAGE_MODEL.real == TEXT.real
    assert LANGUAGE_MODEL.limits == TEXT.limits
