"""The exported text model: noise in, sentences out. All that sampling needs, and nothing pickled.

* `model/settings.json`: sizes of the generator, tokenisation, share of the sentences that is kept
* `model/words.txt`: one word a line
* `model/vectors.npz`: their points, after them the point that means "after the end";
  the map into the decoding space and the biases, see `Lexicon`
* `model/generator.npz`: the weights of the generator's moving average (EMA)
"""

from collections.abc import Iterator
from dataclasses import astuple, fields
from itertools import islice
from math import ceil
from pathlib import Path
from typing import Any, Self

import keras
import numpy as np

from textgan.files import MisfitError, open_arrays, save_arrays, write_text
from textgan.gan.sampling import StoredModel
from textgan.text.corpus import Sentence
from textgan.text.lexicon import Lexicon
from textgan.text.networks import build_writer
from textgan.text.settings import TextNetworkSettings

FLOAT = {np.dtype(np.float32)}


class TextModel(StoredModel):
    """A generator and the lexicon its output is read with.

    Args:
        generator: noise (batch, noise) to points (batch, length, dim).
        lexicon: its words.
        network: the generator's sizes.
        tokenization: signature of the corpus' tokenisation.
        keep_fraction: share of the sentences that is kept (see `TextSettings`).
    """

    kind, batch, streams = "text", 512, "one"

    def __init__(
        self,
        generator: keras.Model,
        lexicon: Lexicon,
        network: TextNetworkSettings,
        tokenization: str,
        keep_fraction: float = 1.0,
    ) -> None:
        self.length: int = generator.output_shape[1]
        super().__init__(generator, network, network.noise_size(self.length))
        self.lexicon, self.tokenization, self.keep_fraction = lexicon, tokenization, keep_fraction

    def points(self, noise: np.ndarray) -> np.ndarray:
        """Generate points (sample, length, dim) from noise (sample, noise)."""
        return self.sampler(noise)

    def kept(self, points: np.ndarray, words: np.ndarray, share: float) -> np.ndarray:
        """Return the numbers, in order, of the share of sentences that lie nearest to words.

        What counts of a sentence is the point, up to its end, that is furthest from its word: a
        point between two words is where the generator could not tell which of them comes.

        Args:
            points: (sentence, position, dim).
            words: (sentence, position) the row of the nearest word to each.
            share: above 0 and at most 1.
        """
        nearness = self.lexicon.nearness(points, words)
        ended = words == len(self.lexicon.words)
        nearness[np.cumsum(ended, axis=1) - ended > 0] = np.inf  # after the end
        count = ceil(share * len(points))
        return np.sort(np.argsort(-nearness.min(axis=1), kind="stable")[:count])

    def sample(
        self, n: int, seed: int, truncation: float = 1.0, keep_fraction: float | None = None
    ) -> list[Sentence]:
        """Write `n` sentences, see `stream`."""
        return list(self.stream(n, seed, truncation, keep_fraction))

    def stream(
        self, n: int, seed: int, truncation: float = 1.0, keep_fraction: float | None = None
    ) -> Iterator[Sentence]:
        """Write `n` sentences one after another, in the memory of one batch.

        They are a pure function of the arguments; a smaller `n` gives a prefix.

        Args:
            n: sentences.
            seed: of the noise.
            truncation: scale of the noise; below 1 sentences are more typical and less diverse
                (the truncation of Brock et al. 2019, section 3.1, with a scale for the clipping).
            keep_fraction: share of the sentences that is kept, see `kept`; by default the model's.
        """
        share = self.keep_fraction if keep_fraction is None else keep_fraction
        return islice(self._endless(seed, truncation, share), n)

    def _endless(self, seed: int, truncation: float, share: float) -> Iterator[Sentence]:
        for draw in self.draw_inputs(seed):
            points = self.points(truncation * draw.noise)
            words = self.lexicon.nearest(points)
            yield from self.lexicon.read(words[self.kept(points, words, share)])

    def _settings(self) -> dict[str, Any]:
        return {
            "length": self.length,
            "tokenization": self.tokenization,
            "keep_fraction": self.keep_fraction,
        }

    def _write(self, folder: Path) -> None:
        write_text(folder / "words.txt", "".join(word + "\n" for word in self.lexicon.words))
        save_arrays(folder / "vectors.npz", [*astuple(self.lexicon)[1:]])

    @classmethod
    def _read(cls, folder: Path, settings: dict[str, Any]) -> Self:
        _check(settings)
        words = tuple((folder / "words.txt").read_text(encoding="utf-8").split("\n")[:-1])
        with open_arrays(folder / "vectors.npz") as archive:
            if len(archive.files) not in (2, 3):
                raise MisfitError(f"vectors.npz, {len(archive.files)} arrays instead of 3")
            points, decoding_map = archive["arr_0"], archive["arr_1"]
            # Models of version 0.1.0 had no bias.
            bias = archive.get("arr_2", np.zeros(len(points), np.float32))
        dim = points.shape[-1]
        shapes = (len(words) + 1, dim), (dim, dim), (len(words) + 1,)
        arrays = points, decoding_map, bias
        if tuple(a.shape for a in arrays) != shapes or {a.dtype for a in arrays} != FLOAT:
            raise ValueError(f"{len(words)} words, {points.dtype} vectors {points.shape}")
        network = TextNetworkSettings(**settings["network"])
        lexicon = Lexicon(words, points, decoding_map, bias)
        generator = build_writer(settings["length"], lexicon, network)
        return cls(generator, lexicon, network, settings["tokenization"], settings["keep_fraction"])


def _check(settings: dict[str, Any]) -> None:
    sizes = {field.name for field in fields(TextNetworkSettings)}
    strange = {"network", "length", "tokenization", "keep_fraction"} ^ set(settings)
    strange |= set(settings["network"]) - sizes
    if strange:
        raise MisfitError(f"settings.json, {', '.join(sorted(strange))}")
    if not 0 < settings["keep_fraction"] <= 1 or settings["length"] < 1:
        raise ValueError(
            f"settings.json: keep_fraction {settings['keep_fraction']}, length {settings['length']}"
        )
