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
from tempfile import TemporaryDirectory
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
    require_fetching,
)
from textgan.errors import UserError
from textgan.files import check_members, read_lines
from textgan.metrics.neighbours import Sentence
from textgan.text.tokenization import (
    Tokenizer,
    lacks_blanks,
    recognise,
    signature,
    split_sentences,
    tokenize,
)

# A text of one's own gives these shares (in sentences).
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
        own: whether it is a text of one's own, which may have the name of a card.
        notes: what its owner should know of it, a line each.
        background: cards of other text of the same kind, for judges of its sentences.
        source: what it was loaded from, as it was given.
    """

    name: str
    train: list[Sentence]
    validation: list[Sentence]
    test: list[Sentence]
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
    name, lines = _read_own(name_or_path)
    return _split_own(name_or_path, name, lines, recognise(lines))


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
    earlier = _split_own(corpus.source, *_read_own(corpus.source), "nltk")
    return earlier if earlier.checksum == checksum else corpus


def split_by_hash(
    sentences: Iterable[Sentence], validation: int, test: int
) -> tuple[list[Sentence], list[Sentence], list[Sentence]]:
    """Split sentences by the rank of their SHA-256: test takes the lowest, then validation.

    The same sentences give the same split in any order. Copies of one sentence never fall on both
    sides: a split may hold up to a tenth more sentences than asked for (or two), and a sentence
    too frequent for what is still wanted is left to training. Order is kept.

    Returns:
        train, validation and test.
    """
    sentences = list(sentences)
    counts = Counter(sentences)
    ranked = sorted(counts, key=lambda words: hashlib.sha256(" ".join(words).encode()).digest())
    tested = _fill(test, ranked, counts)
    chosen = _fill(validation, [words for words in ranked if words not in tested], counts)
    return (
        [words for words in sentences if words not in tested and words not in chosen],
        [words for words in sentences if words in chosen],
        [words for words in sentences if words in tested],
    )


def _fill(size: int, ranked: Sequence[Sentence], counts: Counter[Sentence]) -> set[Sentence]:
    """Different sentences that make up a split of `size`, the rarest if all are too frequent."""
    chosen: set[Sentence] = set()
    taken = 0
    for words in ranked:
        if taken >= size:
            break
        if counts[words] <= _most_copies(size, taken):
            chosen.add(words)
            taken += counts[words]
    if size and ranked and not chosen:
        chosen.add(min(ranked, key=counts.__getitem__))
    return chosen


def _most_copies(size: int, taken: int = 0) -> float:
    """Copies that a sentence may have to come into a split that holds `taken` of `size`."""
    return max(3, (1.2 * size - taken) / 2)


def _load_card(card: Card) -> Corpus:
    scheme: Tokenizer = card.settings["tokenization"]
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
    form = signature(scheme, lowercase)
    background = tuple(card.settings.get("background", ()))
    return Corpus(
        card.name,
        *splits,
        form,
        _checksum(splits),
        card.settings["max_words"],
        background=background,
        source=card.name,
    )


def load_background(
    names: Iterable[str], say: Callable[[str], None] = print
) -> dict[str, list[Sentence]]:
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


def _read_own(name_or_path: str) -> tuple[str, list[str]]:
    """The name and the lines of a corpus without a card."""
    if name_or_path.startswith("hub:"):
        return _read_hub(name_or_path[4:])
    if name_or_path.startswith(("https://", "http://")):
        key = hashlib.sha256(name_or_path.encode()).hexdigest()[:16]
        place = cache_folder() / "addresses" / f"{key}.txt"
        if not place.is_file():
            download(name_or_path, place)
        return name_or_path, list(read_lines(place))
    path = Path(name_or_path)
    if not path.exists() and not path.suffix and len(path.parts) == 1:
        read_card("corpora", name_or_path)  # raises: lists the cards
    return path.name, list(read_lines(path))


def _split_own(name_or_path: str, name: str, lines: Sequence[str], scheme: Tokenizer) -> Corpus:
    """A corpus of lines, split by the `OWN_` shares."""
    sentences = [words for line in lines if (words := tokenize(line, scheme))]
    if not sentences:
        raise UserError(f"{name_or_path} is empty: a corpus needs a sentence a line")
    splits = split_by_hash(sentences, *_own_sizes(sentences))
    if not all(splits):
        raise UserError(
            f"{name_or_path} has too few different sentences to split: at least 3 are needed"
        )
    longest = max(map(len, sentences))
    notes = list(text_notes(name, lines))
    if empty := len(lines) - len(sentences):
        notes.append(f"{name}: {empty:,} empty lines are left out")
    form = signature(scheme, False)
    return Corpus(
        name,
        *splits,
        form,
        _checksum(splits),
        longest,
        own=True,
        notes=tuple(notes),
        source=name_or_path,
    )


def _own_sizes(sentences: Sequence[Sentence]) -> tuple[int, int]:
    """Sizes of validation and test: the `OWN_` shares, but half of what may go there at most.

    Sentences that are too frequent for the test set may not.
    """
    total = len(sentences)
    validation, test = OWN_VALIDATION_SHARE * total, OWN_TEST_SHARE * total
    free = sum(count for count in Counter(sentences).values() if count <= _most_copies(round(test)))
    limit = min(1.0, free / 2 / (validation + test))
    return max(1, round(limit * validation)), max(1, round(limit * test))


def text_notes(name: str, lines: Sequence[str]) -> Iterator[str]:
    """What the owner of a text should know before its words are counted, a line each."""
    if lacks_blanks(lines):
        yield (
            f"{name}: words are what stands between blanks, and this text sets none between its "
            "words: have a segmenter put them in first (jieba for Chinese, MeCab for Japanese, "
            "PyThaiNLP for Thai), or set every character apart"
        )


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
    here = Path(name).exists()
    if not here:
        require_fetching(name)
    if here and re.search(r"[*?\[\]]", str(Path(name).resolve())):
        raise UserError(
            f"{name}: `datasets` takes * ? [ ] in a path for a pattern; rename the folder"
        )
    with TemporaryDirectory() as fresh:  # the cache would not see that a file here has changed
        cache = fresh if here else str(cache_folder() / "datasets")
        try:
            with quiet_datasets() as datasets:
                table: Any = datasets.load_dataset(name, split="train", cache_dir=cache)
        except Exception as error:  # the hub's client raises a dozen types, some of them bare
            reason = str(error).splitlines()[0] if str(error) else type(error).__name__
            raise UserError(f"cannot load {name!r} from the hub: {reason}") from error
        if column not in table.column_names:
            known = ", ".join(table.column_names)
            raise UserError(f"hub data set {name!r} has no column {column!r}; columns: {known}")
        texts = [str(text) for text in table[column] if text is not None]
    return name, [line for text in texts for line in re.split("\r\n|\r|\n", text)]
