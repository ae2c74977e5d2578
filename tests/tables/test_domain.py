"""The record of table runs."""

from pathlib import Path

from textgan.tables.domain import TABLES


def test_a_file_takes_the_settings_for_a_file(tmp_path: Path) -> None:
    place = tmp_path / "mine.csv"
    place.write_text("x\n1\n")
    chosen = TABLES.choose(str(place))
    assert (chosen.table, chosen.network) == (str(place), TABLES.file.network)


def test_the_data_of_a_preset_is_loaded_as_when_a_run_is_opened_again() -> None:
    wine = TABLES.presets["wine"]
    loaded, again = TABLES.load(wine, ""), TABLES.reopen(wine, Path("any"))
    assert loaded.checksum == again.checksum


def test_few_columns_need_no_saliency() -> None:
    assert list(TABLES.views) == ["evolution", "layers", "latent"]
