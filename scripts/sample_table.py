"""Sample rows from a trained run: scripts/sample_table.py RUN -n N --seed S [--out FILE].

As CSV with the columns of the table it learned, in their order and of their types. Texts that a
spreadsheet would run as formulas (those that begin with = + - @, a tab or a carriage return) get an
apostrophe before them, which is taken away where the file is read by textgan; `--formulas` leaves
them as they are.
"""

from pathlib import Path
from typing import Annotated

import tyro

from textgan.backend import BackendName, use_backend
from textgan.command_line import run_script
from textgan.errors import UserError
from textgan.files import open_output


def main(
    run: tyro.conf.Positional[Path],
    n: Annotated[int, tyro.conf.arg(aliases=["-n"])] = 10,
    seed: int = 1,
    where: tuple[str, ...] = (),
    out: Path | None = None,
    formulas: bool = False,
    backend: BackendName = "tensorflow",
) -> None:
    """Write rows; the same seed gives the same rows.

    Args:
        run: folder of a table run.
        n: how many rows.
        seed: of the noise.
        where: `column=category` that every row must have.
        out: file to write; default the terminal.
        formulas: write texts that begin a formula as they are.
        backend: what Keras runs on.
    """
    if n < 1 or seed < 0:
        raise UserError(f"-n {n} --seed {seed}: n must be at least 1, the seed 0")
    use_backend(backend)
    from textgan.tables.columns import parse_where
    from textgan.tables.csv_files import csv_pieces
    from textgan.tables.model import TableModel

    model = TableModel.load(run)
    rows = model.stream(n, seed, parse_where(where, model.format.columns))
    pieces = csv_pieces(rows, formulas)
    with open_output(out) as file:
        file.writelines(pieces)


if __name__ == "__main__":
    run_script(main, __doc__)
