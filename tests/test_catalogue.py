"""The catalogue: every card is whole, files are found, fetched, checked, or asked for in a line."""

import fcntl
import hashlib
import threading
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path

import pytest
from gensim.test.utils import datapath

from textgan import catalogue
from textgan.catalogue import (
    SECTIONS,
    CardFile,
    CardKind,
    card_names,
    download,
    find_file,
    obtain_file,
    read_card,
    sha256_of,
)
from textgan.errors import UserError


@pytest.fixture
def folders(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> tuple[Path, Path]:
    data, cache = tmp_path / "data", tmp_path / "cache"
    data.mkdir()
    monkeypatch.setenv("TEXTGAN_DATA", str(data))
    monkeypatch.setenv("TEXTGAN_CACHE", str(cache))
    monkeypatch.setenv("GENSIM_DATA_DIR", str(tmp_path / "gensim"))
    return data, cache


def served(tmp_path: Path, content: bytes) -> tuple[str, str]:
    """An address that serves the content, and its checksum."""
    source = tmp_path / "served.txt"
    source.write_bytes(content)
    return source.as_uri(), hashlib.sha256(content).hexdigest()


def test_the_catalogue_has_what_the_readme_promises() -> None:
    corpora = {"scenes", "lee-news", "coco-captions", "emnlp-news", "multi30k", "brown"}
    vectors = {"local", "captions", "word2vec-google-news-300", "glove-wiki-gigaword-100"}
    assert corpora <= set(card_names("corpora"))
    images = {"digits", "crops", "mnist", "fashion_mnist", "stacked_mnist", "cifar10"}
    assert images == set(card_names("pictures"))
    assert vectors | {"word2vec_sample"} <= set(card_names("embeddings"))


@pytest.mark.parametrize(
    ("section", "name"), [(section, name) for section in SECTIONS for name in card_names(section)]
)
def test_every_card_states_what_a_user_must_know(section: CardKind, name: str) -> None:
    card = read_card(section, name)
    assert card.title and card.licence and card.citation
    for file in card.files:
        assert file.size > 0
        assert (
            file.address or file.parts or card.kind in ("gensim", "keras", "nltk", "inside-gensim")
        )
        if file.parts:
            assert sum(part.size for part in file.parts) == file.size
            assert all(part.address and part.sha256 for part in file.parts)
    if section == "corpora":
        assert card.settings["tokenization"] in ("nltk", "whitespace")
        assert card.settings["max_words"] > 0
    elif section == "embeddings":
        assert card.settings["missing"] in ("random", "drop-sentences")


@pytest.mark.parametrize("name", card_names("corpora"))
def test_cards_match_the_files_on_this_machine(name: str) -> None:
    card = read_card("corpora", name)
    find = (lambda file: Path(datapath(file.path))) if card.kind == "inside-gensim" else find_file
    here = [(file, find(file)) for file in card.files]
    checked = [(file, place) for file, place in here if place is not None and file.sha256]
    if not checked:
        pytest.skip(f"no file of {name} under TEXTGAN_DATA")
    for file, place in checked:
        assert place.stat().st_size == file.size
        assert sha256_of(place) == file.sha256
        with place.open("rb") as content:
            for part in file.parts:
                assert digest(content.read(part.size)) == part.sha256


def test_an_unknown_card_lists_those_there_are() -> None:
    with pytest.raises(UserError, match=r"coco-captions.*scenes"):
        read_card("corpora", "coco")


def test_the_data_folder_comes_before_the_cache(folders: tuple[Path, Path]) -> None:
    file = CardFile("some/file.txt")
    for folder in reversed(folders):
        (folder / "some").mkdir(parents=True)
        (folder / file.path).write_text("x")
        assert find_file(file) == folder / file.path


def test_a_data_folder_that_is_none_is_said(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("TEXTGAN_DATA", str(tmp_path / "absent"))
    with pytest.raises(UserError, match="TEXTGAN_DATA"):
        find_file(CardFile("file.txt"))


def test_a_file_is_fetched_once_into_the_cache(folders: tuple[Path, Path], tmp_path: Path) -> None:
    address, sha256 = served(tmp_path, b"two\nlines\n")
    file = CardFile("some/file.txt", address, sha256)
    place = obtain_file(file)
    assert place == folders[1] / "some" / "file.txt"
    assert place.read_bytes() == b"two\nlines\n"
    (tmp_path / "served.txt").unlink()
    assert obtain_file(file) == place


def parts_of(tmp_path: Path, contents: list[bytes]) -> tuple[CardFile, ...]:
    parts = []
    for number, content in enumerate(contents):
        tmp_path.joinpath(str(number)).mkdir()
        address, sha256 = served(tmp_path / str(number), content)
        parts.append(CardFile(f"parts/{number}.txt", address, sha256))
    return tuple(parts)


def test_a_file_in_parts_is_put_together(folders: tuple[Path, Path], tmp_path: Path) -> None:
    parts = parts_of(tmp_path, [b"one\n", b"two\n", b"three\n"])
    whole = b"one\ntwo\nthree\n"
    file = CardFile("some/whole.txt", sha256=digest(whole), parts=parts)
    place = obtain_file(file)
    assert place == folders[1] / "some" / "whole.txt" and place.read_bytes() == whole
    for number in range(3):
        (tmp_path / str(number) / "served.txt").unlink()  # what is here is not fetched again
    assert obtain_file(file) == place
    place.unlink()
    assert obtain_file(file).read_bytes() == whole


def test_parts_that_make_something_else_are_refused(
    folders: tuple[Path, Path], tmp_path: Path
) -> None:
    parts = parts_of(tmp_path, [b"two\n", b"one\n"])
    file = CardFile("whole.txt", sha256=digest(b"one\ntwo\n"), parts=parts)
    with pytest.raises(UserError, match=r"parts of whole\.txt do not make the card's"):
        obtain_file(file)
    assert [each.name for each in folders[1].iterdir()] == ["parts"]


def test_a_part_that_cannot_be_had_leaves_no_whole(
    folders: tuple[Path, Path], tmp_path: Path
) -> None:
    first, second = parts_of(tmp_path, [b"one\n", b"two\n"])
    (tmp_path / "1" / "served.txt").unlink()
    file = CardFile("whole.txt", sha256=digest(b"one\ntwo\n"), parts=(first, second))
    with pytest.raises(UserError, match=r"cannot fetch .*: put the file at .*parts/1\.txt"):
        obtain_file(file)
    assert not (folders[1] / "whole.txt").exists()


def test_another_checksum_leaves_nothing_behind(folders: tuple[Path, Path], tmp_path: Path) -> None:
    address, _ = served(tmp_path, b"something else")
    with pytest.raises(UserError, match="checksum"):
        obtain_file(CardFile("file.txt", address, "0" * 64))
    assert not list(folders[1].rglob("*"))


def test_a_wrong_file_in_place_is_refused(folders: tuple[Path, Path]) -> None:
    (folders[0] / "file.txt").write_text("x")
    with pytest.raises(UserError, match="checksum"):
        obtain_file(CardFile("file.txt", sha256="0" * 64))


@pytest.mark.parametrize("address", ["", "file:///nowhere/file.txt"])
def test_offline_says_where_to_put_the_file(folders: tuple[Path, Path], address: str) -> None:
    with pytest.raises(UserError, match="put .*" + str(folders[1] / "some" / "file.txt")) as caught:
        obtain_file(CardFile("some/file.txt", address))
    assert "\n" not in str(caught.value)


# Downloads over HTTP

CONTENT = bytes(range(256)) * 400


@contextmanager
def server(answer: Callable[[BaseHTTPRequestHandler, str | None], None]) -> Iterator[str]:
    """The address of a server that answers every request so, given its Range."""

    class Handler(BaseHTTPRequestHandler):
        def do_GET(self) -> None:
            answer(self, self.headers["Range"])

        def log_message(self, format: str, *args: object) -> None:
            pass

    httpd = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
    thread = threading.Thread(target=httpd.serve_forever, args=(0.01,))
    thread.start()
    try:
        yield f"http://127.0.0.1:{httpd.server_port}/file"
    finally:
        httpd.shutdown()
        thread.join()
        httpd.server_close()


def send(handler: BaseHTTPRequestHandler, status: int, stated: int, body: bytes) -> None:
    handler.send_response(status)
    handler.send_header("Content-Length", str(stated))
    handler.end_headers()
    handler.wfile.write(body)


def breaking(asked: list[str | None], part: int, ranges: bool = True):
    """A server that breaks off after `part` bytes, and may know how to go on from a place."""

    def answer(handler: BaseHTTPRequestHandler, wanted: str | None) -> None:
        asked.append(wanted)
        start = int(wanted.removeprefix("bytes=").rstrip("-")) if wanted and ranges else 0
        left = len(CONTENT) - start
        size = part if len(asked) == 1 or ranges else left
        send(handler, 206 if start else 200, left, CONTENT[start : start + size])

    return answer


def digest(content: bytes) -> str:
    return hashlib.sha256(content).hexdigest()


@pytest.mark.parametrize("ranges", [True, False])
def test_a_broken_connection_is_taken_up_again(tmp_path: Path, ranges: bool) -> None:
    asked: list[str | None] = []
    with server(breaking(asked, 40_000, ranges)) as address:
        download(address, tmp_path / "file", digest(CONTENT))
    assert (tmp_path / "file").read_bytes() == CONTENT
    assert asked == [None, "bytes=40000-", "bytes=80000-"][: 3 if ranges else 2]
    assert list(tmp_path.iterdir()) == [tmp_path / "file"]


def test_the_next_call_goes_on_where_the_last_one_stopped(tmp_path: Path) -> None:
    def halting(handler: BaseHTTPRequestHandler, wanted: str | None) -> None:
        if wanted is None:
            send(handler, 200, len(CONTENT), CONTENT[:1000])
        else:
            handler.send_error(503)

    place, asked = tmp_path / "file", []
    with server(halting) as address, pytest.raises(UserError, match="Service Unavailable"):
        download(address, place, digest(CONTENT))
    assert not place.exists()
    with server(breaking(asked, len(CONTENT))) as address:
        download(address, place, digest(CONTENT))
    assert (asked, place.read_bytes()) == (["bytes=1000-"], CONTENT)


@pytest.mark.parametrize("left", [b"x" * 1000, b"x" * (len(CONTENT) + 5)])
def test_a_remainder_of_something_else_leaves_nothing_behind(tmp_path: Path, left: bytes) -> None:
    """Shorter than the file it spoils the checksum, longer it is thrown away."""

    def answer(handler: BaseHTTPRequestHandler, wanted: str | None) -> None:
        if wanted and int(wanted.removeprefix("bytes=").rstrip("-")) > len(CONTENT):
            handler.send_error(416)
        else:
            breaking([wanted], len(CONTENT))(handler, wanted)

    (tmp_path / ".file.partial").write_bytes(left)
    with server(answer) as address:
        if len(left) < len(CONTENT):
            with pytest.raises(UserError, match="other checksum"):
                download(address, tmp_path / "file", digest(CONTENT))
            assert not list(tmp_path.iterdir())
        download(address, tmp_path / "file", digest(CONTENT))
    assert (tmp_path / "file").read_bytes() == CONTENT


def test_half_a_file_without_a_checksum_is_no_file(tmp_path: Path) -> None:
    with server(breaking([], 100)) as address:
        message = "broke off after 100 of 102400 bytes"
        with pytest.raises(UserError, match=message) as caught:
            download(address, tmp_path / "file")
    assert str(tmp_path / "file") in str(caught.value)
    assert not list(tmp_path.iterdir())


def test_a_server_that_falls_silent_is_given_up(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    done = threading.Event()

    def silent(handler: BaseHTTPRequestHandler, wanted: str | None) -> None:
        send(handler, 200, 10, b"four")
        done.wait(20)

    monkeypatch.setattr(catalogue, "SILENCE", 0.2)
    with server(silent) as address:
        with pytest.raises(UserError, match="timed out"):
            download(address, tmp_path / "file")
        done.set()


@pytest.mark.parametrize(
    ("address", "message"),
    [
        ("http://127.0.0.1:1/file", "refused"),
        ("http://127.0.0.1/a b", "control characters"),
        ("http://[::1/file", "Invalid IPv6"),
        ("nothing", "unknown url type"),
    ],
)
def test_addresses_that_lead_nowhere(tmp_path: Path, address: str, message: str) -> None:
    with pytest.raises(UserError, match=message) as caught:
        download(address, tmp_path / "file", "0" * 64)
    assert "\n" not in str(caught.value)
    assert not list(tmp_path.iterdir())


def test_two_processes_do_not_fetch_into_one_file(tmp_path: Path) -> None:
    with (tmp_path / ".file.partial").open("ab") as other:
        fcntl.flock(other, fcntl.LOCK_EX)
        with pytest.raises(UserError, match="another process is fetching"):
            download("http://127.0.0.1:1/", tmp_path / "file")


def test_nothing_is_fetched_where_it_must_not_be(folders: tuple[Path, Path]) -> None:
    place = folders[1] / "some.txt"
    with catalogue.nothing_fetched(), pytest.raises(UserError, match="a dry run fetches nothing"):
        catalogue.download("https://example.org/some.txt", place)
    assert not place.exists()
    catalogue.require_fetching("some.txt")
