"""Write one self-contained HTML page on a run, or on several side by side.

    python scripts/report.py RUN [RUN ...] [--out FILE] [--frontier FILE] [--with-real]

It reads the run folders and trains nothing. Runs that differ in some settings and the seed are
compared over seeds; text beside images gets a section on what differs between pixels and words.
Where the corpus of a run is at hand, unchanged, the page says how near each sample is to a training
sentence. So that it can be passed on, it shows no real sentence or row, nor a sample that is one
word for word, unless --with-real asks for it. Without the corpus no copy can be told.
"""

from pathlib import Path

import tyro

from textgan.command_line import run_script
from textgan.domains import KINDS
from textgan.errors import UserError
from textgan.gan.run_folder import RunFolder, read_config
from textgan.report.page import write_report
from textgan.report.run import read_frontier, read_run


def main(
    runs: tyro.conf.Positional[tuple[Path, ...]],
    out: Path | None = None,
    frontier: Path | None = None,
    with_real: bool = False,
) -> None:
    """Write the report.

    Args:
        runs: folders of runs.
        out: the page; default report.html in the first run's folder.
        frontier: what mle_frontier.py --json wrote; default mle_frontier.json in a run's folder.
        with_real: also show the real sentences that samples are nearest to, and the real rows that
            runs of tables hold.
    """
    if not runs:
        raise UserError("give at least one run folder")
    for run in runs:
        _measure(run, with_real)
    opened = [read_run(run, KINDS) for run in runs]
    page = out or runs[0] / RunFolder.REPORT
    curve = read_frontier(frontier) if frontier else None
    for run in opened:
        if with_real and run.pictures and not run.pictures.with_real:
            again = f"python scripts/evaluate_table.py {run.path} --with-real"
            print(f"{run.path} holds no real rows to show; to keep some: {again}")
    write_report(opened, page, curve, with_real)
    print(f"wrote {page}")


def _measure(run: Path, with_real: bool) -> None:
    """Set the samples of a text run beside its training text, if that can be loaded."""
    from textgan.text.neighbours import write_neighbours

    if read_config(run)["settings"].get("kind") == "text":
        try:
            write_neighbours(run, with_real)
        except UserError as error:
            print(f"without the nearest training sentences: {error}")


if __name__ == "__main__":
    run_script(main, __doc__)
