"""What the section on layers says of probes and ablations."""

import numpy as np
import pytest

from textgan.inspection import layer_pages
from textgan.inspection.layers import Ablation, Probe

ABLATIONS = [
    Ablation(3, 0.5, [("dog", 4, 1), ("cat", 2, 1)]),
    Ablation(0, 0.04, []),
    Ablation(1, 0.02, []),
]


def test_each_silenced_channel_has_a_row() -> None:
    table = layer_pages._ablation_table("conv", ABLATIONS, text=True)
    assert table.rows[0] == ["channel 3", "50.0%", "dog: 4 → 1, cat: 2 → 1"]
    assert table.rows[1][2] == "nothing" and len(table.rows) == 3
    images = layer_pages._ablation_table("conv", ABLATIONS, text=False)
    assert images.rows[0][1:] == ["0.5", "class dog: 4 → 1, class cat: 2 → 1"]


def test_how_far_meaning_is_spread() -> None:
    said = layer_pages._ablation_finding("conv", ABLATIONS, text=True)
    assert "Silencing channel 3 of conv changes most, 50.0%" in said
    assert "the median channel changes 4.0%, and 67% of the channels less than a tenth" in said


def test_the_best_probe_beside_the_first_and_a_guess() -> None:
    probes = [Probe("a", 0.5, 0.25), Probe("b", 0.75, 0.25)]
    (said,) = layer_pages._probe_findings({"generator": {"the length": probes}})
    assert said == (
        "In the generator a probe for the length is right 50% of the time at a and 75% at best, "
        "in b; guessing the commonest answer gives 25%."
    )


def test_classes_of_words_are_numbered() -> None:
    table = layer_pages._class_table([["a", "the"], ["dog"] * 20])
    assert table.rows[0] == ["1", "2", "a the"]
    assert table.rows[1][:2] == ["2", "20"] and len(table.rows[1][2].split()) == 14


@pytest.mark.parametrize("channels", [2, 30])
def test_a_row_of_tiles_for_each_layer(channels: int) -> None:
    maps = {"first": np.random.default_rng(0).normal(size=(4, 4, channels))}
    picture = layer_pages._tiles(None, "generator", maps, 5)  # type: ignore[arg-type]
    assert picture.title == "The generator's layers for noise 5"
    assert picture.data.startswith(b"\x89PNG")
