"""A trained run, asked: noise in, a sample and what the discriminator thinks of it out.

A question holds all that decides its answer, so visitors share the opened run and nothing is kept
of them. The networks are those of the newest checkpoint.
"""

from collections.abc import Mapping
from contextlib import suppress
from dataclasses import dataclass
from functools import cached_property
from pathlib import Path
from threading import Lock, Thread
from typing import Any, Protocol

import numpy as np

from textgan.domain import Domain, later
from textgan.errors import UserError
from textgan.gan.run_folder import read_config
from textgan.play.conversation import start_engine
from textgan.play.fields import Field, FieldError

STEPS = 9  # samples on the way from one seed to another
SLIDERS = 8  # of the noise, side by side
FURTHEST = 3.0  # of a slider, in standard deviations
SEEDS = {"least": 0, "most": 2**31 - 1, "whole": True}
FIELDS = (
    Field("seed", "Seed", "Of the noise, 0 to 2,147,483,647.", **SEEDS),
    Field("towards", "Second seed", "Where the way leads to.", **SEEDS),
    Field("share", "On the way to the second", "Along a great circle.", step=0.01),
    Field(
        "truncation",
        "Truncation",
        "Scale of the noise: below 1 samples are more usual and more alike.",
        most=1.5,
        step=0.05,
    ),
)
SHOWS = {
    "text": later("textgan.play.sentences:SentenceShow"),
    "image": later("textgan.play.pictures:ImageShow"),
    "table": later("textgan.play.rows:RowShow"),
}


@dataclass(frozen=True, eq=False)
class WantedNoise:
    """The noise that is asked for.

    Attributes:
        noise: (1, noise) of the sample.
        way: (step, noise) all along the way from the first seed to the second.
        condition: (1, condition) of all of them.
        numbers: (noise,) of the sample before truncation.
        seed: the first.
    """

    noise: np.ndarray
    way: np.ndarray
    condition: np.ndarray
    numbers: np.ndarray
    seed: int


class Show(Protocol):
    """Shows the samples of a kind of run."""

    def about(self) -> dict[str, Any]:
        """Return what the page is to know before anything is asked."""
        ...

    def make(self, asked: WantedNoise) -> dict[str, Any]:
        """Return what the generator makes of noise."""
        ...

    def judge(self, asked: WantedNoise, question: Mapping[str, Any]) -> dict[str, Any]:
        """Return what the discriminator thinks of it; takes longer."""
        ...

    def label(self, given: str) -> int | None:
        """Return the number of a condition; None for any."""
        ...


class TrainedRun:
    """A run that is being opened, and answers when it is open.

    Args:
        path: of its folder.
        domain: of the run.
    """

    def __init__(self, path: Path, domain: Domain) -> None:
        self._path, self._domain = path, domain
        self._lock = Lock()  # hooks and the opening are one at a time
        Thread(target=self._open, daemon=True).start()

    def answer(self, asked: Mapping[str, Any]) -> dict[str, Any]:
        """Answer a question whose `do` is `open`, `make` or `judge`; see `Answerer`."""
        act = asked.get("do")
        with self._lock:
            opened, show = self._opened
            if act == "open":
                return self._about(opened, show)
            if act not in ("make", "judge"):
                raise UserError(f"{act!r} cannot be asked")
            wanted = self._read(opened, show, asked)
            if act == "judge":
                return show.judge(wanted, asked)
            noise = [round(float(number), 2) for number in wanted.numbers]
            return {"noise": noise, **show.make(wanted)}

    def _open(self) -> None:
        with self._lock, suppress(UserError):  # it is said to whoever asks
            _ = self._opened

    @cached_property
    def _opened(self) -> tuple[Any, Show]:
        jax = read_config(self._path)["settings"].get("backend") == "jax"
        start_engine("jax" if jax else "tensorflow")
        from textgan.inspection.opened import open_run

        opened = open_run(self._path, self._domain)
        return opened, SHOWS[self._domain.name](opened, self._domain)

    def _about(self, opened: Any, show: Show) -> dict[str, Any]:
        return {
            "kind": self._domain.name,
            "step": opened.step,
            "size": opened.noise.shape[1],
            **show.about(),
        }

    def _read(self, opened: Any, show: Show, asked: Mapping[str, Any]) -> WantedNoise:
        """Return the noise that a question asks for."""
        from textgan.inspection.latent import way

        given = asked.get("fields", {})
        values = {field.name: field.read(given.get(field.name, "")) for field in FIELDS}
        model, label = opened.subject.model, show.label(str(given.get("label", "")))
        (start, condition), (end, _) = (
            model.first_inputs(1, values[name]) for name in ("seed", "towards")
        )
        if label is not None:
            condition = model.draw_condition(np.random.default_rng(0), 1, label)
        fine = way(start[0], end[0], 1001)
        here = _with_own(fine[round(1000 * values["share"])], asked.get("own", {}))
        scale = np.float32(values["truncation"])
        path = scale * way(start[0], end[0], STEPS)
        return WantedNoise(scale * here[None], path, condition, here, values["seed"])


def _with_own(noise: np.ndarray, own: Any) -> np.ndarray:
    """Return noise with some of its numbers as the sliders say.

    Raises:
        FieldError: there is no such number of the noise.
    """
    noise = noise.copy()
    for place, value in dict(own).items():
        if not (str(place).isdigit() and int(place) < len(noise)):
            raise FieldError("block", f"the noise has no number {place}")
        noise[int(place)] = np.clip(float(value), -FURTHEST, FURTHEST)
    return noise
