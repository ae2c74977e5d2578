"""Which sentences are kept for validation and test."""

import hashlib
from collections import Counter

from hypothesis import given
from hypothesis import strategies as st

from textgan.text.splits import own_sizes, split_by_hash

words = st.tuples(st.sampled_from("abcdefgh"), st.sampled_from("stuvwxyz"))


@given(st.lists(words, max_size=60), st.integers(0, 8), st.integers(0, 8), st.randoms())
def test_a_split_parts_the_sentences_by_content(
    sentences: list[tuple[str, ...]], validation: int, test: int, random
) -> None:
    train, validated, tested = split_by_hash(sentences, validation, test)
    assert sorted(train + validated + tested) == sorted(sentences)
    assert not set(train) & set(validated) | set(train) & set(tested) | set(validated) & set(tested)
    assert test == 0 or tested or not sentences
    assert validation == 0 or validated or set(tested) == set(sentences)

    shuffled = list(sentences)
    random.shuffle(shuffled)
    again = split_by_hash(shuffled, validation, test)
    assert [sorted(part) for part in again] == [sorted(train), sorted(validated), sorted(tested)]


@given(st.lists(words, max_size=99), st.integers(0, 20), st.integers(0, 20))
def test_a_split_of_rare_sentences_is_cut_by_rank(
    sentences: list[tuple[str, ...]], validation: int, test: int
) -> None:
    """As in the versions before: with at most three copies, which every split takes."""
    counts = Counter(sentences)
    sentences = [words for words in sentences if counts[words] <= 3]
    keyed = [(hashlib.sha256(" ".join(words).encode()).digest(), words) for words in sentences]
    keys = [key for key, _ in sorted(keyed)]
    test_end = keys[min(test, len(keys)) - 1] if test and keys else b""
    rest = [key for key in keys if key > test_end]
    validation_end = rest[min(validation, len(rest)) - 1] if validation and rest else test_end
    assert split_by_hash(sentences, validation, test) == (
        [words for key, words in keyed if key > validation_end],
        [words for key, words in keyed if test_end < key <= validation_end],
        [words for key, words in keyed if key <= test_end],
    )


@given(
    st.lists(st.integers(1, 300), min_size=3, max_size=40),
    st.integers(100, 400),
)
def test_frequent_sentences_do_not_upset_the_shares(copies: list[int], singles: int) -> None:
    """Among many single sentences: shares as asked, a tenth or two more at most."""
    sentences = [(f"often{n}",) for n, count in enumerate(copies) for _ in range(count)]
    sentences += [(f"once{n}",) for n in range(singles)]
    total = len(sentences)
    validation, test = min(round(0.05 * total), singles // 4), min(round(0.1 * total), singles // 2)
    _, validated, tested = split_by_hash(sentences, validation, test)
    assert test <= len(tested) <= test + max(2, 0.1 * test)
    assert validation <= len(validated) <= validation + max(2, 0.1 * validation)
    assert max(Counter(tested).values()) <= max(3, 0.6 * test)


def test_a_split_of_distinct_sentences_has_the_sizes_asked_for() -> None:
    sentences = [(str(number),) for number in range(1000)]
    assert [len(part) for part in split_by_hash(sentences, 50, 100)] == [850, 50, 100]


def test_a_text_of_ones_own_gives_its_shares_and_keeps_frequent_sentences() -> None:
    assert own_sizes([1] * 1000) == (50, 100)
    # "ok" 900 times: of the 100 others half go to validation and test.
    assert own_sizes([900, *[1] * 100]) == (17, 33)
    assert own_sizes([1, 1, 1]) == (1, 1)
