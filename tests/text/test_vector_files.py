"""Files of word vectors: against gensim's reader, damaged, of other kinds, found by name."""

import gzip
import struct
import tracemalloc
import zipfile
from pathlib import Path

import numpy as np
import pytest
from gensim.models import KeyedVectors, Word2Vec
from gensim.test.utils import datapath
from hypothesis import given
from hypothesis import strategies as st
from hypothesis.extra import numpy as hnp

from textgan.errors import UserError
from textgan.text.vector_files import read_word2vec, write_word2vec
from textgan.text.vectors import load_vectors


@pytest.fixture(autouse=True)
def folders(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("TEXTGAN_CACHE", str(tmp_path / "cache"))
    monkeypatch.setenv("GENSIM_DATA_DIR", str(tmp_path / "gensim"))


def stored(place: Path, words: list[str], matrix: np.ndarray) -> Path:
    """A word2vec file written by gensim: binary for .bin, gzipped for .gz."""
    keyed = KeyedVectors(matrix.shape[1])
    keyed.add_vectors(words, matrix)
    keyed.save_word2vec_format(str(place), binary=".bin" in place.name)
    return place


@pytest.mark.parametrize("name", ["v.txt", "v.bin", "v.txt.gz", "v.bin.gz"])
def test_gensims_files_are_read_as_gensim_reads_them(tmp_path: Path, name: str) -> None:
    matrix = np.random.default_rng(0).standard_normal((500, 7)).astype(np.float32)
    words = [f"wörd{number}" for number in range(500)]
    place = stored(tmp_path / name, words, matrix)
    theirs = KeyedVectors.load_word2vec_format(str(place), binary=".bin" in name)
    wanted = [words[400], "absent", words[3]]
    found, ours = read_word2vec(place, wanted)
    assert found == (words[3], words[400])  # the order of the file
    np.testing.assert_array_equal(ours, [theirs[words[3]], theirs[words[400]]])


@pytest.mark.parametrize("name", ["euclidean_vectors.bin", "high_precision.kv.bin"])
def test_real_word2vec_files_agree_with_gensim(name: str) -> None:
    theirs = KeyedVectors.load_word2vec_format(datapath(name), binary=True)
    words, ours = read_word2vec(Path(datapath(name)), theirs.index_to_key)
    assert list(words) == theirs.index_to_key
    np.testing.assert_array_equal(ours, theirs.vectors)


@given(
    hnp.arrays(
        np.float32, (5, 3), elements=st.floats(width=32, allow_nan=False, allow_infinity=False)
    ),
    st.sampled_from([".bin", ".txt"]),
)
def test_what_is_written_is_read_back_exactly(
    tmp_path_factory: pytest.TempPathFactory, matrix: np.ndarray, suffix: str
) -> None:
    place = tmp_path_factory.mktemp("vectors") / f"v{suffix}"
    matrix[0, 0] = 0  # a file whose bytes are all printable would be taken for decimals
    words = ("a", "«é»", ",", "0.5", "日本")
    write_word2vec(place, words, matrix)
    read = read_word2vec(place, words)
    assert read[0] == words
    np.testing.assert_array_equal(read[1], matrix)
    theirs = KeyedVectors.load_word2vec_format(str(place), binary=suffix == ".bin")
    np.testing.assert_array_equal(theirs.vectors, matrix)


@pytest.mark.parametrize("name", ["big.bin", "big.txt.gz"])
def test_memory_follows_the_vocabulary_not_the_file(tmp_path: Path, name: str) -> None:
    count, dim = (50_000, 100) if name == "big.bin" else (12_000, 200)
    place = tmp_path / name
    opener = gzip.open if name.endswith(".gz") else open
    record = (b"0.125 " * dim)[:-1] + b"\n"
    if name == "big.bin":
        record = np.full(dim, 0.125, "<f4").tobytes() + b"\n"
    with opener(place, "wb") as file:
        file.write(b"%d %d\n" % (count, dim))
        for number in range(count):
            file.write(b"word%d " % number + record)
    whole = 4 * count * dim
    tracemalloc.start()
    _, matrix = read_word2vec(place, [f"word{number}" for number in range(0, count, 1000)])
    peak = tracemalloc.get_traced_memory()[1]
    tracemalloc.stop()
    assert matrix.shape == (count // 1000, dim) and (matrix == 0.125).all()
    assert peak < whole / 5


def cases(tmp_path: Path) -> dict[str, bytes]:
    """Damaged files by name."""
    matrix = np.arange(1, 13, dtype=np.float32).reshape(4, 3)
    words = ["a", "b", "c", "d"]
    binary = stored(tmp_path / "whole.bin", words, matrix).read_bytes()
    text = stored(tmp_path / "whole.txt", words, matrix).read_bytes()
    return {
        "cut.bin": binary[:-5],
        "cut.txt": b"\n".join(text.split(b"\n")[:3]) + b"\n",
        "cut-line.txt": text[: text.rindex(b" ")],
        "cut.gz": gzip.compress(binary)[:-12],
        "word.txt": text.replace(b"5.0", b"five"),
        "nan.txt": text.replace(b"5.0", b"nan"),
        "inf.bin": binary.replace(struct.pack("<f", 5), struct.pack("<f", float("inf"))),
    }


@pytest.mark.parametrize(
    ("name", "message"),
    [
        ("cut.bin", "word 4: truncated .3 of 4 words"),
        ("cut.txt", "word 3: truncated .2 of 4 words"),
        ("cut-line.txt", "word 4: 2 numbers instead of 3"),
        ("cut.gz", "truncated or damaged"),
        ("word.txt", "word 2: not a number"),
        ("nan.txt", "word 2: infinite or not a number"),
        ("inf.bin", "word 2: infinite or not a number"),
    ],
)
def test_damaged_files_name_the_word(tmp_path: Path, name: str, message: str) -> None:
    place = tmp_path / name
    place.write_bytes(cases(tmp_path)[name])
    with pytest.raises(UserError, match=message) as caught:
        load_vectors(str(place), {"a", "b", "c", "d"})
    assert "\n" not in str(caught.value) and name in str(caught.value)


@pytest.mark.parametrize(
    "header", [b"", b"a 0.1 0.2\n", b"3\n", b"-1 3\n", b"9 999999999\n", b"0 3\n", b"x" * 10_000]
)
def test_other_first_lines_are_refused(tmp_path: Path, header: bytes) -> None:
    place = tmp_path / "v.txt"
    place.write_bytes(header)
    with pytest.raises(UserError, match=r"v.txt, line 1"):
        load_vectors(str(place), {"a"})


def as_text(words: list[str], matrix: np.ndarray, encoding: str = "utf-8") -> bytes:
    rows = (" ".join([word, *map(str, row)]) for word, row in zip(words, matrix, strict=True))
    return "\n".join(["{} {}".format(*matrix.shape), *rows, ""]).encode(encoding)


@pytest.mark.parametrize("dim", [3, 1000])
@pytest.mark.parametrize("first", ["aé", "é"])
def test_text_of_another_encoding_is_refused_not_read_as_numbers(
    tmp_path: Path, dim: int, first: str
) -> None:
    words = [first, "plain", "crème", "là"]
    matrix = np.random.default_rng(0).normal(size=(4, dim)).round(4)
    (tmp_path / "v.txt").write_bytes(as_text(words, matrix, "latin-1"))
    with pytest.raises(UserError, match=r"v.txt: 3 of 4 words are not UTF-8: convert"):
        load_vectors(str(tmp_path / "v.txt"), words)


def test_a_few_broken_words_do_not_spoil_a_file(tmp_path: Path) -> None:
    words = [f"w{n}" for n in range(200)]
    content = as_text(words, np.ones((200, 2))).replace(b"w7 ", b"\xc3 ")
    (tmp_path / "v.txt").write_bytes(content)
    assert read_word2vec(tmp_path / "v.txt", words)[0] == (*words[:7], *words[8:])


@pytest.mark.parametrize("suffix", ["bin", "txt"])
@pytest.mark.parametrize("stated", [(4, 5), (4, 7), (3, 6), (5, 6), (6, 4), (3, 8)])
def test_a_file_ends_where_its_first_line_says(
    tmp_path: Path, suffix: str, stated: tuple[int, int]
) -> None:
    words, place = ["a", "bé", "c", "d"], tmp_path / f"v.{suffix}"
    write_word2vec(place, words, np.random.default_rng(1).normal(size=(4, 6)))
    assert read_word2vec(place, words)[0] == tuple(words)
    place.write_bytes(place.read_bytes().replace(b"4 6", b"%d %d" % stated, 1))
    with pytest.raises(UserError, match=r"word \d+: "):
        read_word2vec(place, words)


@pytest.mark.parametrize("kind", [">f4", "<i4"])
def test_numbers_of_another_kind_are_refused(tmp_path: Path, kind: str) -> None:
    matrix = np.abs(100 * np.random.default_rng(2).normal(size=(4, 6))).astype(kind)
    rows = (b"w%d " % n + row.tobytes() + b"\n" for n, row in enumerate(matrix))
    (tmp_path / "v.bin").write_bytes(b"4 6\n" + b"".join(rows))
    with pytest.raises(UserError, match=r"the vector of 'w\d' is \de[+-]\d+, as in no vector"):
        load_vectors(str(tmp_path / "v.bin"), ["w0", "w1", "w2", "w3"])


def test_a_byte_order_mark_is_no_number(tmp_path: Path) -> None:
    (tmp_path / "v.txt").write_bytes(b"\xef\xbb\xbf" + as_text(["a", "b"], np.eye(2)))
    assert read_word2vec(tmp_path / "v.txt", ["a", "b"])[1].tolist() == [[1, 0], [0, 1]]


def test_words_with_blanks_in_them_are_words(tmp_path: Path) -> None:
    words = ["a", " ", "", ". . .", "New York", "1990", "b"]
    content = as_text(words, np.arange(21.0).reshape(7, 3))
    content = content.replace(b"a 0.0 1.0 2.0", b"a\t0.0\t1.0\t2.0").replace(b"b 18.0", b"b  18.0")
    (tmp_path / "v.txt").write_bytes(content)
    found, matrix = read_word2vec(tmp_path / "v.txt", words)
    assert found == tuple(words)
    np.testing.assert_array_equal(matrix, np.arange(21.0).reshape(7, 3))


@pytest.mark.parametrize(
    ("line", "message"),
    [
        (b"b 1 2", "2 numbers instead of 3"),
        (b"1 2 3", "2 numbers instead of 3"),
        (b"b 1 2 3 4", "4 numbers instead of 3"),
        (b"b", "0 numbers instead of 3"),
        (b"", "0 numbers instead of 3"),
    ],
)
def test_lines_that_are_no_vector_say_why(tmp_path: Path, line: bytes, message: str) -> None:
    (tmp_path / "v.txt").write_bytes(b"3 3\na 1 2 3\n" + line + b"\nc 1 2 3\n")
    with pytest.raises(UserError, match=f"word 2: {message}"):
        read_word2vec(tmp_path / "v.txt", ["a", "b", "b 1", "c"])


def test_a_lying_header_costs_no_memory(tmp_path: Path) -> None:
    place = tmp_path / "v.bin"
    place.write_bytes(b"999999999999 9999\na \x00\x00")
    tracemalloc.start()
    with pytest.raises(UserError, match="word 1: truncated"):
        load_vectors(str(place), {"a"})
    assert tracemalloc.get_traced_memory()[1] < 4e6
    tracemalloc.stop()


def test_pickles_are_refused_with_the_way_to_convert(tmp_path: Path) -> None:
    place = tmp_path / "v.model"
    Word2Vec([["a", "b"]], vector_size=2, min_count=1).save(str(place))
    with pytest.raises(UserError, match="save_word2vec_format"):
        load_vectors(str(place), {"a"})
    compressed = tmp_path / "v.gz"
    compressed.write_bytes(gzip.compress(place.read_bytes()))
    with pytest.raises(UserError, match="save_word2vec_format"):
        load_vectors(str(compressed), {"a"})


def test_names_folders_and_strange_vocabularies_are_told_apart(tmp_path: Path) -> None:
    with pytest.raises(UserError, match=r"cards: .*local"):
        load_vectors("nope", {"a"})
    with pytest.raises(UserError, match="cannot read"):
        load_vectors(str(tmp_path), {"a"})
    place = stored(tmp_path / "v.txt", ["a", "b"], np.eye(2, dtype=np.float32))
    with pytest.raises(UserError, match="no vector for any of the 2 words"):
        load_vectors(str(place), {"x", "y"})


@pytest.mark.parametrize("name", ["glove-wiki-gigaword-100", "word2vec-google-news-300"])
def test_gensims_own_downloads_are_found(tmp_path: Path, name: str) -> None:
    place = tmp_path / "gensim" / name / f"{name}.gz"
    place.parent.mkdir(parents=True)
    binary = stored(tmp_path / "v.bin", ["a", "b"], np.eye(2, dtype=np.float32))
    place.write_bytes(gzip.compress(binary.read_bytes()))
    assert load_vectors(name, {"b"}).matrix.tolist() == [[0, 1]]


def test_nltks_sample_is_read_inside_its_zip_file(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("TEXTGAN_DATA", str(tmp_path))
    place = tmp_path / "nltk_data" / "models" / "word2vec_sample.zip"
    place.parent.mkdir(parents=True)
    text = stored(tmp_path / "v.txt", ["a", "b"], np.eye(2, dtype=np.float32))
    with zipfile.ZipFile(place, "w") as archive:
        archive.write(text, "word2vec_sample/pruned.word2vec.txt")
    assert load_vectors("word2vec_sample", {"b"}).matrix.tolist() == [[0, 1]]
    place.write_bytes(place.read_bytes()[:100])
    with pytest.raises(UserError, match="damaged"):
        load_vectors("word2vec_sample", {"b"})
