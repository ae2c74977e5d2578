"""A table made ready: rows parted without loss, target and condition found or refused."""

from pathlib import Path

import numpy as np
import pandas as pd
import pytest

from textgan.errors import UserError
from textgan.tables.csv_files import to_csv
from textgan.tables.data import load_data
from textgan.tables.reading import load_table
from textgan.tables.settings import TableSettings


def test_rows_are_parted_without_loss_and_always_alike() -> None:
    data = load_data(TableSettings("wine"))
    parts = [data.training, data.validation, data.test]
    assert [len(part) for part in parts] == [124, 18, 36]
    whole = pd.concat(parts).sort_index()
    pd.testing.assert_frame_equal(whole, load_table("wine").frame)
    again = load_data(TableSettings("wine"))
    assert again.test.index.equals(data.test.index)


@pytest.mark.parametrize(
    ("settings", "target", "condition"),
    [
        (TableSettings("wine"), "cultivar", "cultivar"),
        (TableSettings("wine", condition="none"), "cultivar", None),
        (TableSettings("wine", target="alcohol"), "alcohol", None),
        (TableSettings("diabetes"), "progression", None),
        (TableSettings("diabetes", condition="sex"), "progression", "sex"),
    ],
)
def test_target_and_condition(settings: TableSettings, target: str, condition: str | None) -> None:
    data = load_data(settings)
    assert (data.target, data.condition) == (target, condition)
    assert data.scheme.target == target
    assert sorted(data.scheme.names) == sorted(data.training.columns)


def test_columns_can_be_dropped_and_a_constant_predicts_nothing(tmp_path: Path) -> None:
    table = pd.DataFrame({"id": range(50), "x": np.linspace(0, 1, 50), "one": ["a"] * 50})
    path = tmp_path / "table.csv"
    path.write_text(to_csv(table))
    data = load_data(TableSettings(str(path), columns=("id=drop",)))
    assert list(data.training.columns) == ["x", "one"]
    assert (data.target, data.scheme.target, data.condition) == ("one", None, None)


@pytest.mark.parametrize(
    ("settings", "message"),
    [
        (TableSettings("wine", target="price"), "--target price: there is no such column"),
        (TableSettings("wine", condition="price"), "--condition price: it must be a column of"),
        (TableSettings("wine", condition="alcohol"), "there are: cultivar; or none"),
        (TableSettings("wine", columns=("price=drop",)), "there is no column 'price'"),
    ],
)
def test_what_is_refused(settings: TableSettings, message: str) -> None:
    with pytest.raises(UserError, match=message):
        load_data(settings)
