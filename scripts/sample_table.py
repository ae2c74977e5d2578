"""Sample rows from a trained run: scripts/sample_table.py RUN -n N --seed S [--out FILE].

As CSV with the columns of the table it learned, in their order and of their types.
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
    backend: BackendName = "tensorflow",
) -> None:
    """Write rows; the same seed gives the same rows.

    Args:
        run: folder of a table run.
        n: how many rows.
        seed: of the noise.
        where: `column=category` that every row must have.
        out: file to write; default the terminal.
        backend: what Keras runs on.
    """
    if n < 1 or seed < 0:
        raise UserError(f"-n {n} --seed {seed}: n must be at least 1, the seed 0")
    if not all("=" in pair for pair in where):
        raise UserError(f"--where {' '.join(where)}: write it as column=category")
    wanted = {name: value for name, _, value in (pair.partition("=") for pair in where)}
    use_backend(backend)
    from textgan.tables.model import TableModel
    from textgan.tables.reading import csv_pieces

    pieces = csv_pieces(TableModel.load(run).stream(n, seed, wanted))
    with open_output(out) as file:
        file.writelines(pieces)


if __name__ == "__main__":
    run_script(main, __doc__)
