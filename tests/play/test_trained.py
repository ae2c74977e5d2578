"""A trained run: the noise that is asked for, and what is refused."""

import shutil
from pathlib import Path
from typing import Any

import keras
import numpy as np
import pytest

from tests.play.conftest import DATA, open_kept_run
from textgan.domains import DOMAINS
from textgan.errors import UserError
from textgan.play.trained import TrainedRun

FIELDS = {"seed": "1", "towards": "2", "share": "0", "truncation": "1"}
pytestmark = pytest.mark.skipif(
    keras.backend.backend() != "tensorflow", reason="the runs were trained with TensorFlow"
)


@pytest.fixture(scope="module")
def run(tmp_path_factory: pytest.TempPathFactory) -> Any:
    with pytest.MonkeyPatch.context() as patch:
        yield open_kept_run(tmp_path_factory.mktemp("data"), patch, "table")


def ask(run: TrainedRun, act: str = "make", own: Any = None, **fields: str) -> dict[str, Any]:
    return run.answer({"do": act, "fields": FIELDS | fields, "own": own or {}})


def test_a_seed_gives_the_noise_of_the_first_sample(run: TrainedRun) -> None:
    model = run._opened[0].subject.model
    for seed in (1, 5):
        noise, _ = model.first_inputs(1, seed)
        np.testing.assert_allclose(ask(run, seed=str(seed))["noise"], noise[0], atol=0.006)


def test_the_way_leads_from_one_seed_to_the_other(run: TrainedRun) -> None:
    oak = "2"  # each seed has a condition of its own
    first, last = ask(run, label=oak), ask(run, label=oak, share="1")
    assert first["row"] == first["way"][0]
    assert last["row"] == first["way"][-1] == ask(run, label=oak, seed="2")["row"]
    middle = ask(run, label=oak, share="0.5")
    assert middle["row"] == first["way"][4] != first["row"]
    assert ask(run, label=oak, seed="2", towards="2")["way"] == [last["row"]] * 9


def test_a_slider_sets_one_number_of_the_noise(run: TrainedRun) -> None:
    before, after = ask(run)["noise"], ask(run, own={"3": 2.5})["noise"]
    assert after[3] == 2.5
    assert [a for place, a in enumerate(after) if place != 3] == before[:3] + before[4:]
    assert ask(run, own={"0": 99})["noise"][0] == 3.0


def test_truncation_scales_the_noise_and_not_the_sliders(run: TrainedRun) -> None:
    whole, none = ask(run), ask(run, truncation="0")
    assert none["noise"] == whole["noise"]
    assert none["row"] == none["way"][-1] != whole["row"]


@pytest.mark.parametrize(
    ("fields", "own", "message"),
    [
        ({"seed": "x"}, {}, "Seed: 'x' is no number"),
        ({"share": "2"}, {}, "On the way to the second: 2 is not from 0 to 1"),
        ({"label": "99"}, {}, "Condition: '99' is none of the choices"),
        ({}, {"99": 1}, "the noise has no number 99"),
    ],
)
def test_what_is_refused(run: TrainedRun, fields: Any, own: Any, message: str) -> None:
    with pytest.raises(UserError, match=message):
        ask(run, own=own, **fields)


def test_a_run_that_cannot_be_opened_is_said_to_whoever_asks(tmp_path: Path) -> None:
    shutil.copytree(DATA / "text", tmp_path / "text")
    shutil.rmtree(tmp_path / "text" / "checkpoints")
    broken = TrainedRun(tmp_path / "text", DOMAINS["text"])
    for _ in range(2):
        with pytest.raises(UserError):
            broken.answer({"do": "open"})
