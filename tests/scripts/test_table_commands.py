"""The commands for tables: from a CSV file to rows and their scores, and what they refuse."""

import json
from functools import partial
from pathlib import Path

import keras
import numpy as np
import pandas as pd
import pytest

from tests.report.test_escaping import Page
from tests.scripts.conftest import Ending, Script
from textgan.gan.run_folder import read_config, read_telemetry
from textgan.tables.csv_files import to_csv
from textgan.tables.reading import read_table

TINY = (
    *("--batch-size", 16, "--generator-width", 8, "--generator-layers", 1, "--noise", 8),
    *("--discriminator-width", 8, "--discriminator-layers", 1),
    *("--steps", 12, "--log-every", 2, "--evaluate-every", 6),
    *("--backend", keras.backend.backend()),
)


def refused(ending: Ending, message: str) -> None:
    assert ending.status == 2
    assert ending.stderr.count("\n") == 1
    assert message in ending.stderr


def make_pets(rows: int, seed: int) -> pd.DataFrame:
    rng = np.random.default_rng(seed)
    kind = rng.choice(["cat", "dog"], rows)
    weight = np.round(rng.lognormal(size=rows) + 3 * (kind == "dog"), 2)
    weight[rng.random(rows) < 0.1] = np.nan
    age = pd.Series(rng.integers(0, 20, rows), dtype="Int64")
    return pd.DataFrame({"weight": weight, "age": age, "kind": pd.Series(kind, dtype="str")})


@pytest.fixture(scope="module")
def pets(tmp_path_factory: pytest.TempPathFactory) -> Path:
    path = tmp_path_factory.mktemp("tables") / "pets.csv"
    path.write_text(to_csv(make_pets(120, 0)))
    return path


def test_from_a_file_to_rows_and_their_scores(script: Script, pets: Path, tmp_path: Path) -> None:
    run, out = tmp_path / "run", tmp_path / "rows.csv"
    train = partial(script, "train_table_gan.py", pets, *TINY, "--run-dir", run)
    ending = train()
    assert (ending.status, ending.stderr) == (0, "")
    assert "84 training rows, 12 for validation, 24 for the test" in ending.stdout
    assert "weight  continuous" in ending.stdout
    assert "target kind, condition kind" in ending.stdout
    assert [row["step"] for row in read_telemetry(run)] == [2, 4, 6, 8, 10, 12]
    assert read_config(run)["settings"]["kind"] == "table"
    assert "is finished: 12 steps" in train().stdout
    assert len(read_table(run / "samples" / "0000012.csv")) == 84

    sample = partial(script, "sample_table.py", run, "--seed", 3)
    assert sample("-n", 5000, "--out", out).status == 0
    rows = read_table(out)
    assert list(rows.columns) == ["weight", "age", "kind"]
    assert (rows.dtypes == make_pets(9, 0).dtypes).all()
    assert len(rows) == 5000
    dogs = sample("-n", 50, "--where", "kind=dog").stdout.splitlines()
    assert len(dogs) == 51
    assert all(line.endswith('"dog"') for line in dogs[1:])
    refused(sample("--where", "kind=cow"), "'kind' has no such category; it has: cat, dog")
    refused(sample("--where", "kind"), "write it as column=category")
    refused(sample("--where", "kind=cat", "kind=dog"), "--where names 'kind' twice (cat and dog)")
    refused(sample("-n", 0), "n must be at least 1")

    ending = script("evaluate_table.py", run)
    assert ending.status == 0
    content = json.loads((run / "evaluation.json").read_text())
    assert content["useful.accuracy"]["baselines"].keys() == {
        *("independent", "copula", "mixture", "resampled")
    }
    assert 0 <= content["detection.boosting"]["real"]["value"] <= 1
    assert "scoring the baseline copula" in ending.stderr
    refused(script("evaluate_table.py", run, "--real", pets), "a run brings its own rows")

    assert not read_config(run)["settings"]["with_real"]
    weights = read_table(pets)["weight"]
    pictures = json.loads((run / "pictures.json").read_text())
    assert [pair["real"] for pair in pictures["pairs"]] == [[]]
    assert not {weights.min(), weights.max()} & set(pictures["marginals"][0]["edges"])
    report = partial(script, "report.py", run)
    asked = report("--with-real")
    assert asked.status == 0
    assert f"{run} holds no real rows to show" in asked.stdout
    assert f"textgan evaluate {run} --with-real" in asked.stdout
    ending = report()
    assert (ending.status, ending.stdout) == (0, f"wrote {run / 'report.html'}\n")
    dots = (run / "report.html").read_text().count('class="dot')
    assert script("evaluate_table.py", run, "--no-baselines", "--with-real").status == 0
    assert report().status == 0
    assert (
        (run / "report.html").read_text().count('class="dot')
        == dots
        == len(pictures["pairs"][0]["samples"])
    )
    ending = report("--with-real")
    assert (ending.status, ending.stdout) == (0, f"wrote {run / 'report.html'}\n")
    assert (run / "report.html").read_text().count('class="dot') > 1.5 * dots
    elsewhere = pets.rename(tmp_path / "elsewhere.csv")
    ending = script("evaluate_table.py", run)
    refused(ending, f"cannot read {pets}")
    assert f"({run} has learned that table: have it there, or sample" in ending.stderr
    elsewhere.rename(pets)
    # Its own sample is scored as the run is.
    ending = script("evaluate_table.py", out, "--real", pets, "--no-baselines")
    assert ending.status == 0


