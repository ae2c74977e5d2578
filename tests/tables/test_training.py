"""What of a table is learned, and what is left out because few rows have it."""

from pathlib import Path

import numpy as np
import pandas as pd
import pytest

from textgan.errors import UserError
from textgan.metrics.table_privacy import HOLDERS
from textgan.tables.data import TableData, load_data
from textgan.tables.settings import TableSettings
from textgan.tables.training import fit_format, left_out

N = 100


def data_of(tmp_path: Path, **columns: object) -> TableData:
    place = tmp_path / "table.csv"
    pd.DataFrame({"x": np.linspace(0, 1, N), **columns}).to_csv(place, index=False)
    return load_data(TableSettings(str(place)))


def test_categories_of_few_rows_are_left_out(tmp_path: Path) -> None:
    data = data_of(tmp_path, kind=np.repeat(["often", "rare"], [N - 2, 2]))
    rare = int((data.training["kind"] == "rare").sum())
    assert left_out(data) == ({"kind": 1} if 0 < rare < HOLDERS else {})
    shares = dict(zip(["often", "rare"], fit_format(data).shares, strict=True))
    assert shares["rare"] == 0 and shares["often"] == 1
    kept = fit_format(data, holders=1).shares[1]
    assert kept == pytest.approx(rare / len(data.training))


def test_a_column_that_names_people_is_refused(tmp_path: Path) -> None:
    names = np.repeat([f"n{number}" for number in range(N // 2)], 2)
    data = data_of(tmp_path, name=names, kind=np.tile(["a", "b"], N // 2))
    with pytest.raises(UserError, match="no category of column 'name' is in"):
        left_out(data)


def test_the_condition_is_not_generated(tmp_path: Path) -> None:
    found = fit_format(data_of(tmp_path, kind=np.tile(["a", "b"], N // 2)))
    assert [column.name for column in found.encoding.columns] == ["x"]
    assert [column.name for column in found.condition.columns] == ["kind"]
    assert found.order == ("x", "kind")
