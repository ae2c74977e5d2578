"""Run folders: who may write in one, what is read back, and what a kill leaves behind."""

import json
import os
import subprocess
import sys
from math import inf, nan
from pathlib import Path
from typing import Any

import pytest

from textgan.errors import UserError
from textgan.gan.run_folder import (
    RunFolder,
    read_config,
    read_telemetry,
)

SETTINGS: dict[str, Any] = {"seed": 1, "game": {"gamma": 0.5, "betas": (0.0, 0.99)}}


def test_the_same_settings_open_a_run_again(tmp_path: Path) -> None:
    run = RunFolder(tmp_path / "deep" / "run", SETTINGS, {"words": 3})
    run.log({"step": 1})
    RunFolder(run.path, SETTINGS, {"words": 3})
    config = read_config(run.path)
    assert config["settings"] == {"seed": 1, "game": {"gamma": 0.5, "betas": [0.0, 0.99]}}
    assert config["notes"] == {"words": 3}
    environment = config["environment"]
    assert {"textgan", "python", "keras", "numpy", "commit"} <= environment.keys()
    assert environment["cores"] == len(os.sched_getaffinity(0))
    assert environment["processor"] is None or environment["processor"].strip()
    assert read_telemetry(run.path) == [{"step": 1}]


@pytest.mark.parametrize(
    ("other", "message"),
    [
        ({**SETTINGS, "seed": 2}, r"seed was 1, is now 2"),
        ({"seed": 1, "game": {"gamma": 1.0, "betas": (0.0, 0.99)}}, r"game.gamma was 0.5, is now"),
        ({**SETTINGS, "extra": True}, r"extra was None, is now True"),
    ],
)
def test_other_settings_are_refused(tmp_path: Path, other: dict[str, Any], message: str) -> None:
    RunFolder(tmp_path, SETTINGS, {})
    with pytest.raises(UserError, match=message):
        RunFolder(tmp_path, other, {})


def test_two_processes_do_not_train_in_one_folder(tmp_path: Path) -> None:
    code = (
        "import sys, pathlib; from textgan.gan.run_folder import RunFolder\n"
        "RunFolder(pathlib.Path(sys.argv[1]), {'seed': 1}, {}); print('open', flush=True)\n"
        "sys.stdin.read()"
    )
    command = [sys.executable, "-c", code, str(tmp_path / "run")]
    with subprocess.Popen(
        command, stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True
    ) as other:
        assert other.stdout is not None
        assert other.stdout.readline() == "open\n"
        with pytest.raises(UserError, match=r"another process is training in .*run") as caught:
            RunFolder(tmp_path / "run", {"seed": 1}, {})
        assert "\n" not in str(caught.value)
        other.kill()
    for _ in range(2):  # the same process may open it again
        RunFolder(tmp_path / "run", {"seed": 1}, {})


def test_what_a_kill_left_half_written_is_removed(tmp_path: Path) -> None:
    run = RunFolder(tmp_path, SETTINGS, {})
    for folder in (run.samples, run.model):
        (folder / ".words.txt.123.partial").write_text("ha")
        (folder / "words.txt").write_text("whole")
    RunFolder(tmp_path, SETTINGS, {})
    for folder in (run.samples, run.model):
        assert [path.name for path in folder.iterdir()] == ["words.txt"]


def test_a_folder_of_something_else_is_left_alone(tmp_path: Path) -> None:
    (tmp_path / "thesis.txt").write_text("years of work")
    with pytest.raises(UserError, match="not empty and holds no run"):
        RunFolder(tmp_path, SETTINGS, {})
    assert [entry.name for entry in tmp_path.iterdir()] == ["thesis.txt"]


def test_a_run_killed_while_it_began_can_begin_again(tmp_path: Path) -> None:
    (tmp_path / ".config.json.123.partial").write_text('{"settings": {"se')
    (tmp_path / ".report.html.123.partial").write_text("another command writes this now")
    RunFolder(tmp_path, SETTINGS, {})
    assert [path.name for path in tmp_path.glob("*.partial")] == [".report.html.123.partial"]
    assert read_config(tmp_path)["settings"]["seed"] == 1


@pytest.mark.parametrize("place", ["/proc/run", "file/run", "file"])
def test_a_place_that_cannot_be_written(tmp_path: Path, place: str) -> None:
    (tmp_path / "file").write_text("")
    with pytest.raises(UserError, match="cannot write the run folder"):
        RunFolder(tmp_path / place, SETTINGS, {})


@pytest.mark.parametrize("content", ["", "{", "[]", '{"settings": 3}', "\0\xff"])
def test_damaged_configuration(tmp_path: Path, content: str) -> None:
    (tmp_path / "config.json").write_bytes(content.encode("latin-1"))
    with pytest.raises(UserError, match=r"config\.json") as caught:
        RunFolder(tmp_path, SETTINGS, {})
    assert "\n" not in str(caught.value)


def test_no_run(tmp_path: Path) -> None:
    with pytest.raises(UserError, match="is not a run folder"):
        read_config(tmp_path / "nowhere")


def test_a_machine_without_git(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("PATH", str(tmp_path))
    RunFolder(tmp_path / "run", SETTINGS, {})
    assert read_config(tmp_path / "run")["environment"]["commit"] is None


def test_telemetry_leaves_out_a_line_cut_by_a_kill(tmp_path: Path) -> None:
    run = RunFolder(tmp_path, SETTINGS, {})
    assert read_telemetry(tmp_path) == []
    rows = [{"step": step, "loss": 0.1 * step} for step in (1, 2, 3)]
    for row in rows:
        run.log(row)
    path = tmp_path / "telemetry.jsonl"
    path.write_text(path.read_text()[:-9])
    assert read_telemetry(tmp_path) == rows[:2]
    run.forget_after(1)
    run.log(rows[1])
    assert [json.loads(line) for line in path.read_text().splitlines()] == rows[:2]


@pytest.mark.parametrize(
    "line", ["not JSON", "[1]", "3", '{"loss": 1}', '{"step": "1"}', "[" * 10**5]
)
def test_a_line_that_no_kill_left(tmp_path: Path, line: str) -> None:
    run = RunFolder(tmp_path, SETTINGS, {})
    place = tmp_path / "telemetry.jsonl"
    place.write_text(f'{{"step": 1}}\n{line}\n{{"step": 3}}\n')
    before = place.read_bytes()
    for read in (lambda: read_telemetry(tmp_path), lambda: run.forget_after(3)):
        with pytest.raises(UserError, match=r"telemetry\.jsonl, line 2: ") as caught:
            read()
        assert "\n" not in str(caught.value)
    assert place.read_bytes() == before


def test_telemetry_is_json_whatever_is_logged(tmp_path: Path) -> None:
    run = RunFolder(tmp_path, SETTINGS, {})
    run.log({"step": 1, "win_rate": nan, "score": -inf, "gap": 0.5})
    text = (tmp_path / "telemetry.jsonl").read_text()
    assert text == '{"step": 1, "win_rate": null, "score": null, "gap": 0.5}\n'
    assert run.forget_after(1) == [json.loads(text)]


def test_endings_say_how_to_go_on(tmp_path: Path) -> None:
    run = RunFolder(tmp_path, SETTINGS, {})
    full = OSError(28, "No space left on device", "a")
    message = r"cannot write to a: No space left.*the same command"
    with pytest.raises(UserError, match=message), run.one_line_endings():
        raise full
    with pytest.raises(KeyboardInterrupt, match="the same command again"), run.one_line_endings():
        raise KeyboardInterrupt
