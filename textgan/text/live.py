"""The scores that a text run takes while it trains, and the one that chooses what is kept.

No single one is enough: a generator of a few safe sentences has the best BLEU, one of random words
the best self-BLEU. So the samples are compared with as much real text in every way that a
generator fails, and `score` is minus the sum of what is missing.
"""

from collections.abc import Sequence
from math import log

import numpy as np

from textgan.metrics.bleu import BleuReferences, self_bleu
from textgan.metrics.distribution import (
    NEIGHBOURS,
    Gaussian,
    frechet_distance,
    neighbourhoods,
)
from textgan.metrics.ngram_model import NgramModel
from textgan.metrics.sentence_encoder import SentenceEncoder
from textgan.text.corpus import Sentence
from textgan.text.grammar import Grammar, oracle_scores

FEWEST_SAMPLES, MOST_SAMPLES = 200, 2000
# A reader sees each wrong sentence, and hardly which phrases come more often than they should.
GRAMMAR_WEIGHT = 12.0
# A scale of the noise trades a nat for a third of self-BLEU-5; so it is not rewarded for either.
REPETITION_WEIGHT = 3.0


class LiveScores:
    """Scores samples beside real text.

    Args:
        training: sentences that the generator learns from.
        validation: sentences that it does not.
        background: more real sentences of the kind, for the n-gram model.
        encoder: of sentences, for the distances.
        grammar: if the language has one.

    Attributes:
        count: how many samples are wanted: as many as half of the training sentences, but 200 at
            least and 2,000 at most. They are compared with the other half.
        real: the scores of as many training sentences; the n-gram model's of validation sentences,
            since it has learned the others by heart.
    """

    def __init__(
        self,
        training: Sequence[Sentence],
        validation: Sequence[Sentence],
        background: Sequence[Sentence],
        encoder: SentenceEncoder,
        grammar: Grammar | None = None,
    ) -> None:
        self.count = min(MOST_SAMPLES, max(FEWEST_SAMPLES, len(training) // 2))
        rows = np.random.default_rng(0).permutation(len(training))
        # A handful of sentences is compared with itself: half of it has too few neighbours.
        middle = len(training) // 2 if len(training) > 4 * NEIGHBOURS else 0
        half, other = (
            [training[row] for row in part]
            for part in (rows[:middle] if middle else rows, rows[middle:][: self.count])
        )
        self._encoder, self._grammar = encoder, grammar
        self._ngrams = NgramModel.of([*training, *background])
        self._features = encoder(half)
        self._gaussian = Gaussian.of(self._features)
        self._references = BleuReferences(validation, max_order=5)
        self.real = self._measure(other) | self._fluency(validation)

    def __call__(self, sentences: Sequence[Sentence]) -> dict[str, float]:
        """Score `count` samples.

        `score` is 0 for samples that are nowhere worse than real text, and minus the sum of what
        they are worse by: in nats a word; in the logarithm of the Fréchet distance; in recall; in
        coverage; three times in self-BLEU-5; and twelve times in the share of grammatical
        sentences, where the corpus is a grammar's.
        `self_bleu_excess` is self-BLEU-3 less real text's, which shows a collapse.
        """
        scores = self._measure(sentences) | self._fluency(sentences)
        more = {name: scores[name] - self.real[name] for name in scores}
        lost = [
            more["nats"],
            log(max(scores["frechet"], 1e-9) / max(self.real["frechet"], 1e-9)),
            -more["recall"],
            -more["coverage"],
            REPETITION_WEIGHT * more["self_bleu_5"],
            -GRAMMAR_WEIGHT * more.get("grammatical", 0.0),
        ]
        return scores | {
            "self_bleu_excess": more["self_bleu_3"],
            "score": -sum(max(0.0, each) for each in lost),
        }

    def _fluency(self, sentences: Sequence[Sentence]) -> dict[str, float]:
        found = self._ngrams.judge(sentences)
        return {"nats": float(-found.log_p.sum() / found.words.sum())}

    def _measure(self, sentences: Sequence[Sentence]) -> dict[str, float]:
        features = self._encoder(sentences)
        k = min(NEIGHBOURS, len(self._features) - 1, len(features) - 1)
        near = neighbourhoods(features, self._features, k)
        bleu, alike = self._references.score(sentences).mean(), self_bleu(sentences).mean()
        scores = {
            "frechet": frechet_distance(Gaussian.of(features), self._gaussian),
            "recall": float(near.near_sample.mean()),
            "coverage": float(near.covered.mean()),
            "bleu_3": bleu[3],
            "self_bleu_3": alike[3],
            "self_bleu_5": alike[5],
        }
        if self._grammar is not None:
            scores["grammatical"] = oracle_scores(self._grammar, sentences).grammatical
        return scores
