"""The exported table model: sampling, with wishes and without; files that come back or not."""

import json
import shutil
from dataclasses import asdict, replace
from pathlib import Path
from typing import Any

import keras
import numpy as np
import pandas as pd
import pytest

from tests.damage import Damage, cut, setting
from textgan.errors import UserError
from textgan.metrics.table_privacy import HOLDERS
from textgan.tables.columns import find_columns
from textgan.tables.data import TableData
from textgan.tables.encoding import TableEncoding
from textgan.tables.model import TableModel
from textgan.tables.networks import build_generator, start_gaussian
from textgan.tables.settings import TableNetworkSettings
from textgan.tables.training import fit_format, left_out

SETTINGS = TableNetworkSettings(noise=6, generator_width=8, generator_layers=1)


def make_table(rows: int = 300) -> pd.DataFrame:
    rng = np.random.default_rng(0)
    kind = rng.choice(["cat", "dog"], rows, p=[0.9, 0.1])
    weight = np.round(rng.lognormal(size=rows) + 10 * (kind == "dog"), 2)
    weight[rng.random(rows) < 0.2] = np.nan
    return pd.DataFrame(
        {
            "weight": weight,
            "kind": pd.Series(kind, dtype="str"),
            "legs": pd.Series([4] * rows, dtype="Int64"),
            "colour": pd.Series(rng.choice(["red", "grün"], rows, p=[0.95, 0.05]), dtype="str"),
            "age": pd.Series(rng.integers(0, 20, rows), dtype="Int64"),
        }
    )


def make_data(condition: str | None) -> TableData:
    table = make_table()
    return TableData("pets", "", find_columns(table), table, table, table, "kind", condition)


def make_model(condition: str | None) -> TableModel:
    keras.utils.set_random_seed(3)
    data = make_data(condition)
    row_format = fit_format(data)
    blocks, condition = row_format.encoding.blocks, row_format.condition
    generator = build_generator(blocks, condition.width, SETTINGS)
    points = row_format.encoding.encode(data.training)
    start_gaussian(generator, points, condition.encode(data.training))
    return TableModel(generator, row_format, SETTINGS)


def training_shares(model: TableModel) -> np.ndarray:
    return model.format.encoding.encode(make_table()).mean(axis=0)


@pytest.fixture(scope="module")
def model() -> TableModel:
    model = make_model("kind")
    model.calibrate(training_shares(model))
    return model


@pytest.fixture(scope="module")
def saved(model: TableModel, tmp_path_factory: pytest.TempPathFactory) -> Path:
    run = tmp_path_factory.mktemp("run")
    (run / "model").mkdir()
    model.save(run / "model")
    return run


def test_rows_have_the_columns_types_and_rates_of_the_table(model: TableModel) -> None:
    rows, table = model.sample(5000, seed=1), make_table()
    assert list(rows.columns) == list(table.columns)
    assert (rows.dtypes == table.dtypes).all()
    assert (rows["legs"] == 4).all()
    assert rows["weight"].dropna().between(0, 1.2 * table["weight"].max()).all()
    assert (rows["kind"] == "dog").mean() == pytest.approx(
        (table["kind"] == "dog").mean(), abs=0.02
    )
    assert rows["weight"].isna().mean() == pytest.approx(table["weight"].isna().mean(), abs=0.03)


def test_sampling_is_a_function_of_its_arguments(model: TableModel) -> None:
    rows = model.sample(5000, seed=1)
    pd.testing.assert_frame_equal(model.sample(5000, seed=1), rows)
    pd.testing.assert_frame_equal(model.sample(4200, seed=1), rows.head(4200))
    assert not model.sample(10, seed=2).equals(rows.head(10))


def test_rows_can_be_asked_for(model: TableModel) -> None:
    dogs = model.sample(700, seed=1, where={"kind": "dog"})
    assert len(dogs) == 700
    assert (dogs["kind"] == "dog").all()
    heavier = dogs["weight"].mean() - model.sample(700, 1, {"kind": "cat"})["weight"].mean()
    assert heavier > 3
    both = model.sample(50, seed=1, where={"kind": "dog", "colour": "red"})
    assert (both["colour"] == "red").all()
    assert (both["kind"] == "dog").all()
    without = make_model(None).sample(300, seed=1, where={"kind": "cat"})
    assert (without["kind"] == "cat").all()


