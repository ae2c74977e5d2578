"""Stored models: noise drawn, generators run on it in batches of one size, files of a model.

One size, so that the generator is compiled once.
"""

import json
import os
from abc import ABC, abstractmethod
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import asdict
from itertools import count, islice, repeat
from pathlib import Path
from typing import Any, ClassVar, Literal, NamedTuple, Self

import keras
import numpy as np
from keras import ops

from textgan.errors import UserError
from textgan.files import DAMAGE, MisfitError, load_arrays, save_arrays, write_text
from textgan.gan.autodiff import compile_step
from textgan.gan.checkpoint import restore
from textgan.gan.run_folder import read_config
from textgan.gan.step import network_inputs
from textgan.old_names import with_new_names

Streams = Literal["one", "two", "batches"]


class Draw(NamedTuple):
    """The inputs of one batch of samples.

    Attributes:
        noise: (sample, noise).
        condition: (sample, condition), of width 0 without a condition.
        rng: for whatever else is drawn of the batch.
    """

    noise: np.ndarray
    condition: np.ndarray
    rng: np.random.Generator


class Sampler:
    """Runs a generator, batch by batch.

    Args:
        generator: noise (batch, noise) to samples; in a conditional game [noise, condition].
        batch_size: samples that are generated side by side.
    """

    def __init__(self, generator: keras.Model, batch_size: int) -> None:
        self.generator, self.batch_size = generator, batch_size
        self._generate = compile_step(
            lambda noise, condition: generator(network_inputs(noise, condition)),
            generator.variables,
        )

    def __call__(self, noise: np.ndarray, condition: np.ndarray | None = None) -> np.ndarray:
        """Generate samples (sample, *shape).

        Args:
            noise: (sample, noise).
            condition: (sample, condition); None or of width 0 if there is none.
        """
        if condition is None:
            condition = np.empty((len(noise), 0), dtype=np.float32)
        pieces = []
        for start in range(0, len(noise), self.batch_size):
            parts = [rows[start : start + self.batch_size] for rows in (noise, condition)]
            padded = [ops.convert_to_tensor(padded_batch(part, self.batch_size)) for part in parts]
            pieces.append(np.asarray(self._generate(*padded))[: len(parts[0])])
        return np.concatenate(pieces)


def padded_batch(rows: np.ndarray, size: int) -> np.ndarray:
    """Return the rows (row, ...) with zeros after them, (size, ...) float32."""
    padded = np.zeros((size, *rows.shape[1:]), dtype=np.float32)
    padded[: len(rows)] = rows
    return padded


def random_streams(
    seed: int, streams: Streams
) -> Iterator[tuple[np.random.Generator, np.random.Generator]]:
    """Yield, for each batch of samples, the source of its noise and that of all else it draws.

    What a sample is made of depends on the seed and the sample's number alone: fewer samples are a
    prefix of more. Stored models keep their samples, so each kind of model keeps its streams:

        one      a single one for everything, batch after batch
        two      one for the noise, one for the rest
        batches  a new one for each batch
    """
    if streams == "batches":
        for number in count():
            rng = np.random.Generator(np.random.SFC64([seed, number]))
            yield rng, rng
    root = np.random.SeedSequence(seed)
    noise, rest = (root, root) if streams == "one" else root.spawn(2)
    first = np.random.Generator(np.random.PCG64(noise))
    second = first if streams == "one" else np.random.Generator(np.random.PCG64(rest))
    yield from repeat((first, second))


def draw_noise(n: int, size: int, seed: int) -> np.ndarray:
    """Draw standard normal noise (n, size), float32; the first rows do not depend on `n`."""
    rng, _ = next(random_streams(seed, "one"))
    return rng.standard_normal((n, size), dtype=np.float32)


def live_seed(seed: int) -> int:
    """Return the seed of the samples that a training scores and keeps, from the run's seed."""
    return seed + 1


