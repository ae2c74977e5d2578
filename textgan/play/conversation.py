"""What a page asks of the game in the plane, and the answers. Keras is loaded when it is played."""

from collections.abc import Mapping
from threading import Lock
from typing import TYPE_CHECKING, Any, Protocol

import numpy as np

from textgan.backend import BackendName, use_backend
from textgan.errors import UserError
from textgan.inspection.toy_data import COUNT, REACH, draw_points
from textgan.inspection.toy_settings import CURVES, PRESETS, ToySettings
from textgan.play.fields import FIELDS, field_values, read_settings
from textgan.play.known import KNOWN

if TYPE_CHECKING:
    from textgan.play.plane import Position

REAL = 500  # real points that are shown
_loading = Lock()


class Answerer(Protocol):
    """Answers the questions of one page."""

    def answer(self, asked: Mapping[str, Any]) -> dict[str, Any]:
        """Answer a question.

        Raises:
            UserError: it cannot be answered; the message says why.
        """
        ...


def start_engine(backend: BackendName = "tensorflow") -> None:
    """Load Keras, once."""
    with _loading:
        use_backend(backend)


def page_values() -> dict[str, Any]:
    """Return what the template of the page needs."""
    values = {name: field_values(settings) for name, settings in PRESETS.items()}
    return {"fields": FIELDS, "known": KNOWN, "presets": values, "curves": CURVES}


class PlaneAnswers:
    """A visitor's game in the plane.

    Questions are objects whose `do` is `look` (at the data), `begin`, `change` or `play`.
    """

    def __init__(self) -> None:
        self._position: Position | None = None

    def answer(self, asked: Mapping[str, Any]) -> dict[str, Any]:
        """Answer a question; see `Answerer`."""
        act = asked.get("do")
        if act == "play":
            return self._play(asked.get("steps", 1))
        fields = asked.get("fields", {})
        settings = read_settings(str(asked.get("preset", "ring")), fields)
        if act == "look":
            return _real(settings)
        start_engine()
        from textgan.play.plane import Position

        if act == "begin":
            self._position = Position(settings)
        elif act == "change":
            self._change(settings)
        else:
            raise UserError(f"{act!r} cannot be asked")
        return {**_real(settings), **self._play(0)}

    def _change(self, settings: ToySettings) -> None:
        before = self._started()
        sizes = [field.name for field in FIELDS if field.anew]
        if any(getattr(settings, name) != getattr(before.settings, name) for name in sizes):
            raise UserError("other sizes and seeds start the game anew")
        before.change(settings)

    def _play(self, steps: Any) -> dict[str, Any]:
        if not isinstance(steps, int):
            raise UserError("steps are whole numbers")
        return self._started().play(steps)

    def _started(self) -> "Position":
        if self._position is None:
            raise UserError("no game has begun")
        return self._position


def _real(settings: ToySettings) -> dict[str, Any]:
    """Return the real points that the page shows, in thousandths, and how far the plane reaches."""
    points = draw_points(settings.data, COUNT, settings.seed)[:REAL]
    return {"real": np.rint(1000 * points).astype(int).ravel().tolist(), "reach": REACH}
