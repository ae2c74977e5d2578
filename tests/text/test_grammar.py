"""The oracle against NLTK, enumeration and closed forms; the language against its claims."""

import math
import random
from collections import Counter, defaultdict
from importlib import resources

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from nltk import PCFG, InsideChartParser, Nonterminal
from scipy.stats import chisquare

from textgan.errors import UserError
from textgan.text.grammar import Grammar, oracle_scores

AMBIGUOUS = """
S -> A B [0.5] | B A [0.2] | A [0.3]
A -> 'x' [0.6] | 'x' 'y' [0.4]
B -> 'y' 'x' [0.5] | 'x' [0.25] | A [0.25]
"""


@pytest.fixture(scope="module")
def scenes() -> Grammar:
    return Grammar.load()


@pytest.fixture(scope="module")
def nltk_scenes() -> PCFG:
    return PCFG.fromstring((resources.files("textgan.corpora") / "scenes.pcfg").read_text())


def enumerate_sentences(grammar: PCFG, symbol=None) -> dict[tuple[str, ...], float]:
    """Every sentence of a grammar without recursion, its probability summed over derivations."""
    symbol = grammar.start() if symbol is None else symbol
    if not isinstance(symbol, Nonterminal):
        return {(symbol,): 1.0}
    total: dict[tuple[str, ...], float] = defaultdict(float)
    for production in grammar.productions(lhs=symbol):
        partial = {(): production.prob()}
        for child in production.rhs():
            partial_next: dict[tuple[str, ...], float] = defaultdict(float)
            for left, p in partial.items():
                for right, q in enumerate_sentences(grammar, child).items():
                    partial_next[left + right] += p * q
            partial = partial_next
        for sentence, p in partial.items():
            total[sentence] += p
    return total


# ---- Exact probabilities ----


def test_ambiguous_grammar_equals_enumeration():
    expected = enumerate_sentences(PCFG.fromstring(AMBIGUOUS))
    grammar = Grammar(AMBIGUOUS)
    x, xy, b_x, b_xy, b_yx = 0.6, 0.4, 0.25 + 0.25 * 0.6, 0.25 * 0.4, 0.5
    assert expected["x", "y", "x"] == pytest.approx(
        0.5 * (x * b_yx + xy * b_x) + 0.2 * b_xy * x  # A B twice, B A once
    )
    actual = {s: math.exp(grammar.log_probability(s)) for s in expected}
    assert actual == pytest.approx(expected, rel=1e-12)
    assert sum(actual.values()) == pytest.approx(1, abs=1e-12)


@st.composite
def finite_grammars(draw) -> str:
    """Layered grammars over the words a and b: small, finite, mostly ambiguous."""
    depth = draw(st.integers(1, 4))
    lines, needed = {}, {0}
    for layer in range(depth):
        if layer not in needed:
            continue
        deeper = [f"N{i}" for i in range(layer + 1, depth)]
        right = st.lists(st.sampled_from(["'a'", "'b'", *deeper]), min_size=1, max_size=3)
        options = draw(st.lists(right, min_size=1, max_size=3))
        weights = draw(st.lists(st.integers(1, 9), min_size=len(options), max_size=len(options)))
        needed |= {int(s[1:]) for option in options for s in option if s.startswith("N")}
        lines[layer] = f"N{layer} -> " + " | ".join(
            f"{' '.join(option)} [{weight / sum(weights):.15f}]"
            for option, weight in zip(options, weights, strict=True)
        )
    return "\n".join(lines.values())


@settings(max_examples=60)
@given(finite_grammars())
def test_random_grammars_equal_enumeration(text):
    expected = enumerate_sentences(PCFG.fromstring(text))
    grammar = Grammar(text)
    for sentence, probability in list(expected.items())[:200]:
        assert math.exp(grammar.log_probability(sentence)) == pytest.approx(probability, rel=1e-9)
    for length in range(1, 4):
        for bits in range(2**length):
            sentence = tuple("ab"[bits >> i & 1] for i in range(length))
            assert grammar.is_grammatical(sentence) == (sentence in expected)


def test_scenes_equal_an_independent_parser(scenes, nltk_scenes):
    """Sampled sentences, and each with one word replaced, dropped, doubled or swapped."""
    parser = InsideChartParser(nltk_scenes)
    rng = random.Random(5)
    sentences = scenes.sample(60, seed=11)
    for sentence in list(sentences):
        i = rng.randrange(len(sentence) - 1)
        before, word, after = sentence[:i], sentence[i], sentence[i + 1 :]
        sentences.append((*before, rng.choice(scenes.words), *after))
        sentences.append(before + after)
        sentences.append((*before, word, word, *after))
        sentences.append((*before, after[0], word, *after[1:]))
    outside = 0
    for sentence in sentences:
        parses = [tree.prob() for tree in parser.parse(sentence)]
        if parses:
            assert scenes.log_probability(sentence) == pytest.approx(math.log(sum(parses)))
            assert len(parses) == 1, "the file promises one parse a sentence"
        else:
            assert scenes.log_probability(sentence) == -math.inf
            outside += 1
    assert 150 < outside < 240


