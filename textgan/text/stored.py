"""Large texts are tokenised once, and kept in the cache as numbers of words.

A folder of the cache, named after what the text is and how it is tokenised, holds

    words.json    the different words, in the order in which they occur first
    numbers.bin   int32, the words of all sentences one after the other
    ends.bin      int64, where each sentence ends
    split.bin     int8, 0 for training, 1 for validation, 2 for test, -1 for neither
    about.json    checksum of the corpus, how it was tokenised, and SHA-256 of these files

The arrays are mapped to memory, so that no process holds the whole text.
"""

import fcntl
import json
import os
import shutil
import subprocess
import sys
from collections.abc import Iterable, Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass
from functools import cached_property
from hashlib import sha256
from importlib.metadata import version
from pathlib import Path
from typing import Any

import numpy as np

from textgan.catalogue import cache_folder, sha256_of
from textgan.errors import UserError
from textgan.files import DAMAGE
from textgan.text.numbered import Numbered
from textgan.text.tokenization import Tokenizer

FORMAT = 1  # of the folder; another one is made anew
LARGE = 1_000_000  # bytes of text from which it is worth keeping


@dataclass(frozen=True, eq=False)
class StoredText:
    """A tokenised text in the cache.

    Attributes:
        scheme: how it was tokenised.
        checksum: of the corpus that it makes, see `Corpus`.
        text: all of its sentences.
        split: (sentence,) int8, as `split.bin` has it.
        lines: of the source, empty ones too.
        lacks_blanks: see `textgan.text.tokenization.lacks_blanks`.
    """

    scheme: Tokenizer
    checksum: str
    text: Numbered
    split: np.ndarray
    lines: int
    lacks_blanks: bool

    @cached_property
    def splits(self) -> tuple[Numbered, Numbered, Numbered]:
        """Train, validation and test."""
        train, validation, test = (self.text.where(self.split == part) for part in range(3))
        return train, validation, test

    @property
    def longest(self) -> int:
        """Words of the longest sentence."""
        return int(self.text.lengths.max(initial=0))

    @property
    def empty(self) -> int:
        """Lines without a word."""
        return self.lines - len(self.text)


def is_large(places: Iterable[Path]) -> bool:
    """Whether files of text are so large that they are tokenised once for all."""
    return sum(place.stat().st_size for place in places if place.is_file()) >= LARGE


def stored_text(
    name: str,
    places: Mapping[str, Path],
    scheme: Tokenizer | None,
    lowercase: bool = False,
    sizes: tuple[int, int] | None = None,
) -> StoredText:
    """Return a text from the cache; it is tokenised and put there first if need be.

    Args:
        name: of the text, for messages.
        places: files of a sentence a line, by what they are for: `train`, `test`, or `all`.
        scheme: how to tokenise; None to recognise it by the look of the text.
        lowercase: lower-case it first.
        sizes: of validation and test, for a card; otherwise the shares of a text of one's own.

    Raises:
        UserError: a file cannot be read, or the cache cannot be written.
    """
    request = {
        "sources": {half: str(place) for half, place in places.items()},
        "scheme": scheme,
        "lowercase": lowercase,
        "sizes": sizes,
    }
    known = {half: sha256_of(place) for half, place in places.items()}
    key = json.dumps([FORMAT, version("nltk"), request | {"sources": known}])
    folder = tokenised_folder() / sha256(key.encode()).hexdigest()[:16]
    try:
        found = _read(folder)
        if found is None:
            folder.parent.mkdir(parents=True, exist_ok=True)
            with _alone(folder, name) as lock:
                found = _read(folder)  # another process may have made it meanwhile
                if found is None:
                    _build(folder, request, name, lock)
                    found = _read(folder)
    except OSError as error:
        raise UserError(f"cannot use the cache {folder}: {error.strerror or error}") from error
    if found is None:
        raise UserError(f"the cache {folder} cannot be read back: is the disk damaged or full?")
    return found


def tokenised_folder() -> Path:
    """The folder of the cache that holds tokenised texts."""
    return cache_folder() / "tokenised"


def forget_tokenised() -> int:
    """Delete all tokenised texts that no process is making; return how many bytes that frees."""
    freed = 0
    for place in tokenised_folder().glob("*.lock"):
        with place.open("ab") as lock:
            try:
                fcntl.flock(lock, fcntl.LOCK_EX | fcntl.LOCK_NB)
            except BlockingIOError:
                continue
            for folder in (place.with_suffix(""), place.with_suffix(".partial")):
                freed += sum(file.stat().st_size for file in folder.rglob("*") if file.is_file())
                _remove(folder)
    return freed


@contextmanager
def _alone(folder: Path, name: str) -> Iterator[int]:
    """Keep other processes from making the same folder within the block; yield the lock."""
    with folder.with_suffix(".lock").open("ab") as lock:
        try:
            fcntl.flock(lock, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError:
            _say(f"another process is tokenising {name}: waiting for it")
            fcntl.flock(lock, fcntl.LOCK_EX)
        yield lock.fileno()


def _build(folder: Path, request: dict[str, Any], name: str, lock: int) -> None:
    """Tokenise a text in a new process: one that runs TensorFlow or JAX must not be forked.

    It inherits the lock, which so lasts as long as it does, if this process is killed, too.
    """
    if os.path.lexists(folder):
        _say(f"the tokenised text of {name} in the cache is damaged: it is made again")
        _remove(folder)
    _say(f"tokenising {name}, once: it is kept in {folder}")
    aside = folder.with_suffix(".partial")
    _remove(aside)
    aside.mkdir()
    try:
        wanted = json.dumps(request | {"folder": str(aside)})
        command = [sys.executable, "-m", "textgan.text.tokenizing", wanted]
        ending = subprocess.run(command, check=False, pass_fds=[lock])  # noqa: S603  # our own
        if ending.returncode:
            error = aside / "error"
            raise UserError(
                error.read_text(encoding="utf-8")
                if error.exists()
                else f"tokenising {name} ended with status {ending.returncode}"
            )
        aside.rename(folder)
    finally:
        _remove(aside)


def _remove(place: Path) -> None:
    """Delete what stands in the place of a folder of the cache, if anything."""
    if place.is_dir() and not place.is_symlink():
        shutil.rmtree(place, ignore_errors=True)
    else:
        place.unlink(missing_ok=True)


def _read(folder: Path) -> StoredText | None:
    """Read a tokenised text; None if there is none, or not all of it as it was written."""
    try:
        about = json.loads((folder / "about.json").read_text(encoding="utf-8"))
        if any(sha256_of(folder / name) != known for name, known in about["files"].items()):
            return None
        words = json.loads((folder / "words.json").read_text(encoding="utf-8"))
        split = np.fromfile(folder / "split.bin", np.int8)
        numbers, ends = (
            np.memmap(folder / f"{name}.bin", kind, "r") if len(split) else np.empty(0, kind)
            for name, kind in (("numbers", np.int32), ("ends", np.int64))
        )
        return StoredText(
            scheme=about["scheme"],
            checksum=about["checksum"],
            text=Numbered(tuple(words), numbers, ends, np.arange(len(split))),
            split=split,
            lines=about["lines"],
            lacks_blanks=about.get("lacks_blanks", False),
        )
    except DAMAGE:
        return None


def _say(line: str) -> None:
    print(line, file=sys.stderr, flush=True)
