"""Odd archives of images, and odd pictures."""

import io
import random
import zipfile
from pathlib import Path
from typing import Any

import numpy as np
from PIL import Image

from tests.fuzz.cases import Case, odd_name, odd_place, spoil

TINY = (
    *("--batch-size", 8, "--noise", 4, "--generator-width", 8, "--discriminator-width", 8),
    *("--generator-blocks", 1, "--discriminator-blocks", 0, "--mapping-layers", 0),
    *("--steps", 4, "--log-every", 2, "--evaluate-every", 4),
)
SHAPES = (
    *((8, 8), (8, 8), (8, 8), (8, 8, 1), (8, 12, 3), (16, 16, 2), (9, 8), (4, 4), (132, 8), (0, 8)),
    *((), (64,), (8, 8, 1, 1), (8, 8, 0)),
)
TYPES = ("u1", "u1", "u1", "f4", "f8", "f2", "?", "i8", "i1", "u2", "u8", "c8", "U2", "S3", "M8[s]")
ODD = (np.nan, np.inf, -1.0, 2.0, 1e300)


def _pixels(draw: random.Random, count: int, shape: tuple[int, ...], kind: str) -> np.ndarray:
    rng = np.random.default_rng(draw.randrange(2**32))
    top = draw.choice((1, 1, 2, 2, 16, 255, 255, 256, 65535))
    values = rng.random((count, *shape)) * top
    if draw.random() < 0.1:
        values = values * 2 - top
    if np.dtype(kind).kind == "f" and draw.random() < 0.1 and values.size:
        values.flat[draw.randrange(values.size)] = draw.choice(ODD)
    with np.errstate(all="ignore"):
        return values.astype("i8").astype(kind) if kind[0] in "USM" else values.astype(kind)


def _labels(draw: random.Random, count: int) -> Any:
    labels = np.arange(count) % 3
    return draw.choice(
        [labels] * 60
        + [labels[:-1], labels * 2, labels - 1, labels / 2, labels.astype("u1"), labels[:, None]]
        + [
            labels.astype(str),
            labels.astype(object),
            np.array(3),
            labels * 10**12,
            labels.astype("?"),
        ]
    )


def odd_arrays(draw: random.Random) -> dict[str, Any]:
    shape = draw.choice(SHAPES) if draw.random() < 0.3 else (8, 8)
    kind = draw.choice(TYPES)
    arrays: dict[str, Any] = {}
    for part, count in (("train", draw.choice((40,) * 20 + (0, 1, 9))), ("test", 12)):
        other = draw.random() < 0.05
        arrays[f"x_{part}"] = _pixels(draw, count, draw.choice(SHAPES) if other else shape, kind)
        arrays[f"y_{part}"] = _labels(draw, count)
    if draw.random() < 0.05:
        del arrays[draw.choice(list(arrays))]
    return arrays


def _bomb(place: Path, draw: random.Random) -> None:
    """Write an archive that says more of an array than there is."""
    with zipfile.ZipFile(place, "w", zipfile.ZIP_DEFLATED) as archive:
        for name in ("x_train", "y_train", "x_test", "y_test", "images"):
            with archive.open(f"{name}.npy", "w") as file:
                shape = (draw.choice((0, -1, 12, 10**7, 10**15)), 8, 8)
                header = {"descr": draw.choice(("|u1", "<f8", "|O")), "fortran_order": False}
                np.lib.format.write_array_header_1_0(file, header | {"shape": shape})
                file.write(bytes(draw.choice((0, 64, 100_000))))


def write_odd_archive(draw: random.Random, place: Path, arrays: dict[str, Any]) -> Path:
    file = place / odd_name(draw, "npz")
    if draw.random() < 0.1:
        _bomb(file, draw)
    else:
        with file.open("wb") as handle:
            save = draw.choice((np.savez, np.savez_compressed))
            save(handle, **arrays)
    if draw.random() < 0.1:
        file.write_bytes(spoil(draw, file.read_bytes()))
    return odd_place(draw, file) if draw.random() < 0.1 else file


def images(draw: random.Random, place: Path) -> Case:
    """Train on odd images."""
    file = write_odd_archive(draw, place, odd_arrays(draw))
    more = draw.choice(((), ("--conditional",)))
    run = ("--run-dir", place / "run")
    return Case("train_image_gan.py", (file, *TINY, *more, *run), ["run"])


def pictures(draw: random.Random, place: Path) -> Case:
    """Train on a folder of odd pictures, with and without folders in it."""
    folder = place / odd_name(draw, "d")
    kinds = draw.choice(([""], [""], ["a", "b"], ["a", "b/c"], ["", "a"]))
    for number in range(draw.choice((0, 10, 30, 40, 40, 40))):
        below = folder / draw.choice(kinds)
        below.mkdir(parents=True, exist_ok=True)
        mode = draw.choice(("RGB", "RGB", "L", "1", "P", "LA", "RGBA", "CMYK", "I;16"))
        size = draw.choice(((8, 8), (20, 9), (1, 1), (300, 2)))
        colour = tuple(draw.randrange(256) for _ in range(len(Image.new(mode, (1, 1)).getbands())))
        picture = Image.new(mode, size, colour[0] if len(colour) == 1 else colour)
        file = io.BytesIO()
        jpeg = mode in ("RGB", "L", "CMYK") and (mode == "CMYK" or draw.random() < 0.5)
        picture.save(file, "JPEG" if jpeg else "PNG")
        content = file.getvalue()
        if draw.random() < 0.2:
            content = draw.choice((spoil(draw, content), content[:40], b"", b"GIF89a"))
        (below / f"{number}{draw.choice(('.png', '.jpg', '', '.txt'))}").write_bytes(content)
    folder.mkdir(exist_ok=True)
    more = draw.choice(
        ((), (), ("--conditional",), ("--grey",), ("--size", draw.choice((8, 9, -4))))
    )
    return Case("train_image_gan.py", (folder, *TINY, *more, "--run-dir", place / "run"), ["run"])


def samples(draw: random.Random, place: Path) -> Case:
    """Score odd images."""
    shape = draw.choice(SHAPES) if draw.random() < 0.3 else (8, 8)
    pixels = _pixels(draw, draw.choice((0, 5, 30, 30, 30)), shape, draw.choice(TYPES))
    names = draw.choice((["images"], ["images"], ["images"], ["a"], ["a", "b"]))
    file = write_odd_archive(draw, place, dict.fromkeys(names, pixels))
    return Case("evaluate_images.py", (file, "--data", "digits"))
