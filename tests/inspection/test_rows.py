"""A table run, looked into: rows on a way, labels of columns, the layer that is silenced."""

import shutil
from itertools import pairwise
from pathlib import Path

import numpy as np
import pytest

from textgan.gan.step import network_inputs
from textgan.inspection import opened, rows
from textgan.inspection.opened import Look, OpenedRows, open_run
from textgan.report.sections import Table
from textgan.tables.domain import TABLES

DATA = Path(__file__).parents[1] / "data"


@pytest.fixture(scope="module")
def run(tmp_path_factory: pytest.TempPathFactory) -> OpenedRows:
    """The small run of an earlier version, opened beside its table."""
    folder = tmp_path_factory.mktemp("work")
    shutil.copytree(DATA / "table", folder / "table")
    shutil.copy(DATA / "trees.csv", folder)
    with pytest.MonkeyPatch.context() as patch:
        patch.chdir(folder)
        patch.setattr(opened, "NOISES", 70)
        return open_run(Path("table"), TABLES)


def test_the_columns_have_the_coordinates_in_order(run: OpenedRows) -> None:
    parts = list(run.columns.values())
    assert parts[0].start == 0 and parts[-1].stop == run.reals.shape[1]
    assert all(a.stop == b.start for a, b in pairwise(parts))


def test_a_number_is_above_the_middle_of_half_the_real_rows(run: OpenedRows) -> None:
    labels = rows._labels(run, run.reals, "height")
    assert labels.mean() == pytest.approx(0.5, abs=0.02)


def test_rows_are_read_under_the_condition_of_their_samples(run: OpenedRows) -> None:
    cells = rows._cells(run, run.made, [0, 1])
    frame = run.read(run.made[:2], run.condition[:2])
    assert [cell[-1] for cell in cells] == frame.iloc[:, -1].tolist()


def test_the_silenced_layer_is_not_the_output(run: OpenedRows) -> None:
    layer = run.generator.get_layer(rows._late_layer(run))
    assert layer.weights and layer.output.shape[-1] != run.made.shape[1]


def test_a_way_leads_from_one_sample_to_the_next(run: OpenedRows) -> None:
    section = rows.row_latent(Look(run, None, 3, None, None))  # type: ignore[arg-type]
    table = section.items[0]
    assert isinstance(table, Table)
    assert list(table.rows[0][1:]) == rows._cells(run, run.made, [3])[0]
    end = np.asarray(run.generator(network_inputs(run.noise[4:5], run.condition[3:4])))
    assert list(table.rows[-1][1:]) == rows._cells(run, end, [3], [0])[0]
