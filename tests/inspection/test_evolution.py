from types import SimpleNamespace
from typing import Any

import numpy as np
import pytest

from tests.inspection.networks import LENGTH, points, small_discriminator
from textgan.gan.settings import GameSettings
from textgan.inspection.evolution import StepCurve, push, variety_items


@pytest.mark.parametrize("objective", ["relativistic", "non_saturating", "minimax"])
def test_the_push_is_minus_the_slope_of_the_generators_loss(objective: Any) -> None:
    discriminator, reals = small_discriminator(), points(12, 4)
    heads = discriminator.output_shape[-1]
    weights = np.full(heads, 1 / heads, np.float32)
    game = SimpleNamespace(
        settings=GameSettings(objective=objective),
        head_weights=weights,
        discriminator=discriminator,
    )
    nothing = np.empty((12, 0), np.float32)
    opened: Any = SimpleNamespace(game=game, reals=reals, real_condition=nothing)
    samples = points(3, 6)
    arrows = push(opened, samples, nothing[:3])
    real = np.asarray(discriminator(reals[:3]))

    def loss(inputs: np.ndarray) -> float:
        fake = np.asarray(discriminator(inputs)).astype(float)
        terms = {
            "relativistic": np.logaddexp(0, real - fake),
            "non_saturating": np.logaddexp(0, -fake),
            "minimax": -np.logaddexp(0, fake),
        }
        return float((terms[objective] * weights).sum())

    for place in [(0, 0, 1), (2, LENGTH - 1, 3)]:
        ahead, behind = samples.copy(), samples.copy()
        ahead[place] += 1e-2
        behind[place] -= 1e-2
        slope = (loss(ahead) - loss(behind)) / 2e-2
        assert arrows[place] == pytest.approx(-slope, rel=0.05, abs=1e-3)


def test_curves_of_variety_say_where_they_began_and_ended() -> None:
    kinds = StepCurve("Kinds", [(1, 3.0), (2, 5.0)], "how to read it", 6.0)
    items, findings = variety_items(
        [(1, 0.5), (2, 0.9)], "Spread.", kinds, StepCurve("None", [], "", 0)
    )
    assert [item.title for item in items] == ["Spread of the samples", "Kinds"]
    assert findings[1] == "Kinds: 3 at step 1, 5 at step 2; real samples have 6."
