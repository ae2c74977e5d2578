"""Runs opened again: of the kind that is asked for, with the data that they learned."""

import json
import shutil
from pathlib import Path

import pytest

from textgan.errors import UserError
from textgan.images.domain import IMAGES
from textgan.runs import plan_run, reopen
from textgan.tables.domain import TABLES

DATA = Path(__file__).parent / "data"


@pytest.fixture(autouse=True)
def folder(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """Work in a copy: the run names its table by a path beside it."""
    shutil.copytree(DATA / "table", tmp_path / "table")
    shutil.copy(DATA / "trees.csv", tmp_path)
    monkeypatch.chdir(tmp_path)


def test_a_run_is_opened_with_its_settings_and_its_data() -> None:
    subject = reopen(Path("table"), TABLES)
    assert subject.notes["training_rows"] == subject.count == 105
    assert subject.notes["test_rows"] == 30
    assert subject.game.settings.batch_size == 8


def test_a_run_of_another_kind() -> None:
    with pytest.raises(UserError, match="table is a run of kind 'table', not 'image'"):
        reopen(Path("table"), IMAGES)


def test_data_that_has_changed() -> None:
    lines = Path("trees.csv").read_text().splitlines()
    Path("trees.csv").write_text("\n".join(lines[:-1]) + "\n")
    with pytest.raises(UserError, match="its checksum differs"):
        reopen(Path("table"), TABLES)


def test_a_run_of_a_later_version() -> None:
    place = Path("table/config.json")
    config = json.loads(place.read_text())
    config["settings"]["network"]["magic"] = 3
    place.write_text(json.dumps(config))
    with pytest.raises(UserError, match=r"another version of textgan \(.*magic"):
        reopen(Path("table"), TABLES)


def test_a_plan_names_settings_data_and_cost_and_writes_nothing() -> None:
    settings = TABLES.choose("trees.csv")
    lines = list(plan_run(TABLES, settings, Path("new"), seed=5))
    assert lines[0].startswith("would train in new, seed 5, backend ")
    assert "  game.batch_size                 64" in lines
    assert "data: table trees.csv" in lines
    assert lines[-1] == "1,500 steps of 64 rows: 914.3 times through 105"
    assert not Path("new").exists()
