"""Scores along a dial."""

from textgan.metrics.bleu import bleu, self_bleu
from textgan.text.frontier import Frontier, as_json
from textgan.text.judges import ngram_judge

REAL = [tuple(line.split()) for line in ("a cat sat", "a dog sat down", "the cat ran", "the dog")]
FORM = {"tok": "nltk", "case": "lower"}


def test_a_row_for_each_place_of_the_dial() -> None:
    said: list[str] = []
    frontier = Frontier(REAL, "texygen", FORM, ngram_judge(REAL), said.append)
    samples = {0.5: [("a", "cat")] * 3, 2.0: [("a", "cat", "sat"), ("down", "dog"), ("the",)]}
    curve = frontier.along("heat", [2.0, 0.5], lambda place: samples[place])
    assert list(curve) == [2.0, 0.5]
    for place, scores in curve.items():
        assert scores["bleu.3"].value == bleu(samples[place], REAL).mean()[3]
        assert scores["self_bleu.2"].value == self_bleu(samples[place]).mean()[2]
        assert as_json(scores)["ngram.nll"]["value"] == scores["ngram.nll"].value
    head, first, second = (line.split() for line in said)
    assert head == ["heat", "BLEU-2", "3", "4", "5", "self-2", "3", "4", "5", "nats"]
    assert (first[0], second[0]) == ("2", "0.5")
    assert [len(first), len(second)] == [10, 10]
    assert float(second[-1]) == round(curve[0.5]["ngram.nll"].value, 3)


def test_without_a_text_to_build_n_grams_from_there_are_no_nats() -> None:
    said: list[str] = []
    scores = Frontier(REAL, "texygen", FORM, say=said.append).score("real", REAL)
    assert all(name.startswith(("bleu.", "self_bleu.")) for name in scores)
    assert len(said[0].split()) == 9
