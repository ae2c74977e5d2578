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

from textgan.metrics.ngrams import Sentences, look_up, sentence_lengths

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
class Likelihoods:
    """The likelihood of sentences under an n-gram model.

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
    """A modified Kneser-Ney model.

    Args:
        words: that it knows, without repetition.
        orders: of each order from 1, see `Order`.
    """

    def __init__(self, words: Sequence[str], orders: Sequence[Order]) -> None:
        self.words, self.orders = tuple(words), tuple(orders)
        self._numbers = {word: number for number, word in enumerate(words)}
        self._unknown, self._end, self._begin = range(len(words), len(words) + 3)

    @classmethod
    def of(cls, sentences: Sentences, order: int = 4) -> "NgramModel":
        """Build the model of some sentences; they must hold at least one word.

        Args:
            sentences: what to learn from.
            order: words of the longest n-grams.
        """
        words = tuple(dict.fromkeys(chain.from_iterable(sentences)))
        unsmoothed = cls(words, [])
        return cls(words, unsmoothed._smooth(unsmoothed._count(sentences, order)))

    @property
    def vocabulary(self) -> int:
        """How many words can be predicted: those it knows, an unknown one, and the end."""
        return len(self.words) + 2

    def judge(self, sentences: Sentences) -> Likelihoods:
        """Score any sentences; of an empty one only the end is predicted."""
        text, end = self._read(sentences)
        place = np.arange(len(text))
        probability = np.full(len(text), 1.0 / self.vocabulary)  # of each word, from below upwards
        prefix = np.zeros(len(text), dtype=np.int64)  # of the n-gram that starts here: its number
        sentence = np.cumsum(text == self._begin) - 1
        attested, ngrams = [], []
        for n, order in enumerate(self.orders):
            starts = place[place + n < end]
            before, last = prefix[starts], starts + n
            numbers = look_up(before * (self._begin + 1) + text[last], order.keys)
            numbers[before < 0] = -1
            # What is not known has number -1: no share, and all the weight to the order below.
            share, backoff = np.append(order.share, 0.0), np.append(order.backoff, 1.0)
            probability[last] = share[numbers] + backoff[before] * probability[last]
            prefix[:] = -1
            prefix[starts] = numbers
            predicted = text[last] != self._begin
            attested.append(sentence[last[predicted & (numbers >= 0)]])
            ngrams.append(sentence[last[predicted]])

        def count(rows: np.ndarray) -> np.ndarray:
            return np.bincount(rows, minlength=len(sentences))

        predicted = text != self._begin
        log_p = np.log(np.where(predicted, probability, 1.0))
        return Likelihoods(
            log_p=np.bincount(sentence, log_p, minlength=len(sentences)),
            words=count(sentence[predicted]),
            unknown=count(sentence[text == self._unknown]),
            attested=np.stack([count(rows) for rows in attested], axis=1),
            ngrams=np.stack([count(rows) for rows in ngrams], axis=1),
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

    def _count(self, sentences: Sentences, order: int) -> "list[_Counts]":
        """Count the n-grams of each order from 1."""
        text, end = self._read(sentences)
        place = np.arange(len(text))
        prefix = np.zeros(len(text), dtype=np.int64)  # of the n-gram that starts here: its number
        counted: list[_Counts] = []
        for n in range(order):
            starts = place[place + n < end]
            found = np.unique(
                prefix[starts] * (self._begin + 1) + text[starts + n],
                return_index=True,
                return_inverse=True,
                return_counts=True,
            )
            keys, first, numbers, occurrences = found
            if n:
                # The same n-grams without their first word, which are of the order below.
                shorter = prefix[starts[first] + 1]
                below = counted[-1]
                preceded = np.bincount(shorter, minlength=len(below.counts))
                below.counts[:] = np.where(preceded > 0, preceded, below.counts)
            counted.append(_Counts(keys, occurrences, prefix[starts[first]]))
            prefix[starts] = numbers
        # The beginning is a word that nothing comes before and that is never predicted.
        counted[0].counts[counted[0].keys == self._begin] = 0
        return counted

    def _smooth(self, counted: "list[_Counts]") -> list[Order]:
        """Turn counts into discounted shares and the weights of the next lower order."""
        orders = []
        contexts = 1  # n-grams of the order below
        for each in counted:
            taken = np.array((0.0, *_discounts(each.counts)))[np.minimum(each.counts, 3)]
            total, free = (
                np.bincount(each.prefixes, values, minlength=contexts)
                for values in (each.counts, taken)
            )
            known = np.maximum(total, 1)
            share = (each.counts - taken) / known[each.prefixes]
            orders.append(Order(each.keys, share, np.where(total > 0, free / known, 1.0)))
            contexts = len(each.keys)
        return orders


@dataclass(frozen=True)
class _Counts:
    """The n-grams of one order, counted.

    The count of the longest n-grams, and of those that begin a sentence, is how often they occur;
    of others, how many different words stand before them.
    """

    keys: np.ndarray  # (n-gram,) ascending
    counts: np.ndarray  # (n-gram,)
    prefixes: np.ndarray  # (n-gram,) number of its first n - 1 words


def _discounts(counts: np.ndarray) -> tuple[float, ...]:
    """Return what is taken from counts of 1, 2 and more (Chen and Goodman 1999, equation 26)."""
    n1, n2, n3, n4 = (int((counts == count).sum()) for count in range(1, 5))
    if not n1 * n2 * n3 * n4:
        return FALLBACK_DISCOUNTS
    y = n1 / (n1 + 2 * n2)
    found = 1 - 2 * y * n2 / n1, 2 - 3 * y * n3 / n2, 3 - 4 * y * n4 / n3
    return found if min(found) > 0 else FALLBACK_DISCOUNTS