@pytest.mark.parametrize(
    ("where", "message"),
    [
        ({"colour": "blue"}, "'colour' has no such category; it has: grün, red"),
        ({"age": "3"}, "'age' is no column of categories; there are: colour, kind"),
        ({"legs": "4"}, "'legs' is no column of categories"),
        ({"size": "big"}, "'size' is no column of categories"),
    ],
)
def test_what_cannot_be_asked_for(model: TableModel, where: Any, message: str) -> None:
    with pytest.raises(UserError, match=message):
        model.sample(1, 1, where)


def test_a_category_that_is_never_written_ends_in_one_line(
    model: TableModel, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("textgan.tables.model.PATIENCE", 3)
    monkeypatch.setattr(model, "points", lambda noise, condition: _only_red(len(noise), model))
    with pytest.raises(UserError, match="none has colour=grün"):
        model.sample(1, 1, {"colour": "grün"})


def _only_red(rows: int, model: TableModel) -> np.ndarray:
    points = np.zeros((rows, model.format.encoding.width))
    points[:, model.format.encoding.blocks_of("colour")[0].start + 1] = 1
    return points


def test_calibration_makes_scores_normal_and_keeps_their_order() -> None:
    model = make_model("kind")
    layer = model.generator.get_layer("straight")
    kernel, bias = layer.get_weights()
    layer.set_weights([3 * kernel, bias + 1])
    before = model.sample(4000, seed=5)
    model.calibrate(training_shares(model))
    after = model.sample(4000, seed=5)
    ages, table = after["age"].astype(float), make_table()["age"].astype(float)
    assert ages.mean() == pytest.approx(table.mean(), abs=0.6)
    assert abs(before["age"].astype(float).mean() - table.mean()) > 2
    pairs = before["age"].astype(float).corr(ages, method="spearman")
    assert pairs > 0.9


def test_calibration_keeps_rare_categories_and_missing_values_at_their_rate() -> None:
    """A biased generator, for which they are hardly ever the likeliest."""
    model = make_model(None)
    layer = model.generator.get_layer("straight")
    kernel, bias = layer.get_weights()
    layer.set_weights([4 * kernel, bias + np.random.default_rng(5).normal(size=bias.shape)])
    model.calibrate(training_shares(model))
    n, table = 20_000, make_table()
    rows = model.sample(n, seed=2)
    # The weights were found on as many other rows: twice the variance of one draw.
    for name, values in table.items():
        if name not in ("weight", "age"):
            shares = values.value_counts(normalize=True)
            found = rows[name].value_counts(normalize=True)
            assert set(found.index) == set(shares.index)
            error = np.sqrt(2 * shares * (1 - shares) / n)
            assert ((found - shares).abs() <= 4.5 * error).all(), name
    missing = table["weight"].isna().mean()
    error = np.sqrt(2 * missing * (1 - missing) / n)
    assert rows["weight"].isna().mean() == pytest.approx(missing, abs=4.5 * error)


def test_categories_are_drawn_from_the_shares_of_their_row() -> None:
    model = make_model("kind")
    condition = model.format.draw_conditions(np.random.default_rng(0), 4096, None)
    noise = np.random.default_rng(1).standard_normal((4096, 6)).astype("float32")
    points = model.points(noise, condition)
    colour = model.format.encoding.blocks_of("colour")[0].slice
    expected = points[:, colour].mean(axis=0)
    found = model.sample(20_000, seed=3)["colour"].value_counts(normalize=True)
    assert found["grün"] == pytest.approx(expected[0], abs=0.02)
    assert (points[:, colour].argmax(axis=1) == 0).mean() != pytest.approx(expected[0], abs=0.02)


def test_a_model_comes_back(model: TableModel, saved: Path) -> None:
    pd.testing.assert_frame_equal(TableModel.load(saved).sample(100, 7), model.sample(100, 7))


def test_a_model_holds_no_value_of_few_rows(tmp_path: Path) -> None:
    """A file of the model is searched for what single rows hold, and for rare categories."""
    rng = np.random.default_rng(6)
    secret = np.round(rng.lognormal(8, 1, 300), 2)
    name = pd.Series(["often"] * 200 + ["seldom"] * 96 + ["once"] * 4, dtype="str")
    place = pd.Series(["here"] * 297 + ["nowhere"] * 3, dtype="str")
    table = pd.DataFrame({"secret": secret, "name": name, "place": place})
    data = TableData("t", "", find_columns(table), table, table, table, "name", "place")
    for holders, is_kept in ((HOLDERS, False), (1, True)):
        row_format = fit_format(data, holders)
        exact = TableEncoding.fit(table, row_format.encoding.columns)
        model = TableModel(
            build_generator(row_format.encoding.blocks, row_format.condition.width, SETTINGS),
            row_format,
            SETTINGS,
        )
        model.calibrate(exact.shares(exact.encode(table), holders))
        folder = tmp_path / str(holders) / "model"
        folder.mkdir(parents=True)
        model.save(folder)
        text = (folder / "encoding.json").read_text()
        values = json.loads(text)["generated"]["scores"]["secret"]["values"]
        few = {v for v, c in zip(*np.unique(secret, return_counts=True), strict=True) if c < 5}
        assert (len(few & set(values)) > 0.9 * len(few)) == is_kept
        assert len(few & set(values)) <= 3 or is_kept  # a mean may be somebody's value by chance
        assert ({secret.min(), secret.max()} <= set(values)) == is_kept
        assert ("once" in text, "nowhere" in text, "seldom" in text) == (is_kept, is_kept, True)
        loaded = TableModel.load(folder.parent)
        rows = loaded.sample(4000, 1)
        assert rows.isna().sum().sum() == 0
        assert ("once" in set(rows["name"])) == ("nowhere" in set(rows["place"])) == is_kept
        pd.testing.assert_frame_equal(rows, model.sample(4000, 1))
        if not is_kept:
            with pytest.raises(UserError, match="no such category; it has: often, seldom"):
                loaded.sample(1, 1, {"name": "once"})
            with pytest.raises(UserError, match=r"no such category; it has: here$"):
                loaded.sample(1, 1, {"place": "None"})


def test_a_column_of_rare_categories_alone_cannot_be_stored() -> None:
    table = make_table(100).assign(id=[f"person {row}" for row in range(100)])
    data = TableData("t", "", find_columns(table), table, table, table, "kind", None)
    with pytest.raises(UserError, match=r"no category of column 'id'.*'id=drop'.*--with-real"):
        left_out(data)
    table = table.assign(id=[f"0{row:03}" for row in range(100)])
    data = replace(data, columns=find_columns(table), training=table)
    with pytest.raises(UserError, match=r"such as '0\d{3}', .* --columns 'id=continuous'\)$"):
        left_out(data)
    table = table.assign(id=[*[1] * 4, *[2] * 3, *[None] * 93]).astype({"id": "Int64"})
    data = replace(data, columns=find_columns(table), training=table)
    with pytest.raises(UserError, match=r"'id=drop', or keep them all with --with-real$"):
        left_out(data)
    table = table.assign(id=["x", "y", *["z"] * 98], bonus=[1.5, 2.5] + [np.nan] * 98)
    data = TableData(
        "t", "", find_columns(table, {"bonus": "continuous"}), table, table, table, "kind", None
    )
    assert left_out(data)["id"] == left_out(data)["bonus"] == 2


def falling_knots(folder: Path) -> None:
    encodings = json.loads((folder / "encoding.json").read_text())
    encodings["generated"]["scores"]["weight"]["values"].reverse()
    (folder / "encoding.json").write_text(json.dumps(encodings))


@pytest.mark.parametrize(
    "damage",
    [
        cut("settings.json"),
        setting(network=asdict(SETTINGS) | {"generator_width": 9}),
        setting(shares=[1.0]),
        cut("encoding.json"),
        falling_knots,
        cut("calibration.npz"),
        cut("generator.npz"),
    ],
)
def test_damaged_models_are_refused(saved: Path, tmp_path: Path, damage: Damage) -> None:
    shutil.copytree(saved, tmp_path / "run")
    damage(tmp_path / "run" / "model")
    with pytest.raises(UserError, match=r"damaged|another version"):
        TableModel.load(tmp_path / "run")
    with pytest.raises(UserError, match="holds no trained table model"):
        TableModel.load(tmp_path)
