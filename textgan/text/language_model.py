"""An LSTM language model trained by maximum likelihood, the baseline beside the text GAN.

It serves three times: sampled over a sweep of temperatures it is the frontier that language GANs
are measured against (Caccia et al. 2018, "Language GANs falling short"); trained on real text it
scores generated text; trained on generated text it scores real text (the reverse score).

    P(sentence) = product over its words, and the end after them, of P(word | words before)

Words are rows 0, 1, ... of the vocabulary; the row after the last stands for the end of a
sentence, and before its first word for the beginning.
"""

import json
from collections.abc import Iterable, Sequence
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import Any

import numpy as np
from keras import initializers, layers, ops

from textgan.errors import UserError
from textgan.files import save_arrays, write_text
from textgan.gan.autodiff import compile_step
from textgan.gan.sampling import load_weights, reading_model
from textgan.text.corpus import Sentence
from textgan.text.language_model_settings import LanguageModelSettings, check_temperature

LENGTH_STEP = 8  # sentences are scored in widths of its multiples, for few programs to compile


@dataclass(frozen=True)
class LanguageScore:
    """How well a model predicts sentences.

    Attributes:
        nll_per_word: negative log-likelihood in nats per word; the end of a sentence is a word.
        sentences: how many were scored.
        unknown: sentences left out because a word of theirs is not in the vocabulary.
    """

    nll_per_word: float
    sentences: int
    unknown: int

    @property
    def perplexity(self) -> float:
        """The exponential of the nats per word."""
        return float(np.exp(self.nll_per_word))


