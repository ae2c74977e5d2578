"""From a corpus to a text GAN that can be trained: load, prepare, build both players."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from itertools import islice
from pathlib import Path
from typing import Any

import numpy as np

from textgan.backend import seed_weights
from textgan.errors import UserError
from textgan.files import write_text
from textgan.gan.run_folder import known_checksum
from textgan.gan.sampling import live_seed
from textgan.gan.step import Game
from textgan.metrics.bleu import BleuReferences, self_bleu
from textgan.runs import RunSubject
from textgan.text.corpus import Corpus, Sentence, as_learned, load_corpus
from textgan.text.domain import TEXT
from textgan.text.grammar import Grammar, oracle_scores
from textgan.text.lexicon import Lexicon
from textgan.text.model import TextModel
from textgan.text.networks import build_discriminator, build_generator, head_weights
from textgan.text.settings import TextSettings
from textgan.text.vectors import keep_known, load_vectors

LIVE_SAMPLES = 1000  # sentences per live score
HELD_OUT = 512  # validation sentences for the win rate, at most


@dataclass(frozen=True)
class TextData:
    """A corpus as arrays.

    Attributes:
        corpus: its sentences.
        lexicon: its words as points.
        rows: (sentence, position) int32, the training sentences that are used.
        held_out: (sentence, position) int32, validation sentences.
        left_out: why training sentences are not used, and how many.
        missing: words without a vector of their own.
    """

    corpus: Corpus
    lexicon: Lexicon
    rows: np.ndarray
    held_out: np.ndarray
    left_out: dict[str, int]
    missing: tuple[str, ...]

    @property
    def checksum(self) -> str:
        """Of the corpus."""
        return self.corpus.checksum


def load_text(settings: TextSettings, checksum: str = "") -> TextData:
    """Load the corpus and its vectors, and turn sentences into rows of the lexicon.

    Args:
        settings: of the run.
        checksum: of the corpus that the run has learned, if it goes on, see `as_learned`.

    Raises:
        UserError: see `load_corpus` and `load_vectors`; or too few sentences are left for a batch.
    """
    corpus = as_learned(load_corpus(settings.corpus), settings.corpus, checksum)
    short = [words for words in corpus.train if len(words) <= settings.max_words]
    if not short:
        raise UserError(
            f"corpus {settings.corpus}: every training sentence has more than {settings.max_words} "
            f"words, the shortest {min(map(len, corpus.train))}: raise --max-words"
        )
    vocabulary = sorted({word for words in short for word in words})
    vectors = load_vectors(settings.vectors, vocabulary, corpus, _say_epoch)
    used, unknown = keep_known(short, vectors)
    if len(used) < settings.game.batch_size:
        raise UserError(
            f"corpus {settings.corpus}: {len(used)} of {len(corpus.train)} training sentences have "
            f"at most {settings.max_words} words, all with a vector; a batch needs "
            f"{settings.game.batch_size}: raise --max-words or lower --batch-size"
        )
    words = sorted(set(vectors.words) & {word for sentence in used for word in sentence})
    row = {word: index for index, word in enumerate(vectors.words)}
    matrix = vectors.matrix[[row[word] for word in words]]
    lexicon = Lexicon.of(words, matrix, settings.whitening, settings.readout)
    left_out = {"longer than max_words": len(corpus.train) - len(short), "no vector": unknown}
    return _as_arrays(corpus, lexicon, settings.max_words, left_out, vectors.missing)


def reopen_text(settings: TextSettings, run: Path) -> TextData:
    """Load what a trained run has learned, its words and their points from its exported model.

    Raises:
        UserError: see `load_corpus` and `TextModel.load`.
    """
    corpus = as_learned(load_corpus(settings.corpus), settings.corpus, known_checksum(run))
    return _as_arrays(corpus, TextModel.load(run).lexicon, settings.max_words)


def _as_arrays(
    corpus: Corpus,
    lexicon: Lexicon,
    length: int,
    left_out: dict[str, int] | None = None,
    missing: tuple[str, ...] = (),
) -> TextData:
    """Turn the sentences that fit into rows of the lexicon."""
    rows = lexicon.encode(list(lexicon.fitting(corpus.train, length)), length)
    held_out = list(islice(lexicon.fitting(corpus.validation, length), HELD_OUT))
    held_out = lexicon.encode(held_out, length)
    return TextData(corpus, lexicon, rows, held_out, left_out or {}, missing)


class TextSubject(RunSubject[TextModel]):
    """What text brings to the loop.

    Attributes:
        real_scores: the live scores of as many training sentences.
    """

    kind = TEXT

    def __init__(self, data: TextData, settings: TextSettings, seed: int) -> None:
        seed_weights(seed)
        self.data, self.lexicon, self.output = data, data.lexicon, settings.output
        length, network = settings.max_words, settings.network
        dim = self.lexicon.points.shape[1]
        self.count = len(data.rows)
        self.noise_size = network.noise_size(length)
        snap = self.lexicon if settings.output == "straight_through" else None
        generator = build_generator(length, dim, network, snap)
        average = build_generator(length, dim, network)
        self.model = TextModel(
            average, self.lexicon, network, data.corpus.tokenization, settings.surest
        )
        discriminator = build_discriminator(length, dim, network)
        self.game = Game(
            generator,
            discriminator,
            average,
            settings.game,
            settings.loop.steps,
            head_weights(length),
        )
        self._noise, _ = self.model.first_inputs(LIVE_SAMPLES, live_seed(seed))
        self._sentences: list[Sentence] = []
        self._references = BleuReferences(data.corpus.validation, max_order=3)
        self._grammar = Grammar.load() if data.corpus.card == "scenes" else None
        real = [s for s in data.corpus.train if len(s) <= length][:LIVE_SAMPLES]
        self.real_scores = self._bleu(real)

    def real(self, rows: np.ndarray) -> np.ndarray:
        """Return training sentences as points (row, position, dim)."""
        return self.lexicon.points[self.data.rows[rows]]

    def shown(self, samples: np.ndarray) -> np.ndarray:
        """Return points as the discriminator is shown them: snapped to words if the output is."""
        if self.output == "straight_through":
            return self.lexicon.points[self.lexicon.nearest(samples)]
        return samples

    def evaluate(self, step: int) -> dict[str, float]:
        """Score live samples, all of them: what matters here is how well the generator writes.

        `score` starts from the share of grammatical sentences for the built-in grammar, from BLEU-3
        against the validation sentences for other corpora. It falls one for one with self-BLEU
        above real text's own. `win_rate_held_out` is left out if no validation sentence fits.
        """
        points = self.model.points(self._noise)
        self._sentences = self.lexicon.decode(points)
        scores = self._bleu(self._sentences)
        quality, similarity = scores["bleu_3"], scores["self_bleu_3"]
        if self._grammar is not None:
            quality = oracle_scores(self._grammar, self._sentences).grammatical
            scores["grammatical"] = quality
        fakes, parts = self.shown(points), {"train": self.data.rows}
        if len(self.data.held_out):
            parts["held_out"] = self.data.held_out
        count = min(len(points), *map(len, parts.values()))
        told = self.condition(np.arange(count))
        for name, rows in parts.items():
            real = self.lexicon.points[rows[:count]]
            scores[f"win_rate_{name}"] = self.game.win_rate(real, fakes[:count], told, seed=step)
        scores["score"] = quality - max(0.0, similarity - self.real_scores["self_bleu_3"])
        return scores

    def _bleu(self, sentences: Sequence[Sentence]) -> dict[str, float]:
        return {
            "bleu_3": self._references.score(sentences).mean()[3],
            "self_bleu_3": self_bleu(sentences, max_order=3).mean()[3],
        }

    def write_samples(self, folder: Path, step: int) -> str:
        """Write the sentences of the fixed noise, one a line; return the first."""
        lines = [" ".join(sentence) for sentence in self._sentences]
        write_text(folder / f"{step:07d}.txt", "".join(line + "\n" for line in lines[:200]))
        return lines[0]

    @property
    def facts(self) -> dict[str, Any]:
        """The corpus, and how many words were learned."""
        return {"checksum": self.data.checksum, "words": len(self.lexicon.words)}

    @property
    def notes(self) -> dict[str, Any]:
        """What is left out, and the live scores of real text."""
        return {
            "training_sentences": len(self.data.rows),
            "left_out": self.data.left_out,
            "words_without_vector": list(self.data.missing),
            "live_real": self.real_scores,
        }

    def introduce(self) -> Iterator[str]:
        """Say what is learned, and what is left out."""
        data = self.data
        yield from data.corpus.notes
        if not len(data.held_out):
            yield (
                f"{data.corpus.name}: no validation sentence is short enough and made of words of "
                "the training sentences; the discriminator's win rate on them is not measured"
            )
        left = ", ".join(f"{count} {why}" for why, count in data.left_out.items() if count)
        yield (
            f"{data.corpus.name}: {len(data.rows)} training sentences"
            + (f" (left out: {left})" if left else "")
            + f", {len(data.lexicon.words)} words of {data.lexicon.points.shape[1]} dimensions"
            + (f", {len(data.missing)} without a vector" if data.missing else "")
        )


def _say_epoch(done: int, total: int) -> None:
    print(f"word vectors: epoch {done} of {total}", flush=True)
