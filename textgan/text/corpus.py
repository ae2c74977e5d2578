"""A corpus: tokenised sentences, split once and for all into train, validation and test.

Names are looked up in this order: a card of `corpora/`, a text file of one's own (one sentence a
line), an address (`https://...`), a data set of the Hugging Face hub (`hub:NAME` or
`hub:NAME:COLUMN`).
"""

import hashlib
import re
from collections.abc import Callable, Iterable
from dataclasses import dataclass
from pathlib import Path
from typing import Any
from zipfile import BadZipFile, ZipFile

from textgan.catalogue import (
    Card,
    CardFile,
    cache_folder,
    card_names,
    download,
    obtain_file,
    quiet_datasets,
    read_card,
)
from textgan.errors import UserError
from textgan.files import read_lines
from textgan.text.tokenization import Scheme, signature, split_sentences, tokenize

Sentence = tuple[str, ...]

# A text of one's own is tokenised as running text and gives these shares (in sentences).
OWN_TOKENIZATION: Scheme = "nltk"
OWN_VALIDATION_SHARE = 0.05
OWN_TEST_SHARE = 0.10


@dataclass(frozen=True)
class Corpus:
    """Tokenised sentences in three splits.

    Attributes:
        name: the card's name, or the file's name without its folder.
        train: what a model learns from.
        validation: for choices made on the way; carved out of the training half.
        test: for the scores that are reported.
        tokenization: signature of the tokenisation, such as `nltk-lower`.
        checksum: SHA-256 of the three splits as they stand here.
        max_words: the longest sentence a model of this corpus is meant to write, from the card.
            The splits keep longer ones: whoever leaves them out says how many.
    """

    name: str
    train: list[Sentence]
    validation: list[Sentence]
    test: list[Sentence]
    tokenization: str
    checksum: str
    max_words: int


def load_corpus(name_or_path: str) -> Corpus:
    """Load a corpus by the name of its card, or from a file, an address or the hub.

    Raises:
        UserError: unknown name; a file that is missing, empty, binary or not UTF-8 (with the line
            number); data that is not on this machine and cannot be fetched.
    """
    if name_or_path in card_names("corpora"):
        return _load_card(read_card("corpora", name_or_path))
    return _load_own(name_or_path)


def load_lines(path: Path) -> list[str]:
    """The lines of a UTF-8 text file, without their ends.

    Raises:
        UserError: it cannot be read, is binary or not UTF-8 (with the line number).
    """
    if not sum(1 for _ in read_lines(path)):  # which also checks each line
        return []
    cache = cache_folder() / "datasets"
    with quiet_datasets() as datasets:
        try:
            table = datasets.load_dataset(
                "text", data_files=str(path), split="train", cache_dir=str(cache)
            )
        except (OSError, datasets.exceptions.DatasetsError) as error:
            raise UserError(f"cannot write to the cache {cache}: {error}") from error
        return list(table["text"])


def split_by_hash(
    sentences: Iterable[Sentence], validation: int, test: int
) -> tuple[list[Sentence], list[Sentence], list[Sentence]]:
    """Split sentences by the rank of their SHA-256: test takes the lowest, then validation.

    The same sentences give the same split in any order; copies of one sentence never fall on
    both sides, so a split may hold a few more sentences than asked for. Order is kept.

    Returns:
        train, validation and test.
    """
    keyed = [(hashlib.sha256(" ".join(words).encode()).digest(), words) for words in sentences]
    ranked = sorted(key for key, _ in keyed)
    nothing = b""
    test_end = ranked[min(test, len(ranked)) - 1] if test and ranked else nothing
    rest = [key for key in ranked if key > test_end]
    validation_end = rest[min(validation, len(rest)) - 1] if validation and rest else test_end
    return (
        [words for key, words in keyed if key > validation_end],
        [words for key, words in keyed if test_end < key <= validation_end],
        [words for key, words in keyed if key <= test_end],
    )


def _load_card(card: Card) -> Corpus:
    scheme: Scheme = card.settings["tokenization"]
    lowercase: bool = card.settings["lowercase"]
    if card.kind == "grammar":
        splits = _sample_grammar(card)
    else:
        halves: dict[str, list[Sentence]] = {}
        for file in card.files:
            lines = _READERS[card.kind](file, card)
            halves[file.split] = [
                words for line in lines if (words := tokenize(line, scheme, lowercase))
            ]
        sizes = card.settings["split"]
        whole = halves.get("all") or halves.get("train", [])
        splits = split_by_hash(whole, sizes["validation"], sizes.get("test", 0))
        if "test" in halves:
            splits = (*splits[:2], halves["test"])
    return _corpus(card.name, splits, signature(scheme, lowercase), card.settings["max_words"])


