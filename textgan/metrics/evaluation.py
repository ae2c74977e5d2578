"""Every score of a set of sentences, beside the same scores of real text.

A score means little without those two limits: real text marks the value to match, and a sample
that beats real text on BLEU has lost its variety. Real text is the training text where it is
given, cut to the number of samples because self-BLEU and distinct-n depend on it. Otherwise it is
the references, each against all the others (chrF and lengths: one half against the other). That
is too high a mark where they tell of the same things more than once: COCO's test captions reach
BLEU-2 .906 in this way, the training captions .740. For copying from the training text, real text
is always the references, which nobody copied.
"""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace
from math import inf
from typing import TypeVar

import numpy as np

from textgan.errors import UserError
from textgan.metrics.bootstrap import mean_interval
from textgan.metrics.distribution import distribution_scores
from textgan.metrics.diversity import distinct_ngrams, length_distance, unique_share
from textgan.metrics.memorization import (
    copied_sentences,
    longest_copies,
    nearest_sentences,
    novel_ngrams,
)
from textgan.metrics.ngrams import Sentences, sentence_lengths
from textgan.metrics.protocols import (
    Form,
    ProtocolName,
    held_out_bleu,
    protocol_bleu,
    protocol_self_bleu,
)
from textgan.metrics.result import Score, sign
from textgan.metrics.sacre import chrf, corpus_bleu, held_out_corpus_bleu

T = TypeVar("T")

SEED = 0  # of the choice of real sentences
# The table's parts: title and the scores in it, by the beginning of their names.
TABLE: dict[str, tuple[str, ...]] = {
    "BLEU": ("bleu.",),
    "self-BLEU": ("self_bleu.",),
    "sacrebleu (0..100), lengths in words": ("corpus_bleu", "chrf", "mean_length", "length_dist"),
    "distance to the references": ("frechet", "precision", "recall", "density", "coverage"),
    "distance to one half of the training text (real: the other half)": ("training.",),
    "n-grams of real text: nats per word, shares that occur in it": ("ngram.",),
    "language models, nats per word": ("lm.", "reverse_lm."),
    "under the grammar; nats per word": ("oracle.",),
    "variety": ("distinct.", "unique", "empty"),
    "copying: share of sentences, longest run in words, nearest sentence": (
        "copied",
        "longest_copy",
        "nearest",
    ),
    "new n-grams": ("novel.",),
}


@dataclass(frozen=True)
class Evaluation:
    """Scores of samples and, under the same names, of real text."""

    samples: dict[str, Score]
    real: dict[str, Score]
    real_text: str  # what stands for real text, in words

    def with_scores(self, samples: Iterable[Score], real: Iterable[Score]) -> "Evaluation":
        """The evaluation and further scores: those of the samples, and the same of real text."""
        return replace(
            self, samples=self.samples | _by_name(samples), real=self.real | _by_name(real)
        )

    def as_json(self) -> dict[str, dict]:
        """Scores by name, each with its real-text counterpart under `real`."""
        return {
            name: score.as_json() | {"real": self.real[name].as_json()}
            for name, score in self.samples.items()
        }


def evaluate_text(
    samples: Sentences,
    references: Sentences,
    training: Sentences | None,
    protocol: ProtocolName,
    form: Form,
) -> Evaluation:
    """Score samples against references and, where it is given, the training text.

    Args:
        samples: generated sentences; an empty one counts and scores 0.
        references: real sentences that no model has seen.
        training: real sentences that the model learned from.
        protocol: how BLEU and self-BLEU are measured.
        form: how the sentences were made, for the signatures: {"tok": "nltk", "case": "cased"},
            and {"samples": "whitespace"} if the samples were tokenised in another way.

    Raises:
        UserError: no sample, a real text of one line, fewer samples than self-BLEU needs.
    """
    for title, text in {"references": references, "training text": training}.items():
        if text is not None and len(text) < 2:
            raise UserError(f"the {title} must have at least two lines, to show what is real")
    real = real_choice(references if training is None else training, len(samples))
    half = len(references) // 2
    real_form = {key: value for key, value in form.items() if key != "samples"}
    sample_scores = [
        *protocol_bleu(samples, references, protocol, form),
        *protocol_self_bleu(samples, protocol, form),
        corpus_bleu(samples, references),
        *_comparison(samples, references, form),
        *_variety(samples, form),
    ]
    if training is None:
        real_text = (
            f"{len(references)} references, against each other: too high a mark where they tell of "
            "the same things, as COCO's do; give the training text for a true one"
        )
        real_scores = [
            *held_out_bleu(references, protocol, real_form),
            held_out_corpus_bleu(references),
            *_comparison(references[half:], references[:half], real_form),
        ]
    else:
        real_text = f"{len(real)} training sentences; for copying, {len(references)} references"
        real_scores = [
            *protocol_bleu(real, references, protocol, real_form),
            corpus_bleu(real, references),
            *_comparison(real, references, real_form),
            *_copying(references, training, real_form),
        ]
        sample_scores += _copying(samples, training, form)
    real_scores += [*protocol_self_bleu(real, protocol, real_form), *_variety(real, real_form)]
    return Evaluation(_by_name(sample_scores), _by_name(real_scores), real_text)


