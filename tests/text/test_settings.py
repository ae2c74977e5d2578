"""Settings of a text run: what they refuse, and what the presets are."""

from pathlib import Path
from typing import Any

import pytest

from textgan.errors import UserError
from textgan.text.settings import (
    PRESETS,
    ClozeSettings,
    TextEvaluationSettings,
    TextNetworkSettings,
    TextSettings,
)


@pytest.mark.parametrize(
    ("wrong", "message"),
    [
        ({"keep_fraction": 0.0}, "keep_fraction is 0.0: a share is above 0 and at most 1"),
        ({"keep_fraction": 1.1}, "keep_fraction is 1.1"),
        ({"decoding_whitening": -1.0}, "decoding_whitening is -1.0: it must be from 0 to 1"),
        ({"max_words": 0}, "max_words is 0"),
        ({"network": TextNetworkSettings(generator="recurrent")}, "--output straight_through"),
    ],
)
def test_a_run_that_cannot_be(wrong: dict[str, Any], message: str) -> None:
    with pytest.raises(UserError, match=message):
        TextSettings(**wrong)


def test_sizes_that_make_no_network() -> None:
    with pytest.raises(UserError, match="must be a multiple of attention_heads, 3"):
        TextNetworkSettings(generator_width=8, attention_heads=3)
    with pytest.raises(UserError, match="cloze_layers is 0"):
        ClozeSettings(cloze_layers=0)


def test_the_noise_is_one_vector_and_one_more_for_each_position() -> None:
    assert TextNetworkSettings(sentence_noise=10, position_noise=3).noise_size(5) == 25


def test_only_the_preset_for_a_file_lacks_a_corpus() -> None:
    assert [name for name, preset in PRESETS.items() if not preset.corpus] == ["file"]


@pytest.mark.parametrize(
    ("given", "message"),
    [
        ({"corpus": "coco", "training": "t"}, "--corpus brings references and training text"),
        ({"training": "t"}, "--training needs --references"),
        ({"features": ("a.npy",), "vectors": "v"}, "are two encoders"),
        ({"reverse": True, "references": "r"}, "--reverse needs --training"),
        ({"truncation_curve": (-0.1,)}, "--truncation-curve -0.1"),
        ({"with_real": True}, "--with-real is for a run"),
    ],
)
def test_an_evaluation_that_contradicts_itself(
    given: dict[str, Any], message: str, tmp_path: Path
) -> None:
    (tmp_path / "samples.txt").write_text("a b\n")
    with pytest.raises(UserError, match=message):
        TextEvaluationSettings(tmp_path / "samples.txt", **given)


def test_a_file_of_sentences_needs_no_keras(tmp_path: Path) -> None:
    (tmp_path / "samples.txt").write_text("a b\n")
    assert not TextEvaluationSettings(tmp_path / "samples.txt").needs_keras
    assert TextEvaluationSettings(tmp_path / "samples.txt", reverse=True, corpus="c").needs_keras
    assert TextEvaluationSettings(tmp_path).needs_keras