@pytest.mark.parametrize("n", [1, 2, 5, 9])
def test_recursive_grammar_equals_closed_form(n):
    """S -> S S | 'a': Catalan(n - 1) derivations of n words, and left recursion."""
    catalan = math.comb(2 * (n - 1), n - 1) // n
    grammar = Grammar("S -> S S [0.3] | 'a' [0.7]")
    expected = catalan * 0.3 ** (n - 1) * 0.7**n
    assert math.exp(grammar.log_probability(["a"] * n)) == pytest.approx(expected)


def test_unit_productions_add_up():
    """Four chains of units lead to one word; their order in the file must not matter."""
    lines = ["S -> A [0.5] | B [0.5]", "A -> B [0.25] | C [0.75]", "B -> C [0.5] | 'w' [0.5]"]
    lines.append("C -> 'w' [0.5] | 'v' [0.5]")
    for order in ([0, 1, 2, 3], [0, 3, 2, 1], [0, 2, 3, 1]):
        grammar = Grammar("\n".join(lines[i] for i in order))
        b = 0.5 * 0.5 + 0.5
        a = 0.25 * b + 0.75 * 0.5
        assert math.exp(grammar.log_probability(["w"])) == pytest.approx(0.5 * a + 0.5 * b)


def test_improbable_sentences_do_not_underflow():
    grammar = Grammar("S -> S 'a' [0.001] | 'a' [0.999]")
    expected = math.log(0.999) + 199 * math.log(0.001)  # exp of it is 0 in floating point
    assert grammar.log_probability(["a"] * 200) == pytest.approx(expected)


def test_strangers_are_outside(scenes):
    assert scenes.log_probability([]) == -math.inf
    assert scenes.log_probability(["two", "zebras", "sleep"]) == -math.inf


def test_entropy():
    grammar = Grammar("S -> S 'a' [0.25] | 'a' [0.75]")  # geometric: H(p) / (1 - p)
    choice = -(0.25 * math.log(0.25) + 0.75 * math.log(0.75))
    assert grammar.entropy() == pytest.approx(choice / 0.75)


def test_entropy_of_scenes_is_the_mean_surprise_of_samples(scenes):
    surprise = -np.array([scenes.log_probability(s) for s in scenes.sample(4000, seed=2)])
    standard_error = surprise.std() / math.sqrt(surprise.size)
    assert abs(surprise.mean() - scenes.entropy()) < 4 * standard_error
    assert standard_error < 0.1


# ---- Sampling ----


def test_sample_frequencies_follow_the_probabilities():
    expected = enumerate_sentences(PCFG.fromstring(AMBIGUOUS))
    counts = Counter(Grammar(AMBIGUOUS).sample(20_000, seed=7))
    assert set(counts) <= set(expected)
    test = chisquare([counts[s] for s in expected], [20_000 * p for p in expected.values()])
    assert test.pvalue > 0.01


def test_sample_is_a_pure_function(scenes):
    assert scenes.sample(50, seed=3) == Grammar.load().sample(50, seed=3)
    assert scenes.sample(50, seed=3)[:20] == scenes.sample(20, seed=3)
    assert scenes.sample(50, seed=3) != scenes.sample(50, seed=4)
    assert scenes.sample(0, seed=3) == []


# ---- The language of scenes ----


def test_scenes_is_finite_and_of_the_promised_size(scenes, nltk_scenes):
    shortest: dict = {}
    longest: dict = {}

    def measure(symbol, above=()):
        if not isinstance(symbol, Nonterminal):
            return 1, 1
        assert symbol not in above, f"{symbol} contains itself"
        if symbol not in shortest:
            spans = [
                [measure(child, (*above, symbol)) for child in production.rhs()]
                for production in nltk_scenes.productions(lhs=symbol)
            ]
            shortest[symbol] = min(sum(low for low, _ in span) for span in spans)
            longest[symbol] = max(sum(high for _, high in span) for span in spans)
        return shortest[symbol], longest[symbol]

    assert measure(nltk_scenes.start()) == (3, 16)
    assert 250 <= len(scenes.words) <= 320
    words = {s for p in nltk_scenes.productions() for s in p.rhs() if isinstance(s, str)}
    assert scenes.words == tuple(sorted(words))


def test_scenes_are_diverse_and_no_word_is_rare(scenes):
    sentences = scenes.sample(10_000, seed=0)
    assert len(set(sentences)) > 9_700
    counts = Counter(word for sentence in sentences for word in sentence)
    assert min(counts[word] for word in scenes.words) >= 10


