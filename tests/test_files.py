"""Files: replaced whole or not at all; read with every line checked."""

import os
from pathlib import Path

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from textgan.errors import UserError
from textgan.files import (
    MisfitError,
    load_arrays,
    output_errors,
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
    for end in ("\n", "\r\n"):
        place.write_bytes("".join(line + end for line in lines).encode())
        assert list(read_lines(place)) == lines


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
