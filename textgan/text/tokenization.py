"""From a line of text to words: nltk's word tokeniser, or the blanks of a tokenised text."""

import re
from collections.abc import Iterable
from functools import cache
from typing import TYPE_CHECKING, Literal, get_args

if TYPE_CHECKING:  # nltk loads for seconds, and a command line needs the names of schemes alone
    from nltk.tokenize import NLTKWordTokenizer
    from nltk.tokenize.punkt import PunktSentenceTokenizer

Tokenizer = Literal["nltk", "whitespace"]
SCHEMES: tuple[str, ...] = get_args(Tokenizer)

# nltk's own sentence model is a separate download. An untrained one ends a sentence at every
# "word. ", so it is given the abbreviations that are usual inside English sentences.
# fmt: off
ABBREVIATIONS = frozenset((
    "a.m", "adm", "capt", "co", "col", "corp", "dr", "e.g", "etc", "ft", "gen", "gov", "i.e", "inc",
    "jr", "lt", "ltd", "maj", "mr", "mrs", "ms", "mt", "p.m", "ph.d", "prof", "rep", "rev",
    "sen", "sgt", "sr", "st", "u.k", "u.n", "u.s", "u.s.a", "vs",
))
# fmt: on

# Marks that only a tokenised text sets apart by blanks; what ends in one of the others, or in one
# of these, is not tokenised. (A French text sets ! and ? apart.)
APART = frozenset((".", ",", "n't", "'s", "``", "''"))
ATTACHED = (*APART, "!", "?", ":", ";", ")", '"')

# Scripts that set no blanks between words: Chinese, Japanese, Thai, Lao, Tibetan, Burmese, Khmer.
_UNPARTED = re.compile(
    "[\u0e00-\u0fff\u1000-\u109f\u1780-\u17ff\u3040-\u30ff\u3400-\u4dbf\u4e00-\u9fff\uf900-\ufaff\U00020000-\U0003ffff]"
)
LONG_WORD = 8  # characters; segmented words of these scripts have 1 to 5 on average


def tokenize(line: str, scheme: Tokenizer, lowercase: bool = False) -> tuple[str, ...]:
    """The words of one line.

    Args:
        line: one line of text, of one or more sentences.
        scheme: `nltk` does what `nltk.word_tokenize` does (sentence split, then words) without
            its downloaded model, so "a man. he sits." ends both sentences with a word ".";
            `whitespace` takes a tokenised text as it is.
        lowercase: lower-case the line first, as Texygen does.
    """
    if lowercase:
        line = line.lower()
    if scheme == "whitespace":
        return tuple(line.split())
    words = _words()
    return tuple(word for sentence in split_sentences(line) for word in words.tokenize(sentence))


def split_sentences(text: str) -> list[str]:
    """The sentences of a running text (nltk's Punkt algorithm, see `ABBREVIATIONS`)."""
    return _sentences().tokenize(text)


def recognise(lines: Iterable[str], otherwise: Tokenizer = "nltk") -> Tokenizer:
    """How to take a text: `whitespace` if it is tokenised already, `nltk` if it is not.

    In a tokenised text more punctuation stands apart than at words. To tokenise it once more would
    change it: nltk takes a closing quote that stands alone for an opening one.

    Args:
        lines: of the text.
        otherwise: the answer where nothing decides.
    """
    apart = attached = 0
    for line in lines:
        for word in line.split():
            if word in APART:
                apart += 1
            elif word.endswith(ATTACHED) and word[0].isalnum():
                attached += 1
    if apart == attached:
        return otherwise
    return "whitespace" if apart > attached else "nltk"


def lacks_blanks(lines: Iterable[str]) -> bool:
    """Whether a text is of a script without blanks between words, and has none put in.

    Most words are of such a script and, on average, longer than `LONG_WORD` characters, or most
    lines are a single word.
    """
    texts = single = words = unparted = characters = 0
    for line in lines:
        found = line.split()
        texts += bool(found)
        single += len(found) == 1
        words += len(found)
        if not line.isascii():
            counts = [count for word in found if (count := len(_UNPARTED.findall(word)))]
            unparted += len(counts)
            characters += sum(counts)
    long = characters > LONG_WORD * unparted
    return 2 * unparted > words and (long or 2 * single > texts)


def signature(scheme: Tokenizer, lowercase: bool) -> str:
    """A short name of a tokenisation, for records: `nltk-lower`, `whitespace-cased`."""
    return f"{scheme}-{'lower' if lowercase else 'cased'}"


@cache
def _words() -> "NLTKWordTokenizer":
    from nltk.tokenize import NLTKWordTokenizer

    return NLTKWordTokenizer()


@cache
def _sentences() -> "PunktSentenceTokenizer":
    from nltk.tokenize.punkt import PunktParameters, PunktSentenceTokenizer

    parameters = PunktParameters()
    parameters.abbrev_types = set(ABBREVIATIONS)
    return PunktSentenceTokenizer(parameters)
