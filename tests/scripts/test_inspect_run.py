"""The inspection's command; what the pages hold is tested in tests/inspection/test_pages.py."""

import json
from pathlib import Path
from typing import Any

import keras
import pytest

from tests.scripts.conftest import Script


@pytest.fixture
def table_run(tmp_path: Path) -> Path:
    run = tmp_path / "run"
    run.mkdir()
    game = {"objective": "hinge"}
    settings = {"kind": "table", "backend": keras.backend.backend(), "game": game, "table": "wine"}
    (run / "config.json").write_text(json.dumps({"settings": settings}))
    rows = [
        {
            "step": step,
            "logit_gap": 1.0,
            "accuracy": 0.8,
            "discriminator_loss": 1.5,
            "generator_gradient": 1.0,
            **{
                f"{what}/generator/{layer}": 0.1
                for what in ("gradient", "update")
                for layer in "ab"
            },
        }
        for step in range(1, 9)
    ]
    (run / "telemetry.jsonl").write_text("".join(json.dumps(row) + "\n" for row in rows))
    return run


def test_of_a_table_run_it_shows_the_convergence(script: Script, table_run: Path) -> None:
    ending = script("inspect_run.py", table_run, "--what", "convergence")
    assert (ending.status, ending.stderr) == (0, "")
    assert ending.stdout == f"wrote {table_run / 'inspection.html'}\n"
    page = (table_run / "inspection.html").read_text()
    assert "Diagnosis: healthy. The gap of the logits is about 1.00" in page
    assert (table_run / "inspection" / "convergence_update.png").exists()


@pytest.mark.parametrize(
    "arguments, message",
    [
        (
            ("--what", "saliency"),
            "kind 'table', which has no section saliency; it has: convergence",
        ),
        (("--what", "souls"), "--what"),
        (("--sample", "x"), "--sample"),
    ],
)
def test_what_it_refuses(
    script: Script, table_run: Path, arguments: tuple[str, ...], message: str
) -> None:
    ending = script("inspect_run.py", table_run, *arguments)
    assert ending.status == 2
    assert ending.stderr.count("\n") == 1
    assert message in ending.stderr


@pytest.mark.parametrize(
    "change", [{}, {"game": {}}, {"game": {"objective": "chess"}}, {"kind": "language model"}]
)
def test_a_run_without_a_game(script: Script, table_run: Path, change: dict[str, Any]) -> None:
    place = table_run / "config.json"
    settings = json.loads(place.read_text())["settings"]
    del settings["game"]
    settings |= change
    place.write_text(json.dumps({"settings": settings}))
    ending = script("inspect_run.py", table_run)
    assert (ending.status, ending.stderr.count("\n")) == (2, 1)
    assert f"{table_run} is a run of kind {settings['kind']!r}" in ending.stderr
    assert "no game of two networks" in ending.stderr


def test_a_folder_that_is_no_run(script: Script, tmp_path: Path) -> None:
    ending = script("inspect_run.py", tmp_path)
    assert ending.status == 2
    assert ending.stderr == f"error: {tmp_path} is not a run folder: it has no config.json\n"
