"""Word vectors: training, the cache, files against gensim's reader, missing words, points."""

import subprocess
import sys
from collections.abc import Iterable
from pathlib import Path

import numpy as np
import pytest
from gensim.models import KeyedVectors

from textgan.errors import UserError
from textgan.text import vectors as module
from textgan.text.corpus import Corpus
from textgan.text.vectors import (
    Word2VecSettings,
    WordVectors,
    load_vectors,
    prepare_points,
    train_vectors,
)

TOY = [("a", "cat", "sits"), ("a", "dog", "sits"), ("the", "dog", "runs")] * 30
QUICK = Word2VecSettings(dim=8, epochs=2)


@pytest.fixture(autouse=True)
def folders(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("TEXTGAN_CACHE", str(tmp_path / "cache"))
    monkeypatch.setenv("GENSIM_DATA_DIR", str(tmp_path / "gensim"))


def corpus_of(train: list[tuple[str, ...]], checksum: str) -> Corpus:
    return Corpus("toy", train, [], [], "whitespace-cased", checksum, 3)


def stored(place: Path, words: list[str], matrix: np.ndarray) -> Path:
    """A word2vec file written by gensim: binary for .bin, gzipped for .gz."""
    keyed = KeyedVectors(matrix.shape[1])
    keyed.add_vectors(words, matrix)
    keyed.save_word2vec_format(str(place), binary=".bin" in place.name)
    return place


# Training


def test_training_is_a_pure_function_in_every_process() -> None:
    script = (
        "from tests_toy import TOY, QUICK;"
        "from textgan.text.vectors import train_vectors;"
        "v = train_vectors(TOY, QUICK); print(v.words, v.matrix.tobytes().hex())"
    ).replace("from tests_toy import TOY, QUICK;", f"TOY = {TOY!r}; QUICK = None;")
    results = [
        subprocess.run(
            [sys.executable, "-c", script],
            env={"PYTHONHASHSEED": seed, "OMP_NUM_THREADS": "1"},
            capture_output=True,
            text=True,
            check=True,
        ).stdout
        for seed in ("1", "2")
    ]
    here = train_vectors(TOY)
    assert results == [f"{here.words} {here.matrix.tobytes().hex()}\n"] * 2


def test_the_seed_matters_and_frequent_words_come_first() -> None:
    first = train_vectors(TOY, QUICK)
    other = train_vectors(TOY, Word2VecSettings(dim=8, epochs=2, seed=2))
    assert first.matrix.shape == (6, 8) and first.matrix.dtype == np.float32
    assert not np.array_equal(first.matrix, other.matrix)
    assert set(first.words[:3]) == {"a", "dog", "sits"}
    assert "runs" not in train_vectors(TOY, Word2VecSettings(dim=8, min_count=31)).words


@pytest.mark.parametrize(
    ("settings", "message"),
    [
        (Word2VecSettings(min_count=1000), "no word occurs"),
        (Word2VecSettings(dim=0), "at least 1"),
        (Word2VecSettings(subsample=-1), "subsample is from 0 to below 1"),
        (Word2VecSettings(subsample=float("nan")), "subsample is from 0 to below 1"),
        (Word2VecSettings(seed=-1), "seed from 0"),
    ],
)
def test_settings_that_train_nothing_are_refused(settings: Word2VecSettings, message: str) -> None:
    with pytest.raises(UserError, match=message):
        train_vectors(TOY, settings)


def test_progress_is_told_after_every_epoch() -> None:
    seen: list[tuple[int, int]] = []
    train_vectors(TOY, QUICK, lambda done, epochs: seen.append((done, epochs)))
    assert seen == [(1, 2), (2, 2)]


# The cache of the `trained` cards


def test_the_local_card_trains_once_a_corpus(monkeypatch: pytest.MonkeyPatch) -> None:
    corpus = corpus_of(TOY, "one")
    first = load_vectors("local", {"cat", "dog", "unicorn"}, corpus)
    assert set(first.words) == {"cat", "dog"} and first.missing == ("unicorn",)

    def refuse(*arguments: object) -> WordVectors:
        raise AssertionError("trained again")

    monkeypatch.setattr(module, "train_vectors", refuse)
    again = load_vectors("local", {"cat", "dog"}, corpus)
    np.testing.assert_array_equal(again.matrix, first.matrix)
    with pytest.raises(AssertionError, match="trained again"):
        load_vectors("local", {"cat"}, corpus_of(TOY[:3], "two"))


@pytest.mark.parametrize("damage", ["cut", "pickle", "shape"])
def test_a_damaged_cache_is_trained_anew(tmp_path: Path, damage: str) -> None:
    corpus = corpus_of(TOY, "one")
    first = load_vectors("local", {"cat"}, corpus)
    (place,) = (tmp_path / "cache" / "vectors").iterdir()
    if damage == "cut":
        place.write_bytes(place.read_bytes()[:200])
    elif damage == "pickle":
        np.savez(place, words=np.array([{"an": "object"}]), matrix=first.matrix)
    else:
        np.savez(place, words=np.array(["cat", "dog"]), matrix=first.matrix)
    np.testing.assert_array_equal(load_vectors("local", {"cat"}, corpus).matrix, first.matrix)


def test_the_local_card_asks_for_a_corpus() -> None:
    with pytest.raises(UserError, match="name the corpus"):
        load_vectors("local", {"cat"})


def test_captions_are_never_trained_on_a_test_set(monkeypatch: pytest.MonkeyPatch) -> None:
    read: list[list[tuple[str, ...]]] = []
    coco = Corpus("coco-captions", [("x", "train")] * 9, [("x", "v")], [("x", "t")], "", "1", 2)
    multi = Corpus("multi30k", [("y", "train")] * 9, [("y", "v")], [("y", "t")], "", "2", 2)
    monkeypatch.setattr(module, "load_corpus", {"multi30k": multi}.__getitem__)

    def train(sentences: Iterable[tuple[str, ...]], *arguments: object) -> WordVectors:
        read.append(list(sentences))
        return train_vectors(sentences, Word2VecSettings(epochs=1))

    monkeypatch.setattr(module, "train_vectors", train)
    load_vectors("captions", {"x"}, coco)
    assert sorted(read[0]) == sorted([*coco.train, *multi.train])


# Missing words


def test_missing_words_get_their_own_random_direction(tmp_path: Path) -> None:
    matrix = np.random.default_rng(0).standard_normal((50, 100)).astype(np.float32)
    words = [f"w{number}" for number in range(50)]
    place = stored(tmp_path / "v.bin", words, matrix)
    loaded = load_vectors(str(place), [*words, "of", "a"])
    assert loaded.missing == ("a", "of") and loaded.words[-2:] == ("a", "of")
    np.testing.assert_array_equal(loaded.matrix[:50], matrix)
    drawn = loaded.matrix[50:]
    length = np.linalg.norm(matrix, axis=1).mean()
    np.testing.assert_allclose(np.linalg.norm(drawn, axis=1), length, rtol=1e-5)
    assert abs(drawn[0] @ drawn[1]) < 0.5 * length**2
    alone = load_vectors(str(place), [*words, "of"])  # the same word, the same vector
    np.testing.assert_allclose(alone.matrix[-1], drawn[1], rtol=1e-5)


# Points


def drawn_vectors(words: int = 200, dim: int = 6) -> np.ndarray:
    rng = np.random.default_rng(0)
    return rng.standard_normal((words, dim)) @ rng.standard_normal((dim, dim)) + 3.0


def test_points_lie_on_the_sphere() -> None:
    lengths = np.linalg.norm(prepare_points(drawn_vectors(), 0.5), axis=1)
    np.testing.assert_allclose(lengths, np.sqrt(6), rtol=1e-6)
    assert np.linalg.norm(prepare_points(drawn_vectors(), radius=2.0)[0]) == pytest.approx(2)


def test_without_whitening_points_are_the_centred_directions() -> None:
    matrix = drawn_vectors()
    centred = matrix - matrix.mean(axis=0)
    expected = centred / np.linalg.norm(centred, axis=1, keepdims=True)
    np.testing.assert_allclose(prepare_points(matrix, 0.0, 1.0), expected, atol=1e-6)


@pytest.mark.parametrize("power", [0.3, 1.0])
def test_whitening_is_the_power_of_the_covariance(power: float) -> None:
    """U S^(1-p) V^T equals the centred vectors times their scatter matrix to the power -p/2."""
    matrix = drawn_vectors()
    centred = matrix - matrix.mean(axis=0)
    values, axes = np.linalg.eigh(centred.T @ centred)
    expected = centred @ (axes * values ** (-power / 2)) @ axes.T
    expected /= np.linalg.norm(expected, axis=1, keepdims=True)
    np.testing.assert_allclose(prepare_points(matrix, power, 1.0), expected, atol=1e-5)


def test_full_whitening_separates_interchangeable_words() -> None:
    def median_cosine(points: np.ndarray) -> float:
        cosines = points @ points.T - 2 * np.eye(len(points))
        return float(np.median(cosines.max(axis=1)))

    rng = np.random.default_rng(0)
    classes = 20 * rng.standard_normal((4, 30))
    matrix = classes[rng.integers(0, 4, 60)] + rng.standard_normal((60, 30))
    cosines = [median_cosine(prepare_points(matrix, power, 1.0)) for power in (0.0, 0.5, 1.0)]
    assert cosines[0] > 0.9 > cosines[1] > cosines[2]


def test_directions_without_spread_stay_without() -> None:
    flat = np.zeros((5, 8))
    flat[:, :2] = np.random.default_rng(0).standard_normal((5, 2))
    points = prepare_points(flat, 1.0)
    assert np.abs(points[:, 2:]).max() < 1e-5


def test_a_vector_without_direction_is_refused() -> None:
    with pytest.raises(UserError, match="word 3"):
        prepare_points(np.array([[1.0, 0.0], [-1.0, 0.0], [0.0, 0.0]]))
    with pytest.raises(UserError, match="word 1"):
        prepare_points(np.ones((1, 4)))


def test_drawn_vectors_have_the_size_of_those_that_a_name_stands_for(tmp_path: Path) -> None:
    place = tmp_path / "few.txt"
    place.write_text("2 3\nbird 0.5 -1 2\nstone 1 0 0.25\n")
    for name, dim in (("local", 64), ("glove-wiki-gigaword-100", 100), (str(place), 3)):
        drawn = module.drawn_vectors(name, ["stone", "bird", "stone"])
        assert (drawn.words, drawn.matrix.shape) == (("bird", "stone"), (2, dim))
        np.testing.assert_allclose(np.linalg.norm(drawn.matrix, axis=1), 1, rtol=1e-5)
    with pytest.raises(UserError, match="neither a file nor a card"):
        module.drawn_vectors("nothing", ["bird"])
