"""A GAN in the plane, on the same engine: all that happens in a game can be seen.

`play` trains and takes pictures on the way: what the generator draws, how the discriminator
marks every place of the plane, which way it pushes generated points, and where the points of
some fixed noise have wandered.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

import keras
import numpy as np
from keras import layers, ops

from textgan.gan.autodiff import compile_step, value_and_input_gradient
from textgan.gan.objectives import OBJECTIVES
from textgan.gan.step import Game, Source, draw_batch
from textgan.inspection.toy_data import COUNT, REACH, draw_points
from textgan.inspection.toy_data import modes as modes
from textgan.inspection.toy_data import modes_found as modes_found
from textgan.inspection.toy_settings import ShapeName, ToySettings
from textgan.inspection.variety import spread

NOISE = 4  # length of the generator's input
DRAWN = 1000  # generated points in a picture
FOLLOWED = 48  # of which this many are followed from picture to picture
SIDE = 48  # places along each side of the discriminator's field


@dataclass(frozen=True, eq=False)
class Frame:
    """One picture of a game.

    Attributes:
        step: steps played before it.
        points: (point, 2) what the EMA generator makes of fixed noise.
        followed: (followed, 2) what the generator itself makes of the first of that noise.
        push: (followed, 2) minus the gradient of the generator's loss at these points, for each
            point by itself: the way in which the discriminator would have them move.
        field: (SIDE, SIDE) the discriminator's logit; row i is y, column j is x, both upwards.
    """

    step: int
    points: np.ndarray
    followed: np.ndarray
    push: np.ndarray
    field: np.ndarray


@dataclass(frozen=True, eq=False)
class Recording:
    """A whole game.

    Attributes:
        settings: it was played with.
        real: (point, 2) real points.
        frames: its pictures, in order.
        rows: telemetry, one row a picture but the first; the engine's metrics and `spread`, the
            standard deviation of generated points over that of real ones.
    """

    settings: ToySettings
    real: np.ndarray
    frames: list[Frame]
    rows: list[dict[str, Any]]


class Plane(Source):
    """Real points of the plane."""

    def __init__(self, data: ShapeName, seed: int) -> None:
        self.points = draw_points(data, COUNT, seed)
        self.count, self.noise_size = len(self.points), NOISE

    def real(self, rows: np.ndarray) -> np.ndarray:
        """Return points (row, 2)."""
        return self.points[rows]


def build_game(settings: ToySettings, fused: bool = True) -> Game:
    """Build two small MLPs; their first weights depend on the seed alone, not on the backend.

    Args:
        settings: of the game.
        fused: see `compile_step`.
    """

    def network(name: str, inputs: int, outputs: int, width: int) -> keras.Model:
        # The last layer has no bias: a paired loss cannot tell which, so Adam would blow up noise.
        return keras.Sequential(
            [
                keras.Input((inputs,)),
                layers.Dense(width, activation="silu", name="hidden_1"),
                layers.Dense(width, activation="silu", name="hidden_2"),
                layers.Dense(outputs, use_bias=False, name="out"),
            ],
            name=name,
        )

    generator = network("generator", NOISE, 2, settings.generator_width)
    discriminator = network("discriminator", 2, 1, settings.discriminator_width)
    draw_weights((generator, discriminator), settings.seed)
    ema = network("generator", NOISE, 2, settings.generator_width)
    return Game(generator, discriminator, ema, settings.game, settings.steps, fused=fused)


def draw_weights(networks: Sequence[keras.Model], seed: int) -> None:
    """Give networks their first weights."""
    rng = np.random.Generator(np.random.PCG64(seed))
    for network in networks:
        for variable in network.variables:
            scale = variable.shape[0] ** -0.5 if len(variable.shape) == 2 else 0.1
            variable.assign(scale * rng.standard_normal(variable.shape))


def play(settings: ToySettings) -> Recording:
    """Train, and take pictures on the way; a pure function of the settings."""
    plane = Plane(settings.data, settings.seed)
    game = build_game(settings)
    camera = Camera(game)
    stops = np.unique(np.linspace(0, settings.steps, settings.frames).round().astype(int))
    frames, rows, window = [camera.take(0, plane.points)], [], []
    for step in range(settings.steps):
        batch = draw_batch(plane, settings.game.batch_size, settings.seed, step)
        window.append(game.step(batch, step))
        if step + 1 in stops:
            frames.append(camera.take(step + 1, plane.points))
            row = {"step": step + 1}
            row |= dict(zip(game.metrics, map(float, np.mean(window, axis=0)), strict=True))
            rows.append(row | {"spread": spread(frames[-1].points, plane.points)})
            window.clear()
    return Recording(settings, plane.points[:DRAWN], frames, rows)


class Camera:
    """Takes pictures of a game.

    Args:
        game: in the plane.
        fused: see `compile_step`.
    """

    def __init__(self, game: Game, fused: bool = True) -> None:
        rng = np.random.Generator(np.random.PCG64(0))
        noise = ops.convert_to_tensor(rng.standard_normal((DRAWN, NOISE)).astype(np.float32))
        ticks = np.linspace(-REACH, REACH, SIDE)
        places = np.stack(np.meshgrid(ticks, ticks), axis=-1).reshape(-1, 2).astype(np.float32)
        loss = OBJECTIVES[game.settings.objective].generator

        def look(pairs: Any) -> tuple[Any, ...]:
            followed = game.generator(noise[:FOLLOWED])
            real_logits = game.discriminator(pairs)

            def judge(points: Any) -> tuple[Any, Any]:
                return ops.sum(loss(real_logits, game.discriminator(points))), points

            _, gradient = value_and_input_gradient(judge, followed)
            field = game.discriminator(ops.convert_to_tensor(places))
            return game.ema(noise), followed, -gradient, ops.reshape(field, (SIDE, SIDE))

        self._look = compile_step(look, game.state, fused)

    def take(self, step: int, real: np.ndarray) -> Frame:
        """Take a picture; a paired objective compares with the first real points of (row, 2)."""
        pairs = ops.convert_to_tensor(real[:FOLLOWED])
        return Frame(step, *(np.array(part) for part in self._look(pairs)))
