"""Checkpoints come back bit for bit, survive damage and a full disk, and are never half there."""

import errno
import os
import resource
import shutil
import signal
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import keras
import numpy as np
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from textgan.errors import UserError
from textgan.gan.checkpoint import Checkpoint, checkpoint_steps, load_latest, save_checkpoint

SHAPES = [(40, 30), (7,), ()]


@pytest.fixture(scope="module")
def state() -> list[Any]:
    floats = [keras.Variable(np.zeros(shape), dtype="float32") for shape in SHAPES]
    return [*floats, keras.Variable(0, dtype="int32")]


def checkpoint(step: int) -> Checkpoint:
    rng = np.random.default_rng(step)
    arrays = [rng.standard_normal(shape).astype("float32") for shape in SHAPES]
    return Checkpoint(step, [*arrays, np.int32(step)], {"best": -float("inf"), "seconds": 0.1})


def assert_same(loaded: Checkpoint | None, expected: Checkpoint) -> None:
    assert loaded is not None
    assert (loaded.step, loaded.progress) == (expected.step, expected.progress)
    for array, original in zip(loaded.arrays, expected.arrays, strict=True):
        assert array.dtype == original.dtype
        assert array.tobytes() == original.tobytes()


def names(folder: Path) -> list[str]:
    return sorted(entry.name for entry in folder.iterdir())


@contextmanager
def file_size_limit(size: int) -> Iterator[None]:
    """Let writes fail half-way through a file, as on a full disk."""
    old = resource.getrlimit(resource.RLIMIT_FSIZE)
    handler = signal.signal(signal.SIGXFSZ, signal.SIG_IGN)
    resource.setrlimit(resource.RLIMIT_FSIZE, (size, old[1]))
    try:
        yield
    finally:
        resource.setrlimit(resource.RLIMIT_FSIZE, old)
        signal.signal(signal.SIGXFSZ, handler)


def test_comes_back_bit_for_bit(tmp_path: Path, state: list[Any]) -> None:
    assert load_latest(tmp_path / "none", state) is None
    save_checkpoint(tmp_path, checkpoint(3))
    assert_same(load_latest(tmp_path, state), checkpoint(3))


def test_the_newest_two_and_the_first_of_each_doubling_are_kept(
    tmp_path: Path, state: list[Any]
) -> None:
    for step in (5, 6, 9, 10, 15, 40, 60, 100, 101, 102):
        save_checkpoint(tmp_path, checkpoint(step))
    assert checkpoint_steps(tmp_path) == [5, 9, 40, 100, 101, 102]
    assert_same(load_latest(tmp_path, state), checkpoint(102))


def test_half_a_save_is_ignored_and_cleared_away(tmp_path: Path, state: list[Any]) -> None:
    save_checkpoint(tmp_path, checkpoint(1))
    shutil.copytree(tmp_path / "1", tmp_path / "2.partial")
    assert_same(load_latest(tmp_path, state), checkpoint(1))
    save_checkpoint(tmp_path, checkpoint(2))
    assert names(tmp_path) == ["1", "2"]
    assert_same(load_latest(tmp_path, state), checkpoint(2))


def test_a_step_can_be_saved_again(tmp_path: Path, state: list[Any]) -> None:
    save_checkpoint(tmp_path, checkpoint(1))
    (tmp_path / "1" / "state.npz").write_bytes(b"")
    save_checkpoint(tmp_path, checkpoint(1))
    assert_same(load_latest(tmp_path, state), checkpoint(1))


