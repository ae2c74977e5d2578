"""CSV files: what parts the fields, what comes back, and what a spreadsheet must not run."""

import csv
import io
import re
from pathlib import Path

import pandas as pd
import pytest
from hypothesis import HealthCheck, assume, example, given, settings
from hypothesis import strategies as st

from tests.tables.test_encoding import FLOATS, INTEGERS
from textgan.errors import UserError
from textgan.tables.csv_files import csv_pieces, find_layout, to_csv
from textgan.tables.reading import load_table, read_table

ODD = st.one_of(
    st.sampled_from(
        [
            "",
            "NA",
            "null",
            "007",
            "12",
            "1.50",
            "true",
            "'",
            '"',
            " a",
            "a,b",
            "a;b\tc|d",
            "two\nlines",
        ]
    ),
    st.text(st.sampled_from("=+-@\t\r'\"a1\n,"), max_size=4),
    st.text(st.characters(exclude_categories=("Cs",), exclude_characters="\0"), max_size=6),
)
NAMES = ODD.filter(lambda name: name.strip() and not re.match(r"\d", name))


@st.composite
def odd_tables(draw: st.DrawFn) -> pd.DataFrame:
    rows = draw(st.integers(1, 8))
    columns = {}
    for name in draw(st.lists(NAMES, min_size=1, max_size=4, unique=True)):
        dtype, values = draw(
            st.sampled_from([("float64", FLOATS), ("Int64", INTEGERS), ("str", ODD)])
        )
        known = draw(st.lists(values, min_size=1, max_size=1))
        more = draw(st.lists(st.none() | values, min_size=rows - 1, max_size=rows - 1))
        columns[name] = pd.Series(draw(st.permutations(known + more)), dtype=dtype)
    return pd.DataFrame(columns)


@given(table=odd_tables())
@example(table=pd.DataFrame({"=a": pd.Series(["=1", "'=1", "''-", "x", None, "\r"], dtype="str")}))
@example(table=pd.DataFrame({"a": pd.Series([1, None], dtype="Int64")}))
@example(table=pd.DataFrame({"a": pd.Series(["1", "02", None, "NA", ""], dtype="str")}))
@settings(max_examples=150, suppress_health_check=[HealthCheck.function_scoped_fixture])
def test_what_is_written_comes_back_and_begins_no_formula(
    table: pd.DataFrame, tmp_path: Path
) -> None:
    assume(any(not re.search(r'["\r\n\t;|,\ufeff]|^\s|\s$', name) for name in table))
    assume(not any(name in set(values) for name, values in table.items()))  # "has no header"
    path = tmp_path / "table.csv"
    written = to_csv(table)
    path.write_text(written, encoding="utf-8", newline="")
    back = read_table(path)
    assert list(back.columns) == list(table.columns)
    for name, values in table.items():
        if values.dtype == "float64":  # whole numbers are spelled without a point
            pd.testing.assert_series_equal(back[name].astype("float64"), values)
        else:
            pd.testing.assert_series_equal(back[name], values)
    header, *rows = csv.reader(io.StringIO(written, newline=""))
    texts = [
        row[place] for place, name in enumerate(table) if table[name].dtype == "str" for row in rows
    ]
    assert not any(re.match(r"[=+\-@\t\r]", cell) for cell in [*header, *texts])


def test_formulas_stay_where_they_are_asked_for() -> None:
    table = pd.DataFrame({"a": pd.Series(["=1+1", "b"], dtype="str"), "n": [-1.5, 2]})
    assert to_csv(table) == 'a,n\n"\'=1+1",-1.5\n"b",2\n'
    assert to_csv(table, formulas=True) == 'a,n\n"=1+1",-1.5\n"b",2\n'
    pieces = csv_pieces([table.head(1), table.tail(1)])
    assert "".join(pieces) == to_csv(table)


