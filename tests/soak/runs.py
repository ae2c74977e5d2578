"""A small run of each kind, in processes of its own, and everything that it leaves."""

import json
import os
import subprocess
import sys
import time
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import keras
import numpy as np

from textgan.gan.run_folder import read_telemetry
from textgan.text.grammar import Grammar

ROOT = Path(__file__).parents[2]
KINDS = ("text", "image", "table", "language model")
STEPS = "40"
LIMIT = 300  # seconds that a process may take: far more than any needs
BOTH = ("--backend", keras.backend.backend(), "--seed", "5")
LOOP = ("--batch-size", "8", "--steps", STEPS, "--log-every", "2", "--evaluate-every", "10")
NETWORKS = ("--generator-width", "8", "--discriminator-width", "8")
TEXT = (
    *("--generator-layers", "1", "--discriminator-layers", "1", "--attention-heads", "2"),
    *("--cloze-width", "8", "--cloze-layers", "1", "--cloze-batch-size", "8"),
)
IMAGES = ("--generator-blocks", "1", "--mapping-layers", "1", "--noise", "4")
TABLE = ("--generator-layers", "1", "--discriminator-layers", "1", "--noise", "4")
MODEL = (
    "--width",
    "8",
    "--dim",
    "8",
    "--steps",
    STEPS,
    "--evaluate-every",
    "2",
    "--patience",
    "99",
)


def make_data(folder: Path) -> None:
    """Write a corpus, images and a table to learn from."""
    sentences = Grammar.load().sample(300, seed=3)
    (folder / "corpus.txt").write_text("".join(" ".join(words) + "\n" for words in sentences))
    rng = np.random.default_rng(0)
    images: dict[str, Any] = {}
    for part, count in (("train", 60), ("test", 20)):
        images |= {f"x_{part}": rng.random((count, 8, 8)), f"y_{part}": np.arange(count) % 3}
    np.savez(folder / "images.npz", **images)
    rows = (f"{rng.normal():.3f},{'cat' if n % 3 else 'dog'}\n" for n in range(120))
    (folder / "table.csv").write_text("weight,pet\n" + "".join(rows))


def command(kind: str, data: Path, run: Path) -> list[str]:
    """Return the command line that trains a small run of this kind."""
    script, name, options = {
        "text": ("train_text_gan.py", "corpus.txt", (*LOOP, *NETWORKS, *TEXT)),
        "image": ("train_image_gan.py", "images.npz", (*LOOP, *NETWORKS, *IMAGES)),
        "table": ("train_table_gan.py", "table.csv", (*LOOP, *NETWORKS, *TABLE)),
        "language model": ("train_language_model.py", "corpus.txt", MODEL),
    }[kind]
    given = ("file", "--corpus", data / name) if kind == "text" else (data / name,)
    play = (sys.executable, ROOT / "tests" / "soak" / "play.py", ROOT / "scripts" / script)
    return [str(word) for word in (*play, *given, *options, *BOTH, "--run-dir", run)]


def start(kind: str, data: Path, run: Path, before: Callable[[], None] | None = None) -> Any:
    """Start a run, with a cache of its own beside the run folder."""
    return subprocess.Popen(
        command(kind, data, run),
        env=os.environ | {"TEXTGAN_CACHE": str(cache_of(run)), "PYTHONPATH": str(ROOT)},
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        text=True,
        preexec_fn=before,
    )


def cache_of(run: Path) -> Path:
    return run.with_name(f"{run.name}-cache")


@dataclass(frozen=True)
class Ending:
    """How a process ended.

    Attributes:
        status: of its exit.
        stderr: what it said there.
        seconds: from its first change to a folder to its last checkpoint, and from its first
            checkpoint to its last.
    """

    status: int
    stderr: str
    seconds: tuple[float, float]


def finish(kind: str, data: Path, run: Path, before: Callable[[], None] | None = None) -> Ending:
    """Run to the end, or until an error ends it."""
    process = start(kind, data, run, before)
    changed = wait_for(process, run, cache_of(run))
    saved = wait_for(process, run / "checkpoints")
    last = wait_for(process, run / "checkpoints" / STEPS)
    _, stderr = process.communicate(timeout=LIMIT)
    return Ending(process.returncode, stderr, (last - changed, last - saved))


def wait_for(process: Any, *paths: Path) -> float:
    """Wait until the process has made one of the paths, or ended; return when."""
    limit = time.monotonic() + LIMIT
    while process.poll() is None and time.monotonic() < limit:
        if any(path.exists() for path in paths):
            break
        time.sleep(0.002)
    return time.monotonic()


def outcome(run: Path) -> dict[str, Any]:
    """Everything that a run leaves, by file, but for times, versions and older checkpoints."""
    latest = max((run / "checkpoints").iterdir(), key=lambda folder: int(folder.name))
    progress = json.loads((latest / "progress.json").read_text()) | {"seconds": 0}
    files = [latest / "state.npz"]
    files += [file for folder in ("model", "samples") for file in (run / folder).iterdir()]
    return {
        "step": latest.name,
        "progress": progress,
        "rows": [{**row, "seconds": 0} for row in read_telemetry(run)],
        **{str(file.relative_to(run)): _content(file) for file in files},
    }


def leftovers(run: Path) -> list[Path]:
    """Return what a write that was cut short has left in a run folder."""
    return sorted(run.rglob("*.partial"))


def check_newest_checkpoint(run: Path) -> int | None:
    """Read the newest complete checkpoint, all of it; return its step, None if there is none."""
    folders = [f for f in (run / "checkpoints").glob("*") if f.name.isdigit()]
    newest = max(folders, key=lambda folder: int(folder.name), default=None)
    if newest is None:
        return None
    json.loads((newest / "progress.json").read_text())
    with np.load(newest / "state.npz", allow_pickle=False) as archive:
        assert all(np.isfinite(archive[name]).all() for name in archive.files)
    return int(newest.name)


def _content(file: Path) -> Any:
    """Return a file's bytes; of an archive those of its arrays, since it also holds times."""
    if file.suffix != ".npz":
        return file.read_bytes()
    with np.load(file, allow_pickle=False) as archive:
        return {name: archive[name].tobytes() for name in archive.files}
