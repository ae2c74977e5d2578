"""Tables that are compared are read together: what is equal counts as equal, whatever the file."""

from collections.abc import Callable
from pathlib import Path

import numpy as np
import pandas as pd
import pyarrow as pa
import pyarrow.parquet
import pytest

from textgan.errors import UserError
from textgan.metrics.table_columns import total_variation
from textgan.metrics.table_evaluation import RealRows, evaluate_table
from textgan.metrics.table_features import Scheme
from textgan.tables.csv_files import to_csv
from textgan.tables.evaluation import TableEvaluationSettings, evaluate
from textgan.tables.reading import read_table, read_together

N = 120
RNG = np.random.default_rng(0)
NUMBERS = np.round(RNG.normal(size=N), 3)


def write(path: Path, **columns: object) -> Path:
    pd.DataFrame(columns).to_csv(path, index=False)
    return path


def scores(synthetic: Path, real: Path, test: Path | None = None, **more: object) -> dict:
    settings = TableEvaluationSettings(synthetic, real, test, baselines=False, **more)  # type: ignore[arg-type]
    return {k: s.value for k, s in evaluate(settings, lambda _: None).samples.items()}


def half_shares(ours: pd.Series, theirs: pd.Series) -> float:
    """The total variation by pandas: values as they are counted, missing ones too."""
    counts = [v.value_counts(normalize=True, dropna=False) for v in (ours, theirs)]
    return float(counts[0].sub(counts[1], fill_value=0).abs().sum() / 2)


BITS = RNG.integers(0, 2, N)
CODES = RNG.choice(["1", "2", "3"], N)
SPELLINGS: dict[str, Callable[[np.ndarray], object]] = {
    "digits": lambda bits: bits,
    "words": lambda bits: bits.astype(bool),
    "lower case": lambda bits: np.where(bits, "true", "false"),
    "floats": lambda bits: bits.astype(float),
}


@pytest.mark.parametrize("theirs", SPELLINGS)
@pytest.mark.parametrize("ours", SPELLINGS)
def test_a_table_spelled_otherwise_is_equal(ours: str, theirs: str, tmp_path: Path) -> None:
    real = write(tmp_path / "real.csv", x=NUMBERS, flag=SPELLINGS[theirs](BITS))
    same = write(tmp_path / "same.csv", x=NUMBERS, flag=SPELLINGS[ours](BITS))
    _, (first, other), _ = read_together([real, same], {})
    pd.testing.assert_frame_equal(first, other)
    assert total_variation(other["flag"], first["flag"]) == 0
    flipped = write(tmp_path / "flipped.csv", x=NUMBERS, flag=SPELLINGS[ours](1 - BITS))
    _, (first, other), _ = read_together([real, flipped], {})
    expected = half_shares(pd.Series(1 - BITS), pd.Series(BITS))
    assert total_variation(other["flag"], first["flag"]) == pytest.approx(expected)


def test_equal_tables_have_equal_scores(tmp_path: Path) -> None:
    digits, words = (
        write(tmp_path / f"{name}.csv", x=NUMBERS, flag=SPELLINGS[name](BITS))
        for name in ("digits", "words")
    )
    found = scores(digits, words, words)
    assert found == scores(words, words, words) == scores(words, digits, digits)
    assert (found["tv"], found["ks"], found["copies"]) == (0, 0, 1)
    assert found["useful.accuracy"] > 0.5


@pytest.mark.parametrize(
    "odd",
    ["3+", "7.5", "123456789012345678901", "02", "-1", ""],
    ids=["a text", "a float", "a long code", "a leading zero", "a new number", "missing"],
)
def test_one_odd_value_leaves_the_others_equal(odd: str, tmp_path: Path) -> None:
    changed = CODES.copy().astype(object)
    changed[4] = odd
    plain = write(tmp_path / "plain.csv", x=NUMBERS, code=CODES)
    mixed = write(tmp_path / "mixed.csv", x=NUMBERS, code=changed)
    for synthetic, real, test in (
        (mixed, plain, plain),
        (plain, mixed, mixed),
        (plain, plain, mixed),
    ):
        columns, frames, _ = read_together([real, test, synthetic], {})
        assert columns[1].is_number == (odd == "7.5" and real == mixed)
        first, _, last = (frame["code"] for frame in frames)
        expected = 0 if synthetic == real else 1 / N
        assert total_variation(last, first) == pytest.approx(expected)
    scores(plain, plain, mixed)


def test_one_float_among_whole_numbers_leaves_them_numbers(tmp_path: Path) -> None:
    ages = RNG.integers(1, 90, N)
    real = write(tmp_path / "real.csv", x=NUMBERS, age=ages)
    floats = ages.astype(float)
    floats[3] = 7.5
    other = write(tmp_path / "other.csv", x=NUMBERS, age=floats)
    columns, frames, _ = read_together([real, other], {})
    assert columns[1].kind == "integer"
    assert frames[1]["age"].tolist() == floats.tolist()
    found = scores(real, real, other)
    assert "tv" not in found
    assert found["ks"] <= 1 / N


