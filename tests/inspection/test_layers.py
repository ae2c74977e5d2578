from collections import Counter
from collections.abc import Iterator, Sequence
from types import SimpleNamespace
from typing import Any

import keras
import numpy as np
import pytest
from keras import layers

from tests.inspection.networks import small_discriminator
from textgan.inspection.hooks import Hooks
from textgan.inspection.layers import (
    FREQUENT,
    MOST,
    ablate,
    exciting_ngrams,
    mapped_layers,
    probe,
    probed,
    word_before,
    word_classes,
)
from textgan.text.corpus import Sentence
from textgan.text.grammar import Grammar

RNG = np.random.default_rng(0)


def test_mapped_layers_are_those_with_a_map_in_order() -> None:
    assert mapped_layers(small_discriminator()) == [
        "from_points",
        "positions",
        "block_0_conv_1",
        "block_0_conv_2",
        "block_1_conv_1",
        "block_1_conv_2",
        "local_own",
        "local_logits",
    ]


def test_a_probe_reads_what_is_there_and_not_what_is_not() -> None:
    labels = RNG.integers(3, size=600)
    features = RNG.standard_normal((600, 20))
    assert abs(probe("noise", features, labels).accuracy - 1 / 3) < 0.12
    same = np.zeros(600, int)
    assert probe("one answer", features, same).accuracy == 1.0
    features[:, 4] += 10 * (labels == 1) - 10 * (labels == 2)
    found = probe("there", features, labels)
    assert found.accuracy > 0.95
    assert found.chance == pytest.approx(1 / 3, abs=0.1)


def test_features_of_a_map_are_its_means_and_peaks() -> None:
    activations = RNG.standard_normal((2, 3, 4, 5))
    np.testing.assert_allclose(
        probed(activations),
        np.hstack([activations.mean(axis=(1, 2)), activations.max(axis=(1, 2))]),
    )


def test_exciting_ngrams_are_those_of_a_search_over_everything() -> None:
    words = [f"w{i}" for i in range(12)]
    sentences = [tuple(RNG.choice(words, size=RNG.integers(1, 7))) for _ in range(90)]
    values = {word: RNG.standard_normal(3) for word in words}

    def batches() -> Iterator[tuple[np.ndarray, Sequence[Sentence]]]:
        for start in range(0, 90, 20):
            part = sentences[start : start + 20]
            points = np.full((len(part), 7, 3), 99.0)  # what follows a sentence must not count
            for row, sentence in enumerate(part):
                points[row, : len(sentence)] = [values[word] for word in sentence]
            yield points, part

    found = exciting_ngrams(lambda points: points, batches(), reach=0)
    assert sorted(one.channel for one in found) == [0, 1, 2]
    seen = {word for sentence in sentences for word in sentence}
    counts = Counter(word for sentence in sentences for word in sentence)
    spread = np.repeat(np.array([values[w] for w in counts]), list(counts.values()), axis=0)
    for one in found:
        best = sorted(seen, key=lambda word: -values[word][one.channel])[: len(one.ngrams)]
        assert one.ngrams == best
        z = (values[best[0]][one.channel] - spread[:, one.channel].mean()) / spread[
            :, one.channel
        ].std()
        assert one.strength[0] == pytest.approx(z, rel=1e-6)


def test_a_window_is_cut_at_the_ends_of_its_sentence() -> None:
    points = np.zeros((1, 4, 1))
    points[0, 0] = 1.0
    (found,) = exciting_ngrams(lambda p: p, iter([(points, [("a", "b", "c")])]), reach=1)
    assert found.ngrams[0] == "a b"
    assert set(found.ngrams) <= {"a b", "a b c", "b c"} and len(found.ngrams) <= MOST


def test_the_word_before_is_labelled_where_there_is_one() -> None:
    ids = np.array([[5, 6, 5, 9], [6, 9, 9, 9]])  # 9 is after the end
    places, labels = word_before(ids, words=9)
    assert places.tolist() == [[0, 1], [0, 2]]
    assert labels.tolist() == [0, 1]  # 5 and 6, both among the commonest
    assert FREQUENT > 1


def test_sentences_of_one_word_have_no_word_before() -> None:
    places, labels = word_before(np.array([[5, 9], [6, 9]]), words=9)
    assert places.shape == (0, 2)
    assert labels.dtype.kind == "i" and not len(labels)


def test_silencing_the_one_channel_that_matters_changes_most() -> None:
    noise = keras.Input((3,))
    hidden = layers.Dense(4, use_bias=False, name="hidden")(noise)
    images = layers.Reshape((2, 1, 1))(layers.Dense(2, use_bias=False, name="out")(hidden))
    network = keras.Model(noise, images)
    network.get_layer("hidden").set_weights([np.ones((3, 4))])
    network.get_layer("out").set_weights([np.array([[0, 0], [0.1, 0.1], [5, 5], [0, 0]])])
    inputs = np.ones((6, 3), np.float32)
    opened: Any = SimpleNamespace(hooks=Hooks(network), generator_inputs=lambda rows: inputs)
    found = ablate(opened, "hidden", lambda images: (images.sum(axis=(1, 2, 3)) > 10).astype(int))
    assert [one.channel for one in found][:2] == [2, 1]
    assert found[0].change == pytest.approx(15.0)  # 3 ones times 5, on every pixel
    assert found[0].lost == [("1", 6, 0)]
    assert found[2].change == found[3].change == 0 and not found[3].lost


def test_classes_of_words_are_near_the_categories_of_the_grammar() -> None:
    from importlib import resources

    from nltk import PCFG
    from sklearn.metrics import v_measure_score

    text = (resources.files("textgan.corpora") / "scenes.pcfg").read_text()
    categories: dict[str, str] = {}
    for rule in PCFG.fromstring(text).productions():
        for word in rule.rhs():
            if isinstance(word, str):  # a word of several categories has one of their own
                categories[word] = categories.get(word, "") + str(rule.lhs())
    classes = word_classes(Grammar.load().sample(4000, seed=1))
    found = {word: number for number, group in enumerate(classes) for word in group}
    truth = [categories[word] for word in found]
    assert v_measure_score(truth, list(found.values())) > 0.6
    shuffled = RNG.permutation(list(found.values())).tolist()
    assert v_measure_score(truth, shuffled) < 0.5


def test_words_of_one_class_come_by_frequency_and_none_is_lost() -> None:
    sentences = [("a", "cat", "runs"), ("a", "dog", "runs"), ("a", "dog", "runs")]
    classes = word_classes(sentences)
    assert sorted(word for group in classes for word in group) == ["a", "cat", "dog", "runs"]
    assert ["dog", "cat"] in classes
