"""From a line of text to words: nltk's word tokeniser, or the blanks of a tokenised text."""

from functools import cache
from typing import Literal, get_args

from nltk.tokenize import NLTKWordTokenizer
from nltk.tokenize.punkt import PunktParameters, PunktSentenceTokenizer

Scheme = Literal["nltk", "whitespace"]
SCHEMES: tuple[str, ...] = get_args(Scheme)

# nltk's own sentence model is a separate download. An untrained one ends a sentence at every
# "word. ", so it is told the abbreviations that are usual inside English sentences.
# fmt: off
ABBREVIATIONS = frozenset((
    "a.m", "adm", "capt", "co", "col", "corp", "dr", "e.g", "etc", "ft", "gen", "gov", "i.e", "inc",
    "jr", "lt", "ltd", "maj", "mr", "mrs", "ms", "mt", "p.m", "ph.d", "prof", "rep", "rev",
    "sen", "sgt", "sr", "st", "u.k", "u.n", "u.s", "u.s.a", "vs",
))
# fmt: on


def tokenize(line: str, scheme: Scheme, lowercase: bool = False) -> tuple[str, ...]:
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


def signature(scheme: Scheme, lowercase: bool) -> str:
    """A short name of a tokenisation, for records: `nltk-lower`, `whitespace-cased`."""
    return f"{scheme}-{'lower' if lowercase else 'cased'}"


@cache
def _words() -> NLTKWordTokenizer:
    return NLTKWordTokenizer()


@cache
def _sentences() -> PunktSentenceTokenizer:
    parameters = PunktParameters()
    parameters.abbrev_types = set(ABBREVIATIONS)
    return PunktSentenceTokenizer(parameters)
