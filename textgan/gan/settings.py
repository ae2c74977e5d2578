"""Settings of the engine: plain records, for a command line to read without loading Keras."""

from dataclasses import dataclass
from math import inf, log
from typing import Any, Literal

from textgan.errors import UserError

ObjectiveName = Literal[
    "relativistic", "non_saturating", "minimax", "hinge", "wasserstein", "least_squares"
]
# The chance level: the discriminator's loss while it cannot tell real from generated. `wasserstein`
# has none.
CHANCE_LOSS: dict[str, float] = {
    "relativistic": log(2),
    "non_saturating": 2 * log(2),
    "minimax": 2 * log(2),
    "hinge": 2.0,
    "least_squares": 0.25,
}
PenaltyName = Literal["r1_r2", "r1", "gradient_penalty", "none"]


@dataclass(frozen=True)
class GameSettings:
    """How the two players are trained.

    Attributes:
        batch_size: real samples in a step, and as many generated ones.
        objective: the losses of both networks (see `textgan.gan.objectives`).
        penalty: on the gradient of the discriminator; `r1_r2` suits `relativistic`, `r1` the
            one-sided losses, `gradient_penalty` suits `wasserstein`.
        gamma: weight of R1 and R2 (each times gamma / 2), or of the gradient penalty.
        instance_noise: standard deviation of the Gaussian noise added to real and generated
            samples alike before the discriminator sees them, in units of the data.
        moment_weight: weight in the generator's loss of the difference of remembered means of
            features (see `textgan.gan.moments`); needs a frozen part of the discriminator.
        generator_rate: learning rate of the generator (Adam) at the start.
        discriminator_rate: learning rate of the discriminator (Adam) at the start.
        rate_floor: share of the learning rates at which their cosine decay ends.
        beta_1: decay of Adam's first moment, 0 to below 1.
        beta_2: decay of Adam's second moment, 0 to below 1.
        ema_halflife: half-life of the generator's moving average (EMA), in steps; shorter
            at first.
    """

    batch_size: int = 64
    objective: ObjectiveName = "relativistic"
    penalty: PenaltyName = "r1_r2"
    gamma: float = 0.5
    instance_noise: float = 0.0
    moment_weight: float = 0.0
    generator_rate: float = 3e-4
    discriminator_rate: float = 3e-4
    rate_floor: float = 0.1
    beta_1: float = 0.0
    beta_2: float = 0.99
    ema_halflife: float = 300.0

    def __post_init__(self) -> None:
        """Refuse values with which there is nothing to train."""
        names = ("batch_size", "generator_rate", "discriminator_rate", "ema_halflife")
        require_above_zero(self, *names)
        shares = ("rate_floor", "beta_1", "beta_2")
        for name in ("gamma", "instance_noise", "moment_weight", *shares):
            if not 0 <= getattr(self, name) < inf:
                raise UserError(
                    f"{name} is {getattr(self, name)}: it cannot be below 0 or infinite"
                )
        require_share(self, "rate_floor")
        for name in ("beta_1", "beta_2"):
            if getattr(self, name) >= 1:
                raise UserError(f"{name} is {getattr(self, name)}: it must be below 1")


@dataclass(frozen=True)
class LoopSettings:
    """How long a game is played, and how often it is logged and evaluated.

    Attributes:
        steps: of training, in all.
        log_every: steps between two telemetry rows (each the mean since the last).
        evaluate_every: steps between two evaluations; a multiple of `log_every`.
    """

    steps: int = 3000
    log_every: int = 50
    evaluate_every: int = 250

    def __post_init__(self) -> None:
        """Refuse a loop that never logs or evaluates."""
        require_above_zero(self, "steps", "log_every", "evaluate_every")
        if self.evaluate_every % self.log_every:
            raise UserError(
                f"evaluate_every is {self.evaluate_every}: it must be a multiple of log_every, "
                f"{self.log_every}"
            )


def require_above_zero(settings: Any, *names: str) -> None:
    """Raise a `UserError` if one of the named settings is not above zero, or is infinite."""
    for name in names:
        if not 0 < getattr(settings, name) < inf:
            raise UserError(f"{name} is {getattr(settings, name)}: it must be above 0 and finite")


def require_share(settings: Any, *names: str) -> None:
    """Raise a `UserError` if one of the named settings is not from 0 to 1."""
    for name in names:
        if not 0 <= getattr(settings, name) <= 1:
            raise UserError(f"{name} is {getattr(settings, name)}: it must be from 0 to 1")
