"""The process that tokenises a large text: what it writes for `textgan.text.stored`."""

import hashlib
import json
import subprocess
import sys
from pathlib import Path
from typing import Any

import numpy as np

from textgan.text.splits import split_by_hash

LINES = ["the cat sat .", "", "a dog ran .", "the cat sat .", "a bird", "no end", "one more line"]


def tokenise(folder: Path, request: dict[str, Any]) -> subprocess.CompletedProcess[str]:
    folder.mkdir()
    asked = json.dumps({"folder": str(folder)} | request)
    command = [sys.executable, "-m", "textgan.text.tokenizing", asked]
    return subprocess.run(command, capture_output=True, text=True)


def test_what_it_writes_is_the_text_its_split_and_its_checksum(tmp_path: Path) -> None:
    (tmp_path / "my.txt").write_text("".join(line + "\n" for line in LINES))
    request = {
        "sources": {"all": str(tmp_path / "my.txt")},
        "scheme": "whitespace",
        "lowercase": False,
        "sizes": [1, 2],
    }
    done = tokenise(tmp_path / "out", request)
    assert done.returncode == 0, done.stderr
    words = json.loads((tmp_path / "out" / "words.json").read_text())
    numbers = np.fromfile(tmp_path / "out" / "numbers.bin", np.int32)
    ends = np.fromfile(tmp_path / "out" / "ends.bin", np.int64)
    texts = [tuple(words[number] for number in part) for part in np.split(numbers, ends[:-1])]
    assert texts == [tuple(line.split()) for line in LINES if line]
    split = np.fromfile(tmp_path / "out" / "split.bin", np.int8)
    digest = hashlib.sha256()
    for part, expected in enumerate(split_by_hash(texts, 1, 2)):
        assert [texts[row] for row in np.flatnonzero(split == part)] == expected
        digest.update("".join(" ".join(words) + "\n" for words in expected).encode() + b"\0")
    about = json.loads((tmp_path / "out" / "about.json").read_text())
    assert about["lines"] == len(LINES) and about["checksum"] == digest.hexdigest()


def test_a_mistake_is_left_in_a_file_for_who_has_asked(tmp_path: Path) -> None:
    (tmp_path / "my.txt").write_bytes(b"a line\n\xff\n")
    sources = {"all": str(tmp_path / "my.txt")}
    request = {"sources": sources, "scheme": None, "lowercase": False, "sizes": None}
    assert tokenise(tmp_path / "out", request).returncode == 2
    assert "my.txt, line 2: not UTF-8" in (tmp_path / "out" / "error").read_text()
