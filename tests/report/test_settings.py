"""What was run: the settings that matter, and those in which runs differ."""

from pathlib import Path

from tests.report.folders import SETTINGS, read_run, write_run
from textgan.report.sections import Definitions, Table
from textgan.report.settings import differing_settings, settings_section
from textgan.report.shown import Shown


def test_settings_are_shown_with_their_meaning(tmp_path: Path) -> None:
    run = read_run(write_run(tmp_path / "run"))
    section = settings_section(Shown([run], [run]))
    (settings,) = (item for item in section.items if isinstance(item, Definitions))
    assert ("game.gamma", 0.5, "weight of that penalty") in settings.rows
    assert not any(isinstance(item, Table) for item in section.items)


def test_only_what_differs_is_compared(tmp_path: Path) -> None:
    changed = {"game": SETTINGS["game"] | {"gamma": 2}, "data": {"checksum": "c" * 64}}
    first = read_run(write_run(tmp_path / "first"))
    second = read_run(write_run(tmp_path / "second", settings=changed))
    assert differing_settings([first, second]) == [
        ("data.checksum", ["c0ffee…", f"{'c' * 12}…"]),
        ("data.words", [12, "not set"]),
        ("game.gamma", [0.5, 2]),
    ]
    section = settings_section(Shown([first, second], [first, second]))
    (table,) = (item for item in section.items if isinstance(item, Table))
    assert [row[0] for row in table.rows] == ["data.checksum", "data.words", "game.gamma"]
