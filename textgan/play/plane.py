"""The game in the plane as a position that is played on, changed, and seen.

A program is the engine's game, compiled once for all positions that differ in their data, rates and
weights alone: these are variables of it. A position comes with its state and leaves with it, so any
number of visitors share a program. There are as many programs as combinations of objective,
penalty, momentum and sizes were asked for, of about 15 MB each, up to `MOST_PROGRAMS`.
"""

from collections import deque
from collections.abc import Mapping
from dataclasses import replace
from functools import lru_cache
from threading import Lock
from typing import Any

import keras
import numpy as np

from textgan.errors import UserError
from textgan.gan.checkpoint import restore
from textgan.gan.diagnosis import FEWEST, diagnose
from textgan.gan.step import draw_batch
from textgan.inspection.toy import Camera, Frame, Plane, build_game, draw_weights
from textgan.inspection.toy_pictures import shown_field, shown_modes, shown_push
from textgan.inspection.toy_settings import CURVES, PRESETS, ToySettings
from textgan.inspection.variety import spread

DIALS = ("gamma", "instance_noise", "generator_rate", "discriminator_rate", "rate_floor")
ROW = 10  # steps of which a row of telemetry is the mean
ROWS = 120  # that are kept
SIZES = ("generator_width", "discriminator_width")
MOST_STEPS = 100  # between two pictures
MOST_PROGRAMS = 40

_plane = lru_cache(maxsize=32)(Plane)
_programs: dict[ToySettings, "Program"] = {}
_building = Lock()


class Program:
    """The engine's game with its rates and weights as variables.

    Args:
        settings: of a game that it can play.
    """

    def __init__(self, settings: ToySettings) -> None:
        self.lock = Lock()
        self._dials: dict[str, Any] = {
            name: keras.Variable(getattr(settings.game, name), trainable=False) for name in DIALS
        }
        self._length = keras.Variable(float(settings.steps), trainable=False)
        game = replace(settings.game, **self._dials)
        live = replace(settings, steps=self._length, game=game)
        self._game = build_game(live, fused=False)
        self._camera = Camera(self._game, fused=False)
        self._first = self._state()

    def begin(self, seed: int) -> list[np.ndarray]:
        """Return the state of a game before its first step, an array for each variable."""
        with self.lock:
            game = self._game
            restore(game.state, self._first)
            draw_weights((game.generator, game.discriminator), seed)
            restore(game.ema.variables, [np.array(value) for value in game.generator.variables])
            return self._state()

    def play(self, position: "Position", steps: int) -> Frame:
        """Play some steps from a position, move it there, and take a picture.

        Raises:
            UserError: the game diverged; the position stays where it is.
        """
        settings, plane, rows = position.settings, position.plane, []
        with self.lock:
            restore(self._game.state, position.state)
            self._turn(settings)
            for step in range(position.step, position.step + steps):
                batch = draw_batch(plane, settings.game.batch_size, settings.seed, step)
                rows.append(self._game.step(batch, step))
            frame = self._camera.take(position.step + steps, plane.points)
            state = self._state()
        if not all(np.isfinite(part).all() for part in (*rows, frame.points, frame.field)):
            raise UserError(
                f"the game diverged after step {position.step:,}: lower the rates or change the "
                "penalty, and go on or start anew"
            )
        position.move(state, [dict(zip(self._game.metrics, row, strict=True)) for row in rows])
        return frame

    def _turn(self, settings: ToySettings) -> None:
        """Set the dials."""
        for name in DIALS:
            self._dials[name].assign(getattr(settings.game, name))
        self._length.assign(settings.steps)

    def _state(self) -> list[np.ndarray]:
        return [np.array(variable) for variable in self._game.state]


