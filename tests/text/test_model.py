"""The exported text model: reading points, sampling, files that come back or are refused."""

import shutil
from dataclasses import asdict, replace
from pathlib import Path
from typing import Any

import keras
import numpy as np
import pytest

from tests.damage import Damage, cut, setting
from textgan.errors import UserError
from textgan.gan.sampling import draw_noise
from textgan.text.lexicon import Lexicon
from textgan.text.model import TextModel
from textgan.text.networks import build_generator
from textgan.text.settings import TextNetworkSettings

LENGTH, DIM = 5, 6
WORDS = ("a", "boat", "crosses", "the", "wide", "river", ".")
SETTINGS = TextNetworkSettings(
    sentence_noise=5, position_noise=2, generator_width=8, generator_layers=1, attention_heads=2
)


LEXICON = Lexicon.of(WORDS, np.random.default_rng(0).standard_normal((len(WORDS), DIM)), 0.5)


@pytest.fixture(scope="module")
def model() -> TextModel:
    keras.utils.set_random_seed(3)
    return TextModel([build_generator(LENGTH, DIM, SETTINGS)], [LEXICON], SETTINGS, "words-lower")


@pytest.fixture(scope="module")
def saved(model: TextModel, tmp_path_factory: pytest.TempPathFactory) -> Path:
    run = tmp_path_factory.mktemp("run")
    (run / "model").mkdir()
    model.save(run / "model")
    return run


# Sampling


def test_fewer_sentences_are_the_first_of_more(model: TextModel) -> None:
    many = model.sample(1030, seed=7)  # more than two batches
    assert len(many) == 1030
    assert len(set(many)) > 100
    for n in (1, 512, 513):
        assert model.sample(n, seed=7) == many[:n]
    assert model.sample(50, seed=8) != many[:50]


def test_sentences_come_one_batch_at_a_time(model: TextModel) -> None:
    stream = model.stream(10**15, seed=7)
    noise = draw_noise(600, SETTINGS.noise_size(LENGTH), seed=7)
    assert [next(stream) for _ in range(600)] == LEXICON.read(model.write(noise)[1])


def test_sampling_reads_what_the_generator_writes(model: TextModel) -> None:
    noise = draw_noise(20, SETTINGS.noise_size(LENGTH), seed=7)
    points = np.asarray(model.generator(noise))
    assert model.sample(20, seed=7) == LEXICON.decode(points)
    assert model.sample(20, seed=7, truncation=0.5) == LEXICON.decode(
        np.asarray(model.generator(np.float32(0.5) * noise))
    )


def test_the_generators_of_an_ensemble_write_in_turn(tmp_path: Path) -> None:
    keras.utils.set_random_seed(4)
    generators = [build_generator(LENGTH, DIM, SETTINGS) for _ in range(3)]
    biases = np.random.default_rng(1).standard_normal((3, len(WORDS) + 1)).astype(np.float32)
    lexicons = [replace(LEXICON, bias=bias) for bias in biases]
    together = TextModel(generators, lexicons, SETTINGS, "words-lower")
    noise = draw_noise(20, SETTINGS.noise_size(LENGTH), seed=7)
    written = [
        lexicon.decode(np.asarray(generator(noise)))
        for generator, lexicon in zip(generators, lexicons, strict=True)
    ]
    expected = [written[number % 3][number] for number in range(20)]
    assert together.sample(20, seed=7) == expected
    assert together.sample(2, seed=7) == expected[:2]
    (tmp_path / "model").mkdir()
    together.save(tmp_path / "model")
    assert TextModel.load(tmp_path).sample(20, seed=7) == expected


def test_truncation_trades_diversity(model: TextModel) -> None:
    distinct = [len(set(model.sample(500, 7, truncation))) for truncation in (0.0, 0.3, 1.0)]
    assert distinct[0] == 1
    assert distinct[0] < distinct[1] < distinct[2]


def test_the_sentences_nearest_to_words_are_kept(model: TextModel) -> None:
    choosy = TextModel([model.generator], [LEXICON], SETTINGS, "words-lower", keep_fraction=0.5)
    end = len(WORDS)
    rows = np.array([[0, 1, 2, end, end], [3, 4, 5, 6, 0], [1, end, 2, 3, 4], [0, 1, 2, 3, 4]])
    points = LEXICON.points[rows]
    points[0, 1] += 0.3 * LEXICON.points[3]  # unsure of its second word
    points[1, 4] += 0.2 * LEXICON.points[3]  # a little less
    points[2, 2:] = LEXICON.points[0] + LEXICON.points[1]  # only after its end
    words = LEXICON.nearest(points)
    assert model.kept(points, words, 0.5).tolist() == [2, 3]
    assert model.kept(points, words, 1.0).tolist() == [0, 1, 2, 3]
    everything, _ = model.write(draw_noise(1024, SETTINGS.noise_size(LENGTH), seed=7))
    halves = [
        half[choosy.kept(half, LEXICON.nearest(half), 0.5)] for half in np.split(everything, 2)
    ]
    assert choosy.sample(512, seed=7) == LEXICON.decode(np.concatenate(halves))


