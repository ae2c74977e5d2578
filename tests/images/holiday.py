"""A folder of holiday pictures as people have them: of all sizes and kinds, some broken."""

import io
from pathlib import Path
from typing import Any

import numpy as np
from PIL import Image

FILES = 300
LEFT_OUT = {
    "broken": ["cut.jpg", "cut.png", "empty.jpg", "renamed.png"],
    "neither PNG nor JPEG": ["dancing.gif", "notes.txt"],
    "of too many pixels": ["bomb.png"],
}
SKY, SEA = (200, 60, 30), (30, 90, 200)


def view(number: int, size: tuple[int, int]) -> Image.Image:
    """A smooth picture in colours of its own."""
    rng = np.random.default_rng(number)
    corners = Image.fromarray(rng.integers(256, size=(2, 2, 3), dtype=np.uint8))
    return corners.resize(size, Image.Resampling.BILINEAR)


def halves(size: tuple[int, int], upper: Any = SKY, lower: Any = SEA) -> Image.Image:
    """A picture whose upper half is of one colour and whose lower half of another."""
    picture = Image.new("RGB", size, upper)
    picture.paste(lower, (0, size[1] // 2, *size))
    return picture


def encoded(picture: Image.Image, kind: str, **options: Any) -> bytes:
    file = io.BytesIO()
    picture.save(file, kind, **options)
    return file.getvalue()


def lying(picture: Image.Image) -> bytes:
    """A JPEG that a camera held upright has written: the picture on its side, and a note of it."""
    exif = Image.Exif()
    exif[0x0112] = 6  # to be turned clockwise by a quarter
    return encoded(picture.transpose(Image.Transpose.ROTATE_90), "JPEG", quality=95, exif=exif)


def odd_files() -> dict[str, bytes]:
    """Everything but plain pictures, by file name."""
    upright = halves((60, 80))
    levels = np.full((40, 40), 257 * 100, dtype=np.uint16)
    return {
        "lying.jpg": lying(upright),
        "cmyk.jpg": encoded(halves((64, 64)).convert("CMYK"), "JPEG", quality=95),
        "deep.png": encoded(Image.fromarray(levels), "PNG"),
        "few colours.png": encoded(view(901, (50, 70)).quantize(16), "PNG"),
        "see-through.png": encoded(Image.new("RGBA", (40, 40), (*SKY, 0)), "PNG"),
        "dancing.png": encoded(
            halves((48, 48)), "PNG", save_all=True, append_images=[halves((48, 48), SEA, SKY)]
        ),
        "dancing.gif": encoded(
            halves((48, 48)), "GIF", save_all=True, append_images=[halves((48, 48), SEA, SKY)]
        ),
        "tiny.png": encoded(view(902, (9, 7)), "PNG"),
        "cut.jpg": encoded(view(903, (90, 60)), "JPEG")[:700],
        "cut.png": encoded(view(904, (90, 60)), "PNG")[:-200],
        "empty.jpg": b"",
        "renamed.png": b"RIFF0000WEBP",
        "bomb.png": encoded(Image.new("1", (9000, 9000)), "PNG"),
        "notes.txt": b"sunny, 24 degrees",
    }


def write_holiday(folder: Path, files: int = FILES) -> Path:
    """Write so many files, of which 7 cannot be used."""
    folder.mkdir(parents=True, exist_ok=True)
    odd = odd_files()
    for name, content in odd.items():
        (folder / name).write_bytes(content)
    rng = np.random.default_rng(1)
    for number in range(files - len(odd)):
        size = tuple(rng.integers(33, 120, size=2).tolist())
        picture = view(number, size).convert("L" if number % 30 == 0 else "RGB")
        kind = "PNG" if number % 4 == 0 else "JPEG"
        suffix = "png" if kind == "PNG" else ("jpg", "JPG", "jpeg")[number % 3]
        (folder / f"IMG_{number}.{suffix}").write_bytes(encoded(picture, kind))
    return folder
