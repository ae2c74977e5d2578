"""A corpus: tokenised sentences, split once and for all into train, validation and test.

Names are looked up in this order: a card of `corpora/`, a text file of one's own (one sentence a
line), an address (`https://...`), a data set of the Hugging Face hub (`hub:NAME` or
`hub:NAME:COLUMN`).
"""

import hashlib
import re
from collections import Counter
from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path
from zipfile import BadZipFile, ZipFile

from textgan.catalogue import (
    Card,
    CardFile,
    cache_folder,
    card_names,
    download,
    obtain_file,
    read_card,
)
from textgan.errors import UserError
from textgan.files import check_members, read_lines
from textgan.hub import hub_table
from textgan.text.splits import Sentence, own_sizes, split_by_hash
from textgan.text.stored import is_large, stored_text
from textgan.text.tokenization import (
    Tokenizer,
    lacks_blanks,
    recognise,
    signature,
    split_sentences,
    tokenize,
)

Splits = tuple[Sequence[Sentence], Sequence[Sentence], Sequence[Sentence]]

_UNPARTED_NOTE = (
    "{name}: words are what stands between blanks, and this text sets none between its words: have "
    "a segmenter put them in first (jieba for Chinese, MeCab for Japanese, PyThaiNLP for Thai), or "
    "set every character apart"
)


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
        own: whether it is a text of one's own, which may have the name of a card.
        notes: what its owner should know of it, a line each.
        background: cards of other text of the same kind, for judges of its sentences.
        source: what it was loaded from, as it was given.
    """

    name: str
    train: Sequence[Sentence]
    validation: Sequence[Sentence]
    test: Sequence[Sentence]
    tokenization: str
    checksum: str
    max_words: int
    own: bool = False
    notes: tuple[str, ...] = ()
    background: tuple[str, ...] = ()
    source: str = ""

    @property
    def card(self) -> str:
        """The name of its card; empty if it has none."""
        return "" if self.own else self.name


def load_corpus(name_or_path: str) -> Corpus:
    """Load a corpus by the name of its card, or from a file, an address or the hub.

    Raises:
        UserError: unknown name; a file that is missing, empty, binary or not UTF-8 (with the line
            number); data that is not on this machine and cannot be fetched.
    """
    if name_or_path in card_names("corpora"):
        return _load_card(read_card("corpora", name_or_path))
    return _load_own(name_or_path)


def as_learned(corpus: Corpus, checksum: str) -> Corpus:
    """The corpus as a run has read it: runs of earlier versions tokenised what was tokenised.

    Args:
        corpus: as it is read now.
        checksum: of the corpus that the run has learned.

    Returns:
        That with this checksum, or `corpus` if the text has changed.
    """
    tokenised = corpus.own and corpus.tokenization == signature("whitespace", False)
    if not tokenised or checksum in ("", corpus.checksum):
        return corpus
    earlier = _load_own(corpus.source, "nltk")
    return earlier if earlier.checksum == checksum else corpus


def _load_card(card: Card) -> Corpus:
    scheme: Tokenizer = card.settings["tokenization"]
    lowercase: bool = card.settings["lowercase"]
    splits, checksum = _card_splits(card, scheme, lowercase)
    return Corpus(
        card.name,
        *splits,
        signature(scheme, lowercase),
        checksum,
        card.settings["max_words"],
        background=tuple(card.settings.get("background", ())),
        source=card.name,
    )


def _card_splits(card: Card, scheme: Tokenizer, lowercase: bool) -> tuple[Splits, str]:
    """The three splits of a card, and their checksum."""
    if card.kind == "grammar":
        splits = _sample_grammar(card)
        return splits, _checksum(splits)
    sizes = card.settings["split"]
    wanted = sizes["validation"], sizes.get("test", 0)
    if card.kind == "text":
        places = {file.split: obtain_file(file) for file in card.files}
        if is_large(places.values()):
            stored = stored_text(card.name, places, scheme, lowercase, wanted)
            return stored.splits, stored.checksum
    halves: dict[str, list[Sentence]] = {}
    for file in card.files:
        lines = _READERS[card.kind](file, card)
        halves[file.split] = [
            words for line in lines if (words := tokenize(line, scheme, lowercase))
        ]
    splits = split_by_hash(halves.get("all") or halves.get("train", []), *wanted)
    if "test" in halves:
        splits = (*splits[:2], halves["test"])
    return splits, _checksum(splits)


def load_background(
    names: Iterable[str], say: Callable[[str], None] = print
) -> dict[str, Sequence[Sentence]]:
    """Load the training sentences of a corpus' background cards that can be had.

    Args:
        names: see `Corpus.background`.
        say: is called with a line on which of them cannot be had.
    """
    texts = {}
    for name in names:
        try:
            texts[name] = load_corpus(name).train
        except UserError as error:
            say(f"goes without the background text {name}: {error}")
    return texts


def _load_own(name_or_path: str, scheme: Tokenizer | None = None) -> Corpus:
    """A corpus without a card, split by the `OWN_` shares; tokenised as it looks."""
    name, place = _find_own(name_or_path)
    if isinstance(place, Path) and is_large([place]):
        stored = stored_text(name, {"all": place}, scheme)
        splits, checksum, longest = stored.splits, stored.checksum, stored.longest
        scheme, unparted, empty = stored.scheme, stored.lacks_blanks, stored.empty
    else:
        lines = list(read_lines(place)) if isinstance(place, Path) else place
        scheme = scheme or recognise(lines)
        sentences = [words for line in lines if (words := tokenize(line, scheme))]
        sizes = own_sizes(Counter(sentences).values()) if sentences else (0, 0)
        splits = split_by_hash(sentences, *sizes)
        checksum, longest = _checksum(splits), max(map(len, sentences), default=0)
        unparted, empty = lacks_blanks(lines), len(lines) - len(sentences)
    if not longest:
        raise UserError(f"{name_or_path} is empty: a corpus needs a sentence a line")
    if not all(splits):
        raise UserError(
            f"{name_or_path} has too few different sentences to split: at least 3 are needed"
        )
    notes = [_UNPARTED_NOTE.format(name=name)] if unparted else []
    if empty:
        notes.append(f"{name}: {empty:,} empty lines are left out")
    return Corpus(
        name,
        *splits,
        signature(scheme, False),
        checksum,
        longest,
        own=True,
        notes=tuple(notes),
        source=name_or_path,
    )


def _find_own(name_or_path: str) -> tuple[str, Path | list[str]]:
    """The name of a corpus without a card, and its file, or its lines."""
    if name_or_path.startswith("hub:"):
        return _read_hub(name_or_path[4:])
    if name_or_path.startswith(("https://", "http://")):
        key = hashlib.sha256(name_or_path.encode()).hexdigest()[:16]
        place = cache_folder() / "addresses" / f"{key}.txt"
        if not place.is_file():
            download(name_or_path, place)
        return name_or_path, place
    path = Path(name_or_path)
    if not path.exists() and not path.suffix and len(path.parts) == 1:
        read_card("corpora", name_or_path)  # raises: lists the cards
    return path.name, path


def text_notes(name: str, lines: Sequence[str]) -> Iterator[str]:
    """What the owner of a text should know before its words are counted, a line each."""
    if lacks_blanks(lines):
        yield _UNPARTED_NOTE.format(name=name)


def _checksum(splits: Iterable[Sequence[Sentence]]) -> str:
    digest = hashlib.sha256()
    for sentences in splits:
        for words in sentences:
            digest.update(" ".join(words).encode() + b"\n")
        digest.update(b"\0")
    return digest.hexdigest()


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
    return list(read_lines(obtain_file(file)))


def _read_gensim_file(file: CardFile, card: Card) -> list[str]:
    from gensim.test.utils import datapath

    lines = read_lines(Path(datapath(file.path)))
    return [sentence for line in lines for sentence in split_sentences(line)]


def _read_nltk_corpus(file: CardFile, card: Card) -> list[str]:
    """A tagged corpus of nltk's data (a sentence a line, word/tag), without the tags."""
    from nltk.tag import str2tuple

    place = obtain_file(file)
    lines = []
    try:
        with ZipFile(place) as archive:
            check_members(archive)
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
    column = column or "text"
    if not name:
        raise UserError(f"hub:{reference} names no data set: write hub:NAME or hub:NAME:COLUMN")
    with hub_table(name) as table:
        if column not in table.column_names:
            known = ", ".join(table.column_names)
            raise UserError(f"hub data set {name!r} has no column {column!r}; columns: {known}")
        texts = [str(text) for text in table[column] if text is not None]
    return name, [line for text in texts for line in re.split("\r\n|\r|\n", text)]