def test_noise_is_standard_normal_and_a_prefix() -> None:
    noise = draw_noise(4000, 10, seed=1)
    assert abs(noise.mean()) < 0.02
    assert abs(noise.std() - 1) < 0.02
    np.testing.assert_array_equal(noise[:3], draw_noise(3, 10, seed=1))


# Files


def test_a_loaded_model_writes_the_same_sentences(saved: Path, model: TextModel) -> None:
    loaded = TextModel.load(saved)
    assert loaded.sample(100, seed=4) == model.sample(100, seed=4)
    assert (loaded.length, loaded.tokenization) == (LENGTH, "words-lower")
    assert loaded.network == SETTINGS
    assert sorted(path.suffix for path in (saved / "model").iterdir()) == [
        ".json",
        ".npz",
        ".npz",
        ".txt",
    ]


def test_no_model_yet(tmp_path: Path) -> None:
    with pytest.raises(UserError, match="holds no trained text model"):
        TextModel.load(tmp_path)


def arrays(name: str, *values: Any) -> Damage:
    return lambda folder: np.savez(folder / name, *values)


NETWORK = asdict(SETTINGS)
DAMAGES: dict[str, Damage] = {
    "no settings": lambda folder: (folder / "settings.json").unlink(),
    "half the settings": cut("settings.json"),
    "no generator": setting(ensemble=0),
    "settings of another kind": lambda folder: (folder / "settings.json").write_text("[1]"),
    "length is a word": setting(length="five"),
    "no length": setting(length=0),
    "no heads": setting(network=NETWORK | {"attention_heads": 0}),
    "fewer layers": setting(network=NETWORK | {"generator_layers": 0}),
    "half the words": cut("words.txt"),
    "words that are no text": lambda folder: (folder / "words.txt").write_bytes(b"\xff\n" * 7),
    "half the vectors": cut("vectors.npz"),
    "empty vectors": lambda folder: (folder / "vectors.npz").write_bytes(b""),
    "flat vectors": arrays("vectors.npz", np.zeros(len(WORDS) + 1, dtype="float32"), 0),
    "vectors that are text": arrays("vectors.npz", np.full((len(WORDS) + 1, DIM), "x"), 0),
    "pickled vectors": arrays("vectors.npz", np.array([{}] * 8, dtype=object), 0),
    "no network": setting(network=...),
    "no share": setting(keep_fraction=0),
    "a share that is a word": setting(keep_fraction="most"),
    "half the generator": cut("generator.npz"),
}
OTHERS: dict[str, tuple[Damage, str]] = {
    "no tokenization": (setting(tokenization=...), r"settings\.json, tokenization"),
    "no keep_fraction": (setting(keep_fraction=...), r"settings\.json, keep_fraction"),
    "something new": (setting(mood="blue"), r"settings\.json, mood"),
    "unknown size": (setting(network=NETWORK | {"depth": 3}), r"settings\.json, depth"),
    "other width": (setting(network=NETWORK | {"generator_width": 16}), "this model's is float32"),
    "no decoding map": (arrays("vectors.npz", LEXICON.points), "1 arrays instead of 3"),
    "another generator": (arrays("generator.npz", np.zeros((2, 2))), "1 arrays, this model has"),
}


@pytest.mark.parametrize("damage", DAMAGES)
def test_damage_is_reported_in_one_line(saved: Path, tmp_path: Path, damage: str) -> None:
    shutil.copytree(saved, tmp_path / "copy")
    DAMAGES[damage](tmp_path / "copy" / "model")
    with pytest.raises(UserError, match="is damaged") as caught:
        TextModel.load(tmp_path / "copy").sample(2, seed=1)
    assert "\n" not in str(caught.value)


@pytest.mark.parametrize("other", OTHERS)
def test_a_model_of_another_version_is_not_called_damaged(
    saved: Path, tmp_path: Path, other: str
) -> None:
    shutil.copytree(saved, tmp_path / "copy")
    change, message = OTHERS[other]
    change(tmp_path / "copy" / "model")
    with pytest.raises(UserError, match=f"another version of textgan, .*{message}") as caught:
        TextModel.load(tmp_path / "copy")
    assert "damaged" not in str(caught.value)
    assert "\n" not in str(caught.value)
