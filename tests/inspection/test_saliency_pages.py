from types import SimpleNamespace
from typing import Any

import numpy as np
import pytest

from tests.inspection.networks import points, small_discriminator
from textgan.inspection.saliency_pages import batch_share, patch_size


def opened(reals: np.ndarray, fakes: np.ndarray) -> Any:
    discriminator = small_discriminator()
    heads = discriminator.output_shape[-1]
    game = SimpleNamespace(
        discriminator=discriminator, head_weights=np.full(heads, 1 / heads, np.float32)
    )
    nothing = np.empty((len(reals), 0), np.float32)
    return SimpleNamespace(
        game=game, reals=reals, fakes=fakes, real_condition=nothing, condition=nothing
    )


def test_the_two_shares_sum_to_the_lead_in_batches_of_one_kind() -> None:
    reals, fakes = points(16, 1), np.abs(points(16, 2))
    run = opened(reals, fakes)
    own, company = batch_share(run)
    means = [
        float((np.asarray(run.game.discriminator(kind)) * run.game.head_weights).sum(axis=1).mean())
        for kind in (reals, fakes)
    ]
    assert own + company == pytest.approx(means[0] - means[1], abs=1e-4)
    assert abs(own) > 1e-3 and abs(company) > 1e-3


def test_without_a_voice_of_the_batch_its_share_is_nothing() -> None:
    run = opened(points(16, 1), np.abs(points(16, 2)))
    for name in ("sentence_batch", "local_batch", "similarity"):
        layer = run.game.discriminator.get_layer(name)
        layer.set_weights([np.zeros_like(weight) for weight in layer.get_weights()])
    assert batch_share(run)[1] == pytest.approx(0.0, abs=1e-5)


def test_a_patch_is_a_sixth_of_an_image() -> None:
    assert [patch_size(np.zeros((side, side, 1))) for side in (8, 28, 64)] == [2, 4, 10]
