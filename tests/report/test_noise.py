"""The same noise from step to step: changed words, chosen steps."""

from hypothesis import given
from hypothesis import strategies as st

from textgan.report.noise import changed_share, mark_new, pick_steps, tell_stories, without_copies

WORDS = st.lists(st.sampled_from("abc"), max_size=8)


def new_words(text: str, before: str) -> str:
    return " ".join(word for word, new in mark_new(text.split(), before.split()) if new)


def test_words_that_changed_are_marked() -> None:
    assert new_words("a dog sits on a mat", "a cat sits on a mat") == "dog"
    assert new_words("the a cat sits", "a cat sits") == "the"  # moving along is no change
    assert new_words("a cat", "a cat sits") == ""
    assert new_words("a cat", "") == "a cat"


@given(WORDS, WORDS)
def test_what_is_not_marked_stood_there_in_the_same_order(
    now: list[str], before: list[str]
) -> None:
    marked = mark_new(now, before)
    assert [word for word, _ in marked] == now
    rest = iter(before)
    assert all(word in rest for word, new in marked if not new)
    assert not any(new for _, new in mark_new(now, now))


@given(st.sets(st.integers(0, 10**6), min_size=1, max_size=200), st.integers(2, 12))
def test_picked_steps_run_from_first_to_last(steps: set[int], most: int) -> None:
    ordered = sorted(steps)
    picked = pick_steps(ordered, most)
    assert len(picked) == min(most, len(ordered))
    assert picked == sorted(set(picked)) and set(picked) <= steps
    assert picked[0] == ordered[0]
    assert len(ordered) == 1 or picked[-1] == ordered[-1]


def test_stories_follow_one_line_of_each_snapshot() -> None:
    first, second = tell_stories({1: ["a b", "x y"], 2: ["a c", "x y", "z"]})
    assert first.steps == [(1, [("a", False), ("b", False)]), (2, [("a", False), ("c", True)])]
    assert second.row == 2
    assert tell_stories({}) == []


def test_share_of_new_words() -> None:
    snapshots = {1: ["a b", "c d"], 2: ["a x", "c d"], 3: ["a x", "c d"]}
    assert changed_share(snapshots) == [(2, 0.25), (3, 0.0)]


def test_copies_are_left_out_line_by_line() -> None:
    shown = without_copies({1: ["a b", "c"], 2: ["d"]}, {1: [False, True], 2: [False]})
    assert shown == {1: ["a b", "(a sentence of the training text)"], 2: ["d"]}
