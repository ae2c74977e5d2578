"""Keys of run folders of earlier versions: read with the names of today."""

import json
from pathlib import Path

import pytest

from textgan.gan.run_folder import read_config, read_telemetry
from textgan.metrics.metric import Score
from textgan.old_names import NEW_NAMES, signature_with_new_names, with_new_names

DATA = Path(__file__).parent / "data"


def test_only_keys_are_renamed_and_keep_their_order() -> None:
    fields = {"a": "surest", "surest": 0.5, "kinds": {"surest": "integer"}}
    expected = [("a", "surest"), ("keep_fraction", 0.5), ("kinds", {"surest": "integer"})]
    assert list(with_new_names(fields).items()) == expected


def test_no_name_is_new_and_old() -> None:
    assert not NEW_NAMES.keys() & set(NEW_NAMES.values())


def test_of_a_signature_only_keys_are_renamed() -> None:
    old = "learner:boosting|target:held_out|held_out:30|version:textgan-0.1.0"
    new = "learner:boosting|target:held_out|test:30|version:textgan-0.1.0"
    assert signature_with_new_names(old) == new
    assert signature_with_new_names(new) == new


@pytest.mark.parametrize("kind", ["text", "image", "table"])
def test_the_run_of_an_earlier_version(kind: str) -> None:
    """The fixtures hold the old names; nothing that reads them does."""
    stored = {name for row in read_telemetry(DATA / kind) for name in row}
    config = read_config(DATA / kind)
    stored |= config["settings"].keys() | config["notes"].keys()
    raw = (DATA / kind / "telemetry.jsonl").read_text() + (DATA / kind / "config.json").read_text()
    held = {old for old in NEW_NAMES if f'"{old}":' in raw}
    assert "average_distance" in held
    assert {NEW_NAMES[old] for old in held} <= stored and not held & stored


def test_the_values_stay() -> None:
    settings = read_config(DATA / "text")["settings"]
    assert (settings["keep_fraction"], settings["decoding_whitening"]) == (0.75, 0.5)
    assert read_config(DATA / "table")["notes"]["test_rows"] == 30


def test_an_old_score() -> None:
    scores = json.loads((DATA / "table" / "evaluation.json").read_text())
    fields = scores["membership"]
    assert "|held_out:30|" in fields["signature"]
    score = Score.from_json("membership", fields)
    assert "|test:30|" in score.signature and score.value == fields["value"]