@pytest.mark.parametrize(
    "good_and_bad",
    [
        "two small dogs chase/chases a red ball",
        "a small dog/dogs chases a red ball",
        "the lazy cows/cow wander around the meadow",
        "every morning some lazy cows sleep/sleeps in the barn",
        "the kind woman feeds her/his small dog",
        "the young men hug/hugs their small ponies",
        "the young men hug their/his small ponies",
        "a busy man eats/reads a sweet pear",
        "a busy girl/dog wears a blue hat",
        "a small pony sits by/across the gate",
        "a small pony runs/sits across the field",
        "the happy girl who sits/sit on the bench plays the shiny harp",
        "the happy girl who/that sits on the bench plays the shiny harp",
        "the happy girls who sit on the bench play/plays the shiny harp",
        "there are/is two big cats sleeping in the sun",
        "the tall boys play the loud drum while their/his lazy cat sleeps on the sofa",
        "the tall boy plays the loud drum while his three lazy cats/cat sleep on the sofa",
    ],
)
def test_dependencies_of_scenes(scenes, good_and_bad):
    good = [word.split("/")[0] for word in good_and_bad.split()]
    bad = [word.split("/")[-1] for word in good_and_bad.split()]
    assert scenes.is_grammatical(good)
    assert not scenes.is_grammatical(bad)


def test_examples_in_the_head_of_the_file_are_grammatical(scenes):
    text = (resources.files("textgan.corpora") / "scenes.pcfg").read_text()
    head = text.split("# A model")[0]
    examples = [
        line.removeprefix("#").split() for line in head.splitlines() if line[:6] == "#     "
    ]
    assert len(examples) == 4
    assert all(scenes.is_grammatical(example) for example in examples)


# ---- Scores ----


def test_oracle_scores():
    grammar = Grammar("S -> 'a' [0.5] | 'a' 'b' [0.25] | 'b' 'b' 'b' [0.25]")
    scores = oracle_scores(grammar, [["a"], ["a", "b"], ["b"], ["stranger"]])
    assert scores.grammatical == 0.5
    assert scores.nll_per_word == pytest.approx((math.log(2) + math.log(4)) / 3)
    assert scores.n == 4
    assert math.isnan(oracle_scores(grammar, [["b"]]).nll_per_word)
    with pytest.raises(UserError, match="no sentences"):
        oracle_scores(grammar, [])


def test_oracle_scores_of_the_language_itself(scenes):
    scores = oracle_scores(scenes, scenes.sample(2000, seed=9))
    assert scores.grammatical == 1
    assert scores.nll_per_word == pytest.approx(1.99, abs=0.04)  # entropy / mean length


# ---- The file format ----


def test_format_extras(tmp_path):
    path = tmp_path / "own.pcfg"
    path.write_text("# comment\n\nA -> 'x' [0.5] \\\n  | 'y' [0.5]\n%start S\nS -> A \"z\" [1.0]\n")
    grammar = Grammar.load(path)
    assert grammar.words == ("x", "y", "z")
    assert grammar.log_probability(["y", "z"]) == pytest.approx(math.log(0.5))
    assert PCFG.fromstring(path.read_text()).start() == Nonterminal("S")


@pytest.mark.parametrize(
    ("text", "line", "reason"),
    [
        ("S -> A [1.0]\nA -> 'x' [0.5] | 'y' [0.4]", 2, "A sum to 0.9"),
        ("# one\n\nS -> A 'x' [1.0]", 3, "A has no production"),
        ("S -> 'x' [1.0]\nB -> 'y' [1.0]", 2, "B cannot be reached"),
        ("S -> 'x' [0.5] | [0.5]", 1, "S has an empty production"),
        ("S -> 'x' 'y'", 1, "lacks a probability"),
        ("S -> 'x' [1.0] \\\n | 'y' [0.0]", 1, "lacks a probability"),
        ("S -> A [1.0]\nA -> 'x [1.0]", 2, "not a production"),
        ("S 'x' [1.0]", 1, "not a production"),
        ("S -> 'x' [1.5]", 1, "not a production"),
        ("S -> A [1.0]\nA -> B [0.5] | 'x' [0.5]\nB -> A [1.0]", 2, "form a cycle: A -> B -> A"),
        ("S -> S S [0.6] | 'x' [0.4]", None, "grow without bound"),
        ("S -> S 'x' [1.0]", None, "grow without bound"),
        ("# nothing", None, "no productions"),
        ("%start T\nS -> 'x' [1.0]", None, "start symbol T"),
    ],
)
def test_bad_grammar_is_one_line(tmp_path, text, line, reason):
    path = tmp_path / "bad.pcfg"
    path.write_text(text)
    with pytest.raises(UserError, match=reason) as caught:
        Grammar.load(path)
    message = str(caught.value)
    assert "\n" not in message
    assert message.startswith(f"{path}:{line}: " if line else f"{path}:")


def test_unreadable_files(tmp_path):
    with pytest.raises(UserError, match="cannot read the grammar"):
        Grammar.load(tmp_path / "missing.pcfg")
    path = tmp_path / "latin.pcfg"
    path.write_bytes("S -> 'x' [1.0]\n# caf\xe9\n".encode("latin-1"))
    with pytest.raises(UserError, match=r"latin\.pcfg:2: not UTF-8"):
        Grammar.load(path)


def test_a_byte_order_mark_is_no_symbol(tmp_path):
    path = tmp_path / "marked.pcfg"
    path.write_text("S -> 'a' [1.0]\n", encoding="utf-8-sig")
    assert Grammar.load(path).sample(1, seed=1) == [("a",)]
