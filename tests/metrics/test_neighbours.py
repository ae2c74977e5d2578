"""Samples beside a training text: paired, measured, and real sentences kept only if asked for."""

import json

import pytest

from textgan.metrics.neighbours import Neighbours, find_neighbours, measure_neighbours

TRAINING = [("a", "cat", "sits", "on", "a", "mat"), ("two", "dogs", "run")]
TEST = [("a", "bird", "sings"), ("a", "cat", "sits", "down"), ("a", "mat")]
SNAPSHOTS = {1: [("two", "dogs", "run"), ()], 2: [("two", "dogs", "run"), ("a", "cat", "sits")]}
FORM = {"tok": "whitespace", "case": "cased"}


def test_each_sample_has_the_sentence_of_most_shared_pairs() -> None:
    copy, part, nothing = find_neighbours([*SNAPSHOTS[2], ("bird",)], TRAINING)
    assert (copy.training, copy.similarity, copy.copied) == (TRAINING[1], 1.0, True)
    assert (part.training, part.copied) == (TRAINING[0], False)
    assert part.similarity == pytest.approx(2 * 2 / (2 + 5))
    assert (nothing.training, nothing.similarity) == (None, 0.0)


def test_copying_is_scored_beside_as_many_test_sentences() -> None:
    found = measure_neighbours(SNAPSHOTS, 2, TRAINING, TEST, FORM)
    samples, real = found.scores.samples, found.scores.real
    assert (samples["copied"].value, samples["longest_copy"].value) == (0.5, 3.0)
    # "a" of one, "a cat sits" of the other; the third is not counted.
    assert (real["copied"].value, real["longest_copy"].value) == (0.0, 2.0)
    assert found.copied == {1: [True, False], 2: [True, False]}


@pytest.mark.parametrize("with_real", [False, True])
def test_what_is_written_is_read_and_holds_real_sentences_if_asked(with_real: bool) -> None:
    found = measure_neighbours(SNAPSHOTS, 2, TRAINING, TEST, FORM, with_real)
    text = json.dumps(found.as_json(), allow_nan=False)
    assert ("on a mat" in text) == with_real
    assert Neighbours.from_json(json.loads(text)) == found


@pytest.mark.parametrize("content", [[], {}, {"step": 1, "neighbours": [3]}, {"neighbours": {}}])
def test_something_else_is_not_read(content: object) -> None:
    with pytest.raises((ValueError, TypeError, LookupError, AttributeError)):
        Neighbours.from_json(content)  # type: ignore[arg-type]
