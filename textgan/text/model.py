"""The exported text model: noise in, sentences out. All that sampling needs, and nothing pickled.

model/settings.json    sizes of the generator, tokenisation
model/words.txt        one word a line
model/vectors.npz      their points, after them the point that means "after the end"; the readout
model/generator.npz    the generator's averaged weights
"""

import json
from collections.abc import Iterator
from dataclasses import asdict, fields
from pathlib import Path
from typing import Any

import keras
import numpy as np

from textgan.files import MisfitError, save_arrays, write_text
from textgan.gan.sampling import Sampler, load_weights, reading_model
from textgan.text.corpus import Sentence
from textgan.text.lexicon import Lexicon
from textgan.text.networks import build_generator
from textgan.text.settings import NetworkSettings

FLOAT = {np.dtype(np.float32)}
BATCH = 512  # sentences that are generated side by side


class TextModel:
    """A generator and the lexicon its output is read with.

    Args:
        generator: noise (batch, noise) to points (batch, length, dim).
        lexicon: its words.
        network: the generator's sizes.
        tokenization: signature of the corpus' tokenisation.
    """

    def __init__(
        self, generator: keras.Model, lexicon: Lexicon, network: NetworkSettings, tokenization: str
    ) -> None:
        self.generator, self.lexicon, self.network = generator, lexicon, network
        self.tokenization = tokenization
        self.length: int = generator.output_shape[1]
        self._sampler = Sampler(generator, BATCH)

    def points(self, noise: np.ndarray) -> np.ndarray:
        """Generate points (sample, length, dim) from noise (sample, noise)."""
        return self._sampler(noise)

    def sample(self, n: int, seed: int, truncation: float = 1.0) -> list[Sentence]:
        """Write `n` sentences, see `stream`."""
        return list(self.stream(n, seed, truncation))

    def stream(self, n: int, seed: int, truncation: float = 1.0) -> Iterator[Sentence]:
        """Write `n` sentences one after another, in the memory of one batch.

        They are a pure function of the arguments; a smaller `n` gives a prefix.

        Args:
            n: sentences.
            seed: of the noise.
            truncation: scale of the noise; below 1 sentences are more typical and less diverse
                (the truncation of Brock et al. 2019, section 3.1, with a scale for the clipping).
        """
        size = self.network.noise_size(self.length)
        rng = np.random.Generator(np.random.PCG64(seed))
        for start in range(0, n, BATCH):
            noise = rng.standard_normal((min(BATCH, n - start), size), dtype=np.float32)
            yield from self.lexicon.decode(self.points(truncation * noise))

    def save(self, folder: Path) -> None:
        """Write the model to `folder`; each file appears whole or not at all, the weights last."""
        settings = {
            "network": asdict(self.network),
            "length": self.length,
            "tokenization": self.tokenization,
        }
        write_text(folder / "settings.json", json.dumps(settings, indent=2) + "\n")
        write_text(folder / "words.txt", "".join(word + "\n" for word in self.lexicon.words))
        save_arrays(folder / "vectors.npz", [self.lexicon.points, self.lexicon.readout])
        save_arrays(folder / "generator.npz", self.generator.variables)

    @classmethod
    def load(cls, run: Path) -> "TextModel":
        """Load the model of run folder `run`.

        Raises:
            UserError: there is none yet, it is damaged, or of another version of textgan.
        """
        folder = run / "model"
        weights = folder / "generator.npz"
        with reading_model(weights, "text", "train_text_gan.py"):
            settings = _read_settings(folder / "settings.json")
            words = tuple((folder / "words.txt").read_text(encoding="utf-8").split("\n")[:-1])
            with np.load(folder / "vectors.npz", allow_pickle=False) as archive:
                if len(archive.files) != 2:
                    raise MisfitError(f"vectors.npz, {len(archive.files)} arrays instead of 2")
                points, readout = archive["arr_0"], archive["arr_1"]
            dim = points.shape[-1]
            shapes = (len(words) + 1, dim), (dim, dim)
            if (points.shape, readout.shape) != shapes or {points.dtype, readout.dtype} != FLOAT:
                raise ValueError(f"{len(words)} words, {points.dtype} vectors {points.shape}")
            network = NetworkSettings(**settings["network"])
            generator = build_generator(settings["length"], dim, network)
            load_weights(weights, generator.variables)
            return cls(
                generator, Lexicon(words, points, readout), network, settings["tokenization"]
            )


def draw_noise(n: int, size: int, seed: int) -> np.ndarray:
    """Draw standard normal noise (n, size), float32; the first rows do not depend on `n`."""
    return np.random.Generator(np.random.PCG64(seed)).standard_normal((n, size), dtype=np.float32)


def _read_settings(place: Path) -> dict[str, Any]:
    settings = json.loads(place.read_text(encoding="utf-8"))
    sizes = {field.name for field in fields(NetworkSettings)}
    strange = {"network", "length", "tokenization"} ^ set(settings)
    strange |= set(settings["network"]) - sizes
    if strange:
        raise MisfitError(f"settings.json, {', '.join(sorted(strange))}")
    return settings
