"""From a corpus to a text GAN that can be trained: load, prepare, build both players."""

from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, replace
from functools import cached_property
from itertools import chain, islice
from pathlib import Path
from typing import Any

import numpy as np
from keras import ops

from textgan.backend import seed_weights
from textgan.errors import UserError
from textgan.files import write_text
from textgan.gan.ensemble import Ensemble
from textgan.gan.run_folder import RunFolder, known_setting
from textgan.gan.sampling import live_seed
from textgan.gan.step import Game
from textgan.metrics.evaluation import real_choice
from textgan.metrics.sentence_encoder import SentenceEncoder
from textgan.runs import RunSubject
from textgan.text.cloze import ClozeTraining, build_cloze, log_shares
from textgan.text.corpus import Corpus, Sentence, as_learned, load_background, load_corpus
from textgan.text.domain import TEXT
from textgan.text.grammar import Grammar
from textgan.text.layers import NearestWord
from textgan.text.lexicon import Lexicon
from textgan.text.live import LiveScores
from textgan.text.model import TextModel
from textgan.text.neighbours import write_neighbours
from textgan.text.networks import (
    bare_points,
    build_discriminator,
    build_generator,
    head_weights,
)
from textgan.text.numbered import GatheredRows, Numbered
from textgan.text.settings import TextSettings
from textgan.text.vectors import WordVectors, drawn_vectors, load_vectors

VALIDATION = 512  # sentences for the win rate, at most
LIVE_TRAINING, LIVE_VALIDATION = 20_000, 5_000  # sentences for the live scores, at most


@dataclass(frozen=True)
class TextData:
    """A corpus as arrays.

    Attributes:
        corpus: its sentences.
        lexicon: its words as points.
        learned: the training sentences that are used.
        rows: (sentence, position) int32, the same; of a large corpus gathered from the disk.
        validation: (sentence, position) int32, validation sentences.
        left_out: why training sentences are not used, and how many.
        missing: words without a vector of their own.
    """

    corpus: Corpus
    lexicon: Lexicon
    learned: Numbered
    rows: np.ndarray | GatheredRows
    validation: np.ndarray
    left_out: dict[str, int]
    missing: tuple[str, ...]

    @cached_property
    def background(self) -> dict[str, Sequence[Sentence]]:
        """More text of the same kind, by its card: that of the corpus which is at hand."""
        return load_background(self.corpus.background)

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
    return _prepare(
        settings,
        checksum,
        lambda words, corpus: load_vectors(settings.vectors, words, corpus, _say_epoch),
    )


def preview_text(settings: TextSettings, checksum: str = "") -> TextData:
    """Do as `load_text`, with drawn vectors where they may have to be trained or fetched.

    Raises:
        UserError: see `load_text`.
    """
    return _prepare(settings, checksum, lambda words, _: drawn_vectors(settings.vectors, words))


def _prepare(
    settings: TextSettings, checksum: str, find: Callable[[list[str], Corpus], WordVectors]
) -> TextData:
    corpus = as_learned(load_corpus(settings.corpus), checksum)
    training = Numbered.of(corpus.train)
    short = training.where(training.lengths <= settings.max_words)
    if not len(short):
        raise UserError(
            f"corpus {settings.corpus}: every training sentence has more than {settings.max_words} "
            f"words, the shortest {training.lengths.min()}: raise --max-words"
        )
    vectors = find(short.vocabulary(), corpus)
    used = short.where(short.known(vectors.words))
    if len(used) < settings.game.batch_size:
        raise UserError(
            f"corpus {settings.corpus}: {len(used)} of {len(corpus.train)} training sentences have "
            f"at most {settings.max_words} words, all with a vector; a batch needs "
            f"{settings.game.batch_size}: raise --max-words or lower --batch-size"
        )
    words = used.vocabulary()
    row = {word: index for index, word in enumerate(vectors.words)}
    matrix = vectors.matrix[[row[word] for word in words]]
    lexicon = Lexicon.of(words, matrix, settings.whitening, settings.decoding_whitening)
    left_out = {
        "longer than max_words": len(training) - len(short),
        "no vector": len(short) - len(used),
    }
    return _as_arrays(corpus, lexicon, settings.max_words, left_out, vectors.missing)


def reopen_text(settings: TextSettings, run: Path) -> TextData:
    """Load what a trained run has learned, its words and their points from its exported model.

    Raises:
        UserError: see `load_corpus` and `TextModel.load`.
    """
    corpus = as_learned(load_corpus(settings.corpus), known_setting(run, "data.checksum"))
    return _as_arrays(corpus, TextModel.load(run).lexicon, settings.max_words)


def _as_arrays(
    corpus: Corpus,
    lexicon: Lexicon,
    length: int,
    left_out: dict[str, int] | None = None,
    missing: tuple[str, ...] = (),
) -> TextData:
    """Turn the sentences that fit into rows of the lexicon."""
    learned = lexicon.select(corpus.train, length)
    rows = lexicon.rows(learned, length)
    validation = list(islice(lexicon.fitting(corpus.validation, length), VALIDATION))
    return TextData(
        corpus,
        lexicon,
        learned,
        rows if learned.stored else np.asarray(rows),
        lexicon.encode(validation, length),
        left_out or {},
        missing,
    )


