"""BLEU and self-BLEU as the text-GAN literature measures them, by the name of the protocol.

Published numbers disagree because the protocols do. What differs is how many sentences take part;
all average NLTK's sentence BLEU with uniform weights and smoothing method 1.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Literal

from textgan.errors import UserError
from textgan.metrics.bleu import BleuScores, bleu, self_bleu
from textgan.metrics.bootstrap import mean_interval
from textgan.metrics.metric import Metric, Part, Score, sign
from textgan.metrics.ngrams import Sentences

# How the sentences were made, for the signature: {"tok": "nltk", "case": "cased"}.
Form = Mapping[str, str]
ProtocolName = Literal["texygen", "texygen-fast", "relgan", "textgan-pytorch"]


@dataclass(frozen=True)
class Protocol:
    """Which sentences take part; where a number is None, all do.

    Attributes:
        hypotheses: BLEU scores the first so many samples ...
        references: ... against the first so many references.
        pool: self-BLEU takes the first so many samples ...
        self_hypotheses: ... and scores the first so many of them ...
        against: ... each against all `others` of the pool, against the `whole` pool with the
            sample itself in it (which makes nearly every score 1), or against the `rest` of the
            pool, which is not scored.
    """

    hypotheses: int | None = None
    references: int | None = None
    pool: int | None = None
    self_hypotheses: int | None = None
    against: Literal["others", "whole", "rest"] = "others"


BLEU = {
    n: Metric(
        f"bleu.{n}",
        f"BLEU-{n}",
        Part.BLEU,
        f"How much of each sentence stands in real test sentences, in runs of up to {n} words.",
        headline=True,
        live="bleu_3" if n == 3 else "",
    )
    for n in (2, 3, 4, 5)
}
SELF_BLEU = {
    n: Metric(
        f"self_bleu.{n}",
        f"self-BLEU-{n}",
        Part.SELF_BLEU,
        f"How much of each sentence stands in other samples, in runs of up to {n} words.",
        headline=True,
        live=f"self_bleu_{n}" if n in (3, 5) else "",
    )
    for n in (2, 3, 4, 5)
}
PROTOCOLS: dict[ProtocolName, Protocol] = {
    # Zhu et al. 2018, with is_fast=False: the numbers of their documentation.
    "texygen": Protocol(),
    # Their code's default.
    "texygen-fast": Protocol(references=500, pool=500),
    # Nie et al. 2019. One state of their code scores 100 samples and another 200 with BLEU; for
    # 200 take `textgan-pytorch`, whose BLEU is otherwise the same.
    "relgan": Protocol(hypotheses=100, self_hypotheses=200, against="whole"),
    # Its self-BLEU scores 200 samples drawn for the purpose against all those of the BLEU.
    "textgan-pytorch": Protocol(hypotheses=200, self_hypotheses=200, against="rest"),
}


def protocol_bleu(
    samples: Sentences, references: Sentences, name: ProtocolName, form: Form
) -> list[Score]:
    """BLEU-2..5 of the samples (`bleu.2`, ...), with bootstrap intervals over the samples.

    Raises `UserError` when either side has no sentence.
    """
    protocol = PROTOCOLS[name]
    references = references[: protocol.references]
    scores = bleu(samples[: protocol.hypotheses], references)
    return _averages(BLEU, scores, name, {"refs": len(references)}, form)


def leave_one_out_bleu(references: Sentences, name: ProtocolName, form: Form) -> list[Score]:
    """BLEU-2..5 of the references themselves, each against all the others.

    What real text scores when there is no other than the references. Raises `UserError` for fewer
    than two of them.
    """
    protocol = PROTOCOLS[name]
    references = references[: protocol.references]
    scores = BleuScores(self_bleu(references).sentence[: protocol.hypotheses])
    return _averages(BLEU, scores, name, {"refs": len(references) - 1}, form)


def protocol_self_bleu(samples: Sentences, name: ProtocolName, form: Form) -> list[Score]:
    """Self-BLEU-2..5 of the samples (`self_bleu.2`, ...), with bootstrap intervals over them.

    The other samples are held fixed in the bootstrap. Raises `UserError` for fewer samples than
    the protocol needs.
    """
    protocol = PROTOCOLS[name]
    pool = samples[: protocol.pool]
    scored, rest = pool[: protocol.self_hypotheses], pool[protocol.self_hypotheses :]
    match protocol.against:
        case "others":
            scores, references = self_bleu(pool), len(pool) - 1
        case "whole":
            scores, references = bleu(scored, pool), len(pool)
        case "rest":
            if not rest:
                raise UserError(
                    f"self-BLEU by the protocol {name} scores {protocol.self_hypotheses} samples "
                    f"against further ones, but there are only {len(samples)}: give more"
                )
            scores, references = bleu(scored, rest), len(rest)
    refs = {"against": protocol.against, "refs": references}
    return _averages(SELF_BLEU, scores, name, refs, form)


def _averages(
    metrics: Mapping[int, Metric],
    scores: BleuScores,
    name: ProtocolName,
    refs: Mapping[str, object],
    form: Form,
) -> list[Score]:
    low, high = mean_interval(scores.sentence)
    hypotheses = len(scores.sentence)
    return [
        metrics[n].score(
            value,
            sign(protocol=name, n=n, hyps=hypotheses, **refs, **form, smooth="method1"),
            (float(low[n - 2]), float(high[n - 2])),
        )
        for n, value in scores.mean().items()
    ]
