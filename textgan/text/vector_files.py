"""word2vec files, text and binary, read as a stream: memory follows the words that are wanted.

The format (Mikolov's word2vec.c) is a first line "count dim", then for each word the word, a
blank, and `dim` numbers: in decimals to the end of the line, or as little-endian float32. Either
may be gzipped. Nothing is unpickled: gensim's own `save` format is refused. A file that does not
end where its first line says, or whose words are not UTF-8, is something else and refused.
"""

import gzip
import io
import zipfile
import zlib
from codecs import BOM_UTF8
from collections.abc import Callable, Collection, Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import BinaryIO, cast

import numpy as np

from textgan.errors import UserError
from textgan.files import output_errors, write_aside

# What no honest file exceeds; a damaged one must not make us read it whole into memory.
MAX_DIM = 10_000
MAX_WORD_BYTES = 10_000
MAX_NUMBER_BYTES = 40
# Some honest files have a few words that their makers cut inside a character.
MAX_STRANGE_SHARE = 0.01

BLOCK_BYTES = 1 << 18

_REFUSED = {
    b"\x80": "gensim's or Python's own format (a pickle), which may run code when opened; convert "
    "it where you trust it: KeyedVectors.load(FILE).save_word2vec_format(OUT, binary=True), or "
    "Word2Vec.load(FILE).wv.save_word2vec_format(...)",
    b"\x93NUMPY": "a numpy array without words; convert it to word2vec's format",
    b"PK": "a zip archive; unpack it",
}


def read_word2vec(
    path: Path, vocabulary: Collection[str], member: str = ""
) -> tuple[tuple[str, ...], np.ndarray]:
    """The vectors of the wanted words, in the order of the file.

    Args:
        path: a word2vec file, text or binary, gzipped or not.
        vocabulary: the wanted words; one that occurs twice in the file keeps its first vector.
        member: when `path` is a zip archive, the file to read inside it.

    Returns:
        The words found, and their vectors: (word, dim) float32. May be empty.

    Raises:
        UserError: missing, of another format, truncated or damaged (names the word's number).
    """
    wanted = {word.encode(): word for word in vocabulary}
    found: dict[str, np.ndarray] = {}
    number = strange = 0
    with _opened(path, member) as file:
        count, dim = _header(file, path)
        number = 1
        try:
            text = _is_text(file, dim)
            records = _text_records if text else _binary_records
            decode = _from_decimals if text else _from_floats
            for key, numbers in records(file, count, dim):
                word = wanted.get(key)
                if word is not None and word not in found:
                    found[word] = _vector(decode, numbers)
                elif word is None and not key.isascii():
                    strange += not _is_utf8(key)
                number += 1
        except _DamagedError as error:
            raise UserError(
                f"{path}, word {number:,}: {error}: correct the file or fetch it anew"
            ) from None
    if strange > MAX_STRANGE_SHARE * count:
        raise UserError(
            f"{path}: {strange:,} of {count:,} words are not UTF-8: convert the file, for example "
            "with iconv"
        )
    matrix = np.array(list(found.values()), np.float32).reshape(len(found), dim)
    return tuple(found), matrix


def write_word2vec(path: Path, words: Collection[str], matrix: np.ndarray) -> None:
    """Write a word2vec file, all or nothing: binary when the name ends in `.bin`, else text.

    Args:
        path: where to.
        words: without blanks or line ends inside.
        matrix: (word, dim).

    Raises:
        UserError: the place cannot be written.
    """
    with output_errors(path), write_aside(path) as aside, aside.open("wb") as file:
        file.write(b"%d %d\n" % matrix.shape)
        for word, row in zip(words, matrix.astype("<f4"), strict=True):
            if path.suffix == ".bin":
                file.write(word.encode() + b" " + row.tobytes() + b"\n")
            else:
                numbers = " ".join(np.format_float_positional(value) for value in row)
                file.write(f"{word} {numbers}\n".encode())


class _DamagedError(Exception):
    """A record is not as the format says."""


@contextmanager
def _opened(path: Path, member: str) -> Iterator[io.BufferedReader]:
    """The file's decompressed bytes, once it is known to be of an acceptable format."""
    try:
        with path.open("rb") as raw:
            if member:
                with zipfile.ZipFile(raw) as archive, archive.open(member) as inner:
                    yield io.BufferedReader(cast(io.RawIOBase, inner), buffer_size=BLOCK_BYTES)
                return
            zipped = raw.read(2) == b"\x1f\x8b"
            raw.seek(0)
            file = gzip.GzipFile(fileobj=raw) if zipped else raw
            yield io.BufferedReader(cast(io.RawIOBase, file), buffer_size=BLOCK_BYTES)
    except (zipfile.BadZipFile, EOFError, zlib.error, gzip.BadGzipFile, KeyError) as error:
        raise UserError(f"{path}: truncated or damaged archive ({error})") from error
    except OSError as error:
        raise UserError(f"cannot read {path}: {error.strerror or error}") from error