def _load_own(name_or_path: str) -> Corpus:
    """A corpus without a card: cased, tokenised by nltk, split by the `OWN_` shares."""
    if name_or_path.startswith("hub:"):
        name, lines = _read_hub(name_or_path[4:])
    elif name_or_path.startswith(("https://", "http://")):
        key = hashlib.sha256(name_or_path.encode()).hexdigest()[:16]
        place = cache_folder() / "addresses" / f"{key}.txt"
        if not place.is_file():
            download(name_or_path, place)
        name, lines = name_or_path, load_lines(place)
    else:
        path = Path(name_or_path)
        if not path.exists() and not path.suffix and len(path.parts) == 1:
            read_card("corpora", name_or_path)  # raises: lists the cards
        name, lines = path.name, load_lines(path)
    sentences = [words for line in lines if (words := tokenize(line, OWN_TOKENIZATION))]
    if not sentences:
        raise UserError(f"{name_or_path} is empty: a corpus needs a sentence a line")
    count = len(sentences)
    sizes = max(1, round(OWN_VALIDATION_SHARE * count)), max(1, round(OWN_TEST_SHARE * count))
    splits = split_by_hash(sentences, *sizes)
    if not all(splits):
        raise UserError(
            f"{name_or_path} has too few different sentences to split: at least 3 are needed"
        )
    longest = max(map(len, sentences))
    return _corpus(name, splits, signature(OWN_TOKENIZATION, False), longest)


def _corpus(
    name: str,
    splits: tuple[list[Sentence], list[Sentence], list[Sentence]],
    tokenization: str,
    max_words: int,
) -> Corpus:
    digest = hashlib.sha256()
    for sentences in splits:
        for words in sentences:
            digest.update(" ".join(words).encode() + b"\n")
        digest.update(b"\0")
    return Corpus(name, *splits, tokenization, digest.hexdigest(), max_words)


def _sample_grammar(card: Card) -> tuple[list[Sentence], list[Sentence], list[Sentence]]:
    from textgan.text.grammar import Grammar

    grammar = Grammar.load()
    samples = card.settings["samples"]
    train, validation, test = (
        grammar.sample(samples[part]["sentences"], seed=samples[part]["seed"])
        for part in ("train", "validation", "test")
    )
    return train, validation, test


def _read_text_file(file: CardFile, card: Card) -> list[str]:
    return load_lines(obtain_file(file))


def _read_gensim_file(file: CardFile, card: Card) -> list[str]:
    from gensim.test.utils import datapath

    lines = load_lines(Path(datapath(file.path)))
    return [sentence for line in lines for sentence in split_sentences(line)]


def _read_nltk_corpus(file: CardFile, card: Card) -> list[str]:
    """A tagged corpus of nltk's data (a sentence a line, word/tag), without the tags."""
    from nltk.tag import str2tuple

    place = obtain_file(file)
    lines = []
    try:
        with ZipFile(place) as archive:
            for name in sorted(archive.namelist()):
                if re.fullmatch(f"{card.name}/{card.settings['documents']}", name):
                    lines += archive.read(name).decode("ascii").splitlines()
    except (OSError, ValueError, BadZipFile) as error:
        raise UserError(f"{place} is damaged ({error}): fetch it anew") from error
    return [" ".join(str2tuple(token)[0] for token in line.split()) for line in lines]


_READERS: dict[str, Callable[[CardFile, Card], list[str]]] = {
    "text": _read_text_file,
    "inside-gensim": _read_gensim_file,
    "nltk": _read_nltk_corpus,
}


def _read_hub(reference: str) -> tuple[str, list[str]]:
    """The text column of the training split of a hub data set: NAME or NAME:COLUMN."""
    name, _, column = reference.partition(":")
    try:
        with quiet_datasets() as datasets:
            table: Any = datasets.load_dataset(
                name, split="train", cache_dir=str(cache_folder() / "datasets")
            )
    except Exception as error:  # the hub's client raises a dozen types, some of them bare
        reason = str(error).splitlines()[0] if str(error) else type(error).__name__
        raise UserError(f"cannot load {name!r} from the hub: {reason}") from error
    column = column or "text"
    if column not in table.column_names:
        known = ", ".join(table.column_names)
        raise UserError(f"hub data set {name!r} has no column {column!r}; columns: {known}")
    return name, [line for text in table[column] for line in str(text).splitlines()]
