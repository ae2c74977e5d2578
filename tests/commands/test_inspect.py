"""textgan inspect: it writes a page into the run."""

import shutil
from pathlib import Path

import keras
import pytest

from tests.commands.conftest import DATA, Command


@pytest.mark.skipif(
    keras.backend.backend() != "tensorflow", reason="the run was trained with TensorFlow"
)
def test_it_writes_a_page(textgan: Command, tmp_path: Path) -> None:
    run = tmp_path / "run"
    shutil.copytree(DATA / "table", run)
    ending = textgan("inspect", run, "--what", "convergence")
    assert ending == (0, f"wrote {run / 'inspection.html'}\n", "")
    assert 'id="convergence"' in (run / "inspection.html").read_text()


def test_what_it_refuses(textgan: Command, tmp_path: Path) -> None:
    for words, message in (
        ((tmp_path,), "is not a run folder"),
        ((tmp_path, "--what", "souls"), "invalid choice 'souls'"),
        ((), "Missing"),
    ):
        ending = textgan("inspect", *words)
        assert (ending.status, ending.stderr.count("\n")) == (2, 1)
        assert message in ending.stderr
