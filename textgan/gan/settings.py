"""Settings of the engine: plain records, for a command line to read without loading Keras."""

from dataclasses import dataclass
from math import inf
from typing import Any, Literal

from textgan.errors import UserError

ObjectiveName = Literal[
    "relativistic", "non_saturating", "minimax", "hinge", "wasserstein", "least_squares"
]
PenaltyName = Literal["r1_r2", "r1", "gradient_penalty", "none"]


@dataclass(frozen=True)
class GameSettings:
    """How the two players are trained.

    Attributes:
        batch_size: samples per step and per player.
        objective: the two losses (see `objectives`).
        penalty: what keeps the discriminator smooth; `r1_r2` suits `relativistic`, `r1` the
            one-sided losses, `gradient_penalty` suits `wasserstein`.
        gamma: weight of R1 and R2 (each times gamma / 2), or of the gradient penalty.
        instance_noise: standard deviation of the Gaussian noise added to real and generated
            samples alike before the discriminator sees them, in units of the data.
        moment_weight: what is added of `RememberedMoments.pull` to the generator's loss; needs a
            frozen part of the discriminator.
        generator_rate, discriminator_rate: Adam's learning rates at the start.
        rate_floor: the cosine decay ends at this share of the learning rates.
        beta_1, beta_2: Adam's moment decays.
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
    """How long, and how often to look.

    Attributes:
        steps: in total.
        log_every: steps between two telemetry rows (each the mean since the last).
        evaluate_every: steps between two evaluations; a multiple of `log_every`.
    """

    steps: int = 3000
    log_every: int = 50
    evaluate_every: int = 250

    def __post_init__(self) -> None:
        """Refuse a loop that never looks."""
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