def cut(path: Path) -> None:
    content = (path / "state.npz").read_bytes()
    (path / "state.npz").write_bytes(content[: len(content) // 2])


def pickle_inside(path: Path) -> None:
    # An array of objects can only be stored as a pickle, which may run anything when read.
    np.savez(path / "state.npz", *[np.array([{}], dtype=object)] * 4)


DAMAGES = {
    "cut": cut,
    "empty": lambda path: (path / "state.npz").write_bytes(b""),
    "not an archive": lambda path: (path / "state.npz").write_bytes(b"hello" * 100),
    "no arrays": lambda path: (path / "state.npz").unlink(),
    "no progress": lambda path: (path / "progress.json").unlink(),
    "half a progress": lambda path: (path / "progress.json").write_text('{"best": '),
    "other progress": lambda path: (path / "progress.json").write_text("[]"),
    "pickle": pickle_inside,
}


@pytest.mark.parametrize("damage", DAMAGES)
def test_damage_falls_back_to_the_one_before(tmp_path: Path, state: list[Any], damage: str) -> None:
    save_checkpoint(tmp_path, checkpoint(1))
    save_checkpoint(tmp_path, checkpoint(2))
    DAMAGES[damage](tmp_path / "2")
    assert_same(load_latest(tmp_path, state), checkpoint(1))
    DAMAGES[damage](tmp_path / "1")
    with pytest.raises(UserError, match="no readable checkpoint") as caught:
        load_latest(tmp_path, state)
    assert "\n" not in str(caught.value)


def test_progress_of_another_kind_of_run_is_damage(tmp_path: Path, state: list[Any]) -> None:
    (tmp_path / "\u00b2").mkdir()  # a digit, and no number
    save_checkpoint(tmp_path, checkpoint(1))
    assert_same(load_latest(tmp_path, state, ("best", "seconds")), checkpoint(1))
    with pytest.raises(UserError, match="holds no number best_step"):
        load_latest(tmp_path, state, ("best", "best_step"))


@settings(
    max_examples=200,
    suppress_health_check=[HealthCheck.function_scoped_fixture],
)
@given(place=st.floats(0, 1, exclude_max=True), bit=st.integers(0, 7))
def test_no_flipped_bit_gets_through(
    tmp_path: Path, state: list[Any], place: float, bit: int
) -> None:
    for step in (1, 2):
        save_checkpoint(tmp_path, checkpoint(step))
    path = tmp_path / "2" / "state.npz"
    content = bytearray(path.read_bytes())
    content[int(place * len(content))] ^= 1 << bit
    path.write_bytes(content)
    loaded = load_latest(tmp_path, state)
    assert loaded is not None
    # A bit that nothing reads, such as one of a date, may be flipped without harm.
    assert_same(loaded, checkpoint(loaded.step))


def test_another_models_checkpoint_is_refused(tmp_path: Path, state: list[Any]) -> None:
    save_checkpoint(tmp_path, checkpoint(1))
    with pytest.raises(UserError, match=r"4 arrays, this model has 3"):
        load_latest(tmp_path, state[:3])
    other = [keras.Variable(np.zeros((2, 2)), dtype="float32", name="kernel"), *state[1:]]
    with pytest.raises(
        UserError, match=r"kernel is float32 \(40, 30\), this model's is float32 \(2, 2\)"
    ):
        load_latest(tmp_path, other)


@pytest.mark.parametrize("size", [0, 100, 3000])
def test_full_disk_leaves_the_last_one_whole(tmp_path: Path, state: list[Any], size: int) -> None:
    save_checkpoint(tmp_path, checkpoint(1))
    with file_size_limit(size), pytest.raises(UserError, match="the last good one is step 1"):
        save_checkpoint(tmp_path, checkpoint(2))
    assert names(tmp_path) == ["1"]
    assert_same(load_latest(tmp_path, state), checkpoint(1))
    save_checkpoint(tmp_path, checkpoint(2))
    assert_same(load_latest(tmp_path, state), checkpoint(2))


def test_disk_that_reports_late_that_it_is_full(
    tmp_path: Path, state: list[Any], monkeypatch: pytest.MonkeyPatch
) -> None:
    def full(_: int) -> None:
        raise OSError(errno.ENOSPC, os.strerror(errno.ENOSPC))

    monkeypatch.setattr(os, "fsync", full)
    with pytest.raises(UserError, match="No space left on device; there is none yet"):
        save_checkpoint(tmp_path, checkpoint(1))
    assert names(tmp_path) == []
