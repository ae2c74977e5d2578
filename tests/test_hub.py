"""Data sets of the hub: loaded when asked for, refused in one line."""

from pathlib import Path

import datasets
import pytest

from textgan.catalogue import nothing_fetched
from textgan.errors import UserError
from textgan.hub import hub_table


def write_rows(folder: Path, word: str) -> str:
    folder.mkdir(exist_ok=True)
    (folder / "train.jsonl").write_text(f'{{"text": "{word}"}}\n')
    return str(folder)


def test_a_folder_is_read_anew_each_time(tmp_path: Path) -> None:
    for word in ("first", "other"):
        with hub_table(write_rows(tmp_path / "set", word)) as table:
            assert table["text"][:] == [word]


def test_progress_bars_are_as_before(tmp_path: Path) -> None:
    datasets.enable_progress_bars()
    with hub_table(write_rows(tmp_path / "set", "a")):
        assert datasets.is_progress_bar_enabled()


def test_what_cannot_be_loaded(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    def offline(name: str, **_: object) -> None:
        raise ConnectionError("no way\nto the hub")

    monkeypatch.setattr(datasets, "load_dataset", offline)
    with (
        pytest.raises(UserError, match=r"cannot load 'a/b' from the hub: no way$"),
        hub_table("a/b"),
    ):
        pass
    fetches_nothing = pytest.raises(UserError, match="a dry run fetches nothing")
    with nothing_fetched(), fetches_nothing, hub_table("a/b"):
        pass


def test_a_folder_whose_name_is_a_pattern(tmp_path: Path) -> None:
    with (
        pytest.raises(UserError, match="pattern; rename"),
        hub_table(write_rows(tmp_path / "a[1]", "a")),
    ):
        pass
