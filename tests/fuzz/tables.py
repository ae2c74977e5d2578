"""Odd CSV and Parquet files."""

import random
from pathlib import Path
from typing import Any

import pyarrow as pa
import pyarrow.parquet

from tests.fuzz.cases import Case, odd_name, odd_place, some, spoil

TINY = (
    *("--batch-size", 8, "--generator-width", 8, "--generator-layers", 1, "--noise", 8),
    *("--discriminator-width", 8, "--discriminator-layers", 1, "--steps", 4, "--log-every", 2),
    *("--evaluate-every", 4),
)
ODD_CELLS = (
    *("", "NA", "nan", "inf", "-inf", "1e400", "1e18", "9007199254740993", "007", "0x1F", "1,5"),
    *(
        "$3",
        "12%",
        "1 000",
        "True",
        "2024-01-02",
        "1.2.3",
        "a\nb",
        'a"b',
        "=1+1",
        "<script>",
        "\u00e9",
    ),
    *("x" * 3000, " ", "\u2028", "None", "null", "1_000", "+5", "--", "\0"),
)
HEADERS = (
    "a",
    "b",
    "a",
    "",
    " ",
    "1",
    "<script>",
    "a=b",
    "a,b",
    "2020",
    "é",
    "x" * 200,
    "kind=drop",
)
COLUMNS = (
    "a=drop",
    "b=categorical",
    "a=integer",
    "x=drop",
    "a",
    "=",
    "a=b=drop",
    "kind=continuous",
)


def _column(draw: random.Random, rows: int) -> list[str]:
    """Return the cells of a column of some kind, odd ones among them."""
    odd = draw.choice(((), (), ODD_CELLS, draw.choices(ODD_CELLS, k=1)))
    plain = draw.choice(
        (
            lambda: f"{draw.gauss(0, 9):.3f}",
            lambda: str(draw.randint(0, 99)),
            lambda: draw.choice(("cat", "dog")),
            lambda: draw.choice(("0", "1")),
            lambda: "1",
            lambda: f"id{draw.randrange(10**9)}",
        )
    )
    share = draw.choice((0.02, 0.5, 1.0))
    return [draw.choice(odd) if odd and draw.random() < share else plain() for _ in range(rows)]


def odd_csv(draw: random.Random) -> bytes:
    """Return a table as CSV, mostly well-formed."""
    rows, width = draw.choice((0, 1, 3, *(30, 60, 60) * 4)), draw.choice((1, 2, 4))
    columns = [_column(draw, rows) for _ in range(width)]
    header = draw.choices(HEADERS, k=width) if draw.random() < 0.3 else list("abcd")[:width]
    mark = draw.choice((",", ",", ";", "\t", "|"))
    quote = draw.random() < 0.7

    def cell(text: str) -> str:
        risky = any(sign in text for sign in (mark, '"', "\n", "\r"))
        return '"' + text.replace('"', '""') + '"' if quote and risky else text

    lines = [mark.join(map(cell, row)) for row in (header, *zip(*columns, strict=True))]
    for line in (
        some(draw, ("", "", "a", "1" + mark * 9, '"', " "), 1) if draw.random() < 0.3 else ()
    ):
        lines.insert(draw.randint(0, len(lines)), line)
    text = draw.choice(("\n", "\n", "\r\n", "\r")).join(lines) + draw.choice(("\n", ""))
    encodings = ("utf-8",) * 12 + ("utf-8-sig", "utf-8-sig", "utf-16", "latin-1")
    content = text.encode(draw.choice(encodings), "replace")
    return content if draw.random() < 0.9 else spoil(draw, content)


def _array(draw: random.Random, rows: int) -> pa.Array:
    """Return a Parquet column of some type."""
    numbers = [draw.randint(0, 9) for _ in range(rows)]
    kinds: list[Any] = [
        *(pa.float32(), pa.float64(), pa.int8(), pa.uint64(), pa.int64(), pa.string(), pa.null()),
        *(pa.timestamp("ms"), pa.date32(), pa.time32("s"), pa.duration("s"), pa.decimal128(21, 2)),
        *(
            pa.list_(pa.int8()),
            pa.struct({"x": pa.int8()}),
            pa.binary(),
            pa.bool_(),
            pa.large_string(),
        ),
        pa.dictionary(pa.int8(), pa.string()),
    ]
    kind = draw.choice(kinds)
    if pa.types.is_dictionary(kind):
        return pa.array([str(number) for number in numbers]).dictionary_encode()
    if pa.types.is_null(kind) or draw.random() < 0.1:
        return pa.nulls(rows, kind)
    if pa.types.is_list(kind) or pa.types.is_struct(kind):
        cells = [{"x": n} if pa.types.is_struct(kind) else [n] * (n % 3) for n in numbers]
        return pa.array(cells, kind)
    if pa.types.is_binary(kind):
        return pa.array([bytes([250, number]) for number in numbers], kind)
    if kind == pa.uint64() and draw.random() < 0.5:
        return pa.array([2**64 - 1 - number for number in numbers], kind)
    if pa.types.is_floating(kind) and draw.random() < 0.3:
        odd = float(draw.choice(("nan", "inf", "1e300")))
        return pa.array([odd if n == 1 else float(n) for n in numbers], pa.float64())
    return pa.array(numbers, pa.int32()).cast(pa.int64()).cast(_through(kind)).cast(kind)


def _through(kind: Any) -> Any:
    """Return a type on the way from whole numbers to `kind`."""
    return pa.int32() if kind in (pa.date32(), pa.time32("s")) else pa.int64()


def write_odd_parquet(draw: random.Random, place: Path) -> None:
    rows, width = draw.choice((0, 1, *(30, 60) * 4)), draw.choice((0, 1, 2, 2, 3, 3, 4))
    arrays = [_array(draw, rows) for _ in range(width)]
    names = draw.choices(HEADERS, k=width) if draw.random() < 0.4 else list("abcd")[:width]
    pyarrow.parquet.write_table(pa.Table.from_arrays(arrays, names=names), place)
    if draw.random() < 0.3:
        place.write_bytes(spoil(draw, place.read_bytes()))


def _options(draw: random.Random) -> tuple[Any, ...]:
    asked = ("--columns", *draw.choices(COLUMNS, k=draw.randint(1, 2)))
    named = draw.choice(("a", "b", "none", "x", ""))
    return draw.choice(((), (), asked, ("--target", named), ("--condition", named)))


def csv_table(draw: random.Random, place: Path) -> Case:
    """Train on an odd CSV."""
    file = place / odd_name(draw, "csv")
    file.write_bytes(odd_csv(draw))
    file = odd_place(draw, file) if draw.random() < 0.1 else file
    run = ("--run-dir", place / "run")
    return Case("train_table_gan.py", (file, *TINY, *_options(draw), *run), ["run"])


def parquet_table(draw: random.Random, place: Path) -> Case:
    """Train on an odd Parquet file."""
    file = place / odd_name(draw, "parquet")
    write_odd_parquet(draw, file)
    run = ("--run-dir", place / "run")
    return Case("train_table_gan.py", (file, *TINY, *_options(draw), *run), ["run"])


def two_tables(draw: random.Random, place: Path) -> Case:
    """Score an odd table against another."""
    (place / "a.csv").write_bytes(odd_csv(draw))
    same = draw.random() < 0.4
    (place / "b.csv").write_bytes((place / "a.csv").read_bytes() if same else odd_csv(draw))
    given = (place / "a.csv", "--real", place / "b.csv", "--no-baselines")
    return Case("evaluate_table.py", given)
