"""A run folder, opened: both networks as they were at the newest checkpoint, and the data.

Nothing is trained. The networks are built from `config.json`, the checkpoint gives them their
weights, and the words of a text run come from its exported model.
"""

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from itertools import islice
from pathlib import Path
from typing import Any

import numpy as np
from keras import ops

from textgan.errors import UserError
from textgan.files import DAMAGE
from textgan.gan.checkpoint import load_latest, restore
from textgan.gan.run_folder import read_config
from textgan.gan.sampling import live_seed, load_weights
from textgan.gan.settings import GameSettings, LoopSettings
from textgan.gan.step import Game, network_inputs
from textgan.images.datasets import ImageData, load_images
from textgan.images.settings import ImageSettings
from textgan.images.settings import NetworkSettings as ImageNetwork
from textgan.images.training import ImageSubject
from textgan.inspection.glass import Glass, Judge
from textgan.text.corpus import Corpus, as_learned, load_corpus
from textgan.text.lexicon import Lexicon
from textgan.text.model import TextModel
from textgan.text.networks import build_discriminator, build_generator, head_weights
from textgan.text.settings import NetworkSettings as TextNetwork

COMPANY = 64  # real and generated samples, half each, among which one is judged
NOISES = 500  # fixed noise vectors
REALS = 2000  # real samples, at most


@dataclass(frozen=True, eq=False)
class Opened:
    """What every kind of run has.

    Attributes:
        path: of its folder.
        settings: of `config.json`.
        step: of the checkpoint.
        game: both players and the averaged generator, as they were then.
        noise: (500, noise) fixed; that of the samples in the run folder.
        condition: (500, condition) what both networks are told of those samples.
        fakes: (500, *shape) what the averaged generator makes of it.
        reals: (sample, *shape) real training samples, at most 2,000.
        told: (sample, condition) what the networks are told of them.
        judge: the discriminator among a fixed company, half of it real.
        glass: the averaged generator.
    """

    path: Path
    settings: dict[str, Any]
    step: int
    game: Game
    noise: np.ndarray
    condition: np.ndarray
    fakes: np.ndarray
    reals: np.ndarray
    told: np.ndarray
    judge: Judge
    glass: Glass

    def generator_inputs(self, rows: Any) -> Any:
        """Return the generator's inputs for some rows of the fixed noise."""
        return network_inputs(self.noise[rows], self.condition[rows])


@dataclass(frozen=True, eq=False)
class OpenedText(Opened):
    """A text run.

    Attributes:
        lexicon: its words as points.
        corpus: what it learned from.
        ids: (sample, position) the rows of the lexicon that `reals` are.
    """

    lexicon: Lexicon
    corpus: Corpus
    ids: np.ndarray


@dataclass(frozen=True, eq=False)
class OpenedImages(Opened):
    """An image run.

    Attributes:
        data: what it learned from.
        labels: (sample,) the classes of `reals`; of stacked images, of their first picture.
    """

    data: ImageData
    labels: np.ndarray


def open_run(path: Path) -> OpenedText | OpenedImages:
    """Open a run folder.

    Raises:
        UserError: there is no run, no checkpoint yet, it is of another version of textgan, its
            data is not at hand or has changed, or it is a run of another kind.
    """
    settings = read_config(path)["settings"]
    kind = settings.get("kind")
    openers: dict[Any, Callable[..., Any]] = {"text": _open_text, "image": _open_images}
    if kind not in openers:
        raise UserError(f"{path} is a run of kind {kind!r}; text and image runs can be inspected")
    return openers[kind](path, settings)


@contextmanager
def visit(opened: Opened, step: int) -> Iterator[None]:
    """Give both players the weights of another checkpoint while the block lasts.

    Raises:
        UserError: the checkpoint is damaged.
    """
    state = opened.game.state
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