def test_names_and_categories_of_markup_are_words_on_the_page(
    script: Script, tmp_path: Path
) -> None:
    names = ["<script>alert(1)</script>", '"><img src=x onerror=alert(2)>', "{{ 7 * 7 }}"]
    table = make_pets(120, 0).set_axis(names, axis=1)
    category = names[2]
    table[category] = "</svg><iframe src=//x>" + table[category]
    path, run = tmp_path / "markup.csv", tmp_path / "run"
    path.write_text(to_csv(table))
    assert script("train_table_gan.py", path, *TINY, "--run-dir", run).status == 0
    assert script("evaluate_table.py", run, "--no-baselines", "--with-real").status == 0
    for options in ((), ("--with-real",)):
        assert script("report.py", run, *options).status == 0
        page = Page((run / "report.html").read_text(encoding="utf-8"))
        assert not page.tags & {"script", "iframe"}
        assert not [name for name, _ in page.attributes if name.startswith("on")]
        assert all(name in page.words for name in (*names, "</svg><iframe src=//x>cat"))


def test_two_tables_of_any_origin(script: Script, pets: Path, tmp_path: Path) -> None:
    synthetic, test = tmp_path / "synthetic.csv", tmp_path / "test.csv"
    table = make_pets(100, 1)
    table.assign(age=table["age"].astype(float))[["kind", "age", "weight"]].to_csv(
        synthetic, index=False
    )
    test.write_text(to_csv(make_pets(60, 2)))
    scores = tmp_path / "scores.json"
    evaluate = partial(script, "evaluate_table.py", synthetic, "--no-baselines")
    ending = evaluate("--real", pets, "--test", test, "--json", scores)
    assert ending.status == 0
    content = json.loads(scores.read_text())
    assert content["ks"]["value"] < 0.2
    assert content["copies"]["value"] < 0.1  # but by chance
    assert content["ks"]["baselines"] == {}
    assert evaluate("--real", pets, "--target", "weight").stdout.count("useful.r2") == 1

    refused(evaluate(), "what is real? Give --real FILE")
    refused(evaluate("--real", pets, "--target", "price"), "there is no such column")
    synthetic.write_text(to_csv(table[["weight", "kind"]]))
    refused(evaluate("--real", pets), "has no column 'age'")
    synthetic.write_text(to_csv(table.assign(age="old")))
    refused(evaluate("--real", pets), "column 'age' is text, but numbers in the real one")


def test_formulas_stay_in_the_model_and_leave_it_where_they_are_asked_for(
    script: Script, tmp_path: Path
) -> None:
    table = make_pets(100, 3).assign(
        kind=np.resize(["=1+1", "@b", "c"], 100), place=np.resize(["x"] * 49 + ["rare"], 100)
    )
    path, run = tmp_path / "table.csv", tmp_path / "run"
    path.write_text(to_csv(table[["weight", "place", "kind"]]).replace(",", ";"))
    ending = script("train_table_gan.py", path, *TINY, "--run-dir", run)
    assert f"{path}: fields are parted by ';'" in ending.stdout
    assert "left out, for fewer than 5 training rows have them: place 1" in ending.stdout
    assert "rare" not in (run / "model" / "encoding.json").read_text()
    sample = partial(script, "sample_table.py", run, "-n", 50)
    lines = sample().stdout.splitlines()[1:]
    assert {line.split(",")[-1] for line in lines} == {'"\'=1+1"', '"\'@b"', '"c"'}
    lines = sample("--formulas").stdout.splitlines()[1:]
    assert {line.split(",")[-1] for line in lines} == {'"=1+1"', '"@b"', '"c"'}
    lines = sample("--where", "kind==1+1").stdout.splitlines()[1:]
    assert {line.split(",")[-1] for line in lines} == {'"\'=1+1"'}
    assert script("evaluate_table.py", run, "--no-baselines").status == 0
    refused(
        script(
            "train_table_gan.py", path, *TINY, "--run-dir", tmp_path / "two", "--delimiter", ","
        ),
        "no category of column 'weight;place;kind' is in 5 training rows",
    )


@pytest.mark.parametrize(
    ("arguments", "message"),
    [
        (("california",), "'california' is no preset (breast_cancer, wine, diabetes), and no file"),
        (("wine", "--columns", "price=drop"), "there is no column 'price'"),
        (("wine", "--batch-size", 500), "124 rows are for training, a batch needs 500"),
        (("wine", "--target", "price"), "--target price: there is no such column"),
        (("wine", "--seed", "-1"), "--seed -1: it must be from 0"),
        (("--noise", "0"), "noise is 0: it must be above 0"),
    ],
)
def test_mistakes_end_in_one_line(
    script: Script, tmp_path: Path, arguments: tuple[object, ...], message: str
) -> None:
    run = tmp_path / "run"
    refused(script("train_table_gan.py", *arguments, "--run-dir", run), message)
    assert not run.exists()


@pytest.mark.parametrize(
    ("content", "message"),
    [
        ("a,b\n1,2\n3\n", "line 3: 1 fields, but the header has 2"),
        ("1,2\n3,4\n", "has no header"),
        ("a,a\n3,4\n", "column name 'a' occurs twice"),
        ("a,b\n3,inf\n", "is infinite in row 1"),
        ("a,b\n3,\n4,\n", "every value of column 'b' is missing"),
    ],
)
def test_files_that_are_no_table(
    script: Script, tmp_path: Path, content: str, message: str
) -> None:
    path = tmp_path / "table.csv"
    path.write_text(content)
    refused(script("train_table_gan.py", path, *TINY, "--run-dir", tmp_path / "run"), message)
