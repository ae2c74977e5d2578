"""textgan sample: the kind of the run says what is written and which options there are."""

import json
from pathlib import Path

import numpy as np
import pytest

from tests.commands.conftest import BACKEND, DATA, Command


def test_sentences(textgan: Command) -> None:
    ending = textgan("sample", DATA / "text", "-n", 20, "--seed", 7, *BACKEND)
    assert (ending.status, ending.stderr) == (0, "")
    assert len(ending.stdout.splitlines()) == 20


def test_images(textgan: Command, tmp_path: Path) -> None:
    out = tmp_path / "images.npz"
    ending = textgan("sample", DATA / "image", "-n", 6, "--seed", 7, "--out", out, *BACKEND)
    assert ending == (0, f"wrote {out}\n", "")
    with np.load(out) as made, np.load(DATA / "image" / "samples-7.npz") as before:
        assert np.abs(made["images"].astype(int) - before["images"]).max() <= 1


def test_rows(textgan: Command) -> None:
    ending = textgan("sample", DATA / "table", "-n", 20, "--seed", 7, *BACKEND)
    assert (ending.status, ending.stderr) == (0, "")
    columns = (DATA / "table" / "samples-7.csv").read_text().splitlines()[0].replace('"', "")
    lines = ending.stdout.splitlines()
    assert (lines[0].replace('"', ""), len(lines)) == (columns, 21)


@pytest.mark.parametrize(
    ("kind", "own", "foreign"),
    [
        ("text", "--truncation", "--where"),
        ("image", "--interpolate", "--formulas"),
        ("table", "--where", "--truncation"),
    ],
)
def test_options_are_those_of_the_kind(textgan: Command, kind: str, own: str, foreign: str) -> None:
    said = textgan("sample", DATA / kind, "--help").stdout
    assert own in said and foreign not in said
    ending = textgan("sample", DATA / kind, foreign, "1", "--out", "x.png")
    assert (ending.status, ending.stderr.count("\n")) == (2, 1)
    assert f"Unrecognized options: {foreign}" in ending.stderr


def test_what_cannot_be_sampled(textgan: Command, tmp_path: Path) -> None:
    (tmp_path / "config.json").write_text(json.dumps({"settings": {"kind": "language model"}}))
    for words, message in (
        ((tmp_path,), "is a run of kind 'language model'; those that can be sampled: text, image"),
        ((tmp_path / "none",), "is not a run folder"),
        (("-n", 3, DATA / "text"), "name what is meant first: textgan sample RUN"),
    ):
        ending = textgan("sample", *words)
        assert (ending.status, ending.stderr.count("\n")) == (2, 1)
        assert message in ending.stderr