def _open_text(path: Path, settings: dict[str, Any]) -> OpenedText:
    model = TextModel.load(path)
    name, checksum = settings["corpus"], settings.get("data", {}).get("checksum", "")
    corpus = as_learned(load_corpus(name), name, checksum)
    _require_same_data(path, settings, corpus.checksum)
    lexicon, length = model.lexicon, model.length
    dim = lexicon.points.shape[1]
    network, game_settings, loop = _records(path, settings, TextNetwork)
    game = Game(
        build_generator(length, dim, network),
        build_discriminator(length, dim, network),
        model.generator,
        game_settings,
        loop.steps,
        head_weights(length),
    )
    step = _restore(path, game)
    ids = lexicon.encode(list(islice(lexicon.fitting(corpus.train, length), REALS)), length)
    noise, _ = model.first_inputs(NOISES, live_seed(settings["seed"]))
    fakes, reals = model.points(noise), lexicon.points[ids]
    nothing = np.empty((NOISES, 0), np.float32)
    told = np.empty((len(ids), 0), np.float32)
    return OpenedText(
        path,
        settings,
        step,
        game,
        noise,
        nothing,
        fakes,
        reals,
        told,
        _judge(game, reals, told, fakes, nothing),
        Glass(game.average),
        lexicon,
        corpus,
        ids,
    )


def _open_images(path: Path, settings: dict[str, Any]) -> OpenedImages:
    network, game_settings, loop = _records(path, settings, ImageNetwork)
    data = load_images(settings["images"])
    _require_same_data(path, settings, data.checksum)
    named = {"images": settings["images"], "conditional": bool(settings.get("conditional"))}
    subject = ImageSubject(
        data,
        ImageSettings(network=network, game=game_settings, loop=loop, **named),
        settings["seed"],
    )
    game = subject.game
    step = _restore(path, game)
    rows = np.arange(min(REALS, len(data.train)))
    reals, told = data.train.floats(rows), subject.condition(rows)
    noise, condition = subject.model.first_inputs(NOISES, live_seed(settings["seed"]))
    fakes = subject.model.images(noise, condition)
    return OpenedImages(
        path,
        settings,
        step,
        game,
        noise,
        condition,
        fakes,
        reals,
        told,
        _judge(game, reals, told, fakes, condition),
        Glass(game.average),
        data,
        data.train.classes(rows)[:, 0],
    )


def _records(
    path: Path, settings: dict[str, Any], network: Callable[..., Any]
) -> tuple[Any, GameSettings, LoopSettings]:
    """Read the records of `config.json` that decide the networks and the game."""
    try:
        parts = settings["network"], settings["game"], settings["loop"], settings["seed"]
        return network(**parts[0]), GameSettings(**parts[1]), LoopSettings(**parts[2])
    except (KeyError, TypeError) as error:
        raise UserError(
            f"{path} was made by another version of textgan ({error}); train it again"
        ) from error


def _restore(path: Path, game: Game) -> int:
    """Give the game the weights of the newest checkpoint; return its step."""
    try:
        checkpoint = load_latest(path / "checkpoints", game.state)
    except UserError as error:
        raise UserError(
            f"{path}: no checkpoint fits the networks of this version of textgan, or they are "
            f"damaged ({error}); train it again"
        ) from error
    if checkpoint is None:
        raise UserError(f"{path} has no checkpoint yet; let the training write one first")
    restore(game.state, checkpoint.arrays)
    return checkpoint.step


def _require_same_data(path: Path, settings: dict[str, Any], checksum: str) -> None:
    if settings.get("data", {}).get("checksum") != checksum:
        raise UserError(
            f"the data at hand is not what {path} was trained on (its checksum differs); put that "
            "in place, or train again"
        )


def _judge(
    game: Game, reals: np.ndarray, told: np.ndarray, fakes: np.ndarray, condition: np.ndarray
) -> Judge:
    half = COMPANY // 2
    company = np.concatenate([reals[:half], fakes[:half]])
    return Judge(game.discriminator, company, np.concatenate([told[:half], condition[:half]]))
