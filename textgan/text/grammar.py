"""The built-in corpus and its oracle: a probabilistic context-free grammar.

A grammar writes sentences with known probabilities, so a model trained on them can be judged
exactly: which of its sentences are grammatical, and how probable each one is. Grammars are
files in NLTK's PCFG format; the built-in one is `corpora/scenes.pcfg`.
"""

import math
import random
from bisect import bisect
from collections import defaultdict
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from graphlib import CycleError, TopologicalSorter
from heapq import heappop, heappush
from importlib import resources
from itertools import accumulate
from pathlib import Path
from typing import NamedTuple

import numpy as np

from textgan.errors import UserError


@dataclass(frozen=True)
class OracleScores:
    """How good a set of sentences is under the grammar that defines their language.

    Attributes:
        grammatical: Share of the sentences that belong to the language, 0..1.
        nll_per_word: Nats per word over the grammatical sentences only: their summed
            -log p divided by their number of words (the end of a sentence counts as no word).
            NaN when none is grammatical. Read it only beside `grammatical`: a model that
            writes a few safe sentences well and much nonsense has a low one.
        n: Number of sentences scored.
    """

    grammatical: float
    nll_per_word: float
    n: int


class Grammar:
    """A probabilistic context-free grammar: seeded sampler and exact probabilities.

    Recursion is allowed as long as sentences stay finite on average; empty productions and
    cycles of unit productions are not.

    Attributes:
        words: Every word of the language, sorted.
    """

    def __init__(self, text: str, source: str = "grammar"):
        """Read a grammar in NLTK's PCFG format.

        Args:
            text: The grammar; the first left-hand side (or `%start`) is the start symbol.
            source: Its name in error messages.

        Raises:
            UserError: With the line, when the grammar cannot be read, a production is empty or
                lacks a probability, probabilities do not sum to one, a nonterminal is
                undefined or unreachable, unit productions form a cycle, or sentences would
                grow without bound.
        """
        start, rules = _read(text, source)
        _check_symbols(start, rules, source)
        nonterminals = _unit_order(rules, source)
        self.words: tuple[str, ...] = tuple(
            sorted({s for rule in rules for s in rule.right if isinstance(s, str)})
        )
        # Symbols are numbered so that every unit production's right side comes before its left.
        number = {symbol: i for i, symbol in enumerate([*self.words, *nonterminals])}
        self._number_of_word = {word: number[word] for word in self.words}
        self._start = number[start]

        rights: dict[int, list[tuple[float, list[int]]]] = defaultdict(list)
        self._rules_by_first: list[list[tuple[int, tuple[int, ...], float]]] = [[] for _ in number]
        for rule in rules:
            left, right = number[rule.left], [number[s] for s in rule.right]
            rights[left].append((rule.probability, right))
            log_p = math.log(rule.probability)
            self._rules_by_first[right[0]].append((left, tuple(right[1:]), log_p))
        self._choices = {left: _Choice.of(options) for left, options in rights.items()}
        self._entropy = _derivation_entropy(rights, self._start, len(self.words), source)

    @classmethod
    def load(cls, path: str | Path | None = None) -> "Grammar":
        """Read the grammar file at `path`, or the built-in `scenes.pcfg`.

        Raises:
            UserError: If the file cannot be read, is not UTF-8, or holds a bad grammar.
        """
        if path is None:
            built_in = resources.files("textgan.corpora") / "scenes.pcfg"
            return cls(built_in.read_text(encoding="utf-8"), "scenes.pcfg")
        try:
            text = Path(path).read_text(encoding="utf-8-sig")
        except UnicodeDecodeError as error:
            line = error.object[: error.start].count(b"\n") + 1
            raise UserError(f"{path}:{line}: not UTF-8 text; save the grammar as UTF-8") from None
        except OSError as error:
            raise UserError(f"{path}: cannot read the grammar ({error.strerror})") from None
        return cls(text, str(path))

    def sample(self, n: int, seed: int) -> list[tuple[str, ...]]:
        """Draw `n` sentences from the grammar's own distribution.

        The same (n, seed) gives the same sentences; a smaller n gives the first of them.
        """
        uniform = random.Random(seed).random  # noqa: S311  # no secrets are drawn
        words, choices = self.words, self._choices
        sentences = []
        for _ in range(n):
            sentence: list[str] = []
            stack = [self._start]
            while stack:
                symbol = stack.pop()
                if symbol < len(words):
                    sentence.append(words[symbol])
                else:
                    cumulative, reversed_rights = choices[symbol]
                    stack.extend(reversed_rights[bisect(cumulative, uniform())])
            sentences.append(tuple(sentence))
        return sentences

    def log_probability(self, sentence: Sequence[str]) -> float:
        """Natural log of the sentence's probability, summed over all its parses.

        The inside probability, computed exactly with a chart that is filled from the last word
        to the first. Returns -inf for a sentence outside the language.
        """
        try:
            numbers = [self._number_of_word[word] for word in sentence]
        except KeyError:
            return -math.inf
        chart: list[_Spans] = [{} for _ in range(len(numbers) + 1)]
        for i in reversed(range(len(numbers))):
            chart[i] = self._spans_from(i, numbers[i], chart)
        return dict(chart[0].get(self._start, ())).get(len(numbers), -math.inf)

    def is_grammatical(self, sentence: Sequence[str]) -> bool:
        """Whether the sentence belongs to the language."""
        return self.log_probability(sentence) > -math.inf

    def entropy(self) -> float:
        """Entropy of the grammar's derivations, in nats per sentence; exact.

        Each choice of a production adds its own entropy as often as it is expected to be made
        (a linear system). Equals the entropy of sentences if each sentence has one derivation.
        """
        return self._entropy

    def _spans_from(self, i: int, word: int, chart: "list[_Spans]") -> "_Spans":
        """Find every span that starts at word i, given those that start after it.

        Spans are finished in the order of (end, symbol): what a span receives comes from a
        shorter first child, or through a unit production from a symbol of a lower number.
        """
        found: _Spans = {}
        unfinished = {(i + 1, word): 0.0}  # (end, symbol) -> log of the inside probability so far
        queue = [(i + 1, word)]
        while queue:
            span = heappop(queue)
            end, symbol = span
            inside = unfinished.pop(span)
            found.setdefault(symbol, []).append((end, inside))
            for left, siblings, log_p in self._rules_by_first[symbol]:
                matches = [(end, inside + log_p)]
                for sibling in siblings:
                    matches = [
                        (stop, p + q)
                        for middle, p in matches
                        for stop, q in chart[middle].get(sibling, ())
                    ]
                for stop, p in matches:
                    parent = (stop, left)
                    if parent in unfinished:
                        unfinished[parent] = _log_add(unfinished[parent], p)
                    else:
                        unfinished[parent] = p
                        heappush(queue, parent)
        return found


