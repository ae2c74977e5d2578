"""The engine learns a known distribution: eight Gaussians on a ring, every one of them."""

from pathlib import Path

import numpy as np

from tests.gan.ring import CENTRES, MODES, SPREAD, RingSubject, ring_game
from textgan.gan.run_folder import RunFolder
from textgan.gan.settings import GameSettings, LoopSettings
from textgan.gan.training import train

SETTINGS = GameSettings(
    batch_size=128,
    gamma=0.03,
    generator_rate=5e-3,
    discriminator_rate=5e-3,
    ema_halflife=100.0,
)
STEPS = 2000


def test_gan_covers_every_mode_of_a_ring(tmp_path: Path) -> None:
    subject = RingSubject(ring_game(SETTINGS, STEPS, width=64))
    run = RunFolder(tmp_path / "run", {}, {})
    train(subject, run, LoopSettings(STEPS, log_every=100, evaluate_every=STEPS), seed=1)

    fakes = subject.fakes()
    distances = np.linalg.norm(fakes[:, None] - CENTRES, axis=2)
    near = distances.min(axis=1) < 3 * SPREAD
    shares = np.bincount(distances.argmin(axis=1)[near], minlength=MODES) / len(fakes)
    # Of the true points .989 lie within 3 deviations of a centre, an eighth at each. A continuous
    # map of the noise leaves some on the bridges between modes; an even ring would have .76.
    assert shares.sum() > 0.82
    assert shares.min() > 0.07
    assert shares.max() < 0.17
    # A generator that covers the modes with points, or fills the gaps, has another spread.
    spread = np.sqrt(np.square(distances.min(axis=1)[near]).mean() / 2)
    assert 0.7 * SPREAD < spread < 1.4 * SPREAD
