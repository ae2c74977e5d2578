"""Files: replaced whole or not at all; read with every line and every header checked."""

import io
import os
import tracemalloc
import zipfile
from pathlib import Path

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from textgan.errors import UserError
from textgan.files import (
    DAMAGE,
    MisfitError,
    load_arrays,
    open_arrays,
    output_errors,
    read_array,
    read_lines,
    save_arrays,
    write_aside,
    write_json,
    write_text,
)


def test_files_are_replaced_whole(tmp_path: Path) -> None:
    for text in ("first\n", "second é\n"):
        write_text(tmp_path / "text", text)
        save_arrays(tmp_path / "arrays.npz", [np.full(3, len(text)), [text]])
    assert (tmp_path / "text").read_text(encoding="utf-8") == "second é\n"
    with np.load(tmp_path / "arrays.npz", allow_pickle=False) as archive:
        assert archive["arr_0"].tolist() == [9, 9, 9]
        assert archive["arr_1"].tolist() == ["second é\n"]
    assert len(list(tmp_path.iterdir())) == 2


@pytest.mark.parametrize("error", [KeyboardInterrupt, OSError, ValueError])
def test_an_interrupted_write_leaves_the_old_file(
    tmp_path: Path, error: type[BaseException]
) -> None:
    place = tmp_path / "file.txt"
    place.write_text("old")
    with pytest.raises(error), write_aside(place) as aside:
        aside.write_text("half")
        raise error
    assert place.read_text() == "old"
    assert list(tmp_path.iterdir()) == [place]


def test_what_is_written_has_the_rights_of_any_file(tmp_path: Path) -> None:
    (tmp_path / "any").touch()
    write_text(tmp_path / "ours", "")
    modes = {os.stat(tmp_path / name).st_mode for name in ("any", "ours")}
    assert len(modes) == 1


class Variable:
    """What `load_arrays` asks of a variable."""

    path, dtype = "layer/kernel", "float32"

    def __init__(self, *shape: int) -> None:
        self.shape = shape


@pytest.mark.parametrize(
    ("variables", "message"),
    [
        ([Variable(2, 3)], "2 arrays, this model has 1"),
        (
            [Variable(2, 3), Variable(5)],
            r"kernel is float32 \(4,\), this model's is .*\(5,\)",
        ),
    ],
)
def test_arrays_of_another_model(tmp_path: Path, variables: list[Variable], message: str) -> None:
    arrays = [np.ones((2, 3), dtype="float32"), np.arange(4, dtype="float32")]
    save_arrays(tmp_path / "a.npz", arrays)
    loaded = load_arrays(tmp_path / "a.npz", [Variable(2, 3), Variable(4)])
    assert [array.tolist() for array in loaded] == [array.tolist() for array in arrays]
    with pytest.raises(MisfitError, match=message):
        load_arrays(tmp_path / "a.npz", variables)


@pytest.mark.parametrize(
    ("name", "message"),
    [
        ("nowhere/file", "No such file or directory; choose another"),
        ("", "it is not a file; choose another"),
        ("blocked/file", "Not a directory; choose another"),
    ],
)
def test_a_place_that_cannot_be_written(tmp_path: Path, name: str, message: str) -> None:
    (tmp_path / "blocked").touch()
    with pytest.raises(UserError, match=f"cannot write {tmp_path / name}: {message}"):
        write_json({"a": 1}, tmp_path / name)
    assert [path.name for path in tmp_path.iterdir()] == ["blocked"]


def test_a_device_is_no_place_for_a_file() -> None:
    with (
        pytest.raises(UserError, match="/dev/null: it is not a file"),
        output_errors(Path("/dev/null")),
    ):
        raise AssertionError


@given(st.lists(st.text(st.characters(codec="utf-8", exclude_characters="\0\r\n"))))
def test_lines_come_back(tmp_path_factory: pytest.TempPathFactory, lines: list[str]) -> None:
    place = tmp_path_factory.mktemp("lines") / "file.txt"
    for end in ("\n", "\r\n", "\r"):
        place.write_bytes("".join(line + end for line in lines).encode())
        assert list(read_lines(place)) == lines


@given(st.text(st.sampled_from("ab\n\r\x0b\x0c\x1c\x85\u2028é")))
def test_lines_end_where_pythons_text_files_end_them(
    tmp_path_factory: pytest.TempPathFactory, text: str
) -> None:
    place = tmp_path_factory.mktemp("lines") / "file.txt"
    place.write_bytes(text.encode())
    with place.open(encoding="utf-8") as file:
        assert list(read_lines(place)) == [line.removesuffix("\n") for line in file]


