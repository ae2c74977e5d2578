"""Noise: what each stream draws, that fewer samples are a prefix; models as files."""

import itertools
from pathlib import Path
from typing import Any, ClassVar, Self

import keras
import numpy as np
import pytest
from keras import layers

from textgan.errors import UserError
from textgan.gan.sampling import StoredModel, Streams, draw_noise, live_seed, random_streams
from textgan.images.settings import ImageNetworkSettings


class Beside(StoredModel):
    """Noise of 3 numbers and a condition of 2, side by side."""

    kind, batch = "image", 4
    streams: ClassVar[Streams] = "two"

    def __init__(self) -> None:
        noise, condition = keras.Input((3,)), keras.Input((2,))
        both = layers.Dense(5)(layers.Concatenate()([noise, condition]))
        super().__init__(keras.Model([noise, condition], both), ImageNetworkSettings(noise=3), 3)

    def draw_condition(self, rng: np.random.Generator, n: int, label: int | None) -> np.ndarray:
        drawn = rng.integers(2, size=n) if label is None else np.full(n, label)
        return np.eye(2, dtype=np.float32)[drawn]

    def _settings(self) -> dict[str, Any]:
        return {"numbers": 5}

    @classmethod
    def _read(cls, folder: Path, settings: dict[str, Any]) -> Self:
        assert settings["numbers"] == 5
        return cls()


def test_one_stream_is_numpys_own_generator() -> None:
    expected = np.random.Generator(np.random.PCG64(7)).standard_normal((40, 3), dtype=np.float32)
    np.testing.assert_array_equal(draw_noise(40, 3, seed=7), expected)
    (first, rest), (again, _) = itertools.islice(random_streams(7, "one"), 2)
    assert first is rest is again


def test_two_streams_are_the_children_of_the_seed() -> None:
    children = np.random.SeedSequence(7).spawn(2)
    for rng, child in zip(next(random_streams(7, "two")), children, strict=True):
        expected = np.random.Generator(np.random.PCG64(child)).random(9)
        np.testing.assert_array_equal(rng.random(9), expected)


def test_each_batch_has_a_stream_of_its_own() -> None:
    for number, (rng, rest) in enumerate(itertools.islice(random_streams(7, "batches"), 3)):
        assert rng is rest
        expected = np.random.Generator(np.random.SFC64([7, number])).random(9)
        np.testing.assert_array_equal(rng.random(9), expected)


@pytest.mark.parametrize("streams", ["two", "batches"])
def test_fewer_samples_are_a_prefix(streams: Streams, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(Beside, "streams", streams)
    model = Beside()
    noise, condition = model.first_inputs(11, seed=3)
    assert (noise.shape, condition.shape) == ((11, 3), (11, 2))
    assert len(np.unique(noise)) == noise.size
    for n in (1, 4, 5, 8):
        fewer = model.first_inputs(n, seed=3)
        np.testing.assert_array_equal(fewer[0], noise[:n])
        np.testing.assert_array_equal(fewer[1], condition[:n])
    assert not np.array_equal(model.first_inputs(11, live_seed(3))[0], noise)


def test_a_label_is_the_condition_of_all_and_leaves_the_noise() -> None:
    model = Beside()
    draw = next(model.draw_inputs(3, label=1))
    assert draw.condition.tolist() == [[0, 1]] * 4
    np.testing.assert_array_equal(draw.noise, model.first_inputs(4, seed=3)[0])


def test_a_model_comes_back_from_its_files(tmp_path: Path) -> None:
    with pytest.raises(UserError, match="no trained image model; train one with `textgan train`"):
        Beside.load(tmp_path)
    model = Beside()
    model.generator.layers[-1].set_weights([2 * np.eye(5), np.ones(5)])
    (tmp_path / "model").mkdir()
    model.save(tmp_path / "model")
    noise, condition = model.first_inputs(6, seed=1)
    expected = 2 * np.concatenate([noise, condition], axis=1) + 1
    found = Beside.load(tmp_path).sampler(noise, condition)
    np.testing.assert_allclose(found, expected, rtol=1e-5)
