"""The toy: what it writes, and what it refuses."""

from pathlib import Path

import keras
import pytest
from PIL import Image

from tests.scripts.conftest import Script
from textgan.inspection import toy_pictures

BACKEND = ("--backend", keras.backend.backend())


def test_it_draws_a_film_and_stills(
    script: Script, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(toy_pictures, "PORTRAITS", toy_pictures.PORTRAITS[-1:])
    out = tmp_path / "new" / "toy"
    ending = script("toy_gan_2d.py", "moons", "--steps", 8, "--frames", 3, "--out", out, *BACKEND)
    assert (ending.status, ending.stderr) == (0, "")
    assert ending.stdout.startswith("healthy: ")
    assert sorted(place.name for place in out.iterdir()) == [
        "curves.png",
        "dirac.png",
        "film.gif",
        "stills.png",
    ]
    with Image.open(out / "film.gif") as film:
        assert film.n_frames == 3


@pytest.mark.parametrize(
    "arguments, message",
    [
        (("spiral",), "unknown preset 'spiral'; there are: ring, grid"),
        (("ring", "--steps", 5, "--frames", 9), "frames is 9"),
        (("ring", "--generator-width", 0), "generator_width is 0"),
        (("ring", "--out", "/dev/null/x"), "cannot write"),
    ],
)
def test_what_it_refuses(script: Script, arguments: tuple[object, ...], message: str) -> None:
    ending = script("toy_gan_2d.py", *arguments, *BACKEND)
    assert ending.status == 2
    assert ending.stderr.count("\n") == 1
    assert message in ending.stderr
