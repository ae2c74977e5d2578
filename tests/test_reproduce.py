"""The scripts of `reproduce/`: what they call is there, and takes the options that they give it."""

import os
import re
import runpy
import subprocess
import sys
from pathlib import Path

import pytest

from docs.hooks import script_header
from textgan import command_line
from textgan.commands import evaluate, sweep, train

ROOT = Path(__file__).parents[1]
SCRIPTS = sorted((ROOT / "reproduce").glob("*.sh"))
TEXTS = [ROOT / "README.md", *sorted((ROOT / "docs").rglob("*.md"))]


def commands(script: Path, folder: Path) -> list[list[str]]:
    """Run a script with a `python` that only writes down what it is called with."""
    python, called = folder / "python", folder / "called"
    python.write_text("#!/bin/sh\nprintf '%s\\n' \"$@\" '' >> \"$CALLED\"\n")
    python.chmod(0o755)
    path = f"{folder}{os.pathsep}{os.environ['PATH']}"
    environment = {"PATH": path, "CALLED": str(called), "SEEDS": "7"}
    subprocess.run(["bash", script], env=os.environ | environment, cwd=folder, check=True)
    lines = called.read_text("utf-8").strip("\n").split("\n\n")
    return [line.split("\n") for line in lines]


def check(command: list[str], folder: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """Let a script read its options, and leave it there; a training leaves its folder."""
    parse = command_line.parse

    def read(*values: object, **options: object) -> None:
        parse(*values, **options)  # type: ignore[arg-type]
        raise SystemExit(0)

    with monkeypatch.context() as patch:
        for module in (command_line, evaluate, sweep, train):
            patch.setattr(module, "parse", read)
        patch.setattr(sys, "argv", command)
        patch.chdir(folder)
        with pytest.raises(SystemExit) as left:
            runpy.run_path(str(ROOT / command[0]), run_name="__main__")
    assert left.value.code == 0, command
    for option in {"--run-dir", "--sweep-dir"} & set(command):
        (folder / command[command.index(option) + 1]).mkdir(parents=True, exist_ok=True)


@pytest.mark.parametrize("script", SCRIPTS, ids=lambda path: path.stem)
def test_every_command_is_accepted(
    script: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    found = commands(script, tmp_path)
    assert found
    for command in found:
        check(command, tmp_path, monkeypatch)


def test_an_option_that_there_is_not_is_noticed(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    with pytest.raises(AssertionError):
        check(["scripts/train_image_gan.py", "mnist", "--magic", "3"], tmp_path, monkeypatch)


@pytest.mark.parametrize("script", SCRIPTS, ids=lambda path: path.stem)
def test_a_script_says_what_it_makes_and_stops_at_a_mistake(script: Path) -> None:
    text = script.read_text("utf-8")
    makes, takes, leaves = script_header(text)
    assert makes.endswith(".") and re.search("second|minute|hour", takes) and leaves.endswith(".")
    assert "\nset -euo pipefail\n" in text
    assert ("SEEDS" in makes) == ("${SEEDS" in text)
    subprocess.run(["bash", "-n", script], check=True)


def test_each_table_and_figure_has_its_script_and_each_script_its_place() -> None:
    named = {
        name for text in TEXTS for name in re.findall(r"reproduce/(\w+\.sh)", text.read_text())
    }
    assert named == {script.name for script in SCRIPTS}


@pytest.mark.parametrize("script", SCRIPTS, ids=lambda path: path.stem)
def test_the_pages_that_a_script_works_for_name_it_or_show_its_picture(script: Path) -> None:
    makes = script_header(script.read_text("utf-8"))[0]
    for page in re.findall(r"(?:docs/)?\w+\.md", makes):
        assert (ROOT / page).is_file(), page
    for picture in re.findall(r"(?<![\w])[a-z]\w*\.(?:png|gif)", makes):
        assert (ROOT / "docs" / picture).is_file(), picture
