import numpy as np
import pytest
from keras import ops

from tests.inspection.networks import hooked_discriminator, points, small_discriminator
from textgan.errors import UserError
from textgan.images.networks import build_discriminator
from textgan.images.settings import ImageNetworkSettings
from textgan.inspection.hooks import HookedDiscriminator, Hooks
from textgan.inspection.saliency import gradient


def test_hooks_change_nothing_and_show_every_layer() -> None:
    network = small_discriminator()
    hooks, samples = Hooks(network), points(4, 3)
    output, seen = hooks(samples)
    np.testing.assert_allclose(output, network(samples), rtol=1e-5)
    assert sorted(seen) == sorted(hooks.names)
    np.testing.assert_allclose(seen["logits"], output)


def test_an_edit_changes_what_the_next_layers_hear() -> None:
    network = small_discriminator()
    hooks, samples = Hooks(network), points(4, 3)
    head = network.get_layer("sentence_logit")
    bias = ops.convert_to_numpy(head.bias)
    # With nothing to weigh, the sentence's logit is its bias.
    silent = {name: lambda output: 0.0 * output for name in ("sentence_own", "sentence_batch")}
    output, _ = hooks(samples, silent)
    np.testing.assert_allclose(np.asarray(output)[:, 0], bias[0], rtol=1e-6)
    # And without edits it speaks as before.
    np.testing.assert_allclose(hooks(samples)[0], network(samples), rtol=1e-5)


def test_weights_are_shared() -> None:
    network = small_discriminator()
    hooks, samples = Hooks(network), points(4, 3)
    network.get_layer("sentence_logit").bias.assign([100.0])
    assert np.asarray(hooks(samples)[0])[:, 0].min() > 50


def test_beside_a_reference_batch_a_sample_is_judged_by_itself() -> None:
    judge, samples = hooked_discriminator(), points(4, 5)
    together = np.asarray(judge(samples)[0])
    apart = np.concatenate([np.asarray(judge(samples[i : i + 1])[0]) for i in range(4)])
    np.testing.assert_allclose(together, apart, rtol=1e-4, atol=1e-6)


def test_the_reference_batch_has_the_logits_that_the_discriminator_gives_it() -> None:
    reference = points(20, 1)
    logits = small_discriminator()(reference)
    np.testing.assert_allclose(hooked_discriminator()(reference)[0], logits, rtol=1e-4, atol=1e-6)


def test_logits_under_a_condition_have_a_slope() -> None:
    discriminator = build_discriminator((8, 8, 1), ImageNetworkSettings(discriminator_width=8), 3)
    images = np.random.default_rng(1).standard_normal((6, 8, 8, 1)).astype(np.float32)
    condition = np.eye(3, dtype=np.float32)[[0, 1, 2, 0, 1, 2]]
    judge = HookedDiscriminator(discriminator, images, condition)
    slope = gradient(lambda inputs: judge(inputs, condition)[0][:, 0], images)
    ahead, behind = (
        np.asarray(judge(images + shift * slope, condition)[0])[:, 0].sum()
        for shift in (0.01, -0.01)
    )
    assert (ahead - behind) / 0.02 == pytest.approx(np.square(slope).sum(), rel=0.02)


def test_an_unknown_layer_is_one_line() -> None:
    with pytest.raises(UserError, match=r"no layer 'nonsense'; there are: .*block_0_conv_1"):
        Hooks(small_discriminator()).require("nonsense")
