"""textgan sweep: what its command line decides; a sweep itself is in tests/test_sweeps.py."""

import sys
from pathlib import Path

import pytest

from tests.commands.conftest import BACKEND, Command
from textgan.commands import sweep as command
from textgan.domains import PLURALS
from textgan.errors import UserError

TABLES = PLURALS["tables"]
WINE = TABLES.presets["wine"]


def test_settings_are_those_of_the_preset_but_for_what_is_given() -> None:
    options = ["--over", "gamma=1,2", "--seeds", "4", "5", "--batch-size", "7"]
    asked = command.parse_sweep(WINE, Path("runs/sweeps/wine"), options, "textgan sweep tables")
    assert (asked.over, asked.seeds, asked.sweep_dir) == (
        ("gamma=1,2",),
        (4, 5),
        Path("runs/sweeps/wine"),
    )
    assert asked.settings.game.batch_size == 7
    assert asked.settings.game.gamma == WINE.game.gamma


@pytest.mark.parametrize(
    ("arguments", "said"),
    [
        (("music", "--over", "gamma=1,2"), "name text, images, tables first"),
        (("tables", "wine", "--over", "gama=1,2"), "gama"),
    ],
)
def test_bad_input_ends_in_one_line(
    textgan: Command, tmp_path: Path, arguments: tuple[str, ...], said: str
) -> None:
    ending = textgan("sweep", *arguments, "--sweep-dir", tmp_path / "sweep", *BACKEND)
    assert ending.status == 2
    assert said in ending.stderr and ending.stderr.count("\n") == 1


def test_without_optuna(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    monkeypatch.setitem(sys.modules, "optuna", None)
    asked = command.Sweeping(tmp_path, WINE, ("gamma=1,2",))
    with pytest.raises(UserError, match=r"pip install 'textgan\[sweep\]'"):
        command.sweep(TABLES, asked)