def _header(file: io.BufferedReader, path: Path) -> tuple[int, int]:
    start = file.peek(8)
    for magic, what in _REFUSED.items():
        if start.startswith(magic):
            raise UserError(f"{path} is {what}")
    line = file.readline(100).removeprefix(BOM_UTF8)
    try:
        count, dim = (int(field) for field in line.split())
    except ValueError:
        raise UserError(
            f"{path}, line 1: not word2vec's format, whose first line is 'count dim' "
            "(GloVe's own files lack it: write it on top)"
        ) from None
    if count < 1 or not 1 <= dim <= MAX_DIM:
        raise UserError(f"{path}, line 1: {count} words of {dim} dimensions make no sense")
    return count, dim


def _is_text(file: io.BufferedReader, dim: int) -> bool:
    """Whether the numbers are in decimals: they are in the first line, or all is printable.

    The float32 bytes of a vector are no numbers in decimals, and hardly ever all printable UTF-8.
    """
    start = file.peek(BLOCK_BYTES)
    line = start.partition(b"\n")[0]
    if len(line) < len(start) and all(map(_is_number, line.split()[-dim:])):
        return True
    start = start[:4096]
    try:
        text = start.decode()
    except UnicodeDecodeError as error:
        if error.start < len(start) - 4:  # not merely a character cut at the end of the peek
            return False
        text = start[: error.start].decode()
    return not any(ord(character) < 32 and character not in "\r\n\t" for character in text)


def _text_records(file: BinaryIO, count: int, dim: int) -> Iterator[tuple[bytes, bytes]]:
    limit = MAX_WORD_BYTES + dim * MAX_NUMBER_BYTES
    for number in range(1, count + 1):
        line = file.readline(limit)
        if not line:
            raise _DamagedError(f"truncated ({number - 1:,} of {count:,} words)")
        key, _, numbers = line.rstrip().partition(b" ")
        if numbers.count(b" ") + 1 != dim:
            key, numbers = _parted(line.rstrip(), dim)
        yield key, numbers
    if file.read(BLOCK_BYTES).strip():
        raise _DamagedError(f"the first line says {count:,} words, and there are more")


def _parted(line: bytes, dim: int) -> tuple[bytes, bytes]:
    """The word and the numbers of a line with other blanks, or with blanks inside the word."""
    fields = line.split()
    if len(fields) != dim + 1 or line[:1].isspace():
        fields = line.rsplit(b" ", dim)
        before = fields[0].rpartition(b" ")[2]
        if len(fields) <= dim or (before != fields[0] and _is_number(before)):
            raise _DamagedError(f"{max(0, len(line.split()) - 1)} numbers instead of {dim}")
    return fields[0], b" ".join(fields[1:])


def _binary_records(file: BinaryIO, count: int, dim: int) -> Iterator[tuple[bytes, bytes]]:
    size = 4 * dim
    block = b""
    position = 0
    for number in range(1, count + 1):
        blank = block.find(b" ", position)
        while blank < 0 or len(block) < blank + 1 + size:
            if blank < 0 and len(block) - position > MAX_WORD_BYTES:
                raise _DamagedError("no word")
            more = file.read(BLOCK_BYTES)
            if not more:
                raise _DamagedError(f"truncated ({number - 1:,} of {count:,} words)")
            block, position = block[position:] + more, 0
            blank = block.find(b" ")
        end = blank + 1 + size
        yield block[position:blank].lstrip(b"\n"), block[blank + 1 : end]
        position = end
    if block[position:].strip() or file.read(BLOCK_BYTES).strip():
        raise _DamagedError(
            f"the first line says {count:,} words of {dim} numbers, and more follows"
        )


def _is_number(field: bytes) -> bool:
    try:
        float(field)
    except ValueError:
        return False
    return True


def _is_utf8(key: bytes) -> bool:
    try:
        key.decode()
    except UnicodeDecodeError:
        return False
    return True


def _from_decimals(numbers: bytes) -> np.ndarray:
    return np.array(numbers.split(b" ")).astype(np.float32)


def _from_floats(numbers: bytes) -> np.ndarray:
    return np.frombuffer(numbers, "<f4").astype(np.float32)


def _vector(decode: Callable[[bytes], np.ndarray], numbers: bytes) -> np.ndarray:
    try:
        vector = decode(numbers)
    except ValueError:
        raise _DamagedError("not a number") from None
    if not np.isfinite(vector).all():
        raise _DamagedError("infinite or not a number")
    return vector
