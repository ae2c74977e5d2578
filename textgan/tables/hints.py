"""Columns of texts that may have been meant as numbers: what is seen, and what to do, in a line."""

import re

import pandas as pd

_PLAIN = re.compile(r"\s*[+-]?(\d+(\.\d*)?|\.\d+)([eE][+-]?\d+)?\s*")
_CURRENCY = r"(?:[$€£¥₹₽₩₺¢]|USD|EUR|GBP|JPY|CHF|CNY|INR|SEK|NOK|DKK|PLN|CZK|kr\.?|zł)"
# 1.234,56 € and (1,234.5) and 12 345 and 1'000 and 7 % and 3,5.
_DRESSED = re.compile(
    rf"\s*\(?\s*[+-]?\s*{_CURRENCY}?\s*[+-]?(?:\d{{1,3}}(?:[.,'\u2019\s]\d{{3}})+|\d+)(?:[.,]\d+)?"
    rf"\s*(?:%|‰|{_CURRENCY})?\s*\)?\s*"
)
MOST = 0.9  # share of the different texts that look like numbers


def hint_numbers(values: pd.Series) -> str:
    """Say that texts look like numbers, why they are none, and what to do; "" if they do not.

    Args:
        values: a column of texts; its name is that of the column.
    """
    texts = [str(text) for text in values.dropna().unique()]
    dressed = [text for text in texts if _DRESSED.fullmatch(text) or _PLAIN.fullmatch(text)]
    if not texts or len(dressed) < MOST * len(texts):
        return ""
    head, count = f"column {values.name!r}", f"{len(texts)} categories"
    marked = [text for text in dressed if not _PLAIN.fullmatch(text)]
    if marked:
        return (
            f"{head} looks like numbers with {_marks(marked)}, such as {marked[0]!r}, and is taken "
            f"for {count}: write them as 1234.5 in the file"
        )
    if len(dressed) < len(texts):
        other = next(text for text in texts if not _PLAIN.fullmatch(text))
        return (
            f"{head} is numbers but for texts such as {other!r}, and is taken for {count}: where "
            "they stand for a missing value, leave the field empty"
        )
    return (
        f"{head} keeps its digits, such as {texts[0]!r}, as texts ({count}), for leading zeros, a "
        "plus sign, quotes or many digits: to read them as numbers, "
        f"--columns '{values.name}=continuous'"
    )


def _marks(texts: list[str]) -> str:
    """Name the marks that keep texts from being numbers."""
    named = {
        "percent signs": r"[%‰]",
        "currency signs": _CURRENCY,
        "decimal commas": r"\d,(\d{1,2}|\d{4,})\b",
        "thousands signs": r"\d[.,'\u2019\s]\d{3}\b",
    }
    found = [name for name, mark in named.items() if any(re.search(mark, t) for t in texts)]
    return " and ".join(found) or "signs or brackets"