def test_what_other_programs_wrote_keeps_its_apostrophes_and_signs(tmp_path: Path) -> None:
    path = tmp_path / "table.csv"
    path.write_text("a,b\n'=x,'tis\n=y,'twas\n-,it\n")
    table = read_table(path)
    assert table["a"].tolist() == ["'=x", "=y", "-"]
    assert table["b"].tolist() == ["'tis", "'twas", "it"]


@pytest.mark.parametrize(
    ("text", "names"),
    [
        ("name, first\tage\nx, y\t0\nz, y\t1\n", ["name, first", "age"]),
        ('"height, in cm";"weight, in kg"\n0.1;2\n1.8;1\n', ["height, in cm", "weight, in kg"]),
        ("age, years;income, euro;sex\n59;1.5;m\n67;2;f\n", ["age, years", "income, euro", "sex"]),
        ("a;b\n1,5;2,5\n3,5;4\n", ["a", "b"]),
        ("a|b|c\n1|2|x,y\n", ["a", "b", "c"]),
        ("a, b, c\n1, 2, 3\n", ["a", " b", " c"]),
        ('a,b\n"x;y;z",1\n"u;v",2\n', ["a", "b"]),
        ('a,b\n"x\ny;z",1\n', ["a", "b"]),
        ("alone\n1\n2\n", ["alone"]),
        ("notes; remarks,n\nlikes; cats,1\nlikes; dogs,2\n", ["notes; remarks", "n"]),
    ],
)
def test_the_delimiter_is_found_over_many_lines(
    text: str, names: list[str], tmp_path: Path
) -> None:
    path = tmp_path / "table.csv"
    path.write_text(text)
    layout = find_layout(path)
    assert layout.names == names
    shown = pd.read_csv(path, sep=layout.delimiter)
    assert list(shown.columns) == names
    assert len(read_table(path)) == len(shown)


def test_the_delimiter_can_be_said(tmp_path: Path) -> None:
    path = tmp_path / "table.csv"
    path.write_text("a;b,c\n1;2,3\n4;5,6\n")
    assert list(read_table(path, delimiter=";").columns) == ["a", "b,c"]
    assert list(read_table(path, delimiter=",").columns) == ["a;b", "c"]
    path.write_text("a b\n1 2\n3 4\n")
    assert read_table(path, delimiter=" ")["b"].tolist() == [2, 4]
    for wrong in ("::", "ü", '"', "\n"):
        with pytest.raises(UserError, match="must be one ASCII character"):
            read_table(path, delimiter=wrong)
    parquet = tmp_path / "t.parquet"
    pd.DataFrame({"a": [1.5, 2.5]}).to_parquet(parquet)
    for other in ("wine", str(parquet)):
        with pytest.raises(UserError, match=r"--delimiter ';' is for CSV files, and .* is none"):
            load_table(other, delimiter=";")


def test_empty_lines_before_the_header_are_skipped_and_counted(tmp_path: Path) -> None:
    path = tmp_path / "table.csv"
    path.write_text("\ufeff\n  \n\na,b\n1,x\n\n2,y\n", encoding="utf-8")
    assert read_table(path)["a"].tolist() == [1, 2]
    path.write_text("\n\na,b\n1,x\n2\n")
    with pytest.raises(UserError, match=r"line 5: 1 fields, but the header has 2.*taken: ','"):
        read_table(path)


def test_quotes_tell_texts_unless_everything_is_in_quotes(tmp_path: Path) -> None:
    path = tmp_path / "table.csv"
    path.write_text('code,n,t\n"12",3,""\n"34",,NA\n"12",5,"NA"\n')
    table = read_table(path)
    assert table["code"].tolist() == ["12", "34", "12"]
    assert table["n"].tolist() == [3, pd.NA, 5]
    assert table["t"].fillna("missing").tolist() == ["", "missing", "NA"]
    path.write_text('"code","n","t"\n"12","3",""\n"34","","NA"\n"12","5","x"\n')
    table = read_table(path)
    assert table["code"].tolist() == [12, 34, 12]
    assert table["n"].tolist() == [3, pd.NA, 5]
    assert table["t"].fillna("missing").tolist() == ["missing", "missing", "x"]
