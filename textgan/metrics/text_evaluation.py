"""Every score of a set of sentences, beside the same scores of real text.

A score means little without those two limits: real text marks the value to match, and a sample
that beats real text on BLEU has lost its variety. Real text is the training text where it is
given, cut to the number of samples because self-BLEU and distinct-n depend on it. Otherwise it is
the references, each against all the others (chrF and lengths: one half against the other). That
is too high a mark where they tell of the same things more than once: COCO's test captions reach
BLEU-2 .906 in this way, the training captions .740. For copying from the training text, real text
is always the references, which nobody copied.
"""

from collections.abc import Callable, Iterable
from dataclasses import replace

import numpy as np

from textgan.errors import UserError
from textgan.metrics.distribution import (
    COVERAGE,
    DENSITY,
    FRECHET,
    PRECISION,
    RECALL,
    distribution_scores,
)
from textgan.metrics.diversity import length_scores, variety_scores
from textgan.metrics.evaluation import SEED, Evaluation, by_name, chosen_rows, real_choice
from textgan.metrics.memorization import memorization_scores
from textgan.metrics.metric import Part, Score
from textgan.metrics.ngrams import Sentences
from textgan.metrics.protocols import (
    Form,
    ProtocolName,
    leave_one_out_bleu,
    protocol_bleu,
    protocol_self_bleu,
)
from textgan.metrics.sacre import chrf, corpus_bleu, leave_one_out_corpus_bleu

# What is measured of sentences by themselves, against the references, against the training text.
ALONE: tuple[Callable[[Sentences, Form], list[Score]], ...] = (variety_scores,)
AGAINST_REFERENCES: tuple[Callable[[Sentences, Sentences, Form], list[Score]], ...] = (
    lambda samples, references, form: [chrf(samples, references)],
    length_scores,
)
AGAINST_TRAINING: tuple[Callable[[Sentences, Sentences, Form], list[Score]], ...] = (
    memorization_scores,
)
TO_TRAINING = {
    metric.name: replace(
        metric,
        name=f"training.{metric.name}",
        title=f"to half the training text: {metric.title}",
        part=Part.TRAINING,
        headline=False,
    )
    for metric in (FRECHET, PRECISION, RECALL, DENSITY, COVERAGE)
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
        *_against(AGAINST_REFERENCES, samples, references, form),
        *_alone(samples, form),
    ]
    if training is None:
        real_text = (
            f"{len(references)} references, against each other: too high a mark where they tell of "
            "the same things, as COCO's do; give the training text for a true one"
        )
        real_scores = [
            *leave_one_out_bleu(references, protocol, real_form),
            leave_one_out_corpus_bleu(references),
            *_against(AGAINST_REFERENCES, references[half:], references[:half], real_form),
        ]
    else:
        real_text = f"{len(real)} training sentences; for copying, {len(references)} references"
        real_scores = [
            *protocol_bleu(real, references, protocol, real_form),
            corpus_bleu(real, references),
            *_against(AGAINST_REFERENCES, real, references, real_form),
            *_against(AGAINST_TRAINING, references, training, real_form),
        ]
        sample_scores += _against(AGAINST_TRAINING, samples, training, form)
    real_scores += [*protocol_self_bleu(real, protocol, real_form), *_alone(real, real_form)]
    return Evaluation(by_name(sample_scores), by_name(real_scores), real_text)


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
        [replace(score, name=TO_TRAINING[score.name].name) for score in scores]
        for scores in against_half
    )
    return (
        [*distribution_scores(samples, references, **fields), *found],
        [*distribution_scores(real, references, **fields), *known],
    )


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


def _alone(sentences: Sentences, form: Form) -> list[Score]:
    return [score for measure in ALONE for score in measure(sentences, form)]


def _against(
    measures: Iterable[Callable[[Sentences, Sentences, Form], list[Score]]],
    sentences: Sentences,
    others: Sentences,
    form: Form,
) -> list[Score]:
    return [score for measure in measures for score in measure(sentences, others, form)]