class StoredModel(ABC):
    """A generator and what its output is read with, as files: nothing pickled.

    Args:
        generator: noise (batch, noise), and the condition if there is one, to samples.
        network: its sizes, a record.
        noise_size: length of its noise.

    Attributes:
        kind: of run that it comes from.
        batch: samples that are generated side by side.
        streams: where its draws come from, see `random_streams`.
        sampler: runs the generator.
    """

    kind: ClassVar[str]
    batch: int
    streams: ClassVar[Streams]

    def __init__(self, generator: keras.Model, network: Any, noise_size: int) -> None:
        self.generator, self.network, self.noise_size = generator, network, noise_size
        self.sampler = Sampler(generator, self.batch)

    def draw_inputs(self, seed: int, label: int | None = None) -> Iterator[Draw]:
        """Draw the generator's inputs, batch after batch without end.

        Args:
            seed: of the draws, see `random_streams`.
            label: the condition of all samples; by default they occur as often as in the data.
        """
        for first, rest in random_streams(seed, self.streams):
            noise = first.standard_normal((self.batch, self.noise_size), dtype=np.float32)
            yield Draw(noise, self.draw_condition(rest, self.batch, label), rest)

    def first_inputs(self, n: int, seed: int) -> tuple[np.ndarray, np.ndarray]:
        """Return noise (n, noise) and conditions (n, condition) of the first `n` samples."""
        draws = list(islice(self.draw_inputs(seed), -(-n // self.batch)))
        noise = np.concatenate([draw.noise for draw in draws])
        return noise[:n], np.concatenate([draw.condition for draw in draws])[:n]

    def draw_condition(self, rng: np.random.Generator, n: int, label: int | None) -> np.ndarray:
        """Draw the conditions of `n` samples, (n, condition) float32: of width 0."""
        return np.empty((n, 0), dtype=np.float32)

    @property
    def variables(self) -> list[Any]:
        """What the file of weights holds."""
        return self.generator.variables

    def save(self, folder: Path) -> None:
        """Write the model to `folder`; each file appears whole or not at all, the weights last."""
        settings = {"network": asdict(self.network), **self._settings()}
        write_text(folder / "settings.json", json.dumps(settings, indent=2) + "\n")
        self._write(folder)
        save_arrays(folder / "generator.npz", self.variables)

    @classmethod
    def load(cls, run: Path) -> Self:
        """Load the model of run folder `run`.

        Raises:
            UserError: there is none yet, it is damaged, or of another version of textgan.
        """
        folder = run / "model"
        weights = folder / "generator.npz"
        with reading_model(weights, cls.kind, "textgan train"):
            settings = json.loads((folder / "settings.json").read_text(encoding="utf-8"))
            model = cls._read(folder, with_new_names(dict(settings)))
            load_weights(weights, model.variables)
            return model

    @abstractmethod
    def _settings(self) -> dict[str, Any]:
        """Return what `settings.json` holds beside the sizes of the network."""

    def _write(self, folder: Path) -> None:
        """Write further files of the model: none."""
        del folder

    @classmethod
    @abstractmethod
    def _read(cls, folder: Path, settings: dict[str, Any]) -> Self:
        """Read all but the weights; errors become what `reading_model` says."""


@contextmanager
def reading_model(weights: Path, kind: str, command: str) -> Iterator[None]:
    """Turn any error in the block, which reads a stored model, into one line.

    Args:
        weights: the file of the model's folder that is written last.
        kind: of model.
        command: that trains one.

    Raises:
        UserError: there is no model yet, it is damaged, of another version of textgan, or the run
            is of another kind.
    """
    folder = weights.parent
    found = _kind_of(folder.parent)
    if found.removesuffix(" model") not in ("", kind):
        raise UserError(f"{folder.parent} is a run of kind {found!r}: it holds no {kind} model")
    if not os.path.exists(weights):
        raise UserError(f"{folder} holds no trained {kind} model; train one with `{command}`")
    try:
        yield
    except MisfitError as error:
        raise UserError(
            f"the {kind} model in {folder} was made by another version of textgan, or its files "
            f"are of different runs ({error}); train it again"
        ) from error
    except (UserError, *DAMAGE) as error:
        raise UserError(
            f"the {kind} model in {folder} is damaged ({error}); train it again"
        ) from error


def _kind_of(run: Path) -> str:
    """The kind of a run; "" without a configuration that says it, as beside a model alone."""
    try:
        return str(read_config(run)["settings"].get("kind", ""))
    except UserError:
        return ""


def load_weights(place: Path, variables: Sequence[Any]) -> None:
    """Give variables the values that `save_arrays` wrote.

    Raises:
        MisfitError: they are of another model.
        One of `DAMAGE`: the file is damaged.
    """
    restore(variables, load_arrays(place, variables))
