"""sacrebleu's corpus BLEU and chrF (Post 2018, Popović 2015), with sacrebleu's own signatures.

sacrebleu compares each hypothesis with each reference, which is out of reach for thousands of
each. BLEU is computed here from counts that are linear in the text, and turned into the score by
sacrebleu; chrF is left to sacrebleu and limited to the first sentences.
"""

from sacrebleu.metrics.bleu import BLEU, MAX_NGRAM_ORDER
from sacrebleu.metrics.chrf import CHRF

from textgan.errors import UserError
from textgan.metrics.bleu import BleuReferences, BleuStatistics
from textgan.metrics.metric import Metric, Part, Score
from textgan.metrics.ngrams import Sentences

CHRF_SENTENCES = 100  # of the hypotheses and of the references: 10,000 comparisons, about a second

CORPUS_BLEU = Metric(
    "corpus_bleu",
    "corpus BLEU",
    Part.CORPUS_LEVEL,
    "sacrebleu's BLEU-4 of all samples together.",
    maximum=100,
)
CHRF2 = Metric(
    "chrf",
    "chrF",
    Part.CORPUS_LEVEL,
    f"sacrebleu's F-score of character n-grams, of the first {CHRF_SENTENCES} sentences.",
    maximum=100,
)


def corpus_bleu(hypotheses: Sentences, references: Sentences) -> Score:
    """Corpus BLEU-4 (0..100) of tokenised hypotheses, each against all references.

    Equal to `BLEU(tokenize="none").corpus_score`. Raises `UserError` when either side has no
    sentence.
    """
    statistics = BleuReferences(references, MAX_NGRAM_ORDER).statistics(hypotheses)
    return _corpus_bleu(statistics, len(references))


def leave_one_out_corpus_bleu(references: Sentences) -> Score:
    """Corpus BLEU-4 (0..100) of the references themselves, each against all the others.

    Raises `UserError` for fewer than two references.
    """
    statistics = BleuReferences(references, MAX_NGRAM_ORDER).leave_one_out_statistics()
    return _corpus_bleu(statistics, len(references) - 1)


def chrf(hypotheses: Sentences, references: Sentences) -> Score:
    """Score chrF2 (0..100) of the first hypotheses, each against the first references.

    Raises `UserError` when either side has no sentence.
    """
    lines = [" ".join(words) for words in hypotheses[:CHRF_SENTENCES]]
    shared = [" ".join(words) for words in references[:CHRF_SENTENCES]]
    if not lines or not shared:
        raise UserError("chrF needs at least one sentence and one reference")
    metric = CHRF()
    score = metric.corpus_score(lines, [[reference] * len(lines) for reference in shared])
    signature = f"hyps:{len(lines)}|{metric.get_signature().format()}"
    return CHRF2.score(score.score, signature)


def _corpus_bleu(statistics: BleuStatistics, references: int) -> Score:
    metric = BLEU(tokenize="none")
    score = metric.compute_bleu(
        statistics.matched.sum(axis=0).astype(int).tolist(),
        statistics.possible.sum(axis=0).tolist(),
        int(statistics.lengths.sum()),
        int(statistics.closest.sum()),
        smooth_method=metric.smooth_method,
        max_ngram_order=metric.max_ngram_order,
    )
    metric.num_refs = references
    signature = f"hyps:{len(statistics.lengths)}|{metric.get_signature().format()}"
    return CORPUS_BLEU.score(score.score, signature)
