"""Pictures of every mode as arrays: upright, square, in their colours; what is no picture."""

import io
import tracemalloc
from pathlib import Path

import numpy as np
import pytest
from PIL import Image

from tests.images.holiday import LEFT_OUT, SEA, SKY, encoded, halves, lying, odd_files, view
from textgan.images import decoding
from textgan.images.decoding import LeftOutError, read_picture


def is_upright(pixels: np.ndarray, tolerance: int) -> bool:
    upper, lower = pixels[:6].reshape(-1, 3).astype(int), pixels[10:].reshape(-1, 3).astype(int)
    return bool(np.abs(upper - SKY).max() <= tolerance and np.abs(lower - SEA).max() <= tolerance)


def test_the_middle_square_of_any_size() -> None:
    picture = Image.new("RGB", (100, 40), "black")
    picture.paste((255, 255, 255), (30, 0, 70, 40))  # the middle square is white
    assert (read_picture(encoded(picture, "PNG"), 16).pixels[:, 1:-1] == 255).all()
    tall = encoded(picture.transpose(Image.Transpose.ROTATE_90), "PNG")
    assert (read_picture(tall, 16).pixels[1:-1] == 255).all()


def test_an_output_pixel_is_the_mean_of_what_it_covers() -> None:
    chequered = np.indices((64, 64)).sum(axis=0) % 2 * 255
    file = encoded(Image.fromarray(chequered.astype(np.uint8)), "PNG")
    assert np.abs(read_picture(file, 8).pixels[2:-2, 2:-2].astype(int) - 127.5).max() < 2


def test_a_camera_held_upright() -> None:
    file = lying(halves((60, 80)))
    with Image.open(io.BytesIO(file)) as stored:
        assert stored.size == (80, 60)
    assert is_upright(read_picture(file, 16).pixels, 25)


def test_large_jpegs_are_the_same_picture_at_a_fraction() -> None:
    pixels = read_picture(encoded(view(3, (1600, 1200)), "JPEG", quality=95), 16).pixels
    whole = read_picture(encoded(view(3, (1600, 1200)), "PNG"), 16).pixels
    assert np.abs(pixels.astype(int) - whole).max() <= 4


def test_colours_of_ink() -> None:
    pixels = read_picture(encoded(halves((64, 64)).convert("CMYK"), "JPEG", quality=95), 16).pixels
    assert is_upright(pixels, 25)


@pytest.mark.parametrize("levels", [0, 100, 255])
def test_sixteen_bits_are_scaled_not_cut_off(levels: int) -> None:
    deep = Image.fromarray(np.full((20, 20), 257 * levels, dtype=np.uint16))
    assert (read_picture(encoded(deep, "PNG"), 8).pixels == levels).all()


def test_transparency_is_laid_on_white() -> None:
    half = Image.new("RGBA", (20, 20), (0, 0, 0, 128))
    assert (read_picture(encoded(half, "PNG"), 8).pixels == 127).all()
    hidden = Image.new("LA", (20, 20), (9, 0))
    assert (read_picture(encoded(hidden, "PNG"), 8).pixels == 255).all()
    palette = halves((20, 20)).quantize(4)
    sky = palette.getpixel((0, 0))
    pixels = read_picture(encoded(palette, "PNG", transparency=sky), 20).pixels
    assert (pixels[:10] == 255).all() and np.abs(pixels[10:].astype(int) - SEA).max() <= 8


def test_grey_is_as_light_as_the_colour() -> None:
    pixels = read_picture(encoded(Image.new("RGB", (9, 9), (200, 50, 100)), "PNG"), 8, True).pixels
    assert pixels.shape == (8, 8, 1)
    assert (pixels == round(0.299 * 200 + 0.587 * 50 + 0.114 * 100)).all()


def test_of_an_animation_the_first_frame() -> None:
    picture = read_picture(odd_files()["dancing.png"], 16)
    assert picture.frames and is_upright(picture.pixels, 1)
    assert not read_picture(encoded(halves((48, 48)), "PNG"), 16).frames


def test_what_is_enlarged() -> None:
    found = [read_picture(encoded(view(1, size), "PNG"), 8).enlarged for size in ((8, 9), (7, 90))]
    assert found == [False, True]


@pytest.mark.parametrize(
    ("name", "reason"), [(name, reason) for reason, names in LEFT_OUT.items() for name in names]
)
def test_what_is_left_out(name: str, reason: str, tmp_path: Path) -> None:
    (tmp_path / name).write_bytes(odd_files()[name])
    with pytest.raises(LeftOutError, match=f"^{reason}$"):
        read_picture(tmp_path / name, 16)


def test_a_file_that_is_not_there(tmp_path: Path) -> None:
    with pytest.raises(LeftOutError, match="that cannot be opened"):
        read_picture(tmp_path / "gone.png", 16)


def test_a_bomb_takes_no_memory(monkeypatch: pytest.MonkeyPatch) -> None:
    bomb = encoded(Image.new("L", (9000, 9000)), "PNG")
    assert len(bomb) < 10**6
    monkeypatch.setattr(Image, "MAX_IMAGE_PIXELS", None)  # Pillow's own bound does not count
    tracemalloc.start()
    with pytest.raises(LeftOutError, match="too many pixels"):
        read_picture(bomb, 16)
    peak = tracemalloc.get_traced_memory()[1]
    tracemalloc.stop()
    assert peak < 10**6


def test_the_bound_is_on_pixels(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(decoding, "MOST_PIXELS", 100)
    assert read_picture(encoded(view(1, (10, 10)), "PNG"), 8).pixels.shape == (8, 8, 3)
    with pytest.raises(LeftOutError):
        read_picture(encoded(view(1, (10, 11)), "PNG"), 8)


def test_bytes_spoilt_anywhere_never_raise_anything_else() -> None:
    rng = np.random.default_rng(0)
    whole = [encoded(view(1, (40, 30)), "PNG"), lying(halves((60, 80)))]
    for number in range(300):
        content = bytearray(whole[number % 2])
        for place in rng.integers(len(content), size=4):
            content[place] = rng.integers(256)
        try:
            assert read_picture(bytes(content), 8).pixels.shape == (8, 8, 3)
        except LeftOutError as reason:
            assert str(reason) in ("broken", "neither PNG nor JPEG", "of too many pixels")
