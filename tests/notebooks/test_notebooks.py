"""Every notebook keeps the form of the path, and runs from top to bottom without network or data.

What a notebook claims it asserts itself, in the cell below the claim: running it is testing it.
`KERAS_BACKEND=jax` runs them all on JAX, by the one line that a reader would change.
"""

import os
import re
from pathlib import Path

import nbformat
import pytest
from nbclient import NotebookClient

from notebooks.pair import FOLDER, ipynb_of, notebook_of, texts

each = pytest.mark.parametrize("text", texts(), ids=lambda text: text.stem)

LONGEST = 40  # lines of output that fit a screen
BACKEND_LINE = 'BACKEND = "tensorflow"'
NOWHERE = "http://127.0.0.1:9"


@each
def test_the_two_files_agree(text: Path) -> None:
    assert text.with_suffix(".ipynb").read_text(encoding="utf-8") == ipynb_of(text), (
        "run python notebooks/pair.py"
    )


@each
def test_form(text: Path) -> None:
    notebook = notebook_of(text)
    kinds = [cell.cell_type for cell in notebook.cells]
    for before, kind in zip([None, *kinds], kinds, strict=False):
        assert kind == "markdown" or before == "markdown", "a code cell without a sentence before"
    opening, setup = notebook.cells[:2]
    assert re.match(r"# \d+\. \w", opening.source)
    assert "you will be able to" in opening.source
    assert re.search(r"\*\*Time\.\*\* .*minute", opening.source)
    assert 'os.environ["TEXTGAN_SOURCE"]' in setup.source and "google.colab" in setup.source
    assert text.read_text(encoding="utf-8").count("assert ") >= 3
    *_, exercises, reading = notebook.cells
    assert exercises.source.startswith("## Exercises")
    assert exercises.source.count("<details>") == exercises.source.count("</details>") >= 2
    assert reading.source.startswith("## What to read")
    assert len(re.findall(r"\b(?:19|20)\d\d\b", reading.source)) >= 2


@each
def test_runs_and_keeps_its_promises(
    text: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.delenv("TEXTGAN_DATA", raising=False)
    monkeypatch.setenv("HF_HUB_OFFLINE", "1")
    for name in ("http_proxy", "https_proxy", "all_proxy"):
        monkeypatch.setenv(name, NOWHERE)
    notebook = notebook_of(text)
    backend = os.environ["KERAS_BACKEND"]
    for cell in notebook.cells:
        cell.source = cell.source.replace(BACKEND_LINE, f'BACKEND = "{backend}"')

    NotebookClient(
        notebook,
        timeout=900,
        kernel_name="python3",
        resources={"metadata": {"path": str(tmp_path)}},
    ).execute()

    for cell in notebook.cells:
        if cell.cell_type == "code":
            _check_outputs(cell)
    assert any("image/png" in output.get("data", {}) for output in _outputs(notebook))


def _outputs(notebook: nbformat.NotebookNode) -> list[nbformat.NotebookNode]:
    return [output for cell in notebook.cells for output in cell.get("outputs", [])]


def _check_outputs(cell: nbformat.NotebookNode) -> None:
    lines = 0
    for output in cell.outputs:
        assert output.get("name") != "stderr", f"noise on stderr: {output.text[:300]}"
        shown = output.get("text", "") or output.get("data", {}).get("text/plain", "")
        assert not re.search("warning", shown, re.IGNORECASE), shown[:300]
        lines += 0 if "image/png" in output.get("data", {}) else len(shown.splitlines())
    assert lines <= LONGEST, f"{lines} lines of output below: {cell.source[:80]}"


def test_every_notebook_has_a_text() -> None:
    assert {path.stem for path in FOLDER.glob("*.ipynb")} == {path.stem for path in texts()}
