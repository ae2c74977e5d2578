"""Reading tables: CSV and Parquet as they come, and every mistake in one line."""

import re
from pathlib import Path

import numpy as np
import pandas as pd
import pyarrow as pa
import pyarrow.parquet
import pytest
from hypothesis import HealthCheck, given, settings
from sklearn import datasets

from tests.tables.test_encoding import tables
from textgan.errors import UserError
from textgan.tables.csv_files import to_csv
from textgan.tables.reading import BUILT_IN, load_table, read_table

CSV = """name;weight;age;sure;grade
Ann;1.5;30;true;1
"Ole ""O""; jr";NA;;false;2
,2.5;41;true;1
"""


def test_types_are_found(tmp_path: Path) -> None:
    path = tmp_path / "people.csv"
    path.write_text(CSV.replace(",2.5", ";2.5"))
    table = read_table(path)
    assert table.dtypes.astype(str).tolist()[1:] == ["float64", "Int64", "boolean", "Int64"]
    assert table["name"].tolist()[:2] == ["Ann", 'Ole "O"; jr']
    assert table.isna().sum().tolist() == [1, 1, 1, 0, 0]


@given(table=tables())
@settings(max_examples=25, suppress_health_check=[HealthCheck.function_scoped_fixture])
def test_parquet_comes_back(table: pd.DataFrame, tmp_path: Path) -> None:
    path = tmp_path / "table.parquet"
    table.columns = [f"column {name}." for name in table.columns]  # none is blank or a number
    pa.parquet.write_table(pa.Table.from_pandas(table), path)
    pd.testing.assert_frame_equal(read_table(path), table)


def test_csv_comes_back(tmp_path: Path) -> None:
    table = pd.DataFrame(
        {
            "größe, cm": [1 / 3, np.nan, 1e-300, 1.7e308],
            "zahl": pd.Series([1, None, -(2**53), 4], dtype="Int64"),
            "ja": pd.Series([True, False, None, True], dtype="boolean"),
            "名前": pd.Series(["a,b", 'say "x"', "two\nlines", None], dtype="str"),
        }
    )
    (tmp_path / "table.csv").write_text(to_csv(table))
    pd.testing.assert_frame_equal(read_table(tmp_path / "table.csv"), table, check_exact=True)


@pytest.mark.parametrize("name", BUILT_IN)
def test_built_in_tables_are_those_of_scikit_learn(name: str, tmp_path: Path) -> None:
    table = load_table(name)
    bunch = getattr(datasets, f"load_{name}")()
    assert table.target is not None
    assert table.frame.shape == (len(bunch.data), bunch.data.shape[1] + 1)
    assert not table.frame.isna().any(axis=None)
    (tmp_path / "copy.csv").write_text(to_csv(table.frame))
    assert load_table(str(tmp_path / "copy.csv")).checksum == table.checksum
    if name != "diabetes":
        known = np.asarray(bunch.target_names)[bunch.target]
        assert (table.frame[table.target] == known).all()
        assert np.array_equal(table.frame.iloc[:, 0], bunch.data[:, 0])


@pytest.mark.parametrize(
    ("content", "message"),
    [
        (b"", "is empty"),
        (b"a,b\n", "has no rows"),
        (b"a,b\n1,2\n\n3\n", "line 4: 1 fields, but the header has 2"),
        (b'a,b\n"x\ny",2\n3,4,5\n', "line 4: 3 fields, but the header has 2"),
        (b"a,b,a\n1,2,3\n", "column name 'a' occurs twice"),
        (b"a,,c\n1,2,3\n", "column 2 has no name"),
        (b"a,b\n1,2\n3,inf\n", "column 'b' is infinite in row 2"),
        (b"a,b\n1,2\n3,-1e999\n", "column 'b' is infinite in row 2"),
        (b"a,b\n1,\n3,\n", "every value of column 'b' is missing"),
        (b"a,b\n1,2020-01-31\n", "column 'b' holds dates"),
        (b"a,b\n1,31/1/2020 10:00\n", "column 'b' holds dates"),
        (b"a,b\n1,10:30\n", "column 'b' holds dates or times"),
        (b"5.1,3.5,setosa\n4.9,3.0,setosa\n", "has no header"),
        (b"red,small\nred,large\nblue,small\n", "has no header"),
        (b"\x89PNG\r\n\x1a\n\0\0", "is not a CSV or Parquet table"),
        (b'a,b\n"1,2\n3,4\n', "is not a CSV or Parquet table"),
        (b"PAR1 and nothing more", "is not a table that can be read"),
    ],
)
def test_files_that_are_no_table(content: bytes, message: str, tmp_path: Path) -> None:
    path = tmp_path / "table.csv"
    path.write_bytes(content)
    with pytest.raises(UserError, match=message) as refusal:
        read_table(path)
    assert str(path) in str(refusal.value)


