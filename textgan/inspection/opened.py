"""A run folder, opened: both networks as they were at the newest checkpoint, and the data.

Nothing is trained. The game is built as for training, by the domain, and the checkpoint gives it
its weights.
"""

from collections.abc import Callable, Iterable, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Any, NamedTuple, Protocol

import keras
import numpy as np
from keras import ops

from textgan.domain import Domain
from textgan.errors import UserError
from textgan.files import DAMAGE
from textgan.gan.checkpoint import load_latest, restore
from textgan.gan.run_folder import read_config
from textgan.gan.sampling import live_seed, load_weights
from textgan.gan.step import Game, network_inputs
from textgan.inspection.hooks import HookedDiscriminator, Hooks
from textgan.report.run import Run
from textgan.report.sections import Section
from textgan.runs import RunSubject, reopen

if TYPE_CHECKING:
    import pandas as pd

REFERENCE = 64  # samples of the reference batch, half of them real, half generated
NOISES = 500  # fixed noise vectors
REALS = 2000  # real samples, at most


@dataclass(frozen=True, eq=False)
class Opened:
    """What every kind of run has.

    Attributes:
        path: of its folder.
        step: of the checkpoint.
        subject: the game, as it is trained, and its data.
        noise: (500, noise) fixed; that of the samples in the run folder.
        condition: (500, condition) of those samples; width 0 if there is none.
        made: (500, *shape) what the EMA generator makes of both.
        fakes: (500, *shape) the same as the discriminator is shown it in training.
        rows: (sample,) numbers of training samples, 2,000 at most; where there are fewer than 64,
            some come again.
        reals: (sample, *shape) those samples.
        real_condition: (sample, condition) of them.
        discriminator: with hooks; each sample is judged as one more of a fixed reference batch.
        hooks: on the EMA generator.
    """

    path: Path
    step: int
    subject: Any
    noise: np.ndarray
    condition: np.ndarray
    made: np.ndarray
    fakes: np.ndarray
    rows: np.ndarray
    reals: np.ndarray
    real_condition: np.ndarray
    discriminator: HookedDiscriminator
    hooks: Hooks

    @property
    def game(self) -> Game:
        """The networks of the game, as they were at that checkpoint."""
        return self.subject.game.games[0]

    @property
    def generator(self) -> keras.Model:
        """The EMA generator without the layer that moves points to words, if there is one."""
        return self.subject.model.generator

    def make(self, rows: Any) -> np.ndarray:
        """Generate samples (row, *shape) from rows of the fixed noise, by the current weights."""
        return np.asarray(self.generator(self.generator_inputs(rows)))

    def generator_inputs(self, rows: Any) -> Any:
        """Return the generator's inputs for some rows of the fixed noise."""
        return network_inputs(self.noise[rows], self.condition[rows])


class Look(NamedTuple):
    """What a view is asked to show.

    Attributes:
        opened: the run.
        run: its folder as the report reads it.
        sample: number of the fixed noise vector that is shown throughout.
        judged_at: a layer of the discriminator with positions, for Grad-CAM; None for its last
            convolution.
        made_at: a layer of the generator, whose channels are silenced; None for one of the last.
    """

    opened: Any
    run: Run
    sample: int
    judged_at: str | None
    made_at: str | None


View = Callable[[Look], Section]


class WordPoints(Protocol):
    """Words as points, see `textgan.text.lexicon`."""

    words: tuple[str, ...]
    points: np.ndarray
    name: Callable[[int], str]
    fitting: Callable[[Iterable[tuple[str, ...]], int], Iterator[tuple[str, ...]]]
    encode: Callable[[Sequence[tuple[str, ...]], int], np.ndarray]
    nearest: Callable[[np.ndarray], np.ndarray]
    ranked: Callable[[np.ndarray, int], np.ndarray]
    nearness: Callable[[np.ndarray, np.ndarray], np.ndarray]
    decode: Callable[[np.ndarray], list[tuple[str, ...]]]
    read: Callable[[np.ndarray], list[tuple[str, ...]]]


