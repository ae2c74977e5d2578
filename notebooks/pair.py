"""Write every notebook from its text: `python notebooks/pair.py`, after each change.

A notebook is written as `NN_name.py` (jupytext's percent format), which is what is read, reviewed
and merged. Beside it stands `NN_name.ipynb`, for Colab and Jupyter: the same cells, without
outputs. The tests check that the two agree.
"""

from pathlib import Path

import jupytext
import nbformat

FOLDER = Path(__file__).parent


def texts() -> list[Path]:
    """Return the texts of all notebooks, in the order of the path."""
    return sorted(FOLDER.glob("[0-9][0-9]_*.py"))


def notebook_of(text: Path) -> nbformat.NotebookNode:
    """Read a text as a notebook without outputs; the same text gives the same notebook."""
    cells = jupytext.reads(text.read_text(encoding="utf-8"), "py:percent").cells
    for number, cell in enumerate(cells):
        cell.id = f"cell-{number}"
    kernel = {"name": "python3", "display_name": "Python 3", "language": "python"}
    notebook = nbformat.v4.new_notebook(cells=cells, metadata={"kernelspec": kernel})
    nbformat.validate(notebook)
    return notebook


def ipynb_of(text: Path) -> str:
    """Return the file that belongs beside a text."""
    return nbformat.writes(notebook_of(text)) + "\n"


if __name__ == "__main__":
    for text in texts():
        text.with_suffix(".ipynb").write_text(ipynb_of(text), encoding="utf-8")