def test_other_mistakes(tmp_path: Path) -> None:
    with pytest.raises(UserError, match="give a file or one of breast_cancer, wine, diabetes"):
        load_table("california")
    with pytest.raises(UserError, match="cannot read"):
        read_table(tmp_path)
    lists = pa.table({"a": [1, 2], "b": [[1], [2]]})
    pa.parquet.write_table(lists, tmp_path / "lists.parquet")
    with pytest.raises(UserError, match="neither numbers nor text"):
        read_table(tmp_path / "lists.parquet")


def test_numbers_that_would_change_stay_texts(tmp_path: Path) -> None:
    path = tmp_path / "table.csv"
    path.write_text(
        "zip,hex,big,mixed,phone,long,plus\n"
        "02243,0x666,100000000000000016616,9007199254740993,+4512345678,12,+1.5\n"
        "99018,0xF62,7,1.0,+4587654321,9223372036854775807,-2\n"
    )
    table = read_table(path)
    assert table["zip"].tolist() == ["02243", "99018"]
    assert table["hex"].tolist() == ["0x666", "0xF62"]
    assert table["big"].tolist() == ["100000000000000016616", "7"]
    assert table["mixed"].tolist() == ["9007199254740993", "1.0"]
    assert table["phone"].tolist() == ["+4512345678", "+4587654321"]
    assert table["long"].tolist() == [12, 2**63 - 1]
    assert table["plus"].tolist() == [1.5, -2]
    asked = {"zip": "integer", "long": "drop"}
    assert read_table(path, asked)["zip"].tolist() == [2243, 99018]
    assert "long" not in read_table(path, asked)
    large = pa.table({"a": pa.array([2**64 - 1, 3], pa.uint64())})
    pa.parquet.write_table(large, tmp_path / "large.parquet")
    assert read_table(tmp_path / "large.parquet")["a"].tolist() == [str(2**64 - 1), "3"]


def test_categories_keep_their_spelling(tmp_path: Path) -> None:
    path = tmp_path / "table.csv"
    path.write_text("price,grade\n1.50,1\n2,2\n1.50,1\n")
    table = read_table(path, {"price": "categorical", "grade": "categorical"})
    assert table["price"].tolist() == ["1.50", "2", "1.50"]
    assert table["grade"].tolist() == [1, 2, 1]


UNREADABLE = {
    "day": ["2024-01-31", "2024-02-01"],
    "none": ["", ""],
    "endless": ["inf", "1"],
    "b": ["1", "2"],
}


@pytest.mark.parametrize("name", ["day", "none", "endless"])
def test_what_is_dropped_is_not_judged(name: str, tmp_path: Path) -> None:
    table = pd.DataFrame({key: UNREADABLE[key] for key in (name, "b")})
    table.to_csv(tmp_path / "table.csv", index=False)
    with pytest.raises(UserError, match=f"column {name!r}.*--columns '{name}=drop'"):
        read_table(tmp_path / "table.csv")
    kept = load_table(str(tmp_path / "table.csv"), {name: "drop"})
    assert kept.frame["b"].tolist() == [1, 2]
    lists = pa.table({name: [[1], [2]], "b": [1, 2]})
    pa.parquet.write_table(lists, tmp_path / "lists.parquet")
    assert list(read_table(tmp_path / "lists.parquet", {name: "drop"})) == ["b"]
    with pytest.raises(UserError, match="there is no column 'c'"):
        read_table(tmp_path / "table.csv", {"c": "drop"})
    with pytest.raises(UserError, match="every column is dropped"):
        read_table(tmp_path / "table.csv", {name: "drop", "b": "drop"})


