import re
from types import SimpleNamespace
from typing import Any

import numpy as np
import pytest

from textgan.grids import write_png
from textgan.inspection.evolution_images import film_of, variety_of_images
from textgan.report.sections import Chart


@pytest.fixture
def files(tmp_path: Any) -> dict[int, Any]:
    """Grids of 9 images at two steps: all alike, then each as in the data."""
    places = {}
    for step, pixels in ((10, np.repeat(pictures()[:1], 9, axis=0)), (20, pictures())):
        places[step] = tmp_path / f"{step:07d}.png"
        write_png(places[step], pixels, 3)
    return places


def pictures() -> np.ndarray:
    return np.random.default_rng(0).integers(256, size=(9, 8, 8, 1), dtype=np.uint8)


def opened() -> Any:
    reals = (pictures() / 127.5 - 1).astype(np.float32)
    return SimpleNamespace(data=SimpleNamespace(shape=(8, 8, 1)), reals=reals)


def test_variety_begins_with_none_and_ends_with_that_of_the_data(files: dict[int, Any]) -> None:
    (chart,), (finding,) = variety_of_images(opened(), files)
    assert isinstance(chart, Chart) and chart.title == "Spread of the samples"
    first, last = re.findall(r"([\d.e-]+) at step", finding)
    assert float(first) < 1e-6 and float(last) == 1


def test_the_film_is_an_animation(files: dict[int, Any]) -> None:
    film = film_of(opened(), files, [10, 20])
    assert film.name == "evolution.gif" and film.data.startswith(b"GIF89a")
