"""Texts that look like numbers: what is said of them."""

import pandas as pd
import pytest

from textgan.tables.hints import hint_numbers


@pytest.mark.parametrize(
    ("texts", "said"),
    [
        (["5 %", "7 %"], "looks like numbers with percent signs, such as '5 %'"),
        (["$5", "$1,234.50"], "currency signs and thousands signs"),
        (["3,5", "4,5"], "decimal commas"),
        (["(3)", "(4)"], "signs or brackets"),
        (["1", "2", "3", "4", "5", "6", "7", "8", "9", "n.d."], "but for texts such as 'n.d.'"),
        (["02243", "10115"], "--columns 'x=continuous'"),
    ],
)
def test_what_was_meant_as_numbers(texts: list[str], said: str) -> None:
    hint = hint_numbers(pd.Series(texts, name="x"))
    assert said in hint and f"{len(texts)} categories" in hint


@pytest.mark.parametrize("texts", [[], [None], ["red", "blue"], ["1", "2", "red", "blue"]])
def test_what_was_not(texts: list[str | None]) -> None:
    assert hint_numbers(pd.Series(texts, name="x", dtype=object)) == ""
