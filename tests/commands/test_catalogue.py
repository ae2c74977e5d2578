"""textgan catalogue: every card, where it stands and its licence."""

from pathlib import Path

import pytest

from tests.commands.conftest import Command
from textgan.catalogue import SECTIONS, CardFile, card_names, read_card
from textgan.commands import catalogue


def test_every_card_is_listed(textgan: Command) -> None:
    ending = textgan("catalogue")
    assert (ending.status, ending.stderr) == (0, "")
    for section in SECTIONS:
        for name in card_names(section):
            assert f"\n  {name} " in ending.stdout
    assert "scenes                    built in " in ending.stdout
    assert "crops                     here, inside scikit-learn " in ending.stdout


def test_where_a_card_stands(folder: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    card = read_card("corpora", "coco-captions")
    monkeypatch.setenv("TEXTGAN_DATA", str(folder))
    assert catalogue.standing(card) == "fetch 1.1 MB"
    monkeypatch.setattr(catalogue, "find_file", lambda file: Path(file.path))
    assert catalogue.standing(card) == "here"
    assert isinstance(card.files[0], CardFile)


def test_tokenised_texts_are_deleted(textgan: Command, folder: Path) -> None:
    tokenised = folder.parent / "cache" / "tokenised"
    (tokenised / "key").mkdir(parents=True)
    (tokenised / "key" / "numbers.bin").write_bytes(b"1" * 300_000)
    (tokenised / "key.lock").touch()
    ending = textgan("catalogue", "--clean")
    assert ending == (0, f"{tokenised}: 0.3 MB are freed\n", "")
    assert [path.name for path in tokenised.iterdir()] == ["key.lock"]
