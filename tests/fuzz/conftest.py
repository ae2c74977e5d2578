"""Run a script in this process, where Keras is loaded already, with a limit on its time."""

import hashlib
import os
import runpy
import signal
import sys
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import keras
import numpy as np
import pytest

from tests.fuzz import pixels, tables, texts
from tests.fuzz.cases import Case
from tests.scripts.conftest import SCRIPTS, Ending

LIMIT = 60  # seconds that a case may take; most take a tenth of one
BACKEND = ("--backend", keras.backend.backend())


class Hang(BaseException):
    """A case that took too long."""


@contextmanager
def time_limit(seconds: float) -> Iterator[None]:
    def stop(*_: Any) -> None:
        raise Hang(f"still running after {seconds} s")

    before = signal.signal(signal.SIGALRM, stop)
    signal.setitimer(signal.ITIMER_REAL, seconds)
    try:
        yield
    finally:
        signal.setitimer(signal.ITIMER_REAL, 0)
        signal.signal(signal.SIGALRM, before)


def run_script(
    case: Case,
    capfd: pytest.CaptureFixture[str],
    patch: pytest.MonkeyPatch,
    limit: float = LIMIT,
) -> Ending:
    capfd.readouterr()
    patch.setattr(sys, "argv", [case.script, *map(str, case.arguments)])
    status = 0
    try:
        with time_limit(limit):
            runpy.run_path(str(SCRIPTS / case.script), run_name="__main__")
    except SystemExit as stop:
        status = int(stop.code or 0)
    return Ending(status, *capfd.readouterr())


def fingerprint(folder: Path, writes: tuple[str, ...]) -> dict[str, Any]:
    """Describe every file under a folder, but those that may be written."""
    found = {}
    for path in sorted(folder.rglob("*")):
        if set(path.relative_to(folder).parts) & set(writes):
            continue
        content = path.read_bytes() if path.is_file() else b""
        link = os.readlink(path) if path.is_symlink() else ""
        found[str(path)] = link, hashlib.sha256(content).hexdigest(), path.lstat().st_mode
    return found


class NoClassifier:
    """Stands for the classifier of images, whose training takes a minute."""

    accuracy, asked, fields = 0.5, "them", {"classifier": "none"}

    def judge(self, images: np.ndarray) -> Any:
        from textgan.images.classifier import Predictions

        flat = images.reshape(len(images), -1)[:, :4].astype(np.float32)
        return Predictions(flat, np.full((len(images), 10), 0.1, np.float32))


@pytest.fixture
def quick(monkeypatch: pytest.MonkeyPatch) -> Callable[[], None]:
    """Return what lets trainings end where they would begin: data loaded, networks built."""
    import textgan.images.evaluation
    import textgan.images.training
    import textgan.runs

    def begin(subject: Any, *_: Any, **__: Any) -> None:
        subject.real(np.arange(min(2, subject.count)))

    def patch() -> None:
        monkeypatch.setattr(textgan.runs, "train", begin)
        for module in (textgan.images.training, textgan.images.evaluation):
            monkeypatch.setattr(module, "load_or_train_classifier", lambda *_, **__: NoClassifier())

    return patch


@pytest.fixture(scope="session")
def whole_runs(tmp_path_factory: pytest.TempPathFactory) -> Callable[..., Any]:
    """Return a function that makes, once, a small run of each kind with its evaluation."""
    made: dict[str, tuple[Path, list[Any]]] = {}

    def make(run: Callable[[Case], Ending]) -> dict[str, tuple[Path, list[Any]]]:
        if made:
            return made
        folder = tmp_path_factory.mktemp("whole")
        text, images, table = folder / "a.txt", folder / "a.npz", folder / "a.csv"
        text.write_text("\n".join(texts.SENTENCES) + "\n")
        rng = np.random.default_rng(0)
        halves: Any = {"x_train": rng.random((60, 8, 8)), "x_test": rng.random((20, 8, 8))}
        np.savez(images, **halves, y_train=np.arange(60) % 3, y_test=np.arange(20) % 3)
        lines = (f"{rng.normal():.3f},{'cat' if n % 3 else 'dog'}\n" for n in range(90))
        table.write_text("weight,pet\n" + "".join(lines))
        for kind, script, arguments in (
            ("language model", "language_model", (text, *texts.TINY_LANGUAGE_MODEL)),
            ("text", "text_gan", ("file", "--corpus", text, *texts.TINY)),
            ("image", "image_gan", (images, *pixels.TINY)),
            ("table", "table_gan", (table, *tables.TINY)),
        ):
            trained = [*arguments, *BACKEND]
            place = folder / kind
            scorer = {"image": "images", "table": "table"}.get(kind, "text")
            assert run(Case(f"train_{script}.py", (*trained, "--run-dir", place))).status == 0
            assert run(Case(f"evaluate_{scorer}.py", (place,))).status == 0
            made[kind] = place, trained
        return made

    return make
