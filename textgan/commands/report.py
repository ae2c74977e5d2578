"""Write one self-contained HTML page on a run, or on several side by side.

    textgan report RUN [RUN ...] [--out FILE] [--frontier FILE] [--with-real]

It reads the run folders; it trains and measures nothing. Runs that differ in some settings and the
seed are compared over seeds, and the folder of a sweep stands for all its runs; text beside images
gets a section on what differs between pixels and words. So that the page can be passed on, it shows
no real sentence or row, nor a sample that is one word for word, unless --with-real asks for it; of
a text run nobody has looked for copies before it was trained to its end or evaluated.
"""

from collections.abc import Sequence
from pathlib import Path
from shlex import quote

import tyro

from textgan.command_line import run_script
from textgan.domains import KINDS
from textgan.gan.run_folder import RunFolder


def run(arguments: Sequence[str], prog: str) -> None:
    """Write the report that the arguments ask for."""
    run_script(report, __doc__, args=arguments, prog=prog)


def report(
    runs: tyro.conf.Positional[tuple[Path, ...]],
    out: Path | None = None,
    frontier: Path | None = None,
    with_real: bool = False,
) -> None:
    """Write the report.

    Args:
        runs: folders of runs, or of sweeps.
        out: the page; default report.html in the first run's folder.
        frontier: what mle_frontier.py --json wrote; default mle_frontier.json in a run's folder.
        with_real: also show the real sentences that samples are nearest to, and the real rows that
            runs of tables hold.
    """
    from textgan.report.page import write_report
    from textgan.report.run import read_frontier, read_run, run_folders

    opened = [read_run(run, KINDS) for given in runs for run in run_folders(given)]
    out = out or (runs[0] / RunFolder.REPORT if runs else None)
    curve = read_frontier(frontier) if frontier else None
    for run in opened:
        kept = run.pictures or run.neighbours
        if with_real and kept and not kept.with_real:
            again = f"textgan evaluate {quote(str(run.path))} --with-real"
            print(f"{run.path} holds no {run.domain.real} to show; to keep some: {again}")
    print(f"wrote {write_report(opened, out, curve, with_real)}")
