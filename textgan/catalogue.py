"""The catalogue: a TOML card for each corpus, set of vectors and of images; where its files lie.

A card's file is looked for in the folder that `TEXTGAN_DATA` names, then in the cache
(`TEXTGAN_CACHE`, by default the platform's user cache), then where nltk and gensim keep their own
downloads. Failing that it is downloaded into the cache: written aside, its checksum verified,
renamed; a download that broke off goes on where it stopped. A file may consist of parts, each with
an address of its own. Nothing is ever written into the data folder.
"""

import fcntl
import hashlib
import os
import shutil
import tomllib
import urllib.request
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from contextvars import ContextVar
from dataclasses import dataclass
from http import HTTPStatus
from http.client import HTTPException
from importlib.resources import files
from pathlib import Path
from typing import Any, BinaryIO, Literal, get_args
from urllib.error import HTTPError, URLError

from textgan.errors import UserError
from textgan.files import write_aside

DATA_VARIABLE = "TEXTGAN_DATA"
CACHE_VARIABLE = "TEXTGAN_CACHE"

_fetching = ContextVar("fetching", default=True)

SILENCE = 30  # seconds without a byte after which a connection counts as lost

CardKind = Literal["corpora", "embeddings", "pictures"]
SECTIONS: tuple[CardKind, ...] = get_args(CardKind)


@dataclass(frozen=True)
class CardFile:
    """One file of a card.

    Attributes:
        path: where it lies under the data folder or the cache, with forward slashes.
        address: what to download it from; empty when it can only be put in place by hand.
        sha256: checksum of its bytes; empty when nobody has verified it yet.
        size: bytes; 0 when unknown.
        split: `train`, `test` or `all` (to be split by the loader).
        parts: files that make up this one, one after the other; empty if it is had as it is.
    """

    path: str
    address: str = ""
    sha256: str = ""
    size: int = 0
    split: str = "all"
    parts: tuple["CardFile", ...] = ()


@dataclass(frozen=True)
class Card:
    """One entry of the catalogue, as its TOML file states it.

    Attributes:
        name: the file's name without `.toml`.
        title: what it is, in a line.
        kind: how it is obtained (see the loaders in `textgan.text` and `textgan.images`).
        licence: the licence of the source.
        citation: whom to cite.
        files: the files it consists of.
        settings: every other key of the card.
    """

    name: str
    title: str
    kind: str
    licence: str
    citation: str
    files: tuple[CardFile, ...]
    settings: dict[str, Any]


def card_names(section: CardKind) -> list[str]:
    """The names of a section's cards, sorted."""
    entries = files(f"textgan.{section}").iterdir()
    return sorted(entry.name[:-5] for entry in entries if entry.name.endswith(".toml"))


def read_card(section: CardKind, name: str) -> Card:
    """Read one card.

    Raises:
        UserError: no card of that name; the message lists those there are.
    """
    if name not in card_names(section):
        known = ", ".join(card_names(section))
        raise UserError(f"{name!r} is neither a file nor a card of {section}/; cards: {known}")
    text = files(f"textgan.{section}").joinpath(f"{name}.toml").read_text(encoding="utf-8")
    values = tomllib.loads(text)
    card_files = tuple(_card_file(**entry) for entry in values.pop("files", []))
    heads = {key: values.pop(key) for key in ("title", "kind", "licence", "citation")}
    return Card(name=name, files=card_files, settings=values, **heads)


def _card_file(parts: Sequence[dict[str, Any]] = (), **entry: Any) -> CardFile:
    return CardFile(**entry, parts=tuple(CardFile(**part) for part in parts))


def data_folder() -> Path | None:
    """The folder that `TEXTGAN_DATA` names, or None when it is not set.

    Raises:
        UserError: it names something that is not a folder.
    """
    value = os.environ.get(DATA_VARIABLE)
    if value and not Path(value).is_dir():
        raise UserError(f"{DATA_VARIABLE} is {value!r}, which is not a folder: correct or unset it")
    return Path(value) if value else None


def cache_folder() -> Path:
    """The cache: `TEXTGAN_CACHE`, or the platform's user cache. Not necessarily there yet."""
    from platformdirs import user_cache_dir

    return Path(os.environ.get(CACHE_VARIABLE) or user_cache_dir("textgan", appauthor=False))


def find_file(file: CardFile) -> Path | None:
    """The file's place on this machine (data folder, cache, nltk's or gensim's), or None."""
    places = [folder / file.path for folder in (data_folder(), cache_folder()) if folder]
    owner, _, rest = file.path.partition("/")
    places += [folder / rest for folder in _foreign_folders(owner)]
    return next((place for place in places if place.is_file()), None)


def keras_keeps(card: Card) -> bool:
    """Whether Keras has downloaded what a card names, and keeps it."""
    home = Path(os.environ.get("KERAS_HOME") or Path.home() / ".keras")
    return "kept" in card.settings and (home / "datasets" / card.settings["kept"]).exists()


