"""Columns as they were read: their types, and the one that several have in common."""

from typing import Any

import pyarrow as pa
import pytest

from textgan.tables.cells import Cells, common_dtype, plain_text, to_frame


def spelled(*texts: str | None) -> Cells:
    return Cells.of(pa.chunked_array([pa.array(texts, pa.string())]), True)


def typed(*values: Any) -> Cells:
    return Cells.of(pa.chunked_array([pa.array(values)]), False)


@pytest.mark.parametrize(
    ("cells", "dtype"),
    [
        (spelled("1", "2"), "Int64"),
        (spelled("1", "2.5"), "float64"),
        (spelled("true", "0"), "boolean"),
        (spelled("02243", "10115"), "string"),
        (spelled("+4512345678"), "string"),
        (spelled("9223372036854775808"), "string"),
        (spelled("2024-02-03", "2024-02-04"), "date"),
        (spelled(None, None), ""),
        (typed(1.5, float("nan")), "float64"),
        (typed(True, False), "boolean"),
        (typed(float("nan")), ""),
    ],
)
def test_the_type_of_a_column(cells: Cells, dtype: str) -> None:
    assert cells.dtype == dtype


@pytest.mark.parametrize(
    ("columns", "dtype"),
    [
        ([spelled("1"), spelled("2.5")], "float64"),
        ([spelled("true"), spelled("1", "0")], "boolean"),
        ([spelled("1", "0"), spelled("true")], "Int64"),
        ([spelled("9007199254740993"), spelled("2.5")], "string"),
        ([spelled("1"), spelled("red")], "string"),
        ([spelled(None), spelled("1")], "Int64"),
        ([spelled(None)], "float64"),
    ],
)
def test_the_type_that_columns_have_in_common(columns: list[Cells], dtype: str) -> None:
    assert common_dtype(columns) == dtype
    for column in columns:
        assert len(column.cast(dtype)) == len(column.values)


def test_equal_values_are_written_alike() -> None:
    assert [plain_text(text) for text in ("1.50", "1.5", "2.0", "TRUE", "red")] == [
        "1.5",
        "1.5",
        "2",
        "True",
        "red",
    ]
    assert plain_text(None) is None and plain_text(3.0) == "3"


def test_a_table_in_normal_form() -> None:
    columns = {"a": spelled("1", None).cast("Int64"), "b": spelled("x", "y").cast("string")}
    frame = to_frame(columns)
    assert str(frame["a"].dtype) == "Int64" and frame["a"].isna().tolist() == [False, True]
    assert frame["b"].tolist() == ["x", "y"]


def test_codes_that_a_user_calls_numbers() -> None:
    numbers = spelled("02243", "7").as_numbers()
    assert numbers is not None and numbers.to_pylist() == [2243, 7]
    assert spelled("red").as_numbers() is None and spelled("1").as_numbers() is None