class Position:
    """Where a game stands.

    Args:
        settings: of the game, at its beginning.

    Attributes:
        settings: as they are now.
        step: steps played.
        state: values of `Game.state`.
        plane: the real points.
        rows: the last rows of telemetry, each the mean of `ROW` steps, since the last change.
    """

    def __init__(self, settings: ToySettings) -> None:
        self.settings, self.step = settings, 0
        self.plane = _plane(settings.data, settings.seed)
        self._program = program(settings)
        self.state = self._program.begin(settings.seed)
        self.rows: deque[Mapping[str, Any]] = deque(maxlen=ROWS)
        self._steps: list[Mapping[str, Any]] = []

    def change(self, settings: ToySettings) -> None:
        """Go on with other settings; the networks keep their sizes and what they learned."""
        self._program = program(settings)
        self.plane = _plane(settings.data, settings.seed)
        self.settings = settings
        self.rows.clear()
        self._steps.clear()

    def play(self, steps: int) -> dict[str, Any]:
        """Play some steps, 0 to `MOST_STEPS`; return what the page shows.

        Raises:
            UserError: the game diverged.
        """
        frame = self._program.play(self, min(max(steps, 0), MOST_STEPS))
        self._note(frame)
        return self._shown(frame)

    def move(self, state: list[np.ndarray], steps: list[Mapping[str, Any]]) -> None:
        """Take the state, an array for each variable, after the steps that a program has played."""
        self.state, self.step = state, self.step + len(steps)
        self._steps += steps

    def _note(self, frame: Frame) -> None:
        """Write rows of telemetry on the steps that have been played."""
        wide = {"spread": float(spread(frame.points, self.plane.points))}
        while len(self._steps) >= ROW:
            window, self._steps = self._steps[:ROW], self._steps[ROW:]
            means = {name: float(np.mean([row[name] for row in window])) for name in window[0]}
            self.rows.append({"step": self.step - len(self._steps), **means, **wide})

    def _shown(self, frame: Frame) -> dict[str, Any]:
        """Return a picture in whole numbers: places in thousandths, the field in hundredths."""
        found = diagnose(list(self.rows), self.settings.game.objective)
        return {
            "step": self.step,
            "field": _whole(np.clip(shown_field(frame), -1, 1), 100),
            "points": _whole(frame.points),
            "followed": _whole(frame.followed),
            "push": _whole(shown_push(frame)),
            "found": shown_modes(frame, self.settings.data),
            "rates": self._rates(),
            "row": _curve_values(self.rows[-1]) if self.rows else None,
            "trouble": found.trouble if len(self.rows) >= FEWEST else "",
            "evidence": f"{found.evidence}; {found.advice}" if found.advice else found.evidence,
        }

    def _rates(self) -> float:
        """Return the share of the rates that is left, as the engine's cosine decay has it."""
        passed = min(1.0, self.step / self.settings.steps)
        floor = self.settings.game.rate_floor
        return floor + (1 - floor) * 0.5 * (1 + float(np.cos(np.pi * passed)))


def program(settings: ToySettings) -> Program:
    """Return the program that plays a game, the same for all that differ in dials and data.

    Raises:
        UserError: there are `MOST_PROGRAMS` others.
    """
    bare = replace(settings.game, **dict.fromkeys(DIALS, 1.0))
    ring = PRESETS["ring"]
    key = replace(ring, game=bare, **{name: getattr(settings, name) for name in SIZES})
    with _building:
        if key not in _programs:
            if len(_programs) == MOST_PROGRAMS:
                raise UserError(
                    f"{MOST_PROGRAMS} combinations of objective, penalty, momentum and sizes have "
                    "been built; start `textgan play` again for others"
                )
            _programs[key] = Program(key)
        return _programs[key]


def _curve_values(row: Mapping[str, Any]) -> dict[str, float]:
    return {name: round(row[name], 6) for name in ("step", *(name for name, _ in CURVES))}


def _whole(values: np.ndarray, scale: int = 1000) -> list[int]:
    return np.rint(np.clip(values, -1e4, 1e4) * scale).astype(int).ravel().tolist()
