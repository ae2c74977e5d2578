"""Tokenises a large text into files of numbers: a process of its own, which forks more of them.

`textgan.text.stored` starts it: processes in which TensorFlow or JAX runs must not fork. What it
reads and writes is said there.
"""

import hashlib
import json
import os
import sys
from array import array
from collections.abc import Iterator
from functools import partial
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any

import numpy as np

from textgan.catalogue import sha256_of
from textgan.errors import UserError
from textgan.files import read_lines, write_text
from textgan.text.splits import choose, own_sizes, sentence_hash
from textgan.text.tokenization import Tokenizer, lacks_blanks, recognise, tokenize

BLOCK = 10_000  # sentences at a time
TRAIN, VALIDATION, TEST = range(3)  # as `split.bin` has them


def main(request: dict[str, Any]) -> None:
    """Tokenise as a request says, see `textgan.text.stored`.

    Raises:
        UserError: a source cannot be read.
    """
    folder = Path(request["folder"])
    sources = {half: Path(place) for half, place in request["sources"].items()}
    about: dict[str, Any] = {"scheme": request["scheme"]}
    if request["sizes"] is None:
        (place,) = sources.values()
        about["scheme"] = request["scheme"] or recognise(read_lines(place))
        about["lacks_blanks"] = lacks_blanks(read_lines(place))
    with TemporaryDirectory(dir=folder) as work:
        about["lines"], texts = _tokenised(sources, about["scheme"], request["lowercase"], work)
        halves, hashes, words = _number(texts, folder)
        split = _split(halves, hashes, list(sources), request["sizes"])
        split.tofile(folder / "split.bin")
        about["checksum"] = _checksum(texts, split)
    write_text(folder / "words.json", json.dumps(words))
    about["files"] = {file.name: sha256_of(file) for file in sorted(folder.iterdir())}
    write_text(folder / "about.json", json.dumps(about))


def _tokenised(
    sources: dict[str, Path], scheme: Tokenizer, lowercase: bool, work: str
) -> tuple[int, Any]:
    """Return how many lines there are, and a data set of sentences, their hash and source."""
    import datasets

    if not sys.stderr.isatty():
        datasets.disable_progress_bars()
    generator = {"places": tuple(sources.values())}  # a list would be taken apart
    try:
        lines: Any = datasets.Dataset.from_generator(_lines, gen_kwargs=generator, cache_dir=work)
    except datasets.exceptions.DatasetGenerationError as error:
        raise error.__cause__ or error from None  # such as a line that is no UTF-8
    tokenised = lines.map(
        partial(_tokenise, scheme=scheme, lowercase=lowercase),
        batched=True,
        batch_size=BLOCK,
        num_proc=min(len(os.sched_getaffinity(0)), max(1, len(lines) // BLOCK)),
        remove_columns=["line"],
        desc="tokenising",
    )
    return len(lines), tokenised.with_format("arrow")


def _lines(places: tuple[Path, ...]) -> Iterator[dict[str, Any]]:
    for half, place in enumerate(places):
        for line in read_lines(place):
            yield {"line": line, "half": half}


def _tokenise(
    batch: dict[str, list[Any]], scheme: Tokenizer, lowercase: bool
) -> dict[str, list[Any]]:
    """Tokenise lines; no word holds a blank, so that blanks join them. Empty ones are left out."""
    found = [
        (tokenize(line, scheme, lowercase), half)
        for line, half in zip(batch["line"], batch["half"], strict=True)
    ]
    found = [(words, half) for words, half in found if words]
    return {
        "text": [" ".join(words) for words, _ in found],
        "hash": [sentence_hash(words) for words, _ in found],
        "half": [half for _, half in found],
    }


def _number(texts: Any, folder: Path) -> tuple[np.ndarray, np.ndarray, list[str]]:
    """Number the words by first occurrence, and write the numbers and where sentences end.

    Returns:
        The source of each sentence, its hash, and the words.
    """
    import pyarrow.compute as pc

    known: dict[str, int] = {}
    halves, hashes, end = array("b"), bytearray(), 0
    with (folder / "numbers.bin").open("wb") as numbers, (folder / "ends.bin").open("wb") as ends:
        for batch in texts.iter(BLOCK):
            words = pc.split_pattern(batch["text"], " ").combine_chunks()
            coded = words.flatten().dictionary_encode()
            different = coded.dictionary.to_pylist()
            rows = np.array([known.setdefault(word, len(known)) for word in different], np.int32)
            rows[coded.indices.to_numpy()].tofile(numbers)
            place = end + np.cumsum(pc.list_value_length(words).to_numpy(), dtype=np.int64)
            place.tofile(ends)
            end = int(place[-1])
            halves.extend(batch["half"].to_pylist())
            hashes += b"".join(batch["hash"].to_pylist())
    ranks = np.frombuffer(bytes(hashes), dtype="S32")
    return np.frombuffer(halves, np.int8), ranks, list(known)


def _split(
    halves: np.ndarray, hashes: np.ndarray, names: list[str], sizes: tuple[int, int] | None
) -> np.ndarray:
    """Return the split of each sentence (sentence,) int8, as `split_by_hash` has it."""
    split = np.full(len(halves), TRAIN, np.int8)
    whole = np.flatnonzero(halves == names.index("all" if "all" in names else "train"))
    _, kind, copies = np.unique(hashes[whole], return_inverse=True, return_counts=True)
    counts = copies.tolist()
    validation, test = sizes or (own_sizes(counts) if counts else (0, 0))
    table = np.full(len(counts), TRAIN, np.int8)
    # The hashes are sorted: the number of a different sentence is its rank.
    ranked, copied = range(len(counts)), dict(enumerate(counts))
    for chosen, part in zip(
        choose(ranked, copied, validation, test), (VALIDATION, TEST), strict=True
    ):
        table[list(chosen)] = part
    split[whole] = table[kind]
    if "test" in names:
        split[whole[split[whole] == TEST]] = -1
        split[halves == names.index("test")] = TEST
    return split


def _checksum(texts: Any, split: np.ndarray) -> str:
    """Return the checksum of a corpus, see `textgan.text.corpus`."""
    digest = hashlib.sha256()
    for part in (TRAIN, VALIDATION, TEST):
        start = 0
        for batch in texts.iter(BLOCK):
            lines = batch["text"].to_pylist()
            chosen = np.flatnonzero(split[start : start + len(lines)] == part)
            digest.update("".join(lines[row] + "\n" for row in chosen).encode())
            start += len(lines)
        digest.update(b"\0")
    return digest.hexdigest()


if __name__ == "__main__":
    asked = json.loads(sys.argv[1])
    try:
        main(asked)
    except (UserError, OSError) as mistake:
        write_text(Path(asked["folder"]) / "error", str(mistake))
        sys.exit(2)
    except KeyboardInterrupt:
        sys.exit(130)