def compare_features(
    samples: np.ndarray, references: np.ndarray, training: np.ndarray | None, **fields: object
) -> tuple[list[Score], list[Score]]:
    """Score any encoder's features of the sentences, and those of real text, for `with_scores`.

    Against the references real text is as many training sentences. That is no floor where the two
    are of different kinds: COCO's training captions are 122 from its test captions, and one half of
    either is 7 from the other. So the samples are also scored against one half of the training
    text (`training.frechet`, ...), beside the other half of it. Without a training text that is
    done with the references. Against a half, no more samples count than there are real sentences.

    Args:
        samples: (sample, dim).
        references: (reference, dim).
        training: (training sentence, dim), if there is a training text.
        fields: which encoder, for the signatures.

    Raises:
        UserError: see `distribution_scores`.
    """
    if training is None:
        return _against_half(samples, references, fields)
    real = training[chosen_rows(len(training), len(samples))]
    against_half = _against_half(samples, training, fields)
    found, known = (
        [replace(score, name=f"training.{score.name}") for score in scores]
        for scores in against_half
    )
    return (
        [*distribution_scores(samples, references, **fields), *found],
        [*distribution_scores(real, references, **fields), *known],
    )


def real_choice(sentences: Sequence[T], count: int) -> list[T]:
    """So many of the sentences, or all if there are fewer: always the same choice, in order."""
    return [sentences[number] for number in chosen_rows(len(sentences), count)]


def chosen_rows(total: int, count: int) -> np.ndarray:
    """The numbers of so many of `total` rows, or of all: always the same choice, in order."""
    if total <= count:
        return np.arange(total)
    return np.sort(np.random.default_rng(SEED).choice(total, count, replace=False))


def render(evaluation: Evaluation) -> str:
    """Lay the scores out as text: in each part a row of the samples and one of real text."""
    parts = [f"real: {evaluation.real_text}"]
    for title, beginnings in TABLE.items():
        names = [name for name in evaluation.samples if name.startswith(beginnings)]
        if names:
            rows = {"": names} | {
                label: [_cell(scores[name]) for name in names]
                for label, scores in (("samples", evaluation.samples), ("real", evaluation.real))
            }
            lines = [
                f"{label:8}" + "".join(f"{cell:>22}" for cell in row) for label, row in rows.items()
            ]
            parts.append("\n".join([title, *lines]))
    return "\n\n".join([*parts, f"bleu.2 = {evaluation.samples['bleu.2'].signature}"])


def bleu_head(dial: str) -> str:
    """The first line of a table of BLEU-2..5 and self-BLEU-2..5 along a dial."""
    names = ("BLEU-2", "3", "4", "5", "self-2", "3", "4", "5")
    return f"{dial:<12}" + " ".join(f"{name:>6}" for name in names)


def bleu_row(place: str, scores: Iterable[Score]) -> str:
    """A line of that table."""
    return f"{place:<12}" + " ".join(f"{score.value:6.3f}" for score in scores)


def _against_half(
    samples: np.ndarray, real: np.ndarray, fields: dict[str, object]
) -> tuple[list[Score], list[Score]]:
    """Score samples against a random half of real text, and the other half against the same."""
    rows = np.random.default_rng(SEED).permutation(len(real))
    half, other = real[rows[: len(real) // 2]], real[rows[len(real) // 2 :]]
    return (
        distribution_scores(samples[: len(other)], half, **fields),
        distribution_scores(other, half, **fields),
    )


def _comparison(samples: Sentences, references: Sentences, form: Form) -> list[Score]:
    distance = length_distance(samples, references)
    signature = sign(hyps=len(samples), refs=len(references), **form)
    return [
        chrf(samples, references),
        Score("length_distance", distance, "minimize", 0, inf, signature),
    ]


def _variety(samples: Sentences, form: Form) -> list[Score]:
    lengths = sentence_lengths(samples)
    signature = sign(hyps=len(samples), **form)
    return [
        _mean("mean_length", lengths, inf, signature),
        *(
            Score(f"distinct.{n}", share, "match", 0, 1, sign(n=n, hyps=len(samples), **form))
            for n, share in distinct_ngrams(samples).items()
        ),
        Score("unique", unique_share(samples), "match", 0, 1, signature),
        _mean("empty", lengths == 0, 1, signature),
    ]


def _copying(samples: Sentences, training: Sentences, form: Form) -> list[Score]:
    sizes = {"hyps": len(samples), "training": len(training)}
    signature = sign(**sizes, **form)
    similarity = nearest_sentences(samples, training).similarity
    return [
        _mean("copied", copied_sentences(samples, training), 1, signature),
        _mean("longest_copy", longest_copies(samples, training), inf, signature),
        _mean("nearest", similarity, 1, sign(similarity="bigram-dice", **sizes, **form)),
        *(
            Score(f"novel.{n}", share, "match", 0, 1, sign(n=n, **sizes, **form))
            for n, share in novel_ngrams(samples, training).items()
        ),
    ]


def _mean(name: str, values: np.ndarray, maximum: float, signature: str) -> Score:
    low, high = mean_interval(values[:, None])[:, 0]
    interval = float(low), float(high)
    return Score(name, float(values.mean()), "match", 0, maximum, signature, interval)


def _by_name(scores: Iterable[Score]) -> dict[str, Score]:
    return {score.name: score for score in scores}


def _cell(score: Score) -> str:
    digits = 3 if score.value < 10 else 2 if score.value < 100 else 1
    value = f"{score.value:.{digits}f}"
    if score.interval is None:
        return value
    low, high = score.interval
    return f"{value} [{low:.{digits}f} {high:.{digits}f}]"
