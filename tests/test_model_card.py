"""The card beside a model: where its data is from, which scores are its own, and nothing real."""

import json
import os
from html import unescape
from pathlib import Path
from typing import Any

import pytest

from tests.report.folders import SETTINGS, score, write_run
from textgan.catalogue import read_card
from textgan.domains import KINDS
from textgan.gan.run_folder import read_config
from textgan.model_card import write_model_card

SCORE = score(0.25, "hyps:9|refs:9") | {"real": score(0.5, "refs:9")}


def card(run: Path) -> str:
    (run / "model").mkdir(exist_ok=True)
    write_model_card(run, KINDS[read_config(run)["settings"]["kind"]])
    return (run / "model" / "MODEL_CARD.md").read_text()


def test_data_comes_with_its_licence(tmp_path: Path) -> None:
    text = unescape(card(write_run(tmp_path / "run", settings={"vectors": "local"})))
    for section, name in (("corpora", "coco-captions"), ("embeddings", "local")):
        known = read_card(section, name)  # type: ignore[arg-type]
        assert f"{name} ({known.title}). Licence: {known.licence}. {known.citation}." in text
    assert "- 9,130 training sentences\n- SHA-256 of the data: c0ffee" in text
    assert "- game.gamma: 0.5" in text
    assert "textgan sample RUN -n 10" in text


def test_a_file_by_its_name_alone(tmp_path: Path) -> None:
    settings = {"corpus": "/home/somebody/secret/letters.txt"}
    text = card(write_run(tmp_path / "run", settings=settings))
    assert "letters.txt, a file; its licence is not known here" in text
    assert "somebody" not in text


@pytest.mark.parametrize(
    ("kind", "key", "name", "licence", "script"),
    [
        ("image", "images", "mnist", "CC BY-SA 3.0", "textgan sample RUN"),
        ("image", "images", "crops", "CC BY 2.0", "textgan sample RUN"),
        ("table", "table", "wine", "CC BY 4.0", "textgan sample RUN"),
        ("language model", "corpus", "scenes", "Apache-2.0", "LanguageModel.load"),
    ],
)
def test_each_kind(
    kind: str, key: str, name: str, licence: str, script: str, tmp_path: Path
) -> None:
    bare = {"kind": kind, key: name, "data": {"checksum": "x"}}
    text = card(write_run(tmp_path / "run", bare=bare))
    assert f"Licence: {licence}" in text and script in text


def test_scores_are_those_of_these_weights(tmp_path: Path) -> None:
    run = write_run(tmp_path / "run", evaluation={"bleu.2": SCORE})
    assert "Not evaluated yet." in card(run)
    weights, place = run / "model" / "generator.npz", run / "evaluation.json"
    weights.write_bytes(b"")
    os.utime(weights, (1000, 1000))
    row = "| bleu.2 | 0.25 | 0.5 | hyps:9|refs:9 |"
    os.utime(place, (1001, 1001))
    assert row in unescape(card(run)).splitlines()
    os.utime(place, (999, 999))  # training went on since
    assert "Not evaluated yet." in card(run)
    os.utime(place, (1001, 1001))
    for content in ("{", "[]", json.dumps({"bleu.2": 3}), json.dumps({"bleu.2": {}})):
        place.write_text(content)
        assert "| bleu" not in card(run)


def test_what_stood_in_data_is_text(tmp_path: Path) -> None:
    evil = "<script>x</script> [a](javascript:b) `c` | *d*\n# e"
    settings: dict[str, Any] = {"corpus": evil, "note": evil, "data": {"checksum": evil}}
    run = write_run(tmp_path / "run", settings=settings, evaluation={evil: SCORE})
    (run / "model").mkdir()
    (run / "model" / "generator.npz").write_bytes(b"")
    os.utime(run / "model" / "generator.npz", (0, 0))
    text = card(run)
    assert "<script>" not in text and "](" not in text and "\n# e" not in text
    assert all(line.count("|") == 5 for line in text.splitlines() if line.startswith("|"))


def test_no_sample_of_the_data_is_in_it(tmp_path: Path) -> None:
    run = write_run(tmp_path / "run", bare=SETTINGS)
    assert "a cat sits" not in card(run)