class TextSubject(RunSubject[TextModel]):
    """What text brings to the loop."""

    kind = TEXT

    def __init__(self, data: TextData, settings: TextSettings, seed: int) -> None:
        seed_weights(seed)
        self.data, self.lexicon = data, data.lexicon
        self._settings, self._seed = settings, seed
        length, network = settings.max_words, settings.network
        dim = self.lexicon.points.shape[1]
        self.count = len(data.rows)
        self.noise_size = network.noise_size(length)
        log_share = log_shares(np.asarray(data.rows), len(self.lexicon.points))
        snaps = [
            NearestWord(self.lexicon, log_share, network.shares, name="nearest_word")
            if settings.output == "straight_through"
            else None
            for _ in range(2 * settings.ensemble)
        ]
        generators = [build_generator(length, dim, network, snap) for snap in snaps]
        playing, emas, self._snaps = generators[::2], generators[1::2], snaps[1::2]
        self.model = TextModel(
            list(map(bare_points, emas)),
            [self.lexicon] * settings.ensemble,
            network,
            data.corpus.tokenization,
            settings.keep_fraction,
        )
        features = None
        if settings.features == "cloze":
            features = build_cloze(length, self.lexicon, log_share, settings.cloze)
        games = [
            Game(
                generator,
                build_discriminator(length, dim, network, features),
                ema,
                settings.game,
                settings.loop.steps,
                head_weights(length, network),
                features,
                own_statistics=network.shares == "batch",
            )
            for generator, ema in zip(playing, emas, strict=True)
        ]
        self.game = games[0] if len(games) == 1 else Ensemble(games)
        self._sentences: list[Sentence] = []

    @cached_property
    def _live(self) -> LiveScores:
        """The live scores; a run that is only looked into needs none."""
        data = self.data
        return LiveScores(
            real_choice(data.learned, LIVE_TRAINING),
            real_choice(data.corpus.validation, LIVE_VALIDATION),
            list(chain.from_iterable(data.background.values())),
            SentenceEncoder(data.lexicon.words, data.lexicon.points[:-1]),
            Grammar.load() if data.corpus.card == "scenes" else None,
        )

    @cached_property
    def _noise(self) -> np.ndarray:
        return self.model.first_inputs(self._live.count, live_seed(self._seed))[0]

    def real(self, rows: np.ndarray) -> np.ndarray:
        """Return training sentences as points (row, position, dim)."""
        return self.lexicon.points[self.data.rows[rows]]

    def prepare(self, folder: Path) -> None:
        """Train the cloze network, if there is one, on the training text and its background."""
        features = self.game.games[0].features
        if features is None:
            return
        length = self._settings.max_words
        lexicon, texts = self.lexicon, self.data.background.values()
        more = [lexicon.rows(lexicon.select(text, length), length) for text in texts]
        training = ClozeTraining(
            features,
            self.lexicon,
            np.concatenate([self.data.rows, *more]),
            self.data.validation,
            self._settings.cloze,
            self._seed,
        )
        training.run(folder / RunFolder.CLOZE)

    def shown(self, samples: np.ndarray, number: int = 0) -> np.ndarray:
        """Return points (row, position, dim) as they are judged: moved to words if the output is.

        Args:
            samples: the points.
            number: of the generator that wrote them, in an ensemble.
        """
        snap = self._snaps[number]
        if snap is None:
            return samples
        return ops.convert_to_numpy(snap(ops.convert_to_tensor(samples)))

    def evaluate(self, step: int) -> dict[str, float]:
        """Score live samples, all of them, see `LiveScores`.

        `win_rate_unseen`, that of validation sentences, is left out if no validation sentence fits.
        """
        # Words are read with the biases that have been learned so far.
        self.model.lexicons = [
            lexicon if snap is None else replace(lexicon, bias=ops.convert_to_numpy(snap.bias))
            for lexicon, snap in zip(self.model.lexicons, self._snaps, strict=True)
        ]
        self.lexicon = self.model.lexicon
        points, words = self.model.write(self._noise)
        self._sentences = self.lexicon.read(words)
        return self._live(self._sentences) | self._win_rates(points, step)

    def _win_rates(self, points: np.ndarray, step: int) -> dict[str, float]:
        """Return the mean over the games of their discriminators' win rates."""
        games = len(self._snaps)
        parts = {"train": self.data.rows}
        if len(self.data.validation):
            parts["unseen"] = self.data.validation
        count = min(len(points) // games, *map(len, parts.values()))
        fakes = [self.shown(points[n::games][:count], n) for n in range(games)]
        condition = self.condition(np.arange(count))
        rates = {}
        for name, rows in parts.items():
            real = self.lexicon.points[rows[:count]]
            each = self.game.win_rates(real, fakes, condition, seed=step)
            rates[f"win_rate_{name}"] = float(np.mean(each))
        return rates

    def write_samples(self, folder: Path, step: int) -> str:
        """Write the sentences of the fixed noise, one a line; return the first."""
        lines = [" ".join(sentence) for sentence in self._sentences]
        write_text(folder / f"{step:07d}.txt", "".join(line + "\n" for line in lines[:200]))
        return lines[0]

    def finish(self, samples: Path) -> None:
        """Set the samples beside the training text, so that a report can tell copies."""
        write_neighbours(samples.parent, self.data.corpus)

    @property
    def facts(self) -> dict[str, Any]:
        """The corpus, how many words were learned, and which background text was at hand."""
        background = {"background": list(self.data.background)} if self.data.background else {}
        return {"checksum": self.data.checksum, "words": len(self.lexicon.words)} | background

    @property
    def notes(self) -> dict[str, Any]:
        """What is left out, and the live scores of real text."""
        return {
            "training_sentences": len(self.data.rows),
            "left_out": self.data.left_out,
            "words_without_vector": list(self.data.missing),
            "live_real": self._live.real,
        }

    def introduce(self) -> Iterator[str]:
        """Say what is learned, and what is left out."""
        data = self.data
        yield from data.corpus.notes
        if not len(data.validation):
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
