"""Event files are read back with TensorBoard's own reader."""

import sys
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from PIL import Image
from tensorboard.backend.event_processing.event_accumulator import (
    STORE_EVERYTHING_SIZE_GUIDANCE,
    EventAccumulator,
)
from tensorboard.util import tensor_util

from textgan.errors import UserError
from textgan.event_files import EventFiles
from textgan.gan.run_folder import RunFolder


def read(run: Path) -> EventAccumulator:
    return EventAccumulator(str(run), STORE_EVERYTHING_SIZE_GUIDANCE).Reload()


def row(step: int) -> dict[str, Any]:
    layers = {f"gradient/generator/layer_{n}": float(n + step) for n in range(3)}
    return {"step": step, "seconds": step / 2, "score": -1.0 / step, "logit_gap": 2.0} | layers


@pytest.fixture
def run(tmp_path: Path) -> RunFolder:
    run = RunFolder(tmp_path / "run", {"kind": "text"}, {})
    for step in (1, 2, 3):
        run.log(row(step))
        (run.samples / f"{step:07d}.txt").write_text(f"a cat\nstep {step}\n")
    return run


def test_what_is_written(run: RunFolder) -> None:
    Image.fromarray(np.arange(48, dtype=np.uint8).reshape(4, 12)).save(run.samples / "0000002.png")
    EventFiles().begin(run)
    events = read(run.path)
    tags = events.Tags()
    assert tags["scalars"] == ["seconds", "score", "logit_gap"]
    scores = [(event.step, event.value) for event in events.Scalars("score")]
    assert scores == [(step, pytest.approx(-1 / step)) for step in (1, 2, 3)]
    times = [event.wall_time for event in events.Scalars("score")]
    assert np.diff(times) == pytest.approx([0.5, 0.5], abs=1e-3)
    assert tags["histograms"] == ["gradient/generator"]
    norms = events.Histograms("gradient/generator")[1].histogram_value
    assert (norms.num, norms.min, norms.max, norms.sum) == (3, 2, 4, 9)
    (image,) = events.Images("samples")
    assert (image.step, image.width, image.height) == (2, 12, 4)
    texts = events.Tensors("samples/text_summary")
    said = [tensor_util.make_ndarray(event.tensor_proto).item().decode() for event in texts]
    assert said == [f"    a cat\n    step {step}\n" for step in (1, 2, 3)]


def test_going_on_doubles_no_step(run: RunFolder) -> None:
    first = EventFiles()
    first.begin(run)
    first.logged(row(4))  # a kill takes what follows the last checkpoint, step 2
    run.forget_after(2)
    again = EventFiles()
    again.begin(run)
    again.logged(row(3))
    again.logged(row(4))
    assert [event.step for event in read(run.path).Scalars("score")] == [1, 2, 3, 4]
    assert len(list(run.path.glob(f"{RunFolder.EVENTS}.*"))) == 1


def test_a_number_that_is_none(run: RunFolder) -> None:
    files = EventFiles()
    files.begin(run)
    files.logged({"step": 4, "seconds": 1.0, "score": None, "gradient/generator/a": float("nan")})
    assert [event.step for event in read(run.path).Scalars("score")] == [1, 2, 3]


def test_without_the_package(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setitem(sys.modules, "tensorboardX", None)
    with pytest.raises(UserError, match=r"pip install 'textgan\[tensorboard\]'"):
        EventFiles()
