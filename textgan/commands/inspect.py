"""Look into the networks of a run: how they converged, and what each layer holds.

    textgan inspect RUN [--what PART] [--sample N] [--layer NAME]

It writes inspection.html, one self-contained page, and its pictures (PNG, GIF) in inspection/,
into the run folder. It needs that folder and the data that its configuration names.
"""

from collections.abc import Sequence
from pathlib import Path
from typing import Literal

import tyro

from textgan.backend import use_backend
from textgan.command_line import run_script
from textgan.domains import DOMAINS
from textgan.gan.run_folder import read_config


def run(arguments: Sequence[str], prog: str) -> None:
    """Inspect the run that the arguments name."""
    run_script(inspect, __doc__, args=arguments, prog=prog)


def inspect(
    run: tyro.conf.Positional[Path],
    what: Literal["all", "convergence", "evolution", "layers", "saliency", "latent"] = "all",
    sample: int = 0,
    layer: str | None = None,
) -> None:
    """Inspect a run.

    Args:
        run: folder of a text, image or table run.
        what: which section; by default all that runs of its kind have.
        sample: number of the fixed noise vector that is shown throughout.
        layer: name of a layer of the discriminator, for Grad-CAM, or of the generator, for
            ablation.
    """
    # What the run was trained on: the state of the optimizers differs between backends.
    jax = read_config(run)["settings"].get("backend") == "jax"
    use_backend("jax" if jax else "tensorflow")
    from textgan.inspection.pages import PARTS, inspect_run

    page = inspect_run(run, DOMAINS, PARTS if what == "all" else (what,), sample, layer)
    print(f"wrote {page}")
