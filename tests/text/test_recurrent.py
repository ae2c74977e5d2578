"""The recurrent generator: what each position depends on, and what it answers for."""

import keras
import numpy as np
import pytest
from keras import ops

from tests.text.toy_words import DIM, nearest_word, normal
from textgan.errors import UserError
from textgan.gan.autodiff import value_and_input_gradient
from textgan.text.layers import NearestWord
from textgan.text.networks import bare_points, build_generator
from textgan.text.settings import TextNetworkSettings, TextSettings

LENGTH = 7
SETTINGS = TextNetworkSettings(
    generator="recurrent",
    sentence_noise=5,
    position_noise=2,
    generator_width=8,
    generator_layers=1,
    attention_heads=2,
)
NOISE = SETTINGS.noise_size(LENGTH)


def writer(reader: NearestWord | None = None) -> keras.Model:
    keras.utils.set_random_seed(1)
    return bare_points(build_generator(LENGTH, DIM, SETTINGS, reader or nearest_word()))


def set_weights(model: keras.Model, part: str, value: float) -> None:
    """Give every weight whose path has `part` one value."""
    found = [variable for variable in model.variables if part in variable.path]
    assert found
    for variable in found:
        variable.assign(np.full(variable.shape, value, np.float32))


@pytest.mark.parametrize("position", range(LENGTH))
def test_a_position_depends_on_noise_up_to_its_own(position: int) -> None:
    model, noise = writer(), normal(3, NOISE)
    changed = noise.copy()
    first = SETTINGS.sentence_noise + position * SETTINGS.position_noise
    changed[:, first : first + SETTINGS.position_noise] += 1.0
    moved = np.abs(np.asarray(model(noise)) - np.asarray(model(changed))).max(axis=-1)
    assert (moved[:, :position] == 0).all()
    assert (moved[:, position:] > 0).all()


def test_the_sentence_noise_reaches_every_position() -> None:
    model, noise = writer(), normal(3, NOISE)
    changed = noise.copy()
    changed[:, : SETTINGS.sentence_noise] += 1.0
    moved = np.abs(np.asarray(model(noise)) - np.asarray(model(changed))).max(axis=-1)
    assert (moved > 0).all()


def test_what_was_read_decides_what_is_written_next() -> None:
    reader, noise = nearest_word(), normal(3, NOISE)
    model = writer(reader)
    before = np.asarray(model(noise))
    # Another word is now the nearest to every point, so that is what each later position reads.
    reader.bias.assign(np.eye(len(reader.share), dtype=np.float32)[3] * 1e3)
    after = np.asarray(model(noise))
    np.testing.assert_allclose(after[:, 0], before[:, 0], atol=1e-6)
    assert (np.abs(after - before).max(axis=-1)[:, 1:] > 1e-3).all()


def test_no_gradient_flows_through_reading() -> None:
    model = writer()
    # With gates that never update, the state does not carry anything either.
    set_weights(model, "gates/kernel", 0.0)
    set_weights(model, "gates/bias", -1e9)
    last = np.zeros((1, LENGTH, DIM), np.float32)
    last[:, -1] = normal(DIM, seed=3)
    _, gradient = value_and_input_gradient(
        lambda noise: (ops.sum(model(noise) * last), 0.0), ops.convert_to_tensor(normal(2, NOISE))
    )
    own = np.asarray(gradient)[:, SETTINGS.sentence_noise :].reshape(2, LENGTH, -1)
    assert (own[:, :-1] == 0).all()
    assert (np.abs(own[:, -1]) > 0).all()


def test_a_recurrent_generator_needs_words_in_the_loop() -> None:
    with pytest.raises(UserError, match="--output straight_through"):
        TextSettings(network=SETTINGS)
    assert TextSettings(network=SETTINGS, output="straight_through").network == SETTINGS
