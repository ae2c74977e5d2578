"""Settings of a table run, the table of presets, and settings of an evaluation of a table.

Plain records: Keras is not loaded here.
"""

from dataclasses import dataclass, field, fields, replace
from pathlib import Path

from textgan.errors import UserError
from textgan.files import require_place
from textgan.gan.settings import GameSettings, LoopSettings, require_above_zero


@dataclass(frozen=True)
class TableNetworkSettings:
    """Sizes of the two networks.

    Attributes:
        noise: length of the generator's noise.
        generator_width: hidden units of the generator.
        generator_layers: residual blocks of the generator.
        discriminator_width: hidden units of the discriminator.
        discriminator_layers: residual blocks of the discriminator.
        gaussian_start: whether to begin with the Gaussian of the training rows' means and
            covariance, and to learn how the table differs from it.
    """

    noise: int = 64
    generator_width: int = 128
    generator_layers: int = 2
    discriminator_width: int = 128
    discriminator_layers: int = 2
    gaussian_start: bool = True

    def __post_init__(self) -> None:
        """Refuse sizes that make no network."""
        require_above_zero(self, *(field.name for field in fields(self) if field.type is int))


@dataclass(frozen=True)
class TableSettings:
    """Everything that decides the outcome of a table run, but the seed and the backend.

    Attributes:
        table: one of scikit-learn's tables (breast_cancer, wine, diabetes), or a CSV or Parquet
            file.
        columns: `name=kind` where the kind found in the data is not the right one: continuous,
            integer or categorical, or drop to leave the column out.
        target: column that a classifier or regression is to predict, to measure how useful the
            rows are; by default the built-in tables' own, or the last column.
        condition: column of categories that is the condition of both networks; its shares are then
            exact, and rows can be asked for by its values at no cost. By default the target if it
            is one, `none` for none.
        delimiter: what parts the fields of a CSV file; by default it is found and shown.
        with_real: whether the exported model holds single rows' values: each column's own
            numbers, not means over five rows or more, and categories that fewer than five rows
            have.
        network: what the two networks are made of.
        game: how the two networks are trained.
        loop: how long they are trained.
    """

    table: str = "breast_cancer"
    columns: tuple[str, ...] = ()
    target: str = ""
    condition: str = ""
    delimiter: str = ""
    with_real: bool = False
    network: TableNetworkSettings = field(default_factory=TableNetworkSettings)
    game: GameSettings = field(default_factory=GameSettings)
    loop: LoopSettings = field(default_factory=LoopSettings)


@dataclass(frozen=True)
class TableEvaluationSettings:
    """What to score, against what.

    Attributes:
        synthetic: a CSV or Parquet file, or the folder of a table run, which is then sampled: as
            many rows as it has training rows, 10,000 at most. Its scores are also kept in it.
        real: the rows that the synthetic ones were learned from; a run brings its own.
        test: real rows that no model has seen. Without them the real rows are parted in two
            halves, and a model that has seen both looks better than it is.
        target: column to predict, to measure usefulness; by default the last one.
        columns: `name=kind` where the kind found in the data is not the right one.
        delimiter: what parts the fields of the CSV files; by default it is found in each.
        with_real: keep up to 300 real rows in the run folder, for `textgan report --with-real`.
        baselines: also score rows drawn from simpler models of the real rows.
        json: also write the scores to this file.
    """

    synthetic: Path
    real: Path | None = None
    test: Path | None = None
    target: str = ""
    columns: tuple[str, ...] = ()
    delimiter: str = ""
    with_real: bool = False
    baselines: bool = True
    json: Path | None = None

    def __post_init__(self) -> None:
        """Refuse what is not there, and what contradicts itself."""
        require_place(self.synthetic)
        if self.synthetic.is_dir():
            if self.real or self.test or self.columns or self.target or self.delimiter:
                raise UserError("a run brings its own rows, target and kinds of columns")
        elif not self.real:
            raise UserError("what is real? Give --real FILE")
        elif self.with_real:
            raise UserError(
                "--with-real is for a run, which keeps them; two tables are only scored"
            )

    @property
    def needs_keras(self) -> bool:
        """Whether a model has to be loaded."""
        return self.synthetic.is_dir()


_GAME = GameSettings(
    batch_size=64,
    generator_rate=1e-3,
    discriminator_rate=1e-3,
    gamma=1.0,
    instance_noise=0.2,
    ema_halflife=200.0,
)
_LOOP = LoopSettings(steps=1500, evaluate_every=250)

FILE = TableSettings(table="", game=_GAME, loop=_LOOP)
PRESETS: dict[str, TableSettings] = {
    name: replace(FILE, table=name) for name in ("breast_cancer", "wine", "diabetes")
}