@pytest.mark.parametrize(
    "texts",
    [
        ["01234", "98765", "02345"],
        ["1", "2", "33"],
        ["FR", "DE", "NA", ""],
        ["FR", "NA"],
        ["=a", "'-b", "true", "1.0"],
    ],
)
def test_texts_of_a_parquet_file_come_back_from_a_csv_file(
    texts: list[str], tmp_path: Path
) -> None:
    table = pd.DataFrame({"t": RNG.choice([*texts, "?"], N), "v": NUMBERS})
    table.loc[table["t"] == "?", "t"] = None
    place, sample = tmp_path / "real.parquet", table.sample(N, replace=True, random_state=1)
    pa.parquet.write_table(pa.Table.from_pandas(table, preserve_index=False), place)
    real = read_table(place)
    (tmp_path / "mine.csv").write_text(to_csv(sample), newline="")
    sample.to_csv(tmp_path / "pandas.csv", index=False)
    columns, frames, _ = read_together([place, tmp_path / "mine.csv"], {})
    assert columns[0].kind in ("binary", "categorical")
    assert frames[1]["t"].fillna("missing").tolist() == sample["t"].fillna("missing").tolist()
    scheme = Scheme(("v",), ("t",), "v")
    rows = sample.reset_index(drop=True)
    in_memory = evaluate_table(rows, RealRows.of(real, real), scheme).samples
    expected = {name: score.value for name, score in in_memory.items()}
    # pandas writes an empty text as it writes a missing value: that file has lost them.
    for file in ("mine.csv", "pandas.csv") if "" not in texts else ("mine.csv",):
        found = scores(tmp_path / file, place, place, target="v")
        assert found["tv"] == pytest.approx(half_shares(sample["t"], table["t"]))
        assert found == pytest.approx(expected)


def test_the_first_table_says_what_are_numbers(tmp_path: Path) -> None:
    real = write(tmp_path / "real.csv", x=NUMBERS, n=np.arange(N))
    other = write(tmp_path / "other.csv", x=NUMBERS, n=["old"] * N)
    for paths in ([real, other], [real, real, other]):
        with pytest.raises(UserError, match=r"other.csv: column 'n' is text, but numbers in the"):
            read_together(paths, {})
    columns, _, _ = read_together([real, other], {"n": "drop"})
    assert [column.name for column in columns] == ["x"]
    endless = write(tmp_path / "inf.csv", x=[np.inf] * N, n=np.arange(N))
    endless.write_text(endless.read_text().replace("inf", "-inf"))
    with pytest.raises(UserError, match=r"inf.csv: column 'x' is infinite in row 1"):
        read_together([real, endless], {})
    with pytest.raises(UserError, match=r"real.csv has no column 'y'"):
        read_together([write(tmp_path / "y.csv", y=NUMBERS), real], {})


def sparse(seed: int, known: int) -> dict[str, object]:
    rng = np.random.default_rng(seed)
    bonus = np.full(N, np.nan)
    bonus[rng.choice(N, known, replace=False)] = np.round(rng.lognormal(size=known), 1)
    return {"bonus": bonus, "v": NUMBERS, "c": np.where(NUMBERS + rng.normal(size=N) > 0, "a", "b")}


@pytest.mark.filterwarnings("error")
@pytest.mark.parametrize(
    ("synthetic", "real", "test"),
    [(0, 1, 0), (0, 5, 5), (1, 1, 1), (5, 2, 0), (1, 5, None), (5, 1, None), (0, 2, None)],
)
def test_nearly_empty_columns_are_scored(
    synthetic: int, real: int, test: int | None, tmp_path: Path
) -> None:
    files = [write(tmp_path / f"{n}.csv", **sparse(n, n)) for n in (synthetic, real)]
    held = None if test is None else write(tmp_path / "h.csv", **sparse(9, test))
    found = scores(*files, held)
    if test is not None:
        assert found["missing"] == pytest.approx(abs(synthetic - test) / N / 3)
    if synthetic == test == 0:
        assert found["ks"] == 0
    empty = write(tmp_path / "empty.csv", **sparse(0, 0))
    with pytest.raises(UserError, match="every value of column 'bonus' is missing"):
        scores(files[0], empty, held)


def test_what_cannot_be_learned_of_the_target_is_not_scored(tmp_path: Path) -> None:
    def table(known: int) -> dict[str, object]:
        target = np.where(NUMBERS > 0, "a", "b").astype(object)
        target[known:] = None
        return {"x": NUMBERS, "z": RNG.normal(size=N), "t": target}

    full, one, none = (write(tmp_path / f"{n}.csv", **table(n)) for n in (N, 1, 0))
    assert "useful.accuracy" in scores(full, full, full)
    assert "useful.accuracy" not in scores(full, full, one)
    assert "useful.accuracy" not in scores(full, full, none)
    found = scores(none, full, full)
    assert (found["useful.accuracy"], found["useful.f1"]) == (0, 0)
    number = {"target": "x"}
    missing = pd.read_csv(full).assign(x=np.nan)
    missing.to_csv(tmp_path / "missing.csv", index=False)
    assert scores(tmp_path / "missing.csv", full, full, **number)["useful.r2"] == -1
    alone = write(tmp_path / "alone.csv", x=NUMBERS)
    found = scores(alone, alone, alone)
    assert found["ks"] == 0 and not any(name.startswith("useful") for name in found)
