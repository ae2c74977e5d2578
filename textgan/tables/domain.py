"""What a table run is. Keras is loaded when the record is used."""

from textgan.domain import Domain, later
from textgan.tables.settings import FILE, PRESETS, TableEvaluationSettings, TableSettings

_load = later("textgan.tables.data:load_data")

TABLES = Domain(
    name="table",
    title="table GAN",
    samples="rows",
    real="real rows",
    data="table",
    plural="tables",
    training="textgan train tables",
    given_first=("table",),
    sampling="textgan sample {run} -n {n} --seed 1",
    evaluating="textgan evaluate {run}",
    copying="Did the model make its rows up, or repeat them? Real test rows, which "
    "nobody copied, give the mark: samples nearer than that to training rows give them away.",
    holds="The folder holds the weights of the generator, and in encoding.json the columns with "
    "their names, categories and quantiles: look at them before you share it.",
    limits="Rows are made up, and no guarantee of privacy comes with them: a sample may be near "
    "to a training row. The scores of distance and membership say how near, beside real "
    "test rows.",
    settings=TableSettings,
    presets=PRESETS,
    file=FILE,
    load=lambda settings, _: _load(settings),
    reopen=lambda settings, _: _load(settings),
    subject=later("textgan.tables.training:TableSubject"),
    model=later("textgan.tables.model:TableModel.load"),
    scored=TableEvaluationSettings,
    evaluate=later("textgan.tables.evaluation:evaluate"),
    opened=later("textgan.inspection.opened:OpenedRows"),
    # No saliency: the columns of a row are few, and its evolution shows the push on each.
    views={
        "evolution": later("textgan.inspection.rows:row_evolution"),
        "layers": later("textgan.inspection.rows:row_layers"),
        "latent": later("textgan.inspection.rows:row_latent"),
    },
)
