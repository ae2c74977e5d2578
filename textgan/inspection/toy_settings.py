"""Settings of the GAN in the plane, and the table of presets. Keras is not loaded here."""

from dataclasses import dataclass, field, replace
from typing import Literal

from textgan.errors import UserError
from textgan.gan.settings import GameSettings, require_above_zero

ShapeName = Literal["ring", "grid", "moons"]


@dataclass(frozen=True)
class ToySettings:
    """Everything that decides the outcome of a game in the plane.

    Attributes:
        data: eight Gaussians on a ring, twenty-five on a grid, or two moons.
        steps: of training.
        frames: pictures taken on the way, evenly spaced, the first before training.
        generator_width, discriminator_width: of the two hidden layers.
        game: how the players are trained.
        seed: of everything random.
    """

    data: ShapeName = "ring"
    steps: int = 1500
    frames: int = 60
    generator_width: int = 64
    discriminator_width: int = 64
    game: GameSettings = field(default_factory=GameSettings)
    seed: int = 1

    def __post_init__(self) -> None:
        """Refuse a film without pictures."""
        require_above_zero(self, "generator_width", "discriminator_width")
        if not 2 <= self.frames <= self.steps:
            raise UserError(
                f"frames is {self.frames}: there must be at least 2, and no more than steps, "
                f"{self.steps}"
            )


_GAME = GameSettings(
    batch_size=128,
    gamma=0.1,
    generator_rate=2e-3,
    discriminator_rate=2e-3,
    beta_1=0.0,
    beta_2=0.99,
    ema_halflife=50.0,
)
_FREE = replace(_GAME, penalty="none", gamma=0.0)

# The first three learn; the others are made to fail, each in the way it is named after.
PRESETS: dict[str, ToySettings] = {
    "ring": ToySettings(game=_GAME),
    "grid": ToySettings("grid", steps=3000, game=replace(_GAME, gamma=0.02)),
    "moons": ToySettings("moons", game=_GAME),
    "discriminator_wins": ToySettings(
        game=replace(_FREE, objective="non_saturating", generator_rate=1e-5)
    ),
    "mode_collapse": ToySettings(
        generator_width=16,
        game=replace(_FREE, objective="non_saturating", generator_rate=1e-2),
    ),
    "oscillation": ToySettings(game=replace(_FREE, objective="wasserstein", generator_rate=2e-3)),
    "vanishing_gradient": ToySettings(
        game=replace(_FREE, objective="minimax", discriminator_rate=1e-2, generator_rate=5e-4)
    ),
}