def obtain_file(file: CardFile) -> Path:
    """The file's place on this machine, downloaded into the cache if need be.

    Raises:
        UserError: it is not here and cannot be fetched (says where to put it), or what is here
            or was fetched does not have the card's checksum.
    """
    place = find_file(file)
    if place is None:
        place = cache_folder() / file.path
        if file.parts:
            _join([obtain_file(part) for part in file.parts], place, file.sha256)
        elif file.address:
            download(file.address, place, file.sha256)
        else:
            raise UserError(f"no file {file.path}, and nowhere to fetch it from: put it at {place}")
    elif file.sha256 and sha256_of(place) != file.sha256:
        raise UserError(
            f"{place} is not the file of the card (other checksum): remove or rename it"
        )
    return place


def _join(parts: Sequence[Path], place: Path, sha256: str) -> None:
    """Write the parts one after the other to `place`, all or nothing."""
    try:
        place.parent.mkdir(parents=True, exist_ok=True)
        with write_aside(place) as aside:
            with aside.open("wb") as whole:
                for part in parts:
                    with part.open("rb") as content:
                        shutil.copyfileobj(content, whole)
            if sha256 and sha256_of(aside) != sha256:
                raise UserError(f"the parts of {place.name} do not make the card's file")
    except OSError as error:
        raise UserError(f"cannot write {place}: {error.strerror or error}") from error


def download(address: str, place: Path, sha256: str = "") -> None:
    """Fetch `address` to `place`, all or nothing, verifying the checksum when one is given.

    With a checksum, which tells whether the parts fit, a connection that breaks off is taken up
    again where it stopped: at once, or by the next call from what was left beside `place`.

    Raises:
        UserError: the address cannot be reached (says where to put the file), another process is
            fetching it, or what came has another checksum.
    """
    require_fetching(address)
    aside = place.with_name(f".{place.name}.partial")
    try:
        place.parent.mkdir(parents=True, exist_ok=True)
        with aside.open("ab") as target:
            _lock(target, place)
            if place.is_file():  # another process has just fetched it
                return
            try:
                _fetch(address, target, resume=bool(sha256))
                if sha256 and sha256_of(aside) != sha256:
                    target.truncate(0)
                    raise UserError(
                        f"{address} sent something else than the card's file (other checksum)"
                    )
                os.replace(aside, place)
            finally:
                if aside.exists() and not (sha256 and aside.stat().st_size):
                    aside.unlink()
    except (OSError, HTTPException, ValueError) as error:
        reason = getattr(error, "reason", None) or error
        raise UserError(f"cannot fetch {address} ({reason}): put the file at {place}") from error


@contextmanager
def nothing_fetched() -> Iterator[None]:
    """Refuse, within the block, to fetch what is not on this machine."""
    token = _fetching.set(False)
    try:
        yield
    finally:
        _fetching.reset(token)


def require_fetching(what: str) -> None:
    """Raise a `UserError` where nothing may be fetched, see `nothing_fetched`."""
    if not _fetching.get():
        raise UserError(f"{what} is not on this machine, and a dry run fetches nothing")


def _lock(target: BinaryIO, place: Path) -> None:
    try:
        fcntl.flock(target, fcntl.LOCK_EX | fcntl.LOCK_NB)
    except BlockingIOError:
        raise UserError(f"another process is fetching {place}: wait for it") from None


def _fetch(address: str, target: BinaryIO, resume: bool) -> None:
    """Write what an address sends after what the file holds, as long as more of it comes.

    Raises:
        OSError, HTTPException or ValueError: it cannot be had, or not all of it.
    """
    if not resume:
        target.truncate(0)
    while True:
        start = target.seek(0, os.SEEK_END)
        try:
            return _fetch_rest(address, target, start)
        except (URLError, TimeoutError, ConnectionError, HTTPException) as error:
            if start and isinstance(error, HTTPError) and error.code == 416:
                target.truncate(0)  # the address has less than we hold
            elif not resume or target.seek(0, os.SEEK_END) <= start:
                raise


def _fetch_rest(address: str, target: BinaryIO, start: int) -> None:
    # A card's address, or one that a user began with http:// or https://: no other scheme.
    headers = {"Range": f"bytes={start}-"} if start else {}
    request = urllib.request.Request(address, headers=headers)  # noqa: S310
    with urllib.request.urlopen(request, timeout=SILENCE) as source:  # noqa: S310
        if start and source.status != HTTPStatus.PARTIAL_CONTENT:
            target.truncate(0)
            start = 0
        shutil.copyfileobj(source, target)
        target.flush()
        stated = source.headers["Content-Length"]
        came = target.seek(0, os.SEEK_END) - start
        if stated is not None and came != int(stated):
            raise ConnectionError(f"the connection broke off after {came:,} of {stated} bytes")


def sha256_of(path: Path) -> str:
    """The SHA-256 of a file's bytes, in hexadecimal."""
    with path.open("rb") as file:
        return hashlib.file_digest(file, "sha256").hexdigest()


def _foreign_folders(owner: str) -> list[Path]:
    """Where the library that owns paths of the form `owner/...` keeps its downloads."""
    if owner == "nltk_data":
        from nltk.data import path

        return [Path(folder) for folder in path]
    if owner == "gensim-data":
        return [Path(os.environ.get("GENSIM_DATA_DIR", "~/gensim-data")).expanduser()]
    return []
