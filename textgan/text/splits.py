"""Which sentences are learned from, and which are kept for validation and test."""

import hashlib
from collections import Counter
from collections.abc import Collection, Hashable, Iterable, Mapping, Sequence
from typing import TypeVar

from textgan.metrics.neighbours import Sentence

T = TypeVar("T", bound=Hashable)

# A text of one's own gives these shares (in sentences).
OWN_VALIDATION_SHARE = 0.05
OWN_TEST_SHARE = 0.10


def split_by_hash(
    sentences: Iterable[Sentence], validation: int, test: int
) -> tuple[list[Sentence], list[Sentence], list[Sentence]]:
    """Split sentences by the rank of their SHA-256: test takes the lowest, then validation.

    The same sentences give the same split in any order. Copies of one sentence never fall on both
    sides: a split may hold up to a tenth more sentences than asked for (or two), and a sentence
    too frequent for what is still wanted is left to training. Order is kept.

    Returns:
        train, validation and test.
    """
    sentences = list(sentences)
    counts = Counter(sentences)
    ranked = sorted(counts, key=sentence_hash)
    validated, tested = choose(ranked, counts, validation, test)
    return (
        [words for words in sentences if words not in tested and words not in validated],
        [words for words in sentences if words in validated],
        [words for words in sentences if words in tested],
    )


def sentence_hash(words: Sentence) -> bytes:
    """Return the hash of a sentence by which it is ranked."""
    return hashlib.sha256(" ".join(words).encode()).digest()


def choose(
    ranked: Sequence[T], counts: Mapping[T, int], validation: int, test: int
) -> tuple[set[T], set[T]]:
    """Choose the different sentences of validation and test.

    Args:
        ranked: different sentences, or what stands for them, by their hash.
        counts: how many copies there are of each.
        validation: how many sentences are wanted, copies counted.
        test: the same.
    """
    tested = _fill(test, ranked, counts)
    return _fill(validation, [one for one in ranked if one not in tested], counts), tested


def _fill(size: int, ranked: Sequence[T], counts: Mapping[T, int]) -> set[T]:
    """Different sentences that make up a split of `size`, the rarest if all are too frequent."""
    chosen: set[T] = set()
    taken = 0
    for one in ranked:
        if taken >= size:
            break
        if counts[one] <= _most_copies(size, taken):
            chosen.add(one)
            taken += counts[one]
    if size and ranked and not chosen:
        chosen.add(min(ranked, key=counts.__getitem__))
    return chosen


def _most_copies(size: int, taken: int = 0) -> float:
    """Copies that a sentence may have to come into a split that holds `taken` of `size`."""
    return max(3, (1.2 * size - taken) / 2)


def own_sizes(counts: Collection[int]) -> tuple[int, int]:
    """Sizes of validation and test: the `OWN_` shares, but half of what may go there at most.

    Sentences that are too frequent for the test set may not.

    Args:
        counts: how many copies there are of each different sentence.
    """
    total = sum(counts)
    validation, test = OWN_VALIDATION_SHARE * total, OWN_TEST_SHARE * total
    free = sum(count for count in counts if count <= _most_copies(round(test)))
    limit = min(1.0, free / 2 / (validation + test))
    return max(1, round(limit * validation)), max(1, round(limit * test))
