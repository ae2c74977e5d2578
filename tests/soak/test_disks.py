"""Runs on a disk that is full or cannot be written: one line, nothing lost, and on they go.

The small disk is a tmpfs, which only root may mount. `TEXTGAN_DISKS` says how many sizes are tried
(default 1), `TEXTGAN_SEED` which.
"""

import os
import random
import resource
import shutil
import subprocess
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest

from tests.soak.conftest import Runs
from tests.soak.runs import KINDS, cache_of, check_newest_checkpoint, finish, outcome

COUNT = int(os.environ.get("TEXTGAN_DISKS", "1"))
SEED = os.environ.get("TEXTGAN_SEED", "1")
Remount = Callable[[str], None]


@pytest.fixture
def disk(tmp_path: Path) -> Iterator[tuple[Path, Remount]]:
    """A disk of its own, and what changes its options, such as its size."""
    place = tmp_path / "disk"
    place.mkdir()
    mount = ["mount", "-t", "tmpfs", "-o", "size=64m", "tmpfs", str(place)]
    if os.getuid() or not shutil.which("mount") or subprocess.run(mount, check=False).returncode:
        pytest.skip("only root may mount a disk, and not everywhere")

    def remount(options: str) -> None:
        subprocess.run(["mount", "-o", f"remount,{options}", str(place)], check=True)

    yield place, remount
    subprocess.run(["umount", str(place)], check=True)


def size_of(folder: Path) -> int:
    return sum(file.stat().st_size for file in folder.rglob("*") if file.is_file())


@pytest.mark.parametrize("number", range(COUNT))
def test_a_full_disk(number: int, runs: Runs, disk: tuple[Path, Remount]) -> None:
    draw = random.Random(f"disk {SEED} {number}")
    kind, run = KINDS[number % len(KINDS)], disk[0] / "run"
    whole = runs.whole(kind)
    most = sum(map(size_of, (runs.path(kind), cache_of(runs.path(kind)))))
    size = draw.randrange(4096, most)
    disk[1](f"size={size}")
    ending = finish(kind, runs.folder, run)
    print(f"{kind}: disk of {size} bytes, checkpoint {check_newest_checkpoint(run)}")
    assert (ending.status, ending.stderr.count("\n")) == (2, 1), ending.stderr
    assert ending.stderr.startswith("error: cannot write"), ending.stderr
    disk[1]("size=64m")
    ending = finish(kind, runs.folder, run)
    assert (ending.status, ending.stderr) == (0, "")
    assert outcome(run) == whole.outcome


@pytest.mark.parametrize("number", range(COUNT))
def test_files_that_may_not_grow(number: int, runs: Runs, tmp_path: Path) -> None:
    draw = random.Random(f"file {SEED} {number}")
    kind, run = KINDS[(number + 2) % len(KINDS)], tmp_path / "run"
    whole = runs.whole(kind)
    most = max(file.stat().st_size for file in runs.path(kind).rglob("*"))
    size = draw.randrange(1, most)
    ending = finish(
        kind, runs.folder, run, lambda: resource.setrlimit(resource.RLIMIT_FSIZE, (size, -1))
    )
    assert (ending.status, ending.stderr.count("\n")) == (2, 1), ending.stderr
    assert ending.stderr.startswith("error: cannot write"), ending.stderr
    ending = finish(kind, runs.folder, run)
    assert (ending.status, ending.stderr) == (0, "")
    assert outcome(run) == whole.outcome


@pytest.mark.parametrize("kind", KINDS[:COUNT])
def test_a_disk_that_cannot_be_written(kind: str, runs: Runs, disk: tuple[Path, Remount]) -> None:
    runs.whole(kind)
    shutil.copytree(runs.path(kind), disk[0] / "old")
    if cache_of(runs.path(kind)).exists():
        shutil.copytree(cache_of(runs.path(kind)), cache_of(disk[0] / "old"))
    disk[1]("ro")
    for name in ("old", "new"):
        ending = finish(kind, runs.folder, disk[0] / name)
        assert (ending.status, ending.stderr.count("\n")) == (2, 1), ending.stderr
        assert "Read-only file system" in ending.stderr
    disk[1]("rw")
    assert outcome(disk[0] / "old") == runs.whole(kind).outcome
