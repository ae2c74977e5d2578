"""Both evaluations run on the backend that is asked for."""

from pathlib import Path
from typing import Any

import pytest

from tests.scripts.conftest import Script
from textgan.commands import evaluate
from textgan.errors import UserError

DATA = Path(__file__).parents[1] / "data"


@pytest.mark.parametrize(
    ("name", "run"), [("evaluate_text.py", "text"), ("evaluate_table.py", "table")]
)
@pytest.mark.parametrize("backend", ["jax", "tensorflow"])
def test_the_backend_is_what_was_asked_for(
    script: Script, monkeypatch: Any, name: str, run: str, backend: str
) -> None:
    def use_backend(asked: str) -> None:
        raise UserError(f"asked for {asked}")

    monkeypatch.setattr(evaluate, "use_backend", use_backend)
    ending = script(name, DATA / run, "--backend", backend)
    assert (ending.status, ending.stderr) == (2, f"error: asked for {backend}\n")


@pytest.mark.parametrize("name", ["evaluate_text.py", "evaluate_table.py"])
def test_help_tells_of_every_option_by_its_own_name(script: Script, name: str) -> None:
    ending = script(name, "--help")
    assert ending.status == 0
    assert "--backend" in ending.stdout
    assert "--settings" not in ending.stdout
