"""Settings of a table run: what they refuse, and what the presets are."""

from pathlib import Path
from typing import Any

import pytest

from textgan.errors import UserError
from textgan.tables.reading import BUILT_IN
from textgan.tables.settings import FILE, PRESETS, TableEvaluationSettings, TableNetworkSettings


def test_sizes_that_make_no_network() -> None:
    with pytest.raises(UserError, match="discriminator_layers is 0"):
        TableNetworkSettings(discriminator_layers=0)


def test_each_preset_is_a_built_in_table() -> None:
    assert set(PRESETS) <= set(BUILT_IN)
    assert all(preset.table == name for name, preset in PRESETS.items()) and FILE.table == ""


@pytest.mark.parametrize(
    ("place", "given", "message"),
    [
        ("a.csv", {}, "what is real"),
        ("a.csv", {"real": Path("a.csv"), "with_real": True}, "--with-real is for a run"),
        (".", {"test": Path("a.csv")}, "a run brings its own rows"),
        (".", {"target": "x"}, "a run brings its own rows"),
        ("nowhere.csv", {}, "nowhere.csv"),
    ],
)
def test_an_evaluation_that_cannot_be(
    place: str, given: dict[str, Any], message: str, tmp_path: Path
) -> None:
    (tmp_path / "a.csv").write_text("x\n1\n")
    with pytest.raises(UserError, match=message):
        TableEvaluationSettings(tmp_path / place, **given)


def test_two_tables_need_no_keras(tmp_path: Path) -> None:
    place = tmp_path / "a.csv"
    place.write_text("x\n1\n")
    assert not TableEvaluationSettings(place, real=place, test=place).needs_keras
    assert TableEvaluationSettings(tmp_path).needs_keras
