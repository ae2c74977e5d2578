"""Settings of an image run: what they refuse, and what the presets are."""

from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest

from textgan.errors import UserError
from textgan.images.settings import FILE, PRESETS, ImageEvaluationSettings, ImageNetworkSettings


@pytest.mark.parametrize(
    ("wrong", "message"),
    [
        ({"noise": 0}, "noise is 0: it must be above 0"),
        ({"generator_width": -1}, "generator_width is -1"),
        ({"mapping_layers": -1}, "mapping_layers is -1: it cannot be below 0"),
        ({"discriminator_blocks": -2}, "discriminator_blocks is -2"),
    ],
)
def test_sizes_that_make_no_network(wrong: dict[str, Any], message: str) -> None:
    with pytest.raises(UserError, match=message):
        ImageNetworkSettings(**wrong)


def test_each_preset_is_named_after_its_images() -> None:
    assert all(preset.images == name for name, preset in PRESETS.items())
    sizes = PRESETS["mnist"].network
    assert replace(sizes, generator_width=0, discriminator_width=0) == FILE.network


def test_samples_that_are_not_there(tmp_path: Path) -> None:
    assert ImageEvaluationSettings(tmp_path).needs_keras
    with pytest.raises(UserError, match="nowhere"):
        ImageEvaluationSettings(tmp_path / "nowhere.npz")
