"""Samples beside training sentences: which are chosen, and which words are marked."""

from textgan.metrics.neighbours import find_neighbours
from textgan.report.nearest import choose_neighbours, mark_shared, neighbour_lines

TRAINING = [("a", "cat", "sits", "on", "a", "mat"), ("two", "dogs", "run")]
SAMPLES = [("nothing", "shared"), ("a", "cat", "sits", "on", "a", "mat"), ("a", "cat", "sits")]


def test_the_first_are_chosen_and_the_closest() -> None:
    chosen = choose_neighbours(find_neighbours(SAMPLES, TRAINING), count=2)
    assert [[one.sample for one in found] for found in chosen.values()] == [
        SAMPLES[:2],
        SAMPLES[1:],
    ]
    assert list(chosen)[1] == "The closest to the training text, of 3"


def test_words_of_both_are_marked_in_order() -> None:
    assert mark_shared(["a", "b", "c"], ["b", "x", "c"]) == [("a", False), ("b", True), ("c", True)]


def test_a_sample_stands_above_its_sentence() -> None:
    lines = neighbour_lines("t", find_neighbours(SAMPLES[::2], TRAINING))
    labels = [label for label, _ in lines.rows]
    assert labels == ["sample", "none shares a word pair with it", "sample", "real, 0.57"]
    assert [word.text for word in lines.rows[3][1] if word.marked] == ["a", "cat", "sits"]
    assert all(word.marked for word in lines.rows[2][1]) and not lines.rows[1][1]
