"""Stored models, and generators run on any amount of noise in batches of one size.

One size, so that the generator is compiled once.
"""

import os
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import keras
import numpy as np
from keras import ops

from textgan.errors import UserError
from textgan.files import DAMAGE, MisfitError, load_arrays
from textgan.gan.autodiff import compile_step
from textgan.gan.checkpoint import restore
from textgan.gan.run_folder import read_config
from textgan.gan.step import network_inputs


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
            condition: (sample, condition); None or of width 0 if the generator is told nothing.
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


@contextmanager
def reading_model(weights: Path, kind: str, script: str) -> Iterator[None]:
    """Turn what may go wrong in the block, which reads a stored model, into one line.

    Args:
        weights: the file of the model's folder that is written last.
        kind: of model.
        script: that trains one.

    Raises:
        UserError: there is no model yet, it is damaged, of another version of textgan, or the run
            is of another kind.
    """
    folder = weights.parent
    told = _kind_of(folder.parent)
    if told.removesuffix(" model") not in ("", kind):
        raise UserError(f"{folder.parent} is a run of kind {told!r}: it holds no {kind} model")
    if not os.path.exists(weights):
        raise UserError(f"{folder} holds no trained {kind} model; train one with {script}")
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
    """The kind of a run; "" where its configuration does not tell, as beside a model alone."""
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