def oracle_scores(grammar: Grammar, sentences: Sequence[Sequence[str]]) -> OracleScores:
    """Score sentences exactly under the grammar that defines their language.

    Raises:
        UserError: If there are no sentences.
    """
    if not sentences:
        raise UserError("no sentences to score under the grammar; give at least one")
    scored = [(grammar.log_probability(sentence), len(sentence)) for sentence in sentences]
    grammatical = [(log_p, length) for log_p, length in scored if log_p > -math.inf]
    words = sum(length for _, length in grammatical)
    nll = -sum(log_p for log_p, _ in grammatical)
    return OracleScores(
        grammatical=len(grammatical) / len(sentences),
        nll_per_word=nll / words if words else math.nan,
        n=len(sentences),
    )


# Of the spans that start at one word: symbol -> every (end, log inside probability) it has.
_Spans = dict[int, list[tuple[int, float]]]


class _Nonterminal(NamedTuple):
    name: str


class _Rule(NamedTuple):
    left: _Nonterminal
    right: tuple["str | _Nonterminal", ...]
    probability: float
    line: int


class _Choice(NamedTuple):
    """A nonterminal's productions, ready to be drawn from."""

    cumulative: list[float]  # without the last 1, so that rounding never falls off the end
    reversed_rights: list[list[int]]

    @classmethod
    def of(cls, options: list[tuple[float, list[int]]]) -> "_Choice":
        cumulative = list(accumulate(probability for probability, _ in options))[:-1]
        return cls(cumulative, [right[::-1] for _, right in options])


