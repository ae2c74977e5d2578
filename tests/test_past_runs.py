"""Runs of an earlier version (tests/data): sampled, scored, reported, inspected and resumed."""

import json
import re
import shutil
from pathlib import Path
from typing import Any

import keras
import numpy as np
import pandas as pd
import pytest

from textgan.domain import read_settings
from textgan.domains import DOMAINS, KINDS
from textgan.gan.run_folder import read_config, read_telemetry
from textgan.gan.step import METRICS
from textgan.grids import to_pixels
from textgan.images import networks
from textgan.inspection import opened
from textgan.inspection.pages import inspect_run
from textgan.report.page import render_report
from textgan.report.reproduction import training_command
from textgan.report.run import read_run
from textgan.runs import train_run

DATA = Path(__file__).parent / "data"
pytestmark = pytest.mark.skipif(
    keras.backend.backend() != "tensorflow", reason="the runs were trained with TensorFlow"
)


@pytest.fixture(autouse=True)
def folder(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """Work in a copy: the runs name their data by paths beside them."""
    shutil.copytree(DATA, tmp_path, dirs_exist_ok=True)
    monkeypatch.chdir(tmp_path)
    monkeypatch.setenv("TEXTGAN_CACHE", str(tmp_path / "cache"))
    monkeypatch.setattr(networks, "FEATURES", 8)
    monkeypatch.setattr(opened, "NOISES", 70)


def test_the_same_seed_gives_the_same_sentences() -> None:
    written = "".join(" ".join(words) + "\n" for words in _model("text").sample(20, 7))
    assert written == Path("text/samples-7.txt").read_text()


def test_the_same_seed_gives_the_same_images() -> None:
    made = to_pixels(_model("image").sample(6, 7))
    with np.load("image/samples-7.npz") as archive:
        assert np.abs(made.astype(int) - archive["images"]).max() <= 1


def test_the_same_seed_gives_the_same_rows() -> None:
    made = _model("table").sample(20, 7)
    pd.testing.assert_frame_equal(
        made, pd.read_csv("table/samples-7.csv"), check_dtype=False, check_categorical=False
    )


@pytest.mark.parametrize("kind, tolerance", [("text", 1e-3), ("image", 0.05), ("table", 1e-3)])
def test_scores_are_what_they_were(kind: str, tolerance: float) -> None:
    """The classifier of images is trained anew, and is nearly the same."""
    place = Path(kind, "evaluation.json")
    before = _values(place)
    place.unlink()
    domain = DOMAINS[kind]
    domain.evaluate(domain.scored(Path(kind)), lambda line: None)
    after = _values(place)
    assert after.keys() >= before.keys()
    for name, value in before.items():
        assert after[name] == pytest.approx(value, rel=tolerance, abs=tolerance), name


@pytest.mark.parametrize("kind", DOMAINS)
def test_a_report(kind: str) -> None:
    run = read_run(Path(kind), KINDS)
    page = render_report([run])
    assert run.domain.title in page
    assert run.corpus in page
    assert "Reproduce it" in page


@pytest.mark.parametrize("kind", DOMAINS)
def test_every_section_of_the_inspection(kind: str) -> None:
    page = inspect_run(Path(kind), DOMAINS, sample=1).read_text()
    expected = ["convergence", *DOMAINS[kind].views]
    assert re.findall(r'<h2 id="(\w+)"', page) == expected
    assert ("Of rows there is no section saliency." in page) == (kind == "table")
    assert "nan" not in re.sub(r"base64,[^\"]*", "", page).split()


@pytest.mark.parametrize("kind", DOMAINS)
def test_a_run_that_was_stopped_goes_on_as_it_did(
    kind: str, capsys: pytest.CaptureFixture[str]
) -> None:
    """Its checkpoint is of step 2; its telemetry goes to step 4, and is written again."""
    before = read_telemetry(Path(kind))
    domain, stored = DOMAINS[kind], read_config(Path(kind))["settings"]
    train_run(domain, read_settings(domain.settings, stored), Path(kind), stored["seed"])
    assert "resuming" in capsys.readouterr().out
    after = read_telemetry(Path(kind))
    assert [row["step"] for row in after] == [1, 2, 3, 4]
    for old, new in zip(before, after, strict=True):
        names = {name for name in old if name in METRICS or name.startswith(("gradient", "update"))}
        assert len(names) > len(METRICS)
        for name in names:
            assert new[name] == pytest.approx(old[name], rel=2e-3, abs=2e-3), name


@pytest.mark.parametrize("kind", DOMAINS)
def test_the_command_that_trains_it_names_its_data_once(kind: str) -> None:
    run = read_run(Path(kind), KINDS)
    command = training_command(run)
    assert command is not None
    assert command.split().count(run.corpus) == 1


def _values(place: Path) -> dict[str, Any]:
    content = json.loads(place.read_text())
    return {name: score["value"] for name, score in content.items()}


def _model(kind: str) -> Any:
    return DOMAINS[kind].model(Path(kind))
