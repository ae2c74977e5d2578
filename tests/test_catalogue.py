"""The catalogue: every card is whole, files are found, fetched, checked, or asked for in a line."""

import hashlib
from pathlib import Path

import pytest
from gensim.test.utils import datapath

from textgan.catalogue import (
    CardFile,
    Section,
    card_names,
    find_file,
    obtain_file,
    read_card,
    sha256_of,
)
from textgan.errors import UserError

SECTIONS: tuple[Section, ...] = ("corpora", "embeddings")


@pytest.fixture
def folders(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> tuple[Path, Path]:
    data, cache = tmp_path / "data", tmp_path / "cache"
    data.mkdir()
    monkeypatch.setenv("TEXTGAN_DATA", str(data))
    monkeypatch.setenv("TEXTGAN_CACHE", str(cache))
    monkeypatch.setenv("GENSIM_DATA_DIR", str(tmp_path / "gensim"))
    return data, cache


def served(tmp_path: Path, content: bytes) -> tuple[str, str]:
    """An address that serves the content, and its checksum."""
    source = tmp_path / "served.txt"
    source.write_bytes(content)
    return source.as_uri(), hashlib.sha256(content).hexdigest()


def test_the_catalogue_has_what_the_readme_promises() -> None:
    corpora = {"scenes", "lee-news", "coco-captions", "emnlp-news", "multi30k", "brown"}
    vectors = {"local", "captions", "word2vec-google-news-300", "glove-wiki-gigaword-100"}
    assert corpora <= set(card_names("corpora"))
    assert vectors | {"word2vec_sample"} <= set(card_names("embeddings"))


@pytest.mark.parametrize(
    ("section", "name"), [(section, name) for section in SECTIONS for name in card_names(section)]
)
def test_every_card_states_what_a_user_must_know(section: Section, name: str) -> None:
    card = read_card(section, name)
    assert card.title and card.licence and card.citation
    for file in card.files:
        assert file.size > 0
        assert file.address or file.sha256 or card.kind == "gensim"
    if section == "corpora":
        assert card.settings["tokenization"] in ("nltk", "whitespace")
        assert card.settings["max_words"] > 0
    else:
        assert card.settings["missing"] in ("random", "drop-sentences")


@pytest.mark.parametrize("name", card_names("corpora"))
def test_cards_match_the_files_on_this_machine(name: str) -> None:
    card = read_card("corpora", name)
    find = (lambda file: Path(datapath(file.path))) if card.kind == "inside-gensim" else find_file
    here = [(file, find(file)) for file in card.files]
    checked = [(file, place) for file, place in here if place is not None and file.sha256]
    if not checked:
        pytest.skip(f"no file of {name} under TEXTGAN_DATA")
    for file, place in checked:
        assert place.stat().st_size == file.size
        assert sha256_of(place) == file.sha256


def test_an_unknown_card_lists_those_there_are() -> None:
    with pytest.raises(UserError, match=r"coco-captions.*scenes"):
        read_card("corpora", "coco")


def test_the_data_folder_comes_before_the_cache(folders: tuple[Path, Path]) -> None:
    file = CardFile("some/file.txt")
    for folder in reversed(folders):
        (folder / "some").mkdir(parents=True)
        (folder / file.path).write_text("x")
        assert find_file(file) == folder / file.path


def test_a_data_folder_that_is_none_is_said(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("TEXTGAN_DATA", str(tmp_path / "absent"))
    with pytest.raises(UserError, match="TEXTGAN_DATA"):
        find_file(CardFile("file.txt"))


def test_a_file_is_fetched_once_into_the_cache(folders: tuple[Path, Path], tmp_path: Path) -> None:
    address, sha256 = served(tmp_path, b"two\nlines\n")
    file = CardFile("some/file.txt", address, sha256)
    place = obtain_file(file)
    assert place == folders[1] / "some" / "file.txt"
    assert place.read_bytes() == b"two\nlines\n"
    (tmp_path / "served.txt").unlink()
    assert obtain_file(file) == place


def test_another_checksum_leaves_nothing_behind(folders: tuple[Path, Path], tmp_path: Path) -> None:
    address, _ = served(tmp_path, b"something else")
    with pytest.raises(UserError, match="checksum"):
        obtain_file(CardFile("file.txt", address, "0" * 64))
    assert not list(folders[1].rglob("*"))


def test_a_wrong_file_in_place_is_refused(folders: tuple[Path, Path]) -> None:
    (folders[0] / "file.txt").write_text("x")
    with pytest.raises(UserError, match="checksum"):
        obtain_file(CardFile("file.txt", sha256="0" * 64))


@pytest.mark.parametrize("address", ["", "file:///nowhere/file.txt"])
def test_offline_says_where_to_put_the_file(folders: tuple[Path, Path], address: str) -> None:
    with pytest.raises(UserError, match="put .*" + str(folders[1] / "some" / "file.txt")) as caught:
        obtain_file(CardFile("some/file.txt", address))
    assert "\n" not in str(caught.value)