def test_byte_order_marks_are_no_letters(tmp_path: Path) -> None:
    (tmp_path / "file.txt").write_text("a\nb\n\ufeffc\n", encoding="utf-8-sig")
    assert list(read_lines(tmp_path / "file.txt")) == ["a", "b", "c"]


@pytest.mark.parametrize(
    ("content", "message"),
    [
        (None, r"cannot read .*file\.txt: No such file"),
        (b"fine\n\ncaf\xe9\n", r"file\.txt, line 3: not UTF-8 \(byte 4 of the line\): convert"),
        (b"fine\n\0\1\n", r"file\.txt, line 2: binary data"),
    ],
)
def test_what_is_no_text(tmp_path: Path, content: bytes | None, message: str) -> None:
    if content is not None:
        (tmp_path / "file.txt").write_bytes(content)
    with pytest.raises(UserError, match=message):
        list(read_lines(tmp_path / "file.txt"))
    with pytest.raises(UserError, match=r"cannot read .*: Is a directory"):
        list(read_lines(tmp_path))


# Arrays


def npy_bytes(array: np.ndarray, **changed: object) -> bytes:
    """An array as an `.npy`, with what its header says of it changed."""
    file = io.BytesIO()
    header = np.lib.format.header_data_from_array_1_0(array) | changed
    np.lib.format.write_array_header_1_0(file, header)
    return file.getvalue() + array.tobytes()


def npz_of(place: Path, member: bytes, compression: int = zipfile.ZIP_STORED) -> Path:
    with zipfile.ZipFile(place, "w", compression) as archive:
        archive.writestr("arr_0.npy", member)
    return place


ARRAY = np.arange(6.0).reshape(2, 3)
LYING = {
    "too much": {"shape": (10**6, 10**6)},
    "more than all memory": {"shape": (10**30,)},
    "too little": {"shape": (2, 2)},
    "negative": {"shape": (-2, 3)},
    "objects": {"descr": "|O"},
}


@pytest.mark.parametrize("saved", [np.savez, np.savez_compressed])
def test_arrays_are_read_as_numpy_reads_them(tmp_path: Path, saved) -> None:
    arrays = {"a": ARRAY, "b": np.array(["é", "bc"]), "c": np.zeros((0, 3)), "d": np.float32(2)}
    saved(tmp_path / "a.npz", **arrays)
    with open_arrays(tmp_path / "a.npz") as archive:
        assert set(archive.files) == set(arrays)
        for name, array in arrays.items():
            np.testing.assert_array_equal(archive[name], array)
            np.save(tmp_path / "one.npy", array)
            np.testing.assert_array_equal(read_array(tmp_path / "one.npy"), array)


@pytest.mark.parametrize("changed", LYING.values(), ids=LYING)
@pytest.mark.parametrize("compression", [zipfile.ZIP_STORED, zipfile.ZIP_DEFLATED])
def test_a_lying_header_is_refused_before_memory_is_taken(
    tmp_path: Path, changed: dict[str, object], compression: int
) -> None:
    content = npy_bytes(ARRAY, **changed)
    (tmp_path / "a.npy").write_bytes(content)
    place = npz_of(tmp_path / "a.npz", content, compression)
    tracemalloc.start()
    with pytest.raises(DAMAGE):
        read_array(tmp_path / "a.npy")
    with pytest.raises(DAMAGE), open_arrays(place):
        pass
    assert tracemalloc.get_traced_memory()[1] < 2e6
    tracemalloc.stop()


def test_what_unpacks_to_too_much_is_refused(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    zeros = npy_bytes(np.zeros(100_000))
    packed = npz_of(tmp_path / "packed.npz", zeros, zipfile.ZIP_DEFLATED)
    stored = npz_of(tmp_path / "stored.npz", zeros)
    monkeypatch.setattr("textgan.files.MAX_UNPACKED", 100_000)
    with pytest.raises(zipfile.BadZipFile, match="unpacks to more than"), open_arrays(packed):
        pass
    with open_arrays(stored) as archive:
        assert not archive["arr_0"].any()


def test_members_larger_than_their_archive_are_refused(tmp_path: Path) -> None:
    place = npz_of(tmp_path / "a.npz", npy_bytes(ARRAY))
    size = (len(npy_bytes(ARRAY))).to_bytes(4, "little")
    place.write_bytes(place.read_bytes().replace(size, (10**9).to_bytes(4, "little")))
    with pytest.raises(zipfile.BadZipFile, match="larger than the file"), open_arrays(place):
        pass
