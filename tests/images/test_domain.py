"""The record of image runs."""

from dataclasses import replace
from pathlib import Path

import pytest

from textgan.errors import UserError
from textgan.images.domain import IMAGES


def test_an_archive_takes_the_settings_for_a_file(tmp_path: Path) -> None:
    place = tmp_path / "mine.npz"
    with pytest.raises(UserError, match="no file of that name was found"):
        IMAGES.choose(str(place))
    place.touch()
    chosen = IMAGES.choose(str(place))
    assert (chosen.images, chosen.network) == (str(place), IMAGES.file.network)


@pytest.mark.parametrize("name", ["hub:a/b", "folder"])
def test_images_of_ones_own(name: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(tmp_path)
    (tmp_path / "folder").mkdir()
    chosen = IMAGES.choose(name)
    assert chosen == replace(IMAGES.file, images=name)


def test_the_digits_are_loaded_as_a_run_names_them() -> None:
    loaded = IMAGES.load(IMAGES.presets["digits"], "")
    again = IMAGES.reopen(IMAGES.presets["digits"], Path("any"))
    assert loaded.checksum == again.checksum
    assert loaded.shape == (8, 8, 1)  # type: ignore[attr-defined]
