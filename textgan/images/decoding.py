"""One picture as an array: a PNG or JPEG of any size and mode, upright, square, of one size.

What a file says of its size is looked at before it is unpacked.
"""

import io
import struct
import warnings
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

import numpy as np
from PIL import Image, ImageOps

from textgan.files import DAMAGE

MOST_PIXELS = 2**26  # of a picture: 200 MB in colour
SIGNATURES = b"\x89PNG\r\n\x1a\n", b"\xff\xd8\xff"
SUFFIXES = ".png", ".jpg", ".jpeg"

_TRANSPARENT = "LA", "La", "PA", "RGBA", "RGBa"


class LeftOutError(Exception):
    """A picture is not used; the message says why, in a few words that come after a number."""


@dataclass(frozen=True, eq=False)
class Decoded:
    """One picture, ready to be used.

    Attributes:
        pixels: (side, side, 1 or 3) uint8.
        frames: whether the file holds more than this one.
        enlarged: whether its shorter side was smaller.
    """

    pixels: np.ndarray
    frames: bool
    enlarged: bool


def read_picture(source: Path | bytes, side: int, grey: bool = False) -> Decoded:
    """Read a PNG or JPEG, of several frames the first.

    It is turned as its EXIF data says, laid on white where it is transparent, cut to its middle
    square and resized (bicubic, over all pixels that an output pixel covers).

    Args:
        source: a file, or what one holds.
        side: of the square.
        grey: whether to turn colours into grey.

    Raises:
        LeftOutError: it is another kind of file, damaged, or of more than 67 million pixels.
    """
    with _opened(source) as picture:
        if picture.width * picture.height > MOST_PIXELS:
            raise LeftOutError("of too many pixels")
        frames, enlarged = getattr(picture, "n_frames", 1) > 1, min(picture.size) < side
        picture.draft(None, (2 * side, 2 * side))  # a JPEG can be unpacked at a fraction of it
        picture.load()
        upright = _in_colours(ImageOps.exif_transpose(picture), grey)
        square = np.asarray(ImageOps.fit(upright, (side, side)))
    return Decoded(square.reshape(side, side, -1), frames, enlarged)


@contextmanager
def _opened(source: Path | bytes) -> Iterator[Image.Image]:
    """Open a picture; whatever is wrong with it then or in the block is a `LeftOutError`."""
    strange = LeftOutError(_strangeness(source))
    file = io.BytesIO(source) if isinstance(source, bytes) else source
    try:
        with warnings.catch_warnings():
            warnings.simplefilter("ignore")  # of damaged EXIF data, of many pixels
            with Image.open(file, formats=["PNG", "JPEG"]) as picture:
                yield picture
    except Image.DecompressionBombError:
        raise LeftOutError("of too many pixels") from None
    except (*DAMAGE, MemoryError, SyntaxError, struct.error) as error:
        raise strange from error


def _strangeness(source: Path | bytes) -> str:
    """Say what a file is that cannot be read."""
    if isinstance(source, bytes):
        start, named = source[:8], False
    else:
        try:
            with source.open("rb") as file:
                start = file.read(8)
        except OSError:
            return "that cannot be opened"
        named = source.suffix.lower() in SUFFIXES
    return "broken" if named or start.startswith(SIGNATURES) else "neither PNG nor JPEG"


def _in_colours(picture: Image.Image, grey: bool) -> Image.Image:
    """Return a picture in mode RGB, or L if that is wanted."""
    wanted = "L" if grey else "RGB"
    if picture.mode.startswith("I"):  # 16 bits of grey, which Pillow would cut off
        levels = np.rint(np.asarray(picture).astype(np.float64) / 257)
        return Image.fromarray(levels.astype(np.uint8)).convert(wanted)
    if picture.mode in _TRANSPARENT or "transparency" in picture.info:
        above = picture.convert("RGBA")
        picture = Image.alpha_composite(Image.new("RGBA", above.size, "white"), above)
    return picture.convert("RGB").convert(wanted)
