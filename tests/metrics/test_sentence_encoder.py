"""The sentence encoder: equal to a convolution spelled out, and sensitive to what it should be."""

from itertools import pairwise

import numpy as np
import pytest

from textgan.metrics.distribution import Gaussian, frechet_distance
from textgan.metrics.sentence_encoder import (
    FILTERS,
    SCALE,
    SHARPNESS,
    WIDTHS,
    SentenceEncoder,
)
from textgan.text.grammar import Grammar

WORDS = ("a", "red", "cat", "sat", "down")
VECTORS = np.random.default_rng(5).standard_normal((len(WORDS), 7)).astype(np.float32)


def spelled_out(sentence, seed=0):
    """Features of one sentence, window by window."""
    dim = VECTORS.shape[1]
    rng = np.random.Generator(np.random.PCG64(seed))
    begin, end = (edge / np.linalg.norm(edge) for edge in rng.standard_normal((2, dim)))
    unit = VECTORS / np.linalg.norm(VECTORS, axis=1).mean()
    inside = [unit[WORDS.index(w)] if w in WORDS else np.zeros(dim) for w in sentence]
    features = []
    for width in WIDTHS:
        over = max(1, width - 1)
        points = np.array([begin] * over + inside + [end] * over)
        filters = rng.standard_normal((width, dim, FILTERS)).reshape(width * dim, FILTERS)
        windows = [points[i : i + width].ravel() for i in range(len(points) - width + 1)]
        phase = rng.uniform(0, 2 * np.pi, FILTERS)
        response = SCALE * np.cos(SHARPNESS * np.array(windows) @ filters + phase)
        features.append(response.mean(axis=0))
    return np.concatenate(features)


def test_features_are_averaged_cosines_of_windows():
    sentences = [("a", "cat"), (), ("a", "red", "cat", "sat", "down", "a"), ("a", "blue", "cat")]
    expected = np.stack([spelled_out(sentence) for sentence in sentences])
    found = SentenceEncoder(WORDS, VECTORS)(sentences)
    np.testing.assert_allclose(found, expected, atol=1e-4)
    other = SentenceEncoder(WORDS, VECTORS, seed=3)(sentences)
    np.testing.assert_allclose(other[0], spelled_out(sentences[0], seed=3), atol=1e-4)


def test_inner_products_approximate_the_kernel(monkeypatch):
    monkeypatch.setattr("textgan.metrics.sentence_encoder.FILTERS", 50_000)
    encoder = SentenceEncoder(WORDS, VECTORS)
    unit = VECTORS / np.linalg.norm(VECTORS, axis=1).mean()
    directions, phase = encoder._projections[1], encoder._phases[1]

    def feature(first, second):
        return np.cos(directions[0][first] + directions[1][second] + phase)

    for (a, b), (c, d) in [((0, 1), (0, 1)), ((0, 1), (1, 0)), ((2, 3), (2, 4))]:
        apart = np.square(unit[a] - unit[c]).sum() + np.square(unit[b] - unit[d]).sum()
        kernel = np.exp(-(SHARPNESS**2) * apart / 2)
        found = 2 * np.mean(feature(a, b) * feature(c, d))
        assert found == pytest.approx(kernel, abs=0.02)


def test_features_of_a_sentence_do_not_depend_on_its_company():
    rng = np.random.default_rng(0)
    sentences = [tuple(rng.choice(WORDS, rng.integers(0, 12))) for _ in range(1200)]
    encoder = SentenceEncoder(WORDS, VECTORS)
    alone = np.concatenate([encoder([sentence]) for sentence in sentences[:40]])
    np.testing.assert_array_equal(encoder(sentences)[:40], alone)
    assert encoder([]).shape == (0, FILTERS * len(WIDTHS))


def test_a_name_tells_encoders_apart():
    names = {
        SentenceEncoder(WORDS, VECTORS).name,
        SentenceEncoder(WORDS[::-1], VECTORS).name,
        SentenceEncoder(WORDS, 2 * VECTORS).name,
        SentenceEncoder(WORDS, VECTORS, seed=1).name,
    }
    assert len(names) == 4
    assert SentenceEncoder(WORDS, VECTORS).name in names


# What the distance between encoded sentences has to show.


@pytest.fixture(scope="module")
def distance():
    """Fréchet distance of sentences from real ones, divided by that of other real ones."""
    grammar = Grammar.load()
    vectors = np.random.default_rng(0).standard_normal((len(grammar.words), 32))
    encoder = SentenceEncoder(grammar.words, vectors)
    sentences = grammar.sample(4000, seed=1)
    references = Gaussian.of(encoder(sentences[2000:]).astype(float))

    def of(change):
        rng = np.random.default_rng(2)
        changed = [change(list(words), rng) for words in sentences[:2000]]
        return frechet_distance(Gaussian.of(encoder(changed).astype(float)), references)

    floor = of(lambda words, _: words)
    return lambda change: of(change) / floor


def swap(pairs):
    def change(words, rng):
        for place in rng.integers(len(words) - 1, size=pairs):
            words[place : place + 2] = words[place : place + 2][::-1]
        return words

    return change


def shuffle(share):
    def change(words, rng):
        places = rng.permutation(len(words))[: round(share * len(words))]
        moved = [words[place] for place in places]
        for place, word in zip(np.sort(places), moved, strict=True):
            words[place] = word
        return words

    return change


def drop(share):
    return lambda words, rng: [word for word in words if rng.random() >= share]


def replace(share):
    """Each word with this probability becomes one that follows it in the alphabet."""
    known = Grammar.load().words
    following = dict(zip(known, (*known[1:], known[0]), strict=True))
    return lambda words, rng: [following[w] if rng.random() < share else w for w in words]


def shorten(share):
    """With this probability a sentence is "two dogs sleep": a mode takes the place of others."""
    return lambda words, rng: ["two", "dogs", "sleep"] if rng.random() < share else words


@pytest.mark.parametrize(
    ("change", "strengths"),
    [
        (swap, (1, 2, 4)),
        (shuffle, (0.5, 0.75, 1)),
        (drop, (0.1, 0.2, 0.4)),
        (replace, (0.1, 0.2, 0.4)),
        (shorten, (0.05, 0.1, 0.2, 0.4)),
    ],
)
def test_distance_rises_steadily_with_damage(distance, change, strengths):
    distances = [distance(change(strength)) for strength in strengths]
    assert distances[0] > 1.1
    assert all(later > 1.1 * earlier for earlier, later in pairwise(distances))
