"""Image sets: what is loaded, how images are stacked, and what is refused on the way in."""

import os
import tracemalloc
import zipfile
from collections.abc import Callable
from pathlib import Path
from typing import Any

import keras
import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from sklearn.datasets import load_digits

from textgan.catalogue import data_folder
from textgan.errors import UserError
from textgan.images.arrays import array_names
from textgan.images.datasets import ImageData, load_images

Arrays = dict[str, Any]


def make_arrays(shape: tuple[int, ...] = (8, 12), classes: int = 3) -> Arrays:
    rng = np.random.default_rng(0)
    arrays: Arrays = {}
    for part, count in (("train", 30), ("test", 12)):
        arrays[f"x_{part}"] = rng.integers(256, size=(count, *shape), dtype=np.uint8)
        arrays[f"y_{part}"] = np.arange(count) % classes
    return arrays


def load(place: Path, arrays: Arrays) -> ImageData:
    np.savez(place, **arrays)
    return load_images(str(place))


# Sets


def test_digits_are_those_of_scikit_learn_each_once() -> None:
    data = load_images("digits")
    assert (len(data.train), len(data.test), data.shape, data.classes) == (1437, 360, (8, 8, 1), 10)
    halves = (data.train, data.test)
    pictures = np.concatenate([half.pixels.reshape(-1, 64) for half in halves])
    labels = np.concatenate([half.labels for half in halves])
    values, theirs = load_digits(return_X_y=True)
    ours = np.column_stack([np.rint(pictures / (255 / 16)), labels])
    np.testing.assert_array_equal(
        np.unique(ours, axis=0),
        np.unique(np.column_stack([values, theirs]), axis=0),
    )
    assert len(ours) == len(theirs)
    assert (pictures.min(), pictures.max()) == (0, 255)


def test_digits_are_split_evenly_and_always_the_same() -> None:
    data, again = load_images("digits"), load_images("digits")
    shares = np.bincount(data.test.labels) / np.bincount(load_digits().target)
    np.testing.assert_allclose(shares, 0.2, atol=0.005)
    assert data.checksum == again.checksum
    np.testing.assert_array_equal(data.train.pixels, again.train.pixels)


def test_values_from_minus_one_to_one() -> None:
    data = load_images("digits")
    floats = data.train.floats(np.array([3, 0, 3]))
    assert (floats.dtype, floats.shape) == (np.float32, (3, 8, 8, 1))
    pixels = data.train.pixels[[3, 0, 3]]
    np.testing.assert_allclose(floats, pixels / 255 * 2.0 - 1.0, atol=1e-6)
    assert (floats.min(), floats.max()) == (-1, 1)
    np.testing.assert_array_equal(data.train.classes(np.array([3])), [[data.train.labels[3]]])


