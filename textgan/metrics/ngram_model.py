"""An n-gram language model, quick to build: how likely each word is after the few before it.

Interpolated modified Kneser-Ney smoothing (Chen and Goodman 1999, "An empirical study of smoothing
techniques for language modeling", section 3), with one `<s>` before a sentence and `</s>` after it
as in KenLM (Heafield et al. 2013). It shares no weights, no word vectors and no training procedure
with the networks that it judges.

An n-gram of some order is known by its number among the sorted n-grams of that order. Its key is
made of the number of its first n - 1 words and its last word, as in `textgan.metrics.ngrams`.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from itertools import chain, repeat

import numpy as np

from textgan.metrics.ngrams import Sentences, sentence_lengths

FALLBACK_DISCOUNTS = (0.5, 1.0, 1.5)  # KenLM's, where a text is too small to estimate them


@dataclass(frozen=True)
class Order:
    """The n-grams of one order.

    Attributes:
        keys: (n-gram,) int64, ascending.
        share: (n-gram,) discounted share among the n-grams with the same first n - 1 words.
        backoff: (context,) weight of the next lower order after each n-gram of order n - 1; 1 where
            nothing is known to follow.
    """

    keys: np.ndarray
    share: np.ndarray
    backoff: np.ndarray


@dataclass(frozen=True)
class Judgement:
    """What an n-gram model says of some sentences.

    Attributes:
        log_p: (sentence,) log-probability in nats, the end included.
        words: (sentence,) words, the end counted as one.
        unknown: (sentence,) words that the model does not know.
        attested: (sentence, order) n-grams of each order, edges included, that the model was built
            from; column n - 1 is order n.
        ngrams: (sentence, order) n-grams of each order that there are.
    """

    log_p: np.ndarray
    words: np.ndarray
    unknown: np.ndarray
    attested: np.ndarray
    ngrams: np.ndarray


class NgramModel:
    """A modified Kneser-Ney model of some sentences.

    Args:
        sentences: what to learn from; at least one word.
        order: the longest n-grams.

    Attributes:
        vocabulary: how many words can be foretold: those of the sentences, `</s>`, an unknown one.
        orders: of each order from 1, see `Order`.
        discounts: of each order from 1: what is taken from n-grams that occur once, twice, oftener.
    """

    def __init__(self, sentences: Sentences, order: int = 4) -> None:
        words = dict.fromkeys(chain.from_iterable(sentences))
        self._numbers = {word: number for number, word in enumerate(words)}
        self._unknown, self._end, self._begin = range(len(words), len(words) + 3)
        self.vocabulary = len(words) + 2
        self.orders: list[Order] = []
        self.discounts: list[tuple[float, ...]] = []
        text, end = self._read(sentences)
        keys, counts, contexts, lasts = self._count(text, end, order)
        for n in range(order):
            known = np.ones(len(counts[n]), dtype=bool) if n else lasts[0] != self._begin
            discounts = _discounts(counts[n][known])
            self.discounts.append(discounts)
            taken = np.array((0.0, *discounts))[np.minimum(counts[n], 3)]
            size = len(keys[n - 1]) if n else 1
            total, free = (
                np.bincount(contexts[n][known], values[known], minlength=size)
                for values in (counts[n].astype(float), taken)
            )
            follows = total > 0
            backoff = np.where(follows, free / np.where(follows, total, 1.0), 1.0)
            share = np.where(known, (counts[n] - taken) / np.maximum(total[contexts[n]], 1.0), 0.0)
            self.orders.append(Order(keys[n], share, backoff))

    def judge(self, sentences: Sentences) -> Judgement:
        """Score any sentences; an empty one has only its end to foretell."""
        text, end = self._read(sentences)
        place = np.arange(len(text))
        target = text != self._begin
        probability = np.full(len(text), 1.0 / self.vocabulary)  # of each word, from below upwards
        context = np.zeros(len(text), dtype=np.int64)  # of the n-gram that starts here: its number
        attested, ngrams = [], []
        for n, order in enumerate(self.orders):
            inside = place + n < end
            starts = place[inside]
            before = context[inside]
            numbers = np.full(len(starts), -1)
            keys = before * (self._begin + 1) + text[starts + n]
            numbers[before >= 0] = _look_up(keys[before >= 0], order.keys)
            last = starts + n  # the word that this n-gram foretells
            share = np.where(numbers >= 0, order.share[np.maximum(numbers, 0)], 0.0)
            weight = np.where(before >= 0, order.backoff[np.maximum(before, 0)], 1.0)
            probability[last] = share + weight * probability[last]
            context[:] = -1
            context[starts] = numbers
            foretold = target[last]
            attested.append((last[foretold], numbers[foretold] >= 0))
            ngrams.append(last[foretold])
        sentence = np.cumsum(~target) - 1
        count = len(sentences)

        def add_up(places: np.ndarray, values: np.ndarray | None = None) -> np.ndarray:
            return np.bincount(sentence[places], values, minlength=count)

        (words,) = np.nonzero(target)
        return Judgement(
            log_p=add_up(words, np.log(probability[words])),
            words=add_up(words),
            unknown=add_up(np.flatnonzero(text == self._unknown)),
            attested=np.stack([add_up(places[known]) for places, known in attested], axis=1),
            ngrams=np.stack([add_up(places) for places in ngrams], axis=1),
        )

    def _read(self, sentences: Sentences) -> tuple[np.ndarray, np.ndarray]:
        """Return the words between their edges as one row of numbers, and each one's sentence end.

        Both (word + 2 * sentence,).
        """
        lengths = sentence_lengths(sentences) + 2
        ends = np.cumsum(lengths)
        text = np.empty(int(lengths.sum()), dtype=np.int64)
        inner = np.ones(len(text), dtype=bool)
        text[ends - lengths], text[ends - 1] = self._begin, self._end
        inner[ends - lengths] = inner[ends - 1] = False
        numbers = map(self._numbers.get, chain.from_iterable(sentences), repeat(self._unknown))
        text[inner] = np.fromiter(numbers, dtype=np.int64, count=int(inner.sum()))
        return text, np.repeat(ends, lengths)

    def _count(
        self, text: np.ndarray, end: np.ndarray, order: int
    ) -> tuple[list[np.ndarray], list[np.ndarray], list[np.ndarray], list[np.ndarray]]:
        """Return for each order the n-grams' keys, counts, contexts and last words.

        The count of the longest n-grams, and of those that begin a sentence, is how often they
        occur; of others, how many different words stand before them.
        """
        place = np.arange(len(text))
        context = np.zeros(len(text), dtype=np.int64)
        keys, counts, contexts, lasts = [], [], [], []
        for n in range(order):
            starts = place[place + n < end]
            word = text[starts + n]
            found = np.unique(
                context[starts] * (self._begin + 1) + word,
                return_index=True,
                return_inverse=True,
                return_counts=True,
            )
            distinct, first, numbers, occurrences = found
            if n:
                # The same n-grams without their first word, which are of the order below.
                shorter = previous[starts[first] + 1]
                preceded = np.bincount(shorter, minlength=len(counts[-1]))
                counts[-1] = np.where(preceded > 0, preceded, counts[-1])
            keys.append(distinct)
            counts.append(occurrences)
            contexts.append(context[starts[first]])
            lasts.append(word[first])
            context[:] = -1
            context[starts] = numbers
            previous = context.copy()
        return keys, counts, contexts, lasts


def _discounts(counts: np.ndarray) -> tuple[float, ...]:
    """Return what is taken from counts of 1, 2 and more (Chen and Goodman 1999, equation 26)."""
    n1, n2, n3, n4 = (int((counts == count).sum()) for count in range(1, 5))
    if not n1 * n2 * n3 * n4:
        return FALLBACK_DISCOUNTS
    y = n1 / (n1 + 2 * n2)
    found = 1 - 2 * y * n2 / n1, 2 - 3 * y * n3 / n2, 3 - 4 * y * n4 / n3
    return found if min(found) > 0 else FALLBACK_DISCOUNTS


def _look_up(keys: np.ndarray, known: np.ndarray) -> np.ndarray:
    """Return the place of each key among the known ones (ascending), -1 where it is not there."""
    place = np.minimum(np.searchsorted(known, keys), len(known) - 1)
    return np.where(known[place] == keys, place, -1)


def nats_per_word(judgement: Judgement) -> float:
    """Return the mean surprise in nats a word, ends counted as words."""
    return float(-judgement.log_p.sum() / judgement.words.sum())


def attested_share(judgement: Judgement, order: int) -> float:
    """Return the share of n-grams of an order that the model was built from."""
    return float(judgement.attested[:, order - 1].sum() / judgement.ngrams[:, order - 1].sum())


def attested_sentences(judgement: Judgement, order: int) -> Sequence[bool]:
    """Return of each sentence whether all its n-grams of an order are attested."""
    return judgement.attested[:, order - 1] == judgement.ngrams[:, order - 1]
