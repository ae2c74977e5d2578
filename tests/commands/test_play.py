"""textgan play: what it refuses. What it serves is tested in tests/play."""

import sys
from pathlib import Path

import pytest

from tests.commands.conftest import Command


def test_what_it_refuses(textgan: Command, tmp_path: Path) -> None:
    pytest.importorskip("uvicorn", reason="the extra `play` is not installed")
    for words, message in (
        (("--port", "many"), "many"),
        (("--port", 99999), "cannot listen at 127.0.0.1, port 99999"),
        ((tmp_path,), "is not a run folder"),
    ):
        ending = textgan("play", *words)
        assert (ending.status, ending.stdout, ending.stderr.count("\n")) == (2, "", 1)
        assert message in ending.stderr


def test_without_the_extra(textgan: Command, monkeypatch: pytest.MonkeyPatch) -> None:
    for name in [name for name in sys.modules if name.startswith("textgan.play.s")]:
        monkeypatch.delitem(sys.modules, name)
    monkeypatch.setitem(sys.modules, "uvicorn", None)
    ending = textgan("play")
    assert (ending.status, ending.stdout, ending.stderr.count("\n")) == (2, "", 1)
    assert "needs uvicorn, which is not installed; pip install 'textgan[play]'" in ending.stderr
