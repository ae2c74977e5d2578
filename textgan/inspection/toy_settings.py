"""Settings of the GAN in the plane, and the table of presets. Keras is not loaded here."""

from dataclasses import dataclass, field, replace
from typing import Literal

from textgan.errors import UserError
from textgan.gan.settings import GameSettings, require_above_zero

ShapeName = Literal["ring", "grid", "moons"]
# The telemetry that shows how a game goes.
CURVES = (
    ("logit_gap", "gap of the logits"),
    ("accuracy", "accuracy of the discriminator"),
    ("generator_gradient", "gradient norm of the generator"),
    ("spread", "spread, real = 1"),
)


@dataclass(frozen=True)
class ToySettings:
    """Everything that decides the outcome of a game in the plane.

    Attributes:
        data: eight Gaussians on a ring, twenty-five on a grid, or two moons.
        steps: of training, in all.
        frames: pictures taken on the way, evenly spaced, the first before training.
        generator_width: units of each of the generator's two hidden layers.
        discriminator_width: units of each of the discriminator's two hidden layers.
        game: how the two networks are trained.
        seed: for everything random.
    """

    data: ShapeName = "ring"
    steps: int = 800
    frames: int = 51
    generator_width: int = 64
    discriminator_width: int = 64
    game: GameSettings = field(default_factory=GameSettings)
    seed: int = 1

    def __post_init__(self) -> None:
        """Refuse an animation without pictures."""
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
_FREE = replace(_GAME, penalty="none", gamma=0.0, objective="non_saturating")
_STRONG = replace(_FREE, generator_rate=1e-5)

# The first three learn; the others are made to fail, each in the way it is named after.
PRESETS: dict[str, ToySettings] = {
    "ring": ToySettings(game=_GAME),
    "grid": ToySettings("grid", steps=2000, game=replace(_GAME, gamma=0.02)),
    "moons": ToySettings("moons", game=_GAME),
    # No penalty, and a discriminator two hundred times as fast.
    "discriminator_wins": ToySettings(steps=500, game=_STRONG),
    # The same, with the objective that starves the generator.
    "vanishing_gradient": ToySettings(steps=500, game=replace(_STRONG, objective="minimax")),
    # No penalty, a discriminator too small to see the whole plane, a generator ten times as fast.
    "mode_collapse": ToySettings(
        steps=500,
        discriminator_width=8,
        game=replace(_FREE, generator_rate=1e-2, discriminator_rate=1e-3),
    ),
    # No penalty, momentum, and rates that never fall: the two run after each other.
    "oscillation": ToySettings(
        steps=800,
        generator_width=16,
        discriminator_width=8,
        game=replace(_FREE, objective="wasserstein", beta_1=0.9, rate_floor=1.0),
    ),
}
