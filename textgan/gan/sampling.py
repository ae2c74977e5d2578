"""A generator run on any amount of noise, in batches of one size, so that it is compiled once."""

from pathlib import Path

import keras
import numpy as np
from keras import ops

from textgan.files import load_arrays
from textgan.gan.autodiff import compile_step
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

    def __call__(self, noise: np.ndarray, condition: np.ndarray) -> np.ndarray:
        """Generate samples (sample, *shape).

        Args:
            noise: (sample, noise).
            condition: (sample, condition), of width 0 where the generator is told nothing.
        """
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


def load_weights(place: Path, model: keras.Model) -> None:
    """Give a model the weights that `save_arrays` wrote.

    Raises:
        MisfitError: they are of another model.
        One of `DAMAGE`: the file is damaged.
    """
    arrays = load_arrays(place, model.variables)
    for variable, array in zip(model.variables, arrays, strict=True):
        variable.assign(array)
