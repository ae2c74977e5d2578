import numpy as np

from textgan.inspection.saliency_text import coloured


def test_words_are_coloured_to_one_scale_up_to_the_first_empty_place() -> None:
    words = [["a", "cat", "·", "·"], ["two", "dogs", "run", "·"]]
    weights = np.array([[0.0, 0.5, -2.0, 0.0], [-1.0, 0.0, 4.0, 0.0]])
    rows = coloured(words, ["real", "generated"], weights)
    assert [(label, [word.text for word in line]) for label, line in rows] == [
        ("real", ["a", "cat", "·"]),
        ("generated", ["two", "dogs", "run", "·"]),
    ]
    assert rows[1][1][2].weight == 1 and rows[1][1][2].note == "+4.00"
    bound = np.percentile(np.abs(weights), 97)
    assert np.isclose(rows[0][1][2].weight, -2 / bound)
    assert not any(word.note for _, line in coloured(words, "ab", weights, False) for word in line)
