"""From a corpus to a trained text GAN: load, prepare, build both players, hand them to the loop."""

from collections.abc import Sequence
from dataclasses import asdict, dataclass
from itertools import islice
from pathlib import Path
from typing import Any

import keras
import numpy as np

from textgan.backend import seed_weights
from textgan.errors import UserError
from textgan.gan.run_folder import RunFolder, known_checksum, write_text
from textgan.gan.sampling import live_seed
from textgan.gan.step import Game
from textgan.gan.training import Subject, train
from textgan.metrics.bleu import BleuReferences, self_bleu
from textgan.model_card import write_model_card
from textgan.text.corpus import Corpus, Sentence, as_learned, load_corpus
from textgan.text.grammar import Grammar, oracle_scores
from textgan.text.lexicon import Lexicon
from textgan.text.model import TextModel
from textgan.text.networks import build_discriminator, build_generator, head_weights
from textgan.text.settings import TextSettings
from textgan.text.vectors import keep_known, load_vectors

LIVE_SAMPLES = 1000  # sentences per live score


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
    held_out = list(islice(lexicon.fitting(corpus.validation, settings.max_words), 512))
    left_out = {"longer than max_words": len(corpus.train) - len(short), "no vector": unknown}
    return TextData(
        corpus,
        lexicon,
        lexicon.encode(used, settings.max_words),
        lexicon.encode(held_out, settings.max_words),
        left_out,
        vectors.missing,
    )


class TextSubject(Subject):
    """What text brings to the loop.

    Attributes:
        real_scores: the live scores of as many training sentences.
    """

    def __init__(self, data: TextData, settings: TextSettings, seed: int) -> None:
        seed_weights(seed)
        self.data, self.lexicon = data, data.lexicon
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
        parts = {"train": self.data.rows}
        if len(self.data.held_out):
            parts["held_out"] = self.data.held_out
        count = min(len(points), *map(len, parts.values()))
        told = self.condition(np.arange(count))
        for name, rows in parts.items():
            real = self.lexicon.points[rows[:count]]
            scores[f"win_rate_{name}"] = self.game.win_rate(real, points[:count], told, seed=step)
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

    def export(self, folder: Path) -> None:
        """Write the model and its card."""
        self.model.save(folder)
        write_model_card(folder.parent)


def train_text_gan(settings: TextSettings, run_dir: Path, seed: int = 1) -> None:
    """Train a text GAN in `run_dir`, or resume it there.

    Raises:
        UserError: bad input (see `load_text`), a folder that cannot be used, divergence.
    """
    data = load_text(settings, known_checksum(run_dir))
    subject = TextSubject(data, settings, seed)
    config = {
        "kind": "text",
        "seed": seed,
        "backend": keras.backend.backend(),
        "data": {"checksum": data.corpus.checksum, "words": len(data.lexicon.words)},
        **asdict(settings),
    }
    notes: dict[str, Any] = {
        "training_sentences": len(data.rows),
        "left_out": data.left_out,
        "words_without_vector": list(data.missing),
        "generator_parameters": subject.game.generator.count_params(),
        "discriminator_parameters": subject.game.discriminator.count_params(),
        "live_real": subject.real_scores,
    }
    run = RunFolder(run_dir, config, notes)
    _say(data, notes)
    train(subject, run, settings.loop, seed)


def _say_epoch(done: int, total: int) -> None:
    print(f"word vectors: epoch {done} of {total}", flush=True)


def _say(data: TextData, notes: dict[str, Any]) -> None:
    for note in data.corpus.notes:
        print(note)
    if not len(data.held_out):
        print(
            f"{data.corpus.name}: no validation sentence is short enough and made of words of the "
            "training sentences; the discriminator's win rate on them is not measured"
        )
    left = ", ".join(f"{count} {why}" for why, count in data.left_out.items() if count)
    print(
        f"{data.corpus.name}: {len(data.rows)} training sentences"
        + (f" (left out: {left})" if left else "")
        + f", {len(data.lexicon.words)} words of {data.lexicon.points.shape[1]} dimensions"
        + (f", {len(data.missing)} without a vector" if data.missing else "")
    )
    print(
        f"generator {notes['generator_parameters']:,} parameters, "
        f"discriminator {notes['discriminator_parameters']:,}"
    )
