"""textgan evaluate: a run by its kind, a file by its ending."""

import json
import shutil
from pathlib import Path

import pytest

from tests.commands.conftest import BACKEND, DATA, Command
from textgan.commands.evaluate import domain_of
from textgan.errors import UserError


@pytest.mark.parametrize(
    ("name", "kind"),
    [
        ("s.txt", "text"),
        ("s", "text"),
        ("s.npz", "image"),
        ("s.csv", "table"),
        ("s.CSV", "table"),
        ("s.parquet", "table"),
    ],
)
def test_a_file_by_its_ending(tmp_path: Path, name: str, kind: str) -> None:
    (tmp_path / name).touch()
    assert domain_of(tmp_path / name).name == kind


@pytest.mark.parametrize(
    ("kind", "domain"),
    [("text", "text"), ("image", "image"), ("table", "table"), ("language model", "text")],
)
def test_a_run_by_its_kind(tmp_path: Path, kind: str, domain: str) -> None:
    (tmp_path / "config.json").write_text(json.dumps({"settings": {"kind": kind}}))
    assert domain_of(tmp_path).name == domain


def test_what_cannot_be_scored(tmp_path: Path) -> None:
    with pytest.raises(UserError, match="is not a run folder"):
        domain_of(tmp_path)
    with pytest.raises(UserError, match="cannot read"):
        domain_of(tmp_path / "none")
    (tmp_path / "config.json").write_text(json.dumps({"settings": {"kind": "video"}}))
    with pytest.raises(UserError, match="is a run of kind 'video'; there are: text, image, table"):
        domain_of(tmp_path)


def test_sentences_of_any_origin(textgan: Command, folder: Path) -> None:
    real, samples = folder / "real.txt", folder / "samples.txt"
    real.write_text("a cat sits\na dog runs\nthe bird sings\n")
    samples.write_text("a cat runs\na dog runs\n")
    out = folder / "scores.json"
    ending = textgan("evaluate", samples, "--references", real, "--json", out)
    assert ending.status == 0
    assert "bleu.2 = protocol:texygen" in ending.stdout
    assert json.loads(out.read_text())["bleu.2"]["value"] < 1


def test_a_run_keeps_what_its_samples_are_nearest_to(
    textgan: Command, folder: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    shutil.copytree(DATA, folder, dirs_exist_ok=True)
    for words, kept in (((), False), (("--with-real",), True)):
        assert textgan("evaluate", "text", *words, *BACKEND).status == 0
        nearest = json.loads((folder / "text" / "nearest.json").read_text())
        assert nearest["with_real"] == kept
    (folder / "text" / "nearest.json").unlink()
    other = ("--references", "sentences.txt", *BACKEND)
    assert textgan("evaluate", "text", *other).status == 0
    assert not (folder / "text" / "nearest.json").exists()
    assert (
        "is not what text has learned" in textgan("evaluate", "text", *other, "--with-real").stderr
    )
    assert "--with-real is for a run" in textgan("evaluate", "sentences.txt", "--with-real").stderr


def test_options_are_those_of_the_kind(textgan: Command) -> None:
    for kind, own, foreign in (
        ("text", "--protocol", "--baselines"),
        ("image", "--data {None}", "--protocol"),
        ("table", "--baselines", "--protocol"),
    ):
        said = textgan("evaluate", DATA / kind, "--help").stdout
        assert own in said and foreign not in said
    ending = textgan("evaluate", DATA / "trees.csv")
    assert (ending.status, ending.stderr.count("\n")) == (2, 1)
    assert "what is real? Give --real FILE" in ending.stderr
