"""Sets of pictures of one's own: what is used, what is left out and said, how they are split."""

import os
import shutil
from pathlib import Path

import datasets
import numpy as np
import pyarrow
import pytest
from pyarrow import parquet

from tests.images.holiday import FILES, LEFT_OUT, encoded, view, write_holiday
from textgan.errors import UserError
from textgan.images import folders
from textgan.images.datasets import ImageData, load_images
from textgan.images.decoding import read_picture
from textgan.images.folders import read_folder, read_hub

USED = FILES - sum(map(len, LEFT_OUT.values()))


def write_views(folder: Path, numbers: range, size: tuple[int, int] = (20, 16)) -> Path:
    folder.mkdir(parents=True, exist_ok=True)
    for number in numbers:
        (folder / f"{number:03}.png").write_bytes(encoded(view(number, size), "PNG"))
    return folder


def contents(pixels: np.ndarray) -> set[bytes]:
    return {one.tobytes() for one in pixels}


@pytest.fixture(scope="module")
def holiday(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return write_holiday(tmp_path_factory.mktemp("holiday") / "holiday")


@pytest.fixture(scope="module")
def data(holiday: Path) -> ImageData:
    return load_images(str(holiday))


def test_a_folder_of_holiday_pictures(data: ImageData) -> None:
    assert data.shape == (32, 32, 3)
    assert (len(data.test), len(data.train)) == (USED // 5, USED - USED // 5)
    assert (data.classes, data.stack) == (1, 1)
    assert not contents(data.train.pixels) & contents(data.test.pixels)


def test_what_was_left_out_is_said(data: ImageData, holiday: Path) -> None:
    (line,) = data.notes
    assert line == (
        f"{holiday}: 293 of 300 are used, the middle square of each as 32 x 32; left out: 4 "
        "broken (such as cut.jpg), 2 neither PNG nor JPEG (such as dancing.gif), 1 of too many "
        "pixels (bomb.png); the first frame of 1 of several frames (dancing.png); enlarged: 1"
    )


def test_content_decides_not_names_times_or_order(
    data: ImageData, holiday: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    for number, path in enumerate(sorted(holiday.iterdir(), reverse=True)):
        place = tmp_path / ("deeper" if number % 3 == 0 else "") / f"{number}{path.suffix}"
        place.parent.mkdir(exist_ok=True)
        shutil.copy(path, place)
        os.utime(place, (number, number))
    walked = [(place, names, files[::-1]) for place, names, files in os.walk(tmp_path)][::-1]
    monkeypatch.setattr(folders.os, "walk", lambda folder: walked)
    other = load_images(str(tmp_path))
    assert other.checksum == data.checksum
    (first, *_), again = read_folder(str(tmp_path))[1], load_images(str(tmp_path))
    assert "293 of 300" in first and again.checksum == data.checksum
    (tmp_path / "one more.png").write_bytes(encoded(view(1000, (50, 50)), "PNG"))
    monkeypatch.undo()
    assert load_images(str(tmp_path)).checksum != data.checksum


@pytest.mark.parametrize(("size", "grey"), [(16, False), (64, True)])
def test_size_and_grey_as_asked(holiday: Path, size: int, grey: bool) -> None:
    found = load_images(str(holiday), size, grey)
    assert found.shape == (size, size, 1 if grey else 3)


def test_grey_pictures_have_one_channel(tmp_path: Path) -> None:
    for number in range(30):
        grey = view(number, (20, 20)).convert("L")
        picture = grey.convert("RGB") if number % 2 else grey
        (tmp_path / f"{number}.png").write_bytes(encoded(picture, "PNG"))
    found = load_images(str(tmp_path), 16)
    assert found.shape == (16, 16, 1)
    assert found.checksum == load_images(str(tmp_path), 16, grey=True).checksum


def test_folders_are_classes(tmp_path: Path) -> None:
    for kind, numbers in (("town", range(40)), ("beach", range(40, 100)), ("zoo", range(100, 101))):
        write_views(tmp_path / kind / "2021", numbers)
    (tmp_path / "empty").mkdir()
    write_views(tmp_path / ".hidden", range(200, 220))
    (tmp_path / "notes.txt").write_text("no picture")
    arrays, notes = read_folder(str(tmp_path))
    assert notes[1] == f"{tmp_path}: classes 0 beach, 1 town, 2 zoo"
    counts = [np.bincount(arrays[y], minlength=3).tolist() for y in ("y_train", "y_test")]
    assert counts == [[48, 32, 1], [12, 8, 0]]
    towns = contents(
        np.concatenate([arrays[f"x_{p}"][arrays[f"y_{p}"] == 1] for p in ("train", "test")])
    )
    assert towns == contents(read_folder(str(tmp_path / "town"))[0]["x_train"]) | contents(
        read_folder(str(tmp_path / "town"))[0]["x_test"]
    )


def test_folders_beside_pictures_are_no_classes(tmp_path: Path) -> None:
    write_views(tmp_path, range(30))
    write_views(tmp_path / "older", range(30, 40))
    arrays, notes = read_folder(str(tmp_path))
    assert (len(arrays["x_train"]), arrays["y_train"].max()) == (30, 0)
    assert notes[1].endswith("pictures lie beside folders, so that folders are no classes")


def test_copies_are_on_one_side(tmp_path: Path) -> None:
    write_views(tmp_path / "a", range(30))
    write_views(tmp_path / "b", range(30))
    for place in (tmp_path / "b").iterdir():
        shutil.copy(place, tmp_path / f"copy of {place.name}")
    arrays, _ = read_folder(str(tmp_path))
    assert len(arrays["x_train"]) + len(arrays["x_test"]) == 90
    assert not contents(arrays["x_train"]) & contents(arrays["x_test"])


def test_a_class_of_copies(tmp_path: Path) -> None:
    write_views(tmp_path / "a", range(30))
    arrays, _ = read_folder(str(tmp_path / "a"))
    for name in (tmp_path / "a").iterdir():
        if read_picture(name, 32).pixels.tobytes() == arrays["x_test"][0].tobytes():
            (tmp_path / "b").mkdir()
            shutil.copy(name, tmp_path / "b")
    with pytest.raises(UserError, match="class b has only copies of other classes"):
        read_folder(str(tmp_path))


@pytest.mark.parametrize("count", [0, 5, 19])
def test_too_few(tmp_path: Path, count: int) -> None:
    write_views(tmp_path, range(count))
    (tmp_path / "notes.txt").write_text("no picture")
    with pytest.raises(UserError, match=rf"{count} of {count + 1} are used.*: too few") as caught:
        read_folder(str(tmp_path))
    assert "1 neither PNG nor JPEG (notes.txt)" in str(caught.value)
    assert "\n" not in str(caught.value)


def test_twenty_are_enough(tmp_path: Path) -> None:
    arrays, _ = read_folder(str(write_views(tmp_path, range(20))), 8)
    assert (len(arrays["x_train"]), len(arrays["x_test"])) == (10, 10)


def test_more_than_the_memory_holds(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(folders, "MOST_BYTES", 32 * 32 * 3 * 20)
    write_views(tmp_path, range(21))
    with pytest.raises(UserError, match=r"21 pictures of 32 x 32 take more than .*smaller --size"):
        read_folder(str(tmp_path))


def test_a_name_that_is_no_text(tmp_path: Path) -> None:
    write_views(tmp_path, range(20))
    with open(os.path.join(os.fsencode(tmp_path), b"a\xff\nb"), "wb"):
        pass
    (line,) = read_folder(str(tmp_path))[1]
    assert line.endswith("left out: 1 neither PNG nor JPEG (a? b); enlarged: 20")


def test_a_pipe_is_not_waited_for(tmp_path: Path) -> None:
    os.mkfifo(tmp_path / "pipe.png")
    read_folder(str(write_views(tmp_path, range(20))))


# The hub


def write_hub(place: Path, labels: list[int] | None, count: int = 40) -> str:
    """A data set in the hub's layout, its pictures inside a Parquet file; one is broken."""
    held = [encoded(view(number, (20, 16)), "PNG") for number in range(count)]
    held[3] = held[3][:100]
    columns = {"id": list(range(count)), "photo": [{"bytes": one, "path": None} for one in held]}
    kinds = {"id": datasets.Value("int64"), "photo": datasets.Image()}
    if labels:
        columns["kind"] = labels
        kinds["kind"] = datasets.ClassLabel(names=["owl", "ant", "cat"])
    place.mkdir()
    schema = datasets.Features(kinds).arrow_schema
    parquet.write_table(pyarrow.table(columns, schema=schema), place / "train.parquet")
    return f"hub:{place}"


def test_a_data_set_of_the_hub(tmp_path: Path) -> None:
    labels = [2 * (number % 2) for number in range(38)] + [-1, -1]
    name = write_hub(tmp_path / "set", labels)
    arrays, notes = read_hub(name, 16)
    assert notes[0].endswith("left out: 2 without a class (such as row 39), 1 broken (row 4)")
    assert notes[1] == f"{name}: classes 0 owl, 1 cat"
    assert arrays["x_train"].shape[1:] == (16, 16, 3)
    everything = np.concatenate([arrays["y_train"], arrays["y_test"]])
    assert np.bincount(everything).tolist() == [19, 18]
    found = load_images(name, 16)
    assert (found.name, found.classes, found.shape) == (name, 2, (16, 16, 3))


def test_a_data_set_without_classes(tmp_path: Path) -> None:
    arrays, notes = read_hub(write_hub(tmp_path / "set", None))
    assert len(notes) == 1 and not arrays["y_train"].any()


def test_a_folder_of_files_in_the_layout_of_the_hub(tmp_path: Path) -> None:
    write_views(tmp_path / "set" / "cat", range(20))
    write_views(tmp_path / "set" / "ant", range(20, 40))
    ours, theirs = (load_images(f"{kind}{tmp_path / 'set'}") for kind in ("", "hub:"))
    assert ours.checksum == theirs.checksum


def test_a_hub_name_that_leads_nowhere(tmp_path: Path) -> None:
    with pytest.raises(UserError, match="hub: names no data set"):
        read_hub("hub:")
    (tmp_path / "texts").mkdir()
    (tmp_path / "texts" / "train.jsonl").write_text('{"text": "a"}\n')
    with pytest.raises(UserError, match="has no column of images; columns: text"):
        read_hub(f"hub:{tmp_path / 'texts'}")
