import numpy as np
import pytest
from keras import ops

from tests.inspection.networks import points, small_discriminator, small_judge
from textgan.errors import UserError
from textgan.images.networks import build_discriminator
from textgan.images.settings import NetworkSettings
from textgan.inspection.glass import Glass, Judge
from textgan.inspection.saliency import gradient


def test_glass_says_what_the_network_says_and_shows_every_layer() -> None:
    network = small_discriminator()
    glass, samples = Glass(network), points(4, 3)
    output, seen = glass(samples)
    np.testing.assert_allclose(output, network(samples), rtol=1e-5)
    assert sorted(seen) == sorted(glass.names)
    np.testing.assert_allclose(seen["logits"], output)


def test_an_edit_changes_what_the_next_layers_hear() -> None:
    network = small_discriminator()
    glass, samples = Glass(network), points(4, 3)
    head = network.get_layer("sentence_logit")
    bias = ops.convert_to_numpy(head.bias)
    # With nothing to weigh, the sentence's logit is its bias.
    silent = {name: lambda said: 0.0 * said for name in ("sentence_own", "sentence_batch")}
    output, _ = glass(samples, silent)
    np.testing.assert_allclose(np.asarray(output)[:, 0], bias[0], rtol=1e-6)
    # And without edits it speaks as before.
    np.testing.assert_allclose(glass(samples)[0], network(samples), rtol=1e-5)


def test_weights_are_shared() -> None:
    network = small_discriminator()
    glass, samples = Glass(network), points(4, 3)
    network.get_layer("sentence_logit").bias.assign([100.0])
    assert np.asarray(glass(samples)[0])[:, 0].min() > 50


def test_in_fixed_company_a_sample_is_judged_by_itself() -> None:
    judge, samples = small_judge(), points(4, 5)
    together = np.asarray(judge(samples)[0])
    apart = np.concatenate([np.asarray(judge(samples[i : i + 1])[0]) for i in range(4)])
    np.testing.assert_allclose(together, apart, rtol=1e-4, atol=1e-6)


def test_the_company_judges_itself_as_the_discriminator_does() -> None:
    company = points(20, 1)
    logits = small_discriminator()(company)
    np.testing.assert_allclose(small_judge()(company)[0], logits, rtol=1e-4, atol=1e-6)


def test_what_a_judge_says_under_a_condition_has_a_slope() -> None:
    discriminator = build_discriminator((8, 8, 1), NetworkSettings(discriminator_width=8), 3)
    images = np.random.default_rng(1).standard_normal((6, 8, 8, 1)).astype(np.float32)
    told = np.eye(3, dtype=np.float32)[[0, 1, 2, 0, 1, 2]]
    judge = Judge(discriminator, images, told)
    slope = gradient(lambda inputs: judge(inputs, told)[0][:, 0], images)
    ahead, behind = (
        np.asarray(judge(images + shift * slope, told)[0])[:, 0].sum() for shift in (0.01, -0.01)
    )
    assert (ahead - behind) / 0.02 == pytest.approx(np.square(slope).sum(), rel=0.02)


def test_an_unknown_layer_is_one_line() -> None:
    with pytest.raises(UserError, match=r"no layer 'nonsense'; there are: .*block_0_conv_1"):
        Glass(small_discriminator()).require("nonsense")
