"""A text that is tokenised once for all is the same corpus as one that is tokenised each time."""

import fcntl
import os
import shutil
import signal
import subprocess
import sys
import time
from pathlib import Path

import numpy as np
import pytest

from textgan.errors import UserError
from textgan.text import stored
from textgan.text.corpus import Corpus, as_learned, load_corpus
from textgan.text.grammar import Grammar
from textgan.text.numbered import Numbered

ODD = [
    "It isn't Dr. Smith's dog, is it?",
    "",
    "  two  blanks\tand a tab ",
    "«Ça va?» dit-elle\u00a0!",
    "a man. he sits.",
    "once more",
    "\ufeff",
    "日本語 の 文",
]


@pytest.fixture(autouse=True)
def cache(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    monkeypatch.setenv("TEXTGAN_CACHE", str(tmp_path / "cache"))
    return tmp_path / "cache"


def write(place: Path, lines: list[str], end: str = "\n") -> str:
    place.write_bytes("".join(line + end for line in lines).encode())
    return str(place)


def sentences(count: int) -> list[str]:
    return [" ".join(words) for words in Grammar.load().sample(count, seed=3)]


def both(name: str, monkeypatch: pytest.MonkeyPatch) -> tuple[Corpus, Corpus]:
    """The corpus as it is kept, and as it is made in memory."""
    with monkeypatch.context() as patch:
        patch.setattr(stored, "LARGE", 0)
        kept = load_corpus(name)
    assert isinstance(kept.train, Numbered) and isinstance(kept.train.numbers, np.memmap)
    return kept, load_corpus(name)


@pytest.mark.parametrize(
    ("lines", "end"),
    [
        ([*sentences(300), *ODD * 3, *["too frequent"] * 90], "\r\n"),
        ([*(f"{line} , as it stands ." for line in sentences(200)), *ODD], "\n"),
        (["a b", "c d", "e f"], "\n"),
        (["這是一個沒有空格的句子", "另一個沒有空格的句子", "還有一個沒有空格的"], "\n"),
    ],
    ids=["untokenised", "tokenised", "three", "unparted"],
)
def test_nothing_differs_but_where_it_lies(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, lines: list[str], end: str
) -> None:
    kept, made = both(write(tmp_path / "my.txt", lines, end), monkeypatch)
    for part in ("train", "validation", "test"):
        assert list(getattr(kept, part)) == list(getattr(made, part)), part
    for field in ("name", "tokenization", "checksum", "max_words", "own", "notes", "source"):
        assert getattr(kept, field) == getattr(made, field), field


@pytest.mark.skipif("TEXTGAN_DATA" not in os.environ, reason="needs the captions")
def test_a_card_with_a_test_half(monkeypatch: pytest.MonkeyPatch) -> None:
    kept = load_corpus("coco-captions")
    assert isinstance(kept.train, Numbered)
    monkeypatch.setattr(stored, "LARGE", 1 << 40)
    made = load_corpus("coco-captions")
    assert kept.checksum == made.checksum
    assert (kept.train, kept.validation, kept.test) == (made.train, made.validation, made.test)


def test_what_a_run_of_an_earlier_version_has_learned(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    name = write(tmp_path / "my.txt", [f"{line} ( so ) . ''" for line in sentences(50)])
    kept, made = both(name, monkeypatch)
    monkeypatch.setattr("textgan.text.corpus.recognise", lambda lines: "nltk")
    earlier = load_corpus(name).checksum
    assert earlier != made.checksum
    monkeypatch.setattr(stored, "LARGE", 0)
    assert as_learned(kept, earlier).checksum == earlier
    assert as_learned(kept, "other").checksum == kept.checksum


def test_it_is_tokenised_once_and_again_when_it_changes(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capfd: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.setattr(stored, "LARGE", 0)
    name = write(tmp_path / "my.txt", sentences(40))
    first = load_corpus(name).checksum
    assert "tokenising my.txt, once" in capfd.readouterr().err
    assert load_corpus(name).checksum == first
    assert capfd.readouterr().err == ""
    write(tmp_path / "my.txt", sentences(41))
    assert load_corpus(name).checksum != first
    assert "tokenising my.txt, once" in capfd.readouterr().err
    assert stored.forget_tokenised() > 0
    assert stored.forget_tokenised() == 0
    assert not [path for path in stored.tokenised_folder().iterdir() if path.is_dir()]


@pytest.mark.parametrize(
    ("file", "damage"),
    [
        ("numbers.bin", "cut"),
        ("numbers.bin", "changed"),
        ("about.json", "cut"),
        ("about.json", "another shape"),
        ("words.json", "gone"),
    ],
)
def test_a_damaged_cache_is_made_again_and_said_so(
    tmp_path: Path,
    monkeypatch: pytest.MonkeyPatch,
    capfd: pytest.CaptureFixture[str],
    file: str,
    damage: str,
) -> None:
    monkeypatch.setattr(stored, "LARGE", 0)
    name = write(tmp_path / "my.txt", sentences(40))
    first = load_corpus(name)
    (place,) = stored.tokenised_folder().glob(f"*/{file}")
    content = place.read_bytes()
    place.unlink()
    if damage == "cut":
        place.write_bytes(content[: len(content) // 2])
    elif damage == "changed":
        place.write_bytes(content[:-9] + b"\x01" * 9)
    elif damage == "another shape":
        place.write_text('{"files": []}')
    capfd.readouterr()
    again = load_corpus(name)
    assert again.checksum == first.checksum and again.train == first.train
    said = capfd.readouterr().err.splitlines()
    assert said[0] == "the tokenised text of my.txt in the cache is damaged: it is made again"


def text_whose_folder_is_gone(tmp_path: Path) -> tuple[str, Corpus, Path]:
    """A text, what was read of it, and the lock beside its place in the cache."""
    name = write(tmp_path / "my.txt", sentences(40))
    first = load_corpus(name)
    (lock,) = stored.tokenised_folder().glob("*.lock")
    shutil.rmtree(lock.with_suffix(""))
    return name, first, lock


def test_files_in_the_place_of_folders_of_the_cache_are_replaced(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capfd: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.setattr(stored, "LARGE", 0)
    name, first, lock = text_whose_folder_is_gone(tmp_path)
    lock.with_suffix("").write_text("")
    lock.with_suffix(".partial").write_text("")
    capfd.readouterr()
    assert load_corpus(name).train == first.train
    assert "is damaged: it is made again" in capfd.readouterr().err
    assert lock.with_suffix("").is_dir() and not lock.with_suffix(".partial").exists()
    shutil.rmtree(lock.with_suffix(""))
    lock.with_suffix("").write_text("")
    stored.forget_tokenised()
    assert not lock.with_suffix("").exists()


def test_a_mistake_in_the_text(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(stored, "LARGE", 0)
    place = tmp_path / "my.txt"
    place.write_bytes(b"a line\nnot \xff UTF-8\n")
    with pytest.raises(UserError, match=r"my\.txt, line 2: not UTF-8"):
        load_corpus(str(place))
    write(place, ["", " "])
    with pytest.raises(UserError, match="is empty"):
        load_corpus(str(place))
    write(place, ["one line"] * 9)
    with pytest.raises(UserError, match="too few different sentences"):
        load_corpus(str(place))
    assert not list(stored.tokenised_folder().glob("*.partial"))


def test_two_processes_at_once(tmp_path: Path, cache: Path) -> None:
    name = write(tmp_path / "my.txt", sentences(40))
    code = (
        "import sys; from textgan.text import stored; stored.LARGE = 0\n"
        "from textgan.text.corpus import load_corpus; print(load_corpus(sys.argv[1]).checksum)"
    )
    command = [sys.executable, "-c", code, name]
    pipes = {"stdout": subprocess.PIPE, "stderr": subprocess.PIPE, "text": True}
    both = [subprocess.Popen(command, **pipes) for _ in range(2)]  # type: ignore[call-overload]
    said = [process.communicate() for process in both]
    assert said[0][0] == said[1][0] == load_corpus(name).checksum + "\n"
    assert sum(err.count("once: it is kept") for _, err in said) == 1


def test_what_a_killed_command_had_begun_keeps_the_lock(tmp_path: Path, cache: Path) -> None:
    name = write(tmp_path / "my.txt", sentences(40))
    slow = tmp_path / "slow"
    slow.write_text(f"#!/bin/sh\ntouch {tmp_path}/begun\nexec sleep 60\n")
    slow.chmod(0o700)
    code = (
        "import sys; from textgan.text import stored; stored.LARGE = 0\n"
        "sys.executable = sys.argv[2]\n"
        "from textgan.text.corpus import load_corpus; load_corpus(sys.argv[1])"
    )
    command = [sys.executable, "-c", code, name, str(slow)]
    with subprocess.Popen(command, start_new_session=True) as process:
        while not (tmp_path / "begun").exists():
            assert process.poll() is None
            time.sleep(0.05)
        process.kill()
    (lock,) = stored.tokenised_folder().glob("*.lock")
    with lock.open("ab") as file:
        with pytest.raises(BlockingIOError):
            fcntl.flock(file, fcntl.LOCK_EX | fcntl.LOCK_NB)
        os.killpg(process.pid, signal.SIGKILL)  # what it had begun
        fcntl.flock(file, fcntl.LOCK_EX)


def test_a_link_to_nowhere_in_the_place_of_a_folder_of_the_cache_is_replaced(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(stored, "LARGE", 0)
    name, first, lock = text_whose_folder_is_gone(tmp_path)
    lock.with_suffix("").symlink_to(tmp_path / "nowhere")
    assert load_corpus(name).train == first.train
