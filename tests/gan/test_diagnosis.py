import math
from pathlib import Path
from typing import Any

import numpy as np
import pytest

from tests.gan.ring import RingSubject, ring_game
from textgan.gan.diagnosis import diagnose
from textgan.gan.run_folder import RunFolder
from textgan.gan.settings import GameSettings, LoopSettings
from textgan.gan.training import train

Row = dict[str, Any]


def rows(count: int = 20, **series: Any) -> list[Row]:
    """Telemetry of a steady game, but for some series: functions of 0..1, or constants."""
    steady: Row = {
        "discriminator_loss": 0.45,
        "accuracy": 0.8,
        "logit_gap": 1.0,
        "generator_gradient": 2.0,
    }
    return [
        {"step": 50 * (i + 1)}
        | {k: v(i / (count - 1)) if callable(v) else v for k, v in (steady | series).items()}
        for i in range(count)
    ]


def swing(t: float) -> float:
    return 2.0 * math.sin(20 * t)


WON = {"discriminator_loss": 0.02, "accuracy": 0.995, "logit_gap": 6.0}


@pytest.mark.parametrize(
    "telemetry, trouble",
    [
        (rows(), "healthy"),
        (rows(**WON), "discriminator_wins"),
        (rows(**WON, generator_gradient=lambda t: math.exp(-8 * t)), "vanishing_gradient"),
        (rows(spread=0.2), "mode_collapse"),
        (rows(class_kl=1.2), "mode_collapse"),
        (rows(bleu_3=0.5, self_bleu_3=0.9, score=0.2), "mode_collapse"),
        (rows(logit_gap=swing, accuracy=lambda t: 0.5 + 0.2 * swing(t)), "oscillation"),
    ],
)
def test_each_trouble_is_named_by_its_signs(telemetry: list[Row], trouble: str) -> None:
    diagnosis = diagnose(telemetry, "relativistic")
    assert diagnosis.trouble == trouble
    assert bool(diagnosis.advice) == (trouble != "healthy")


def test_minimax_starves_the_generator_where_the_discriminator_is_sure() -> None:
    # A fake logit of -6 passes sigmoid(-6) = .25% of the slope on.
    telemetry = rows(**WON, generator_loss=-math.log1p(math.exp(-6)))
    diagnosis = diagnose(telemetry, "minimax")
    assert diagnosis.trouble == "vanishing_gradient"
    assert "minimax passes 0.2% of its slope" in diagnosis.evidence
    assert diagnose(telemetry, "non_saturating").trouble == "discriminator_wins"


def test_being_right_is_no_trouble_while_the_lead_is_small() -> None:
    # Seen in runs that were learning well: the penalties hold the loss at half the chance level.
    telemetry = rows(accuracy=1.0, discriminator_loss=0.32, logit_gap=1.2)
    assert diagnose(telemetry, "relativistic").trouble == "healthy"


def test_noise_around_a_small_gap_is_no_oscillation() -> None:
    rng = np.random.default_rng(0)
    telemetry = rows(
        60,
        logit_gap=lambda t: 0.02 + 0.03 * rng.standard_normal(),
        accuracy=lambda t: 0.5 + 0.02 * rng.standard_normal(),
    )
    assert diagnose(telemetry, "non_saturating").trouble == "healthy"


def test_a_trouble_that_is_over_is_not_named() -> None:
    telemetry = rows(spread=lambda t: 0.1 if t < 0.4 else 0.95)
    assert diagnose(telemetry, "relativistic").trouble == "healthy"


def test_few_or_damaged_rows_say_nothing() -> None:
    assert diagnose([], "hinge").trouble == "healthy"
    assert diagnose(rows(3, **WON), "relativistic").trouble == "healthy"
    assert diagnose([{"step": i, "accuracy": None} for i in range(9)], "hinge").trouble == "healthy"


def test_the_loop_warns_in_one_line_and_once(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    class Stuck(RingSubject):
        def evaluate(self, step: int) -> dict[str, float]:
            return {"score": 0.0, "spread": 0.1}

    subject = Stuck(ring_game(GameSettings(batch_size=8), 40, width=4))
    loop = LoopSettings(40, log_every=2, evaluate_every=4)
    train(subject, RunFolder(tmp_path / "run", {}, {}), loop, seed=1)
    warnings = [line for line in capsys.readouterr().out.splitlines() if "warning" in line]
    assert len(warnings) == 1
    assert warnings[0].startswith("warning: mode collapse: the generated samples spread 0.10")
