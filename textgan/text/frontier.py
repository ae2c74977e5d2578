"""A model's frontier: its scores along a dial that trades quality for diversity.

Caccia et al. 2018, "Language GANs falling short": one pair of BLEU and self-BLEU says little, since
any model moves along a whole curve of them. A language model's dial is its temperature; a text
GAN's are the scale of its noise, and the share of its sentences that it keeps.
"""

from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass

from textgan.metrics.metric import Score
from textgan.metrics.protocols import Form, ProtocolName, protocol_bleu, protocol_self_bleu
from textgan.text.corpus import Sentence
from textgan.text.judges import Judge

COLUMNS = ("BLEU-2", "3", "4", "5", "self-2", "3", "4", "5", "nats")


@dataclass(frozen=True)
class Frontier:
    """Scores samples by BLEU, self-BLEU and an n-gram model, and says each row as it comes.

    Attributes:
        references: real sentences.
        protocol: whose way of measuring BLEU and self-BLEU.
        form: of the sentences, for the signatures.
        judge: of n-grams, if there is text to build one from; see `ngram_judge`.
        say: called with each line of the table.
    """

    references: Sequence[Sentence]
    protocol: ProtocolName
    form: Form
    judge: Judge | None = None
    say: Callable[[str], None] = print

    def along(
        self, dial: str, places: Iterable[float], sample: Callable[[float], Sequence[Sentence]]
    ) -> dict[float, dict[str, Score]]:
        """Return the scores by their names at each place of a dial.

        Args:
            dial: what it is called in the table.
            places: to score.
            sample: writes sentences with the dial at a place.
        """
        self.say(f"{dial:<12}" + " ".join(f"{name:>6}" for name in COLUMNS))
        return {place: self.score(f"{place:g}", sample(place)) for place in places}

    def score(self, name: str, samples: Sequence[Sentence]) -> dict[str, Score]:
        """Return the scores of some sentences by their names, and say them under a name."""
        scores = [
            *protocol_bleu(samples, self.references, self.protocol, self.form),
            *protocol_self_bleu(samples, self.protocol, self.form),
        ]
        if self.judge is not None:
            scores += self.judge(samples)  # the first is nats a word
        shown = " ".join(f"{score.value:6.3f}" for score in scores[: len(COLUMNS)])
        self.say(f"{name:<12}{shown}")
        return {score.name: score for score in scores}


def as_json(scores: Mapping[str, Score]) -> dict[str, object]:
    """Return the scores of one place as files have them."""
    return {name: score.as_json() for name, score in scores.items()}
