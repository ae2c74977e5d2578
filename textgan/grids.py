"""Pictures to look at: grids of images as PNG, and a GIF of how a grid changed in training."""

import io
from collections.abc import Sequence
from pathlib import Path

import numpy as np
from PIL import Image

from textgan.errors import UserError
from textgan.files import open_picture, write_aside, write_bytes

SIDE = 48  # pixels that an image has at least, enlarged by a whole number
GAP = 2  # pixels between images
FRAME = 200  # milliseconds; the last frame stays ten times as long


def to_pixels(images: np.ndarray) -> np.ndarray:
    """Turn values in [-1, 1] (clipped to it) into grey levels 0 to 255, uint8, shape kept."""
    return np.rint((np.clip(images, -1, 1) + 1) * 127.5).astype(np.uint8)


def enlargement(height: int, width: int) -> int:
    """Return how many times an image of this size is enlarged in a grid."""
    return max(1, -(-SIDE // max(height, width)))


def grid(pixels: np.ndarray, columns: int) -> np.ndarray:
    """Lay images out row by row on grey: (image, height, width, channel) uint8 to one such image.

    Args:
        pixels: the images; small ones are enlarged without smoothing.
        columns: images in a row.
    """
    count, height, width, channels = pixels.shape
    scale = enlargement(height, width)
    pixels = pixels.repeat(scale, axis=1).repeat(scale, axis=2)
    rows, height, width = -(-count // columns), height * scale + GAP, width * scale + GAP
    cells = np.full((rows * columns, height, width, channels), 128, dtype=np.uint8)
    cells[:count, GAP:, GAP:] = pixels
    cells = cells.reshape(rows, columns, height, width, channels).swapaxes(1, 2)
    laid = cells.reshape(rows * height, columns * width, channels)
    return np.pad(laid, ((0, GAP), (0, GAP), (0, 0)), constant_values=128)


def unlaid(picture: np.ndarray, height: int, width: int) -> np.ndarray:
    """Take a grid of images apart, see `grid`.

    Args:
        picture: (height, width) or (height, width, 3).
        height: of an image before it was enlarged.
        width: of the same.

    Returns:
        (image, height, width) or (image, height, width, 3).
    """
    scale = enlargement(height, width)
    tall, broad = height * scale + GAP, width * scale + GAP
    inner = picture[:-GAP, :-GAP]
    rows, columns = inner.shape[0] // tall, inner.shape[1] // broad
    cells = inner.reshape(rows, tall, columns, broad, *picture.shape[2:]).swapaxes(1, 2)
    return cells.reshape(-1, tall, broad, *picture.shape[2:])[:, GAP::scale, GAP::scale]


def read_grid(path: Path, shape: tuple[int, int, int]) -> np.ndarray:
    """Read what `write_png` wrote: (height, width) or (height, width, 3) uint8.

    Args:
        path: of the picture.
        shape: height, width and channels of its images.

    Raises:
        UserError: see `open_picture`; or it is no grid of such images.
    """
    picture = np.asarray(open_picture(path))
    scale = enlargement(*shape[:2])
    fits = picture.ndim == (2 if shape[2] == 1 else 3) and all(
        side > GAP and (side - GAP) % (part * scale + GAP) == 0
        for side, part in zip(picture.shape, shape[:2], strict=False)
    )
    if not fits:
        raise UserError(f"{path} is no grid of images of {shape}; is it of another run?")
    return picture


def write_png(place: Path, pixels: np.ndarray, columns: int) -> None:
    """Write a grid of images (image, height, width, 1 or 3) uint8, see `grid`."""
    picture = Image.fromarray(grid(pixels, columns).squeeze(axis=2 if pixels.shape[3] == 1 else ()))
    with write_aside(place) as aside:
        picture.save(aside, format="PNG", optimize=True)


def write_gif(place: Path, frames: Sequence[Path]) -> None:
    """Write an endless GIF of pictures of one size, in the given order.

    Raises:
        UserError: see `open_picture`.
    """
    pictures = [np.asarray(open_picture(frame)) for frame in frames]
    write_bytes(place, gif_bytes(pictures, FRAME, 10))


def gif_bytes(frames: Sequence[np.ndarray], milliseconds: int, last: int = 15) -> bytes:
    """Return frames (height, width) or (height, width, 3) uint8, all of one size, as a GIF.

    Args:
        frames: in order; the film is endless.
        milliseconds: that a frame stays.
        last: how many times as long the last one stays.
    """
    pictures = [Image.fromarray(frame) for frame in frames]
    lasting = [milliseconds] * (len(pictures) - 1) + [last * milliseconds]
    file = io.BytesIO()
    pictures[0].save(
        file, format="GIF", save_all=True, append_images=pictures[1:], duration=lasting, loop=0
    )
    return file.getvalue()
