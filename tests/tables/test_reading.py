"""Reading tables: CSV and Parquet as they come, and every mistake in one line."""

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
from textgan.tables.reading import BUILT_IN, load_table, read_table, to_csv

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
@settings(
    max_examples=25, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture]
)
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
    large = pa.table({"a": pa.array([2**64 - 1], pa.uint64())})
    pa.parquet.write_table(large, tmp_path / "large.parquet")
    with pytest.raises(UserError, match="is not a table that can be read"):
        read_table(tmp_path / "large.parquet")
