"""How good word vectors are in themselves: human similarity judgements, analogies, neighbours.

The two tests ship with gensim; only questions whose words are all known are asked, and how many
those are is part of the answer.
"""

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np

from textgan.text.vectors import WordVectors


@dataclass(frozen=True)
class VectorQuality:
    """Results of the two tests; NaN where no question could be asked.

    Attributes:
        spearman: rank correlation of cosine with human judgements, WordSim-353
            (Finkelstein et al. 2002), in [-1, 1].
        pairs: word pairs asked, of `pairs_total`.
        pairs_total: word pairs in the test.
        analogy_accuracy: share of "a is to b as c is to ?" answered right among all the words
            (Mikolov et al. 2013, arXiv:1301.3781), in [0, 1].
        analogies: analogies asked, of `analogies_total`.
        analogies_total: analogies in the test.
    """

    spearman: float
    pairs: int
    pairs_total: int
    analogy_accuracy: float
    analogies: int
    analogies_total: int


def measure_quality(vectors: WordVectors) -> VectorQuality:
    """Ask the two tests. Case is ignored; the more frequent of two spellings answers."""
    from gensim.test.utils import datapath

    model = _keyed(vectors)
    pairs_file, analogies_file = datapath("wordsim353.tsv"), datapath("questions-words.txt")
    known = {word.upper() for word in vectors.words}
    pairs = _known_questions(pairs_file, known, width=2, separator="\t")
    analogies = _known_questions(analogies_file, known, width=4, separator=None)
    spearman = accuracy = float("nan")
    if pairs[0] >= 2:
        _, ranks, _ = model.evaluate_word_pairs(pairs_file)
        spearman = float(np.asarray(ranks)[0])
    if analogies[0]:
        accuracy = float(model.evaluate_word_analogies(analogies_file)[0])
    return VectorQuality(spearman, *pairs, accuracy, *analogies)


def nearest_words(vectors: WordVectors, word: str, count: int = 8) -> list[tuple[str, float]]:
    """The words of highest cosine to `word`, with it; empty when `word` is not known."""
    if word not in vectors.words:
        return []
    return list(_keyed(vectors).most_similar(word, topn=count))


def _keyed(vectors: WordVectors):
    from gensim.models import KeyedVectors

    keyed = KeyedVectors(vectors.matrix.shape[1])
    keyed.add_vectors(list(vectors.words), np.asarray(vectors.matrix))
    return keyed


def _known_questions(
    path: str, known: set[str], width: int, separator: str | None
) -> tuple[int, int]:
    """(questions whose words are all known, all questions) of one of gensim's test files."""
    asked = total = 0
    with open(path, encoding="utf-8") as file:
        for line in file:
            if line.startswith((":", "#")):
                continue
            words: Sequence[str] = line.upper().split(separator)[:width]
            total += 1
            asked += known.issuperset(words)
    return asked, total
