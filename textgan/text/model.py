"""The exported text model: noise in, sentences out. All that sampling needs, and nothing pickled.

* `model/settings.json`: sizes of the generators and their number, tokenisation, share of the
  sentences that is kept
* `model/words.txt`: one word a line
* `model/vectors.npz`: their points, after them the point that means "after the end";
  the map into the decoding space and the biases of each generator, see `Lexicon`
* `model/generator.npz`: the weights of the generators' moving averages (EMA), one after the other
"""

from collections.abc import Iterator, Sequence
from dataclasses import fields, replace
from itertools import islice
from math import ceil
from pathlib import Path
from typing import Any, Self

import keras
import numpy as np
from keras import ops

from textgan.files import MisfitError, open_arrays, save_arrays, write_text
from textgan.gan.autodiff import compile_step
from textgan.gan.ensemble import Turns
from textgan.gan.sampling import StoredModel, padded_batch
from textgan.text.corpus import Sentence
from textgan.text.layers import nearest_rows
from textgan.text.lexicon import Lexicon
from textgan.text.networks import build_writer, with_words
from textgan.text.settings import TextNetworkSettings

FLOAT = {np.dtype(np.float32)}


class TextModel(StoredModel):
    """Generators and the lexicons their output is read with.

    Of an ensemble's generators, number i modulo their count writes sentence i.

    Args:
        generators: noise (batch, noise) to points (batch, length, dim), one or more.
        lexicons: one for each: the same words, with biases of its own.
        network: the sizes of each generator.
        tokenization: signature of the corpus' tokenisation.
        keep_fraction: share of the sentences that is kept (see `TextSettings`).
    """

    kind, batch, streams = "text", 512, "one"

    def __init__(
        self,
        generators: Sequence[keras.Model],
        lexicons: Sequence[Lexicon],
        network: TextNetworkSettings,
        tokenization: str,
        keep_fraction: float = 1.0,
    ) -> None:
        self.length: int = generators[0].output_shape[1]
        super().__init__(generators[0], network, network.noise_size(self.length))
        self.lexicons, self.tokenization, self.keep_fraction = lexicons, tokenization, keep_fraction
        self._generators = generators
        self.batch = self.batch * len(generators)  # as many for each as for one alone
        self._turns = Turns([generator.variables for generator in generators])
        self._compiled = compile_step(self._points_and_words, self.generator.variables)

    @property
    def lexicon(self) -> Lexicon:
        """That of the first generator."""
        return self.lexicons[0]

    @property
    def variables(self) -> list[Any]:
        """The weights of all generators."""
        return [variable for each in self._generators for variable in each.variables]

    def write(self, noise: np.ndarray) -> tuple[np.ndarray, np.ndarray]:
        """Write sentences, see the class.

        Args:
            noise: (sample, noise).

        Returns:
            Points (sample, length, dim) and the numbers (sample, length) of their nearest words.
        """
        points = np.empty((len(noise), self.length, self.lexicon.points.shape[1]), np.float32)
        words = np.empty(points.shape[:2], np.int64)
        count = len(self._generators)
        share = self.batch // count
        for n, (_, lexicon) in enumerate(zip(self._turns, self.lexicons, strict=True)):
            for first in range(n, len(noise), self.batch):
                rows = slice(first, min(len(noise), first + self.batch), count)
                made = self._compiled(
                    ops.convert_to_tensor(padded_batch(noise[rows], share)),
                    ops.convert_to_tensor(lexicon.bias),
                )
                points[rows], words[rows] = (np.asarray(a)[: len(noise[rows])] for a in made)
        return points, words

    def _points_and_words(self, noise: Any, bias: Any) -> tuple[Any, Any]:
        """Return points and the numbers of the nearest words, by the first generator."""
        writer = with_words(self.generator)
        if writer is not None:
            return tuple(writer(noise))
        points = self.generator(noise)
        return points, nearest_rows(points, self.lexicon.directions, bias)

    def kept(self, points: np.ndarray, words: np.ndarray, share: float) -> np.ndarray:
        """Return the numbers, in order, of the share of sentences that lie nearest to words.

        What counts of a sentence is the point, up to its end, that is furthest from its word: a
        point between two words is where the generator could not tell which of them comes.

        Args:
            points: (sentence, position, dim).
            words: (sentence, position) the row of the nearest word to each.
            share: above 0 and at most 1.
        """
        if share == 1:
            return np.arange(len(points))
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
            points, words = self.write(truncation * draw.noise)
            yield from self.lexicon.read(words[self.kept(points, words, share)])

    def _settings(self) -> dict[str, Any]:
        return {
            "length": self.length,
            "ensemble": len(self.lexicons),
            "tokenization": self.tokenization,
            "keep_fraction": self.keep_fraction,
        }

    def _write(self, folder: Path) -> None:
        write_text(folder / "words.txt", "".join(word + "\n" for word in self.lexicon.words))
        biases = np.stack([lexicon.bias for lexicon in self.lexicons])
        arrays = [self.lexicon.points, self.lexicon.decoding_map, biases]
        save_arrays(folder / "vectors.npz", arrays)

    @classmethod
    def _read(cls, folder: Path, settings: dict[str, Any]) -> Self:
        settings.setdefault("ensemble", 1)  # models of version 0.1.0 know of none, and of no bias
        _check(settings)
        words = tuple((folder / "words.txt").read_text(encoding="utf-8").split("\n")[:-1])
        with open_arrays(folder / "vectors.npz") as archive:
            if len(archive.files) not in (2, 3):
                raise MisfitError(f"vectors.npz, {len(archive.files)} arrays instead of 3")
            points, decoding_map = archive["arr_0"], archive["arr_1"]
            biases = np.atleast_2d(archive.get("arr_2", np.zeros(len(points), np.float32)))
        dim, count = points.shape[-1], settings["ensemble"]
        shapes = (len(words) + 1, dim), (dim, dim), (count, len(words) + 1)
        arrays = points, decoding_map, biases
        if tuple(a.shape for a in arrays) != shapes or {a.dtype for a in arrays} != FLOAT:
            raise ValueError(f"{len(words)} words, {points.dtype} vectors {points.shape}")
        network = TextNetworkSettings(**settings["network"])
        first = Lexicon(words, points, decoding_map, biases[0])
        lexicons = [replace(first, bias=bias) for bias in biases]
        generators = [build_writer(settings["length"], each, network) for each in lexicons]
        return cls(
            generators, lexicons, network, settings["tokenization"], settings["keep_fraction"]
        )


def _check(settings: dict[str, Any]) -> None:
    sizes = {field.name for field in fields(TextNetworkSettings)}
    strange = {"network", "length", "ensemble", "tokenization", "keep_fraction"} ^ set(settings)
    strange |= set(settings["network"]) - sizes
    if strange:
        raise MisfitError(f"settings.json, {', '.join(sorted(strange))}")
    if not 0 < settings["keep_fraction"] <= 1 or min(settings["length"], settings["ensemble"]) < 1:
        names = "keep_fraction", "length", "ensemble"
        raise ValueError(f"settings.json: {', '.join(f'{n} {settings[n]}' for n in names)}")
