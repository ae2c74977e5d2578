"""What a kind of run is: records that load nothing before they are used."""

import json
import subprocess
import sys
from dataclasses import asdict
from importlib import import_module
from operator import attrgetter
from pathlib import Path

import pytest

from textgan.commands.main import COMMANDS
from textgan.domain import read_settings
from textgan.domains import DOMAINS, KINDS, PLURALS

PACKAGE = Path(__file__).parents[1] / "textgan"


def test_the_records_load_neither_keras_nor_a_library_for_tables() -> None:
    look = (
        "import sys, textgan.domains; print({'keras', 'tensorflow', 'pandas'} & set(sys.modules))"
    )
    said = subprocess.run([sys.executable, "-c", look], capture_output=True, text=True, check=True)
    assert said.stdout == "set()\n"


@pytest.mark.parametrize("name", DOMAINS)
def test_settings_are_read_back(name: str) -> None:
    domain = DOMAINS[name]
    assert domain.name == name
    for settings in (*domain.presets.values(), domain.file):
        assert isinstance(settings, domain.settings)
        stored = json.loads(json.dumps({"kind": name, "seed": 3, **asdict(settings)}))
        assert read_settings(domain.settings, stored) == settings


@pytest.mark.parametrize("name", DOMAINS)
def test_settings_of_other_versions(name: str) -> None:
    """What an earlier one lacked is at its default; what a later one has in a part is refused."""
    record = DOMAINS[name].settings
    stored = json.loads(json.dumps(asdict(record())))
    del stored["network"], stored["game"]["gamma"]
    assert read_settings(record, stored) == record()
    stored["loop"]["magic"] = 3
    with pytest.raises(TypeError, match="magic"):
        read_settings(record, stored)


@pytest.mark.parametrize("name", KINDS)
def test_the_commands_of_a_kind_are_those_that_there_are(name: str) -> None:
    kind = KINDS[name]
    commands = [line.split() for line in (kind.training, kind.sampling, kind.evaluating) if line]
    assert len(commands) >= 2
    for program, command, *rest in commands:
        assert program == "textgan" and command in COMMANDS
        assert command != "train" or rest[0] in PLURALS


@pytest.mark.parametrize("name", DOMAINS)
def test_the_setting_that_names_the_data_is_one(name: str) -> None:
    assert DOMAINS[name].data in asdict(DOMAINS[name].file)


@pytest.mark.parametrize("folder", ["report", "inspection", "gan", "metrics"])
def test_no_kind_of_run_is_imported_below_it(folder: str) -> None:
    for file in (PACKAGE / folder).glob("*.py"):
        for kind in ("text", "images", "tables", "domains"):
            assert f"textgan.{kind}" not in _imports(file.read_text()), file


def _imports(source: str) -> str:
    lines = (line.strip() for line in source.splitlines())
    return "\n".join(line for line in lines if line.startswith(("import ", "from ")))


@pytest.mark.parametrize("name", DOMAINS)
def test_what_is_loaded_later_is_there(name: str) -> None:
    """`later` names what it stands for, so that no name in a record is wrong."""
    domain = DOMAINS[name]
    stand_ins = [domain.subject, domain.model, domain.opened, *domain.views.values()]
    for stand_in in stand_ins:
        module, _, member = str(stand_in.__doc__).partition(":")
        assert callable(attrgetter(member)(import_module(module)))
