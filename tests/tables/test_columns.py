"""Kinds of columns: found, asked for, refused."""

import numpy as np
import pandas as pd
import pytest

from textgan.errors import UserError
from textgan.tables.columns import Column, describe, find_columns, parse_asked, parse_where

TABLE = pd.DataFrame(
    {
        "height": [1.5, 1.75, np.nan, 2.25] * 10,
        "whole": np.arange(40.0),
        "age": pd.Series(range(40), dtype="Int64"),
        "grade": pd.Series([1, 2, 3, 2] * 10, dtype="Int64"),
        "sex": pd.Series(["f", "m", "m", None] * 10, dtype="str"),
        "smokes": pd.Series([True, False] * 20, dtype="boolean"),
        "planet": pd.Series(["earth"] * 40, dtype="str"),
        "once": pd.Series([7, None] * 20, dtype="Int64"),
    }
)


def test_kinds_are_found() -> None:
    assert find_columns(TABLE) == [
        Column("height", "continuous", "float64", True),
        Column("whole", "integer", "float64", False),
        Column("age", "integer", "Int64", False),
        Column("grade", "categorical", "Int64", False, (1, 2, 3)),
        Column("sex", "binary", "string", True, ("f", "m")),
        Column("smokes", "binary", "boolean", False, (False, True)),
        Column("planet", "constant", "string", False, ("earth",)),
        Column("once", "categorical", "Int64", True, (7,)),
    ]


def test_kinds_can_be_asked_for() -> None:
    asked = parse_asked(["grade=integer", "whole=continuous", "age=drop"])
    kinds = {column.name: column.kind for column in find_columns(TABLE, asked)}
    assert (kinds["grade"], kinds["whole"]) == ("integer", "continuous")
    assert "age" not in kinds
    assert parse_asked(["a=b=drop"]) == {"a=b": "drop"}


@pytest.mark.parametrize(
    ("pairs", "message"),
    [
        (["colour=drop"], "there is no column 'colour'"),
        (["age=number"], "a kind is one of continuous, integer, categorical, drop"),
        (["sex=integer"], "its values are not numbers"),
        (["height=integer"], "some of its values are not whole numbers"),
        (["age"], "'age' is not of the form column=kind"),
        ([f"{name}=drop" for name in TABLE], "every column is dropped"),
    ],
)
def test_what_cannot_be_asked_for(pairs: list[str], message: str) -> None:
    with pytest.raises(UserError, match=message):
        find_columns(TABLE, parse_asked(pairs))


def test_what_cannot_be_learned() -> None:
    names = pd.DataFrame({"name": [f"person {number}" for number in range(300)]})
    with pytest.raises(UserError, match=r"300 different values in 300 rows.*'name=drop'"):
        find_columns(names)
    large = pd.DataFrame({"id": pd.Series(range(2**53, 2**53 + 20), dtype="Int64")})
    with pytest.raises(UserError, match=r"beyond 2\^53.*'id=drop'"):
        find_columns(large)


def test_the_description_names_values_and_missing_ones() -> None:
    lines = describe(TABLE, find_columns(TABLE)).splitlines()
    assert len(lines) == 8
    assert lines[0].split() == ["height", "continuous", "1.5", "to", "2.25", "missing", "25.0%"]
    assert lines[3].split() == ["grade", "categorical", "2", "20,", "1", "10,", "3", "10"]


def test_pairs_on_the_command_line_are_taken_apart() -> None:
    table = pd.DataFrame({"a": ["x", "b=y"], "a=b": ["x", "z"]})
    columns = {column.name: column for column in find_columns(table)}
    assert parse_where(["a=x"], columns) == {"a": "x"}
    assert parse_where(["a=b=z", "a=x"], columns) == {"a=b": "z", "a": "x"}
    assert parse_where(["a=b=y"], columns) == {"a": "b=y"}
    assert parse_where(["c=d=e"], columns) == {"c": "d=e"}  # refused when it is looked up
    for wrong, message in (
        (["a"], "write it as column=category"),
        (["a=x", "a=b=y"], "names 'a' twice"),
        (["a=x", "a=x"], "names 'a' twice"),
        (["a=b=q"], "may mean 'a' or 'a=b'"),
    ):
        with pytest.raises(UserError, match=message):
            parse_where(wrong, columns)
    with pytest.raises(UserError, match="--columns names 'a' twice"):
        parse_asked(["a=drop", "a=integer"])


def test_measured_numbers_may_be_large_but_not_whole_ones() -> None:
    large = pd.DataFrame({"mass": np.linspace(1e20, 9e20, 30)})
    assert find_columns(large)[0].kind == "continuous"
    with pytest.raises(UserError, match=r"beyond 2\^53"):
        find_columns(large, {"mass": "integer"})


def test_a_description_holds_no_control_characters() -> None:
    table = pd.DataFrame({"a\x1b[2J": ["x\ny", "\x07"] * 3})
    (line,) = describe(table, find_columns(table)).splitlines()
    assert line.isprintable() and r"\x1b" in line
