"""What a table run is. Keras is loaded when the record is used."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from pathlib import Path
from typing import TYPE_CHECKING, Any

from textgan.domain import Domain
from textgan.tables.settings import FILE, PRESETS, TableSettings

if TYPE_CHECKING:
    from textgan.gan.sampling import StoredModel
    from textgan.inspection.opened import Opened, View
    from textgan.runs import RunSubject
    from textgan.tables.data import TableData


def _load(settings: TableSettings, _: object) -> TableData:
    from textgan.tables.data import load_data

    return load_data(settings)


def _subject(data: TableData, settings: TableSettings, seed: int) -> RunSubject[Any]:
    from textgan.tables.training import TableSubject

    return TableSubject(data, settings, seed)


def _model(run: Path) -> StoredModel:
    from textgan.tables.model import TableModel

    return TableModel.load(run)


def _evaluate(run: Path, say: Callable[[str], None]) -> object:
    from textgan.tables.evaluation import EvaluationSettings, evaluate

    return evaluate(EvaluationSettings(run), say)


def _opened(**parts: Any) -> Opened:
    from textgan.inspection.opened import OpenedRows

    return OpenedRows(**parts)


def _views() -> Mapping[str, View]:
    from textgan.inspection.rows import row_evolution, row_latent, row_layers

    # No saliency: the columns of a row are few, and its evolution shows the push on each.
    return {"evolution": row_evolution, "layers": row_layers, "latent": row_latent}


TABLES = Domain(
    name="table",
    title="table GAN",
    samples="rows",
    real="real rows",
    data="table",
    training="scripts/train_table_gan.py",
    given_first=("table",),
    sampling="scripts/sample_table.py {run} -n {n} --seed 1",
    evaluating="scripts/evaluate_table.py {run}",
    copying="Did the model make its rows up, or repeat them? Real rows that were held out, which "
    "nobody copied, give the mark: samples nearer than that to training rows give them away.",
    holds="The folder holds the weights of the generator, and in encoding.json the columns with "
    "their names, categories and quantiles: look at them before you share it.",
    limits="Rows are made up, and no guarantee of privacy comes with them: a sample may be near "
    "to a training row. The scores of distance and membership say how near, beside real rows that "
    "were held out.",
    settings=TableSettings,
    presets=PRESETS,
    file=FILE,
    load=_load,
    reopen=_load,
    subject=_subject,
    model=_model,
    evaluate=_evaluate,
    opened=_opened,
    views=_views,
)