class LanguageModel:
    """P(next word | words before) by an LSTM.

    Args:
        words: the vocabulary, without repetition. For a reverse score give it the words of the
            real text: a sentence with another word has probability 0.
        max_words: the longest sentence that it learns from and writes; a sample that has not ended
            by then is cut there. Longer sentences can still be scored.
        settings: sizes and training.
        vectors: (word + 1, dim) first values of the word vectors, such as a lexicon's points;
            default random.
        seed: of the first weights.
    """

    def __init__(
        self,
        words: Iterable[str],
        max_words: int,
        settings: LanguageModelSettings | None = None,
        vectors: np.ndarray | None = None,
        seed: int = 1,
    ) -> None:
        self.words, self.max_words = tuple(words), max_words
        self.settings = s = settings or LanguageModelSettings()
        self._rows = {word: row for row, word in enumerate(self.words)}
        self._end = len(self.words)
        seeds = np.random.default_rng(seed)

        def seeded(initializer: Any) -> Any:
            return initializer(seed=int(seeds.integers(2**31)))

        self._embedding = layers.Embedding(self._end + 1, s.dim, seeded(initializers.RandomUniform))
        self._cells = [
            layers.LSTMCell(
                s.width,
                kernel_initializer=seeded(initializers.GlorotUniform),
                recurrent_initializer=seeded(initializers.Orthogonal),
            )
            for _ in range(s.layers)
        ]
        self._output = layers.Dense(
            self._end + 1, kernel_initializer=seeded(initializers.GlorotUniform)
        )
        self._embedding.build((None,))
        for index, cell in enumerate(self._cells):
            cell.build((None, s.width if index else s.dim))
        self._output.build((None, s.width))
        parts = [self._embedding, *self._cells, self._output]
        self.variables: list[Any] = [w for part in parts for w in part.trainable_weights]
        if vectors is not None:
            self._embedding.embeddings.assign(vectors)
        self._score_batch = compile_step(
            lambda ids: -ops.sum(self.surprise(ids)[0], axis=1), self.variables
        )
        self._next_words = compile_step(self._draw_next_words, self.variables)

    def log_probability(self, sentences: Sequence[Sentence]) -> np.ndarray:
        """Return log P of each sentence, its end included, in nats: (sentence,) float64.

        A sentence with a word outside the vocabulary has -inf.
        """
        result = np.full(len(sentences), -np.inf)
        known = np.array([self.knows(words) for words in sentences], dtype=bool)
        if not known.any():
            return result
        texts = [words for words, is_known in zip(sentences, known, strict=True) if is_known]
        longest = max(map(len, texts)) + 1
        length = -(-longest // LENGTH_STEP) * LENGTH_STEP
        size = self.settings.batch_size
        pieces = []
        for start in range(0, len(texts), size):
            piece = texts[start : start + size]
            ids = self.encode(piece + [()] * (size - len(piece)), length)
            pieces.append(np.asarray(self._score_batch(ops.convert_to_tensor(ids)))[: len(piece)])
        result[known] = np.concatenate(pieces)
        return result

    def score(self, sentences: Sequence[Sentence]) -> LanguageScore:
        """Score sentences; those with an unknown word are left out and counted.

        Raises:
            UserError: no sentence is left.
        """
        known = [words for words in sentences if self.knows(words)]
        if not known:
            raise UserError(
                f"all {len(sentences)} sentences have a word that the language model does not "
                "know: give it more text to learn from"
            )
        total = float(self.log_probability(known).sum())
        counted = sum(len(words) + 1 for words in known)
        return LanguageScore(-total / counted, len(known), len(sentences) - len(known))

    def sample(
        self, n: int, seed: int, temperature: float = 1.0, batch_size: int = 512
    ) -> list[Sentence]:
        """Write `n` sentences word by word: a pure function of its arguments and the weights.

        Args:
            n: sentences; a smaller `n` gives a prefix.
            seed: of the draws.
            temperature: divides the logits: below 1 likelier and less diverse, above 1 the reverse.
            batch_size: sentences that are written side by side.

        Raises:
            UserError: the temperature is out of range.
        """
        check_temperature(temperature)
        sentences: list[Sentence] = []
        for batch in range(-(-n // batch_size)):
            rng = np.random.Generator(np.random.SFC64([seed, batch]))
            draws = rng.random((self.max_words, batch_size), dtype=np.float32)
            sentences += self._decode(self._write(draws, temperature))
        return sentences[:n]

    def save(self, folder: Path) -> None:
        """Write settings, words and weights to `folder`, the weights last; nothing is pickled."""
        settings = {"max_words": self.max_words, "settings": asdict(self.settings)}
        write_text(folder / "settings.json", json.dumps(settings, indent=2) + "\n")
        write_text(folder / "words.txt", "".join(word + "\n" for word in self.words))
        save_arrays(folder / "language_model.npz", self.variables)

    @classmethod
    def load(cls, folder: Path) -> "LanguageModel":
        """Load what `save` wrote.

        Raises:
            UserError: there is none, it is damaged, or of another version of textgan.
        """
        weights = folder / "language_model.npz"
        with reading_model(weights, "language", "textgan language-model"):
            stored = json.loads((folder / "settings.json").read_text(encoding="utf-8"))
            words = (folder / "words.txt").read_text(encoding="utf-8").split("\n")[:-1]
            model = cls(words, stored["max_words"], LanguageModelSettings(**stored["settings"]))
            load_weights(weights, model.variables)
            return model

    def knows(self, words: Sentence) -> bool:
        """Whether all words of a sentence are in the vocabulary."""
        return self._rows.keys() >= set(words)

    def encode(self, sentences: Sequence[Sentence], length: int) -> np.ndarray:
        """Return rows (sentence, length) int32; everything after a sentence is the end."""
        ids = np.full((len(sentences), length), self._end, dtype=np.int32)
        for index, words in enumerate(sentences):
            ids[index, : len(words)] = [self._rows[word] for word in words]
        return ids

    def _decode(self, ids: np.ndarray) -> list[Sentence]:
        """Read rows (sentence, position) up to the end."""
        ended = np.concatenate([ids == self._end, np.ones((len(ids), 1), dtype=bool)], axis=1)
        stops = ended.argmax(axis=1)
        return [
            tuple(self.words[row] for row in sentence[:stop])
            for sentence, stop in zip(ids, stops, strict=True)
        ]

    def _states(self, size: int) -> list[list[Any]]:
        """The state (hidden, cell), each (batch, width), of every layer before the first word."""
        zeros = np.zeros((size, self.settings.width), dtype=np.float32)
        return [[ops.convert_to_tensor(zeros)] * 2 for _ in self._cells]

    def _advance(self, vectors: Any, states: list[Any], keep: Any = None) -> tuple[Any, list[Any]]:
        """Read one more word.

        Args:
            vectors: (batch, dim) of the word.
            states: of every layer.
            keep: (layer, batch, width) dropout's factors, if any.

        Returns:
            The last layer's output (batch, width), and the new states.
        """
        new = []
        for index, (cell, state) in enumerate(zip(self._cells, states, strict=True)):
            vectors, state = cell(vectors, state)
            new.append(state)
            if keep is not None:
                vectors = vectors * keep[index]
        return vectors, new

    def surprise(self, ids: Any, keep_input: Any = None, keep: Any = None) -> tuple[Any, Any]:
        """Return -log P of each word given those before, and which words count.

        The first end counts, those after it do not: they only fill the array.

        Args:
            ids: (batch, position) rows.
            keep_input: (batch, dim) dropout's factors on the word vectors, if any.
            keep: (layer, batch, width) dropout's factors on the layers' outputs, if any.

        Returns:
            Both (batch, position) float32; the first is 0 where the second is.
        """
        begin = ops.full_like(ids[:, :1], self._end)
        before = ops.concatenate([begin, ids[:, :-1]], axis=1)
        counted = ops.concatenate([ops.ones_like(begin), before[:, 1:] != self._end], axis=1)
        vectors = self._embedding(before)
        if keep_input is not None:
            vectors = vectors * keep_input[:, None]
        states, outputs = self._states(ids.shape[0]), []
        # Unrolled: XLA runs the body of a loop on one core of a CPU.
        for position in range(ids.shape[1]):
            output, states = self._advance(vectors[:, position], states, keep)
            outputs.append(output)
        logits = self._output(ops.stack(outputs, axis=1))
        surprise = ops.sparse_categorical_crossentropy(ids, logits, from_logits=True)
        counted = ops.cast(counted, "float32")
        return surprise * counted, counted

    def _draw_next_words(
        self, ids: Any, states: list[Any], draws: Any, temperature: Any
    ) -> tuple[Any, list[Any]]:
        """Draw the word after `ids` (batch,): its cumulative distribution, inverted at `draws`."""
        output, states = self._advance(self._embedding(ids), states)
        logits = self._output(output) / temperature
        reached = ops.cumsum(ops.exp(logits - ops.max(logits, axis=-1, keepdims=True)), axis=-1)
        passed = reached <= draws[:, None] * reached[:, -1:]
        rows = ops.sum(ops.cast(passed, "int32"), axis=-1)
        return ops.minimum(rows, self._end), states  # a draw just below 1 may round up to it

    def _write(self, draws: np.ndarray, temperature: float) -> np.ndarray:
        """Write from uniform draws (position, batch): rows (batch, position), cut where all end."""
        size = draws.shape[1]
        ids = ops.convert_to_tensor(np.full(size, self._end, dtype=np.int32))
        heat = ops.convert_to_tensor(np.float32(temperature))
        states, written = self._states(size), []
        ended = np.zeros(size, dtype=bool)
        for draw in draws:
            ids, states = self._next_words(ids, states, ops.convert_to_tensor(draw), heat)
            written.append(np.asarray(ids))
            ended |= written[-1] == self._end
            if ended.all():
                break
        return np.stack(written, axis=1)
