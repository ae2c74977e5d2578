"""What models say of sentences has a place in the table, and the judges score all of it."""

from textgan.metrics import likelihood
from textgan.metrics.metric import Metric, Part
from textgan.text.grammar import Grammar
from textgan.text.judges import grammar_judge, ngram_judge


def test_judges_score_what_is_described() -> None:
    sentences = [("b",), ("a", "b")]
    judges = grammar_judge(Grammar("S -> 'a' S [0.5] | 'b' [0.5]")), ngram_judge(sentences)
    scores = [score for judge in judges for score in judge(sentences)]
    metrics = {m.name: m for m in vars(likelihood).values() if isinstance(m, Metric)}
    described = {n for n, m in metrics.items() if m.part in (Part.GRAMMAR, Part.NGRAMS)}
    assert {score.name for score in scores} == described
    for score in scores:
        metric = metrics[score.name]
        assert (score.goal, score.maximum) == (metric.goal, metric.maximum)