@pytest.fixture
def tiny_mnist(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Arrays:
    """A set that stands for MNIST in the data folder."""
    arrays = make_arrays()
    (tmp_path / "mnist").mkdir()
    np.savez(tmp_path / "mnist" / "mnist.npz", **arrays)
    monkeypatch.setenv("TEXTGAN_DATA", str(tmp_path))
    return arrays


def test_stacked_images_are_three_pictures_as_channels(tiny_mnist: Arrays) -> None:
    data = load_images("stacked_mnist")
    assert (data.stack, data.shape, data.classes) == (3, (8, 12, 3), 3)
    assert (len(data.train), len(data.test)) == (128_000, 25_600)
    rows = np.array([0, 77_777, 127_999])
    floats, classes = data.train.floats(rows), data.train.classes(rows)
    pictures = tiny_mnist["x_train"] / 127.5 - 1.0
    for image, labels, parts in zip(floats, classes, data.train.parts[rows], strict=True):
        np.testing.assert_allclose(np.moveaxis(image, 2, 0), pictures[parts], atol=1e-6)
        np.testing.assert_array_equal(labels, tiny_mnist["y_train"][parts])
    again = load_images("stacked_mnist")
    np.testing.assert_array_equal(again.train.floats(rows), floats)
    # Each combination of pictures is as likely: 27 classes, each of 1/27 up to four deviations.
    joint = np.bincount(data.train.classes(np.arange(len(data.train))) @ [9, 3, 1], minlength=27)
    expected = len(data.train) / 27
    assert np.abs(joint - expected).max() < 4 * np.sqrt(expected)


def test_mnist_from_the_data_folder() -> None:
    folder = data_folder()
    if folder is None or not (folder / "mnist" / "mnist.npz").exists():
        pytest.skip("no mnist/mnist.npz in TEXTGAN_DATA")
    data = load_images("mnist")
    assert (len(data.train), len(data.test), data.shape) == (60_000, 10_000, (28, 28, 1))
    # The counts that are published with the set.
    counts = [5923, 6742, 5958, 6131, 5842, 5421, 5918, 6265, 5851, 5949]
    assert np.bincount(data.train.labels).tolist() == counts
    assert data.frequencies == pytest.approx(np.array(counts) / 60_000)
    pixels = data.train.pixels
    assert pixels.mean() / 255 == pytest.approx(0.1307, abs=1e-4)
    assert pixels.std() / 255 == pytest.approx(0.3081, abs=1e-4)


@pytest.mark.parametrize("name", ["mnist", "fashion_mnist"])
def test_sets_that_keras_downloads(
    name: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("TEXTGAN_DATA", str(tmp_path))
    monkeypatch.setenv("TEXTGAN_CACHE", str(tmp_path))
    arrays = make_arrays()
    halves = [(arrays[f"x_{part}"], arrays[f"y_{part}"]) for part in ("train", "test")]
    downloaded = getattr(keras.datasets, name)
    monkeypatch.setattr(downloaded, "load_data", lambda: halves)
    np.testing.assert_array_equal(load_images(name).test.pixels[..., 0], arrays["x_test"])

    def offline() -> None:
        raise Exception("URL fetch failure: None -- Name or service not known")

    monkeypatch.setattr(downloaded, "load_data", offline)
    with pytest.raises(UserError, match=rf"cannot download {name} .*; put {name}.npz into"):
        load_images(name)


# Files


@pytest.mark.parametrize("shape", [(8, 12), (8, 12, 1), (8, 12, 3)])
def test_a_file_of_images(shape: tuple[int, ...], tmp_path: Path) -> None:
    arrays = make_arrays(shape)
    data = load(tmp_path / "a.npz", arrays)
    assert data.shape == (8, 12, shape[2] if len(shape) == 3 else 1)
    np.testing.assert_array_equal(data.train.pixels.reshape(30, *shape), arrays["x_train"])
    np.testing.assert_array_equal(data.test.labels, arrays["y_test"])
    assert data.frequencies == pytest.approx([1 / 3] * 3)


def test_floats_from_zero_to_one_are_the_same_images(tmp_path: Path) -> None:
    arrays = make_arrays()
    data = load(tmp_path / "a.npz", arrays)
    arrays |= {key: arrays[key] / 255 for key in ("x_train", "x_test")}
    arrays |= {key: arrays[key].astype(np.uint8) for key in ("y_train", "y_test")}
    floats = load(tmp_path / "b.npz", arrays)
    assert floats.checksum == data.checksum
    np.testing.assert_array_equal(floats.train.pixels, data.train.pixels)


@pytest.mark.parametrize("kind", [np.uint8, np.int64, np.uint16, np.float32, np.float64])
def test_whole_numbers_are_grey_levels_whatever_their_type(kind: type, tmp_path: Path) -> None:
    arrays = make_arrays()
    data = load(tmp_path / "a.npz", arrays)
    arrays |= {x: arrays[x].astype(kind) for x in ("x_train", "x_test")}
    assert load(tmp_path / "b.npz", arrays).checksum == data.checksum


@pytest.mark.parametrize("kind", [bool, np.uint8, np.int32, np.float16])
def test_black_and_white_images(
    kind: type, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    arrays = make_arrays()
    arrays |= {x: (arrays[x] > 127).astype(kind) for x in ("x_train", "x_test")}
    data = load(tmp_path / "a.npz", arrays)
    np.testing.assert_array_equal(data.train.pixels[..., 0], 255 * arrays["x_train"].astype(int))
    np.testing.assert_array_equal(data.test.floats(np.arange(12)).max(), 1)
    said = capsys.readouterr().out
    assert said.endswith("1 is taken for white\n" if kind in (np.uint8, np.int32) else "")


def test_both_halves_are_read_in_one_way(tmp_path: Path) -> None:
    arrays = make_arrays()
    arrays["x_test"] = np.minimum(arrays["x_test"], 1)
    pixels = load(tmp_path / "a.npz", arrays).test.pixels
    np.testing.assert_array_equal(pixels[..., 0], arrays["x_test"])


def test_dark_images_are_worth_a_word(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    arrays = make_arrays()
    arrays |= {x: arrays[x] // 16 for x in ("x_train", "x_test")}
    assert load(tmp_path / "a.npz", arrays).train.pixels.max() == 15
    assert "the brightest pixel is 15, white is 255" in capsys.readouterr().out


@given(key=st.sampled_from(["x_train", "y_train", "x_test", "y_test"]), place=st.integers(0, 11))
@settings(max_examples=20)
def test_every_value_counts_in_the_checksum(
    key: str, place: int, tmp_path_factory: pytest.TempPathFactory
) -> None:
    folder = tmp_path_factory.mktemp("sets")
    arrays = make_arrays()
    before = load(folder / "a.npz", arrays).checksum
    arrays[key] = arrays[key].copy()
    arrays[key][place] = (arrays[key][place].astype(int) + 1) % 3
    assert load(folder / "b.npz", arrays).checksum != before


def without(key: str) -> Callable[[Arrays], Any]:
    return lambda arrays: arrays.pop(key)


def change(key: str, function: Callable[[np.ndarray], Any]) -> Callable[[Arrays], Any]:
    return lambda arrays: arrays.update({key: function(arrays[key])})


def put(value: float) -> Callable[[np.ndarray], np.ndarray]:
    def spoil(array: np.ndarray) -> np.ndarray:
        floats = array / 255
        floats[4, 2, 1] = value
        return floats

    return spoil


def spread(low: float, high: float) -> Callable[[Arrays], Any]:
    """Bring the pixels to floats from `low` to `high`."""

    def spoil(arrays: Arrays) -> None:
        arrays |= {x: low + arrays[x] / 255 * (high - low) for x in ("x_train", "x_test")}

    return spoil


REFUSED: dict[str, tuple[Callable[[Arrays], Any], str]] = {
    "no images": (without("x_test"), "holds no x_test; it must hold x_train, y_train, x_test"),
    "no labels": (without("y_train"), "holds no y_train"),
    "pickled": (change("y_train", lambda y: y.astype(object)), "Object arrays cannot be loaded"),
    "text": (change("x_train", lambda x: x.astype(str)), "set.npz is <U"),
    "16 bit": (change("x_train", lambda x: x.astype("u2") * 16), "to 4[0-9]{3}: .*save x / 4095$"),
    "16 bit, bright": (change("x_test", lambda x: x.astype("u2") * 257), "; save x / 65535$"),
    "below zero": (change("x_train", lambda x: x.astype(int) - 1), "values from -1 to 255"),
    "above one": (change("x_test", put(1.5)), "set.npz has values from 0 to 255: pixels are"),
    "minus one to one": (spread(-1, 1), r"from -1 to 1: .*; for -1 to 1 save \(x \+ 1\) / 2$"),
    "floats to 255": (spread(0, 254.5), "from 0 to 254.5: .*; save x / 255$"),
    "not a number": (change("x_train", put(np.nan)), "values from nan to nan"),
    "infinite": (change("x_train", put(np.inf)), "values from 0 to inf: pixels are"),
    "complex": (change("x_train", lambda x: x * 1j), "set.npz is complex128: pixels are"),
    "flat": (change("x_train", lambda x: x.reshape(30, -1)), r"x_train is \(30, 96\): images are"),
    "two channels": (change("x_train", lambda x: np.stack([x, x], 3)), r"\(30, 8, 12, 2\)"),
    "none": (change("x_test", lambda x: x[:0]), r"\(0, 8, 12\).*at least 10 of them"),
    "few": (change("x_test", lambda x: x[:9]), r"\(9, 8, 12\).*at least 10 of them"),
    "odd sides": (change("x_train", lambda x: x[:, :7]), "multiples of 4 from 8 to 128"),
    "small": (change("x_train", lambda x: x[:, :4]), "multiples of 4 from 8 to 128"),
    "large": (change("x_train", lambda x: np.tile(x, (1, 1, 11))), "multiples of 4 from 8 to 128"),
    "halves differ": (
        change("x_test", lambda x: x[:, :, :8]),
        r"x_train has images of \(8, 12, 1\), x_test of \(8, 8, 1\)",
    ),
    "labels differ": (change("y_test", lambda y: y[1:]), r"y_test is \(11,\): 12 images have"),
    "labels of two columns": (change("y_train", lambda y: np.eye(3)[y].astype(int)), "y_train is"),
    "labels are floats": (change("y_train", lambda y: y / 1.0), "y_train is float64: labels are"),
    "negative label": (change("y_train", lambda y: y - 1), "y_train has label -1"),
    "huge label": (change("y_train", lambda y: y * 10**9), "y_train has label 2000000000"),
    "gap": (change("y_train", lambda y: y * 2), "y_train goes up to 4, but no image has label 1"),
    "unknown label": (change("y_test", lambda y: y + 1), "y_test has label 3, y_train has not"),
}


@pytest.mark.parametrize("what", REFUSED)
def test_arrays_that_are_no_images(what: str, tmp_path: Path) -> None:
    spoil, message = REFUSED[what]
    arrays = make_arrays()
    spoil(arrays)
    with pytest.raises(UserError, match=message) as caught:
        load(tmp_path / "set.npz", arrays)
    assert "\n" not in str(caught.value)
    assert "set.npz" in str(caught.value)


def test_a_name_that_is_nothing(tmp_path: Path) -> None:
    with pytest.raises(UserError, match="neither a file, a folder nor a set of images: cifar10"):
        load_images("mnits")
    with pytest.raises(UserError, match=r": 0 of 0 are used.*: too few"):
        load_images(str(tmp_path))


@given(cut=st.floats(0, 0.999))
@settings(max_examples=30)
def test_a_file_cut_short(cut: float, tmp_path_factory: pytest.TempPathFactory) -> None:
    place = tmp_path_factory.mktemp("cut") / "set.npz"
    load(place, make_arrays())
    content = place.read_bytes()
    place.write_bytes(content[: int(cut * len(content))])
    with pytest.raises(UserError, match=r"set\.npz is not a readable \.npz") as caught:
        load_images(str(place))
    assert "\n" not in str(caught.value)


@given(places=st.lists(st.tuples(st.floats(0, 1), st.integers(0, 255)), min_size=1, max_size=4))
@settings(max_examples=200)
def test_a_damaged_file_is_refused_or_harmless(
    places: list[tuple[float, int]], tmp_path_factory: pytest.TempPathFactory
) -> None:
    place = tmp_path_factory.mktemp("damaged") / "set.npz"
    np.savez_compressed(place, **make_arrays())  # type: ignore[arg-type]
    content = bytearray(place.read_bytes())
    for where, value in places:
        content[int(where * (len(content) - 1))] = value
    place.write_bytes(content)
    try:
        data = load_images(str(place))
    except UserError as error:
        assert "\n" not in str(error)
    else:
        assert (data.shape, len(data.train)) == ((8, 12, 1), 30)


def test_a_file_that_is_another(tmp_path: Path) -> None:
    place = tmp_path / "set.npz"
    for content in (b"", b"PK\3\4", b"\x80\4N.", b"text\n" * 100):
        place.write_bytes(content)
        with pytest.raises(UserError, match="is not a readable"):
            load_images(str(place))
    os.mkfifo(tmp_path / "pipe.npz")
    with pytest.raises(UserError, match="neither a file, a folder nor"):
        load_images(str(tmp_path / "pipe.npz"))
    with pytest.raises(UserError, match="it is not a file"):
        array_names(tmp_path / "pipe.npz")
    np.save(tmp_path / "one.npy", np.zeros(3))
    with pytest.raises(UserError, match="is not a readable"):
        load_images(str(tmp_path / "one.npy"))


def test_a_size_is_for_pictures(tmp_path: Path) -> None:
    load(tmp_path / "a.npz", make_arrays())
    for name in ("digits", str(tmp_path / "a.npz")):
        for wanted in ({"size": 16}, {"grey": True}):
            with pytest.raises(UserError, match="size and grey are for folders"):
                load_images(name, **wanted)
    for size in (4, 30, 132, -8):
        with pytest.raises(UserError, match=f"size {size}: .* a multiple of 4 from 8 to 128"):
            load_images(str(tmp_path), size)


def test_a_folder_called_like_a_set(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(tmp_path)
    checksum = load_images("digits").checksum
    (tmp_path / "digits").mkdir()
    data = load_images("digits")
    assert (data.checksum, len(data.notes)) == (checksum, 1)
    assert "for the folder write ./digits" in data.notes[0]
    with pytest.raises(UserError, match="0 of 0"):
        load_images("./digits")


def test_sets_are_what_they_always_were() -> None:
    """Runs are bound to the checksum of what they learn."""
    assert load_images("digits").checksum.startswith("af2cfe9e6f79e996")
    folder = data_folder()
    if folder is not None and (folder / "mnist" / "mnist.npz").exists():
        for name in ("mnist", "stacked_mnist"):
            assert load_images(name).checksum.startswith("95116561df959a07")


# What unpacks to more than was said, or to more than the memory holds.


def archive_of(place: Path, shape: tuple[int, ...]) -> None:
    """Write an archive whose x_train says that it has `shape`, over 1 MiB of zeros."""
    arrays = make_arrays()
    with zipfile.ZipFile(place, "w", zipfile.ZIP_DEFLATED) as archive:
        for name in ("y_train", "x_test", "y_test"):
            with archive.open(f"{name}.npy", "w") as file:
                np.save(file, arrays[name])
        with archive.open("x_train.npy", "w", force_zip64=True) as file:
            header = {"descr": "|u1", "fortran_order": False, "shape": shape}
            np.lib.format.write_array_header_1_0(file, header)
            file.write(bytes(1 << 20))


@pytest.mark.parametrize(
    ("shape", "message"),
    [
        ((10**9, 28, 28), "x_train takes 730.2 GiB, at most 4 are read"),
        ((10**6, 28, 28), "x_train should have 784000000 bytes, and has at most 1048"),
    ],
)
def test_a_small_file_that_unpacks_to_more(
    shape: tuple[int, ...], message: str, tmp_path: Path
) -> None:
    place = tmp_path / "bomb.npz"
    archive_of(place, shape)
    assert place.stat().st_size < 20_000
    tracemalloc.start()
    with pytest.raises(UserError, match=message):
        load_images(str(place))
    peak = tracemalloc.get_traced_memory()[1]
    tracemalloc.stop()
    assert peak < 1 << 20