def _read(text: str, source: str) -> tuple[_Nonterminal, list[_Rule]]:
    """Parse with NLTK, one logical line at a time so that every rule knows its line."""
    from nltk.grammar import Nonterminal, read_grammar, standard_nonterm_parser

    start = None
    rules: list[_Rule] = []
    for line, content in _logical_lines(text):
        if content.split()[0] == "%start":
            start = _Nonterminal(content.removeprefix("%start").strip())
            continue
        try:
            _, productions = read_grammar(content, standard_nonterm_parser, probabilistic=True)
        except ValueError as error:
            reason = str(error).splitlines()[-1]
            raise UserError(f"{source}:{line}: not a production ({reason})") from None
        for production in productions:
            left = _Nonterminal(production.lhs().symbol())
            right = tuple(
                _Nonterminal(s.symbol()) if isinstance(s, Nonterminal) else s
                for s in production.rhs()
            )
            if not right:
                raise UserError(f"{source}:{line}: {left.name} has an empty production")
            if not production.prob() > 0:
                raise UserError(
                    f"{source}:{line}: a production of {left.name} lacks a probability"
                    " above 0; write it in brackets, as in [0.5]"
                )
            rules.append(_Rule(left, right, production.prob(), line))
    if not rules:
        raise UserError(f"{source}: the grammar holds no productions")
    return start or rules[0].left, rules


def _logical_lines(text: str) -> Iterator[tuple[int, str]]:
    """Yield (number of its first line, content) without comments; a final backslash continues."""
    pending, first = "", 0
    for number, line in enumerate(text.splitlines(), start=1):
        first = first if pending else number
        content = (pending + line.strip()).strip()
        pending = ""
        if content.endswith("\\"):
            pending = content[:-1].rstrip() + " "
        elif content and not content.startswith("#"):
            yield first, content
    if pending.strip():
        yield first, pending.strip()


def _check_symbols(start: _Nonterminal, rules: list[_Rule], source: str) -> None:
    """Probabilities sum to one; every nonterminal is defined and can be reached."""
    by_left: dict[_Nonterminal, list[_Rule]] = defaultdict(list)
    for rule in rules:
        by_left[rule.left].append(rule)
    if start not in by_left:
        raise UserError(f"{source}: the start symbol {start.name} has no production")
    for left, own in by_left.items():
        total = sum(rule.probability for rule in own)
        if abs(total - 1) > 1e-6:
            raise UserError(
                f"{source}:{own[0].line}: probabilities of {left.name} sum to {total:.6g}, not 1"
            )
    reached, frontier = {start}, [start]
    while frontier:
        for rule in by_left[frontier.pop()]:
            for symbol in rule.right:
                if isinstance(symbol, str) or symbol in reached:
                    continue
                if symbol not in by_left:
                    raise UserError(
                        f"{source}:{rule.line}: {symbol.name} has no production"
                        " (quote it if it is a word)"
                    )
                reached.add(symbol)
                frontier.append(symbol)
    for left, own in by_left.items():
        if left not in reached:
            raise UserError(
                f"{source}:{own[0].line}: {left.name} cannot be reached from {start.name}"
            )


def _unit_order(rules: list[_Rule], source: str) -> list[_Nonterminal]:
    """All nonterminals, each after those that it can become by a unit production."""
    units: dict[_Nonterminal, list[_Nonterminal]] = {rule.left: [] for rule in rules}
    for rule in rules:
        if len(rule.right) == 1 and not isinstance(rule.right[0], str):
            units[rule.left].append(rule.right[0])
    try:
        return list(TopologicalSorter(units).static_order())
    except CycleError as error:
        cycle: list[_Nonterminal] = error.args[1][::-1]
        line = next(r.line for r in rules if r.left == cycle[0] and r.right == (cycle[1],))
        path = " -> ".join(symbol.name for symbol in cycle)
        raise UserError(f"{source}:{line}: unit productions form a cycle: {path}") from None


def _derivation_entropy(
    rights: dict[int, list[tuple[float, list[int]]]], start: int, n_words: int, source: str
) -> float:
    """Entropy of the start symbol's derivations, in nats.

    Solves h = own + M h: `own` is the entropy of a nonterminal's choice of production, M holds
    how many of each nonterminal that choice is expected to write.
    """
    own = np.zeros(len(rights))
    expected = np.zeros((len(rights), len(rights)))
    for left, options in rights.items():
        for probability, right in options:
            own[left - n_words] -= probability * math.log(probability)
            for symbol in right:
                if symbol >= n_words:
                    expected[left - n_words, symbol - n_words] += probability
    if np.abs(np.linalg.eigvals(expected)).max() >= 1 - 1e-9:
        raise UserError(
            f"{source}: sentences grow without bound; make recursive productions less probable"
        )
    return float(np.linalg.solve(np.eye(len(rights)) - expected, own)[start - n_words])


def _log_add(a: float, b: float) -> float:
    """log(exp(a) + exp(b))."""
    low, high = sorted((a, b))
    return high + math.log1p(math.exp(low - high))