def test_a_dropped_column_is_in_the_checksum(tmp_path: Path) -> None:
    path = tmp_path / "table.csv"
    sums = []
    for ident in (1, 2):
        path.write_text(f"id,b\n{ident},1\n5,2\n")
        sums += [load_table(str(path), asked).checksum for asked in ({}, {"id": "drop"})]
    assert sums[0] == sums[1] != sums[2] == sums[3]


@pytest.mark.parametrize(
    ("values", "dates"),
    [
        (["2020-01-31", "1999-12-01"], True),
        (["2020-01-31T10:00:00Z", "2020-01-31T10:00:00.5+02:00"], True),
        (["31.12.2020", "1.1.2021"], True),
        (["12/31/20", "1/2/21"], True),
        (["10:30", "23:59:01"], True),
        (["1.2.0", "2.0.10"], False),  # versions
        (["12-3-45", "13-3-46"], False),  # codes
        (["2020-13-01", "2020-01-31"], False),
        (["25:30", "10:30"], False),
    ],
)
def test_dates_have_a_month_a_day_and_a_year(
    values: list[str], dates: bool, tmp_path: Path
) -> None:
    path = tmp_path / "table.csv"
    pd.DataFrame({"a": values, "b": [1, 2]}).to_csv(path, index=False)
    if dates:
        with pytest.raises(UserError, match="column 'a' holds dates or times"):
            read_table(path)
        assert read_table(path, {"a": "categorical"})["a"].tolist() == values
    else:
        assert read_table(path)["a"].tolist() == values


@pytest.mark.parametrize(
    ("header", "row", "is_header"),
    [
        ("country,2019,2020", "c{},-0.35,1.5", True),
        ("2019,2020", "-0.35,331", True),
        ("country,2019,2020", "c{},2019,2020", False),  # the first of many rows of years
        ("1,2,3", "4,5,6", False),
        ("5.1,3.5,setosa", "4.9,3.0,virginica", False),
        ("nan,b", "1,2", True),
    ],
)
def test_years_may_be_names(header: str, row: str, is_header: bool, tmp_path: Path) -> None:
    path = tmp_path / "table.csv"
    path.write_text("\n".join([header, *(row.format(n) for n in range(3))]) + "\n")
    if is_header:
        assert list(read_table(path).columns) == header.split(",")
    else:
        with pytest.raises(UserError, match="has no header"):
            read_table(path)


@pytest.mark.parametrize(
    ("values", "said"),
    [
        (["1,5", "2,25", "3,0"], "decimal commas, such as '1,5', and is taken for 3 categories"),
        (["€ 1.200,50", "€ 900,00"], "currency signs and decimal commas and thousands signs"),
        (["12 %", "7 %"], "percent signs"),
        (["1,234", "12,345,678"], "thousands signs"),
        (["$5", "(7.50)"], "currency signs"),
        (["007", "12"], "--columns 'a=continuous'"),
        ([*map(str, range(30)), "?"], r"but for texts such as '\?'.*leave the field empty"),
        (["red", "1,5"], ""),
        (["a1", "b2"], ""),
    ],
)
def test_numbers_that_are_read_as_texts_are_told(
    values: list[str], said: str, tmp_path: Path
) -> None:
    path = tmp_path / "table.csv"
    pd.DataFrame({"a": values}).to_csv(path, index=False)
    notes = load_table(str(path)).notes
    assert len(notes) == bool(said)
    if said:
        assert re.search(said, notes[0])
    path.write_text("n;m\n1;2\n")
    assert load_table(str(path)).notes == (f"{path}: fields are parted by ';'",)


def test_the_row_labels_of_pandas_are_told(tmp_path: Path) -> None:
    path = tmp_path / "some.parquet"
    table = pd.DataFrame({"x": [0.5, 1.5, 2.5, 3.5]})
    table.to_parquet(path)
    assert not load_table(str(path)).notes
    table.iloc[[3, 0, 1]].to_parquet(path)
    (note,) = load_table(str(path)).notes
    assert note.endswith("leave it out with --columns '__index_level_0__=drop'")
    dropped = load_table(str(path), {"__index_level_0__": "drop"})
    assert (list(dropped.frame), dropped.notes) == (["x"], ())
