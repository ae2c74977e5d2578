"""Settings of the engine: what they refuse."""

from math import inf, nan
from typing import Any

import pytest

from textgan.errors import UserError
from textgan.gan.settings import GameSettings, LoopSettings, require_share


@pytest.mark.parametrize(
    ("wrong", "message"),
    [
        ({"batch_size": 0}, "batch_size is 0: it must be above 0"),
        ({"generator_rate": inf}, "generator_rate is inf: it must be above 0 and finite"),
        ({"discriminator_rate": nan}, "discriminator_rate is nan: it must be above 0"),
        ({"ema_halflife": -1.0}, "ema_halflife is -1.0: it must be above 0"),
        ({"gamma": -0.1}, "gamma is -0.1: it cannot be below 0"),
        ({"instance_noise": inf}, "instance_noise is inf: it cannot be below 0 or infinite"),
        ({"rate_floor": 1.5}, "rate_floor is 1.5: it must be from 0 to 1"),
        ({"beta_1": 1.0}, "beta_1 is 1.0: it must be below 1"),
        ({"beta_2": 1.0}, "beta_2 is 1.0: it must be below 1"),
    ],
)
def test_a_game_that_cannot_be_played(wrong: dict[str, Any], message: str) -> None:
    with pytest.raises(UserError, match=message):
        GameSettings(**wrong)


@pytest.mark.parametrize(
    ("wrong", "message"),
    [
        ({"steps": 0}, "steps is 0"),
        ({"log_every": 60}, "evaluate_every is 250: it must be a multiple of log_every, 60"),
    ],
)
def test_a_loop_that_never_logs_or_evaluates(wrong: dict[str, Any], message: str) -> None:
    with pytest.raises(UserError, match=message):
        LoopSettings(**wrong)


def test_the_ends_of_a_share_are_shares() -> None:
    require_share(GameSettings(rate_floor=0.0), "rate_floor")
    require_share(GameSettings(rate_floor=1.0), "rate_floor")
