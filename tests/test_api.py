"""The public names of the package: each with an example that runs, loaded on demand."""

import doctest
import inspect
import shutil
import subprocess
import sys
from pathlib import Path
from typing import Any

import keras
import pytest

import textgan
from textgan import api
from textgan.domain import with_changes
from textgan.errors import UserError
from textgan.gan.run_folder import read_config
from textgan.images import networks
from textgan.text.settings import PRESETS

DATA = Path(__file__).parent / "data"
NAMES = [name for name in textgan.__all__ if callable(getattr(textgan, name))]
EXAMPLES = [name for name in NAMES if name not in ("UserError", "load_corpus")]
FOLDERS = {"text": "scenes", "image": "digits", "table": "trees"}


@pytest.fixture(autouse=True)
def folder(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A folder with data and three runs, in which the examples work."""
    shutil.copytree(DATA, tmp_path, dirs_exist_ok=True)
    for kind, name in FOLDERS.items():
        shutil.move(tmp_path / kind, tmp_path / "runs" / name)
    monkeypatch.chdir(tmp_path)
    monkeypatch.setenv("TEXTGAN_CACHE", str(tmp_path / "cache"))
    monkeypatch.setattr(networks, "FEATURES", 8)
    return tmp_path


@pytest.mark.parametrize("name", ["textgan", *EXAMPLES])
def test_the_example_of_a_public_name(name: str) -> None:
    thing = textgan if name == "textgan" else getattr(textgan, name)
    text = inspect.getdoc(thing) or ""
    example = doctest.DocTestParser().get_doctest(text, {"textgan": textgan}, name, None, None)
    assert example.examples
    said: list[str] = []
    doctest.DocTestRunner().run(example, out=said.append)
    assert not said, "".join(said)


def test_public_names_load_nothing_before_they_are_asked_for() -> None:
    code = (
        "import sys, textgan; before = set(sys.modules); textgan.evaluate_sentences;"
        "print('textgan.api' in before, {'keras', 'tensorflow', 'jax'} & set(sys.modules))"
    )
    said = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    assert said.stdout == "False set()\n"
    assert set(textgan.__all__) <= set(dir(textgan))
    assert {*api.__all__, "__version__"} == set(textgan.__all__)
    with pytest.raises(AttributeError, match="no attribute 'nothing'"):
        _ = textgan.nothing


def test_what_is_sampled_is_what_the_kind_makes() -> None:
    assert textgan.sample("runs/digits", 3).shape == (3, 8, 8, 1)
    assert list(textgan.sample("runs/trees", 3).index) == [0, 1, 2]


def test_settings_are_changed_by_name() -> None:
    changed: Any = with_changes(PRESETS["coco"], {"steps": 7, "gamma": 2.0, "max_words": 5})
    assert (changed.loop.steps, changed.game.gamma, changed.max_words) == (7, 2.0, 5)
    assert changed.network == PRESETS["coco"].network
    with pytest.raises(UserError, match="there is no setting stepz of TextSettings"):
        with_changes(PRESETS["coco"], {"stepz": 7})
    with pytest.raises(UserError, match="gamma is -1"):
        with_changes(PRESETS["coco"], {"gamma": -1})


def test_mistakes_are_errors_of_the_user(folder: Path) -> None:
    (folder / "config.json").write_text('{"settings": {"kind": "language model"}}')
    for call, message in (
        (lambda: textgan.train_text("nothing", "runs/x"), "is no preset"),
        (lambda: textgan.load_model(folder), "of kind 'language model'"),
        (lambda: textgan.open_run("nowhere"), "is not a run folder"),
        (lambda: textgan.write_report(), "at least one run folder"),
        (lambda: textgan.evaluate_sentences(["a b"], ["a b"]), "at least two lines"),
    ):
        with pytest.raises(UserError, match=message):
            call()
    assert keras.backend.backend() and read_config(Path("runs/trees"))
