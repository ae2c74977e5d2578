"""Look into the networks of a run: how they converged, and what each layer holds.

    python scripts/inspect_run.py RUN [--what PART] [--sample N] [--layer NAME]

It writes inspection.html, one self-contained page, and its pictures (PNG, GIF) in inspection/,
into the run folder. It needs that folder and the data that its configuration names.
"""

from textgan.command_line import run_script
from textgan.commands.inspect import inspect

if __name__ == "__main__":
    run_script(inspect, __doc__)
