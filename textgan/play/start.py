"""Chooses what the playground shows, and begins to load it."""

from pathlib import Path
from threading import Thread

from starlette.applications import Starlette

from textgan.domains import DOMAINS, kind_of
from textgan.play.conversation import PlaneAnswers, page_values, start_engine
from textgan.play.server import application
from textgan.play.trained import FIELDS, FURTHEST, SLIDERS, TrainedRun


def playground(run: Path | None, host: str) -> Starlette:
    """Return the application that shows a run, or the game in the plane.

    Raises:
        UserError: the folder holds no run with a game in it.
    """
    if run is None:
        Thread(target=start_engine, daemon=True).start()
        return application("plane.html.j2", page_values(), PlaneAnswers, host)
    domain = DOMAINS[kind_of(run, DOMAINS)]
    trained = TrainedRun(run, domain)
    values = {
        "name": run.resolve().name,
        "domain": domain,
        "fields": FIELDS,
        "start": {"seed": 1, "towards": 2, "share": 0, "truncation": 1},
        "sliders": SLIDERS,
        "furthest": FURTHEST,
    }
    return application("run.html.j2", values, lambda: trained, host)