class OpenedText(Opened):
    """A text run."""

    @property
    def lexicon(self) -> WordPoints:
        """Its words as points."""
        return self.subject.lexicon

    @property
    def corpus(self) -> Any:
        """What it learned from, see `textgan.text.corpus.Corpus`."""
        return self.subject.data.corpus

    @property
    def ids(self) -> np.ndarray:
        """(sample, position) the rows of the lexicon that `reals` are."""
        return self.subject.data.rows[self.rows]


class OpenedImages(Opened):
    """An image run."""

    @property
    def data(self) -> Any:
        """What it learned from, see `textgan.images.datasets.ImageData`."""
        return self.subject.data

    @property
    def labels(self) -> np.ndarray:
        """(sample,) the classes of `reals`; of stacked images, of their first picture."""
        return self.data.train.classes(self.rows)[:, 0]

    def classify(self, images: np.ndarray) -> np.ndarray:
        """Return the classes (image,) that the classifier of the data sees."""
        return self.subject.classifier.judge(images).classes


class OpenedRows(Opened):
    """A table run."""

    def read(self, points: np.ndarray, condition: np.ndarray) -> "pd.DataFrame":
        """Read coordinates (row, coordinate) and conditions as rows of the table."""
        return self.subject.model.format.decode(points, condition)

    @property
    def columns(self) -> dict[str, slice]:
        """The coordinates of each generated column."""
        encoding = self.subject.model.format.encoding
        blocks = {column.name: encoding.blocks_of(column.name) for column in encoding.columns}
        return {
            name: slice(parts[0].start, parts[-1].start + parts[-1].size)
            for name, parts in blocks.items()
            if parts
        }


def open_run(path: Path, domain: Domain) -> Any:
    """Open a run folder.

    Args:
        path: of the folder.
        domain: of the run.

    Returns:
        The `Opened` of its domain, such as an `OpenedText`.

    Raises:
        UserError: there is no run, no checkpoint yet, it is of another version of textgan, its
            data is not at hand or has changed, or it is a run of another kind.
    """
    subject = reopen(path, domain)
    step = _restore(path, subject.game.state)
    return domain.opened(path=path, step=step, subject=subject, **_samples(path, subject))


def _samples(path: Path, subject: RunSubject[Any]) -> dict[str, Any]:
    """Return generated and real samples, their conditions, and both networks with hooks."""
    seed = int(read_config(path)["settings"]["seed"])
    noise, condition = subject.model.first_inputs(NOISES, live_seed(seed))
    made = subject.model.sampler(noise, condition)
    rows = np.arange(max(REFERENCE, min(REALS, subject.count))) % subject.count
    fakes, reals = subject.shown(made), subject.real(rows)
    real_condition = subject.condition(rows)
    # The last ones: the first are shown, and beside itself a sample would look like a copy.
    half, game = REFERENCE // 2, subject.game.games[0]
    discriminator = HookedDiscriminator(
        game.discriminator,
        np.concatenate([reals[-half:], fakes[-half:]]),
        np.concatenate([real_condition[-half:], condition[-half:]]),
    )
    return {
        "noise": noise,
        "condition": condition,
        "made": made,
        "fakes": fakes,
        "rows": rows,
        "reals": reals,
        "real_condition": real_condition,
        "discriminator": discriminator,
        "hooks": Hooks(subject.model.generator),
    }


@contextmanager
def visit(opened: Opened, step: int) -> Iterator[None]:
    """Give both networks the weights of another checkpoint while the block lasts.

    Raises:
        UserError: the checkpoint is damaged.
    """
    state = opened.subject.game.state
    kept = [ops.convert_to_numpy(variable) for variable in state]
    place = opened.path / "checkpoints" / str(step) / "state.npz"
    try:
        try:
            load_weights(place, state)
        except DAMAGE as error:
            raise UserError(f"{place} is damaged ({error}); delete {place.parent}") from error
        yield
    finally:
        restore(state, kept)


def _restore(path: Path, state: Sequence[Any]) -> int:
    """Give the variables of a game the weights of the newest checkpoint; return its step."""
    try:
        checkpoint = load_latest(path / "checkpoints", state)
    except UserError as error:
        raise UserError(
            f"{path}: no checkpoint fits the networks of this version of textgan, or they are "
            f"damaged ({error}); train it again"
        ) from error
    if checkpoint is None:
        raise UserError(f"{path} has no checkpoint yet; let the training write one first")
    restore(state, checkpoint.arrays)
    return checkpoint.step
