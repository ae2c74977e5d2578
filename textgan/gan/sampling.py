"""A generator run on any amount of noise, in batches of one size, so that it is compiled once."""

from pathlib import Path

import keras
import numpy as np
from keras import ops

from textgan.files import load_arrays
from textgan.gan.autodiff import compile_step


class Sampler:
    """Runs a generator, batch by batch.

    Args:
        generator: noise (batch, noise) to samples; in a conditional game [noise, condition].
        batch_size: samples that are generated side by side.
    """

    def __init__(self, generator: keras.Model, batch_size: int) -> None:
        self.generator, self.batch_size = generator, batch_size
        self._generate = compile_step(
            lambda *inputs: generator(inputs[0] if len(inputs) == 1 else list(inputs)),
            generator.variables,
        )

    def __call__(self, *inputs: np.ndarray) -> np.ndarray:
        """Generate samples (sample, *shape) from the generator's inputs, (sample, *) each."""
        pieces = []
        for start in range(0, len(inputs[0]), self.batch_size):
            parts = [rows[start : start + self.batch_size] for rows in inputs]
            samples = self._generate(*(ops.convert_to_tensor(self._padded(part)) for part in parts))
            pieces.append(np.asarray(samples)[: len(parts[0])])
        return np.concatenate(pieces)

    def _padded(self, rows: np.ndarray) -> np.ndarray:
        padded = np.zeros((self.batch_size, *rows.shape[1:]), dtype=np.float32)
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
