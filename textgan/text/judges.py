"""Models that score sentences: the grammar of their language, n-grams, and language models."""

import hashlib
from collections.abc import Callable, Sequence
from itertools import chain
from math import inf
from pathlib import Path

import numpy as np

from textgan.errors import UserError
from textgan.gan.run_folder import RunFolder
from textgan.metrics import likelihood as metrics
from textgan.metrics.bootstrap import mean_score, ratio_score
from textgan.metrics.metric import Score, sign
from textgan.metrics.ngram_model import NgramModel
from textgan.text.corpus import Sentence, load_background
from textgan.text.grammar import Grammar
from textgan.text.language_model_settings import LanguageModelSettings

Judge = Callable[[Sequence[Sentence]], list[Score]]

VALIDATION_EVERY = 20  # a reverse language model keeps back one sentence of so many
# Half of the usual training compares texts as well: on captions the second half of it takes
# perplexity from 24.2 to 23.1.
REVERSE = LanguageModelSettings(steps=2000)


def grammar_judge(grammar: Grammar) -> Judge:
    """Judge by the grammar: `oracle.grammatical`, and `oracle.nll` of the grammatical sentences.

    The latter is in nats per word, the end of a sentence not counted; NaN if none is grammatical.
    """

    def judge(sentences: Sequence[Sentence]) -> list[Score]:
        log_p = np.array([grammar.log_probability(words) for words in sentences])
        lengths = np.array([len(words) for words in sentences])
        grammatical = log_p > -inf
        signature = sign(hyps=len(sentences))
        return [
            mean_score(metrics.GRAMMATICAL, grammatical, signature),
            ratio_score(metrics.ORACLE_NLL, -log_p[grammatical], lengths[grammatical], signature),
        ]

    return judge


def ngram_judge(
    training: Sequence[Sentence],
    background: Sequence[str] = (),
    say: Callable[[str], None] = lambda line: None,
) -> Judge:
    """Judge by the n-grams of real text, from which no network of a game has learned.

    * `ngram.nll`: nats per word under a Kneser-Ney model (see `textgan.metrics.ngram_model`), the
      end of a sentence counted as a word. Far above real text's: the words do not fit together.
      Below it: safe or copied sentences.
    * `ngram.attested`: share of 4-grams, sentence edges included, that occur in the real text.
    * `ngram.sentences`: share of sentences all of whose trigrams occur in it.
    * `ngram.unknown`: share of words that do not occur in it.

    Args:
        training: real sentences.
        background: cards of more real text of the same kind.
        say: is called with a line on which of them cannot be had; the signature says which
            were read.
    """
    texts = load_background(background, say)
    model = NgramModel.of([*training, *chain.from_iterable(texts.values())])

    def judge(sentences: Sequence[Sentence]) -> list[Score]:
        found = model.judge(sentences)
        signature = sign(
            hyps=len(sentences), order=4, training=len(training), background="+".join(texts) or "-"
        )
        whole = found.attested[:, 2] == found.ngrams[:, 2]
        return [
            ratio_score(metrics.NGRAM_NLL, -found.log_p, found.words, signature),
            ratio_score(
                metrics.NGRAM_ATTESTED, found.attested[:, 3], found.ngrams[:, 3], signature
            ),
            mean_score(metrics.NGRAM_SENTENCES, whole, signature),
            ratio_score(metrics.NGRAM_UNKNOWN, found.unknown, found.words, signature),
        ]

    return judge


def language_model_judge(run: Path) -> Judge:
    """Judge by a trained language model: `lm.nll`, and `lm.unknown`, the share it cannot score.

    The former is in nats per word, the end of a sentence counted as one, over the sentences all of
    whose words the model knows; NaN if there is none. Low is not good: a model that writes safe
    sentences only falls below real text.

    Raises:
        UserError: `run` is no run of a language model, or damaged.
    """
    from textgan.text.language_model import LanguageModel

    model = LanguageModel.load(run / RunFolder.MODEL)
    weights = (run / RunFolder.MODEL / "language_model.npz").read_bytes()
    digest = hashlib.sha256(weights).hexdigest()[:8]

    def judge(sentences: Sequence[Sentence]) -> list[Score]:
        log_p = model.log_probability(sentences)
        words = np.array([len(sentence) + 1 for sentence in sentences])
        known = log_p > -inf
        signature = sign(hyps=len(sentences), lm=digest)
        return [
            ratio_score(metrics.LM_NLL, -log_p[known], words[known], signature),
            mean_score(metrics.LM_UNKNOWN, ~known, signature),
        ]

    return judge


def reverse_judge(
    references: Sequence[Sentence],
    real: Sequence[Sentence],
    settings: LanguageModelSettings = REVERSE,
    seed: int = 1,
    say: Callable[[str], None] = lambda line: None,
) -> Judge:
    """Judge sentences by what a language model learns from them: `reverse_lm.nll`.

    That is its surprise at the references, in nats per word, the end of a sentence counted as one.
    It punishes both nonsense and missing variety. The model knows the words of all texts, and
    learns from the sentences that are not longer than the longest reference.

    Args:
        references: what the model has to predict.
        real: other real sentences, for the vocabulary.
        settings: of the model and its training.
        seed: of its first weights and its training.
        say: called with a line about each evaluation of the validation sentences.

    Raises:
        UserError: (when judging) fewer than two sentences are short enough to learn from.
    """
    from textgan.text.language_model import LanguageModel
    from textgan.text.language_model_training import fit_language_model

    longest = max(map(len, references))
    counted = np.array([len(sentence) + 1 for sentence in references])

    def judge(sentences: Sequence[Sentence]) -> list[Score]:
        texts = (sentences, references, real)
        words = sorted({word for text in texts for sentence in text for word in sentence})
        short = [sentence for sentence in sentences if len(sentence) <= longest]
        if len(short) < 2:
            raise UserError(
                f"the reverse language model needs at least two sentences of at most {longest} "
                f"words, the longest reference; there are {len(short)}"
            )
        model = LanguageModel(words, longest, settings, seed=seed)
        learned = [words for number, words in enumerate(short) if number % VALIDATION_EVERY]
        fit_language_model(
            model,
            learned,
            short[::VALIDATION_EVERY],
            seed,
            report=lambda look: say(f"reverse language model: {look} of {settings.steps}"),
        )
        nll = -model.log_probability(references)
        signature = sign(
            trained=len(sentences),
            refs=len(references),
            words=len(words),
            steps=settings.steps,
            seed=seed,
        )
        return [ratio_score(metrics.REVERSE_NLL, nll, counted, signature)]

    return judge
