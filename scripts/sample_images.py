"""Sample images from a trained run: scripts/sample_images.py RUN -n N --seed S --out FILE.

FILE ends in .png (a grid) or .npz (`images`, uint8).
"""

from math import isqrt
from pathlib import Path
from typing import Annotated

import numpy as np
import tyro

from textgan.backend import BackendName, use_backend
from textgan.command_line import run_script
from textgan.errors import UserError
from textgan.files import output_errors, write_aside


def main(
    run: tyro.conf.Positional[Path],
    out: Path,
    n: Annotated[int, tyro.conf.arg(aliases=["-n"])] = 100,
    seed: int = 1,
    label: int | None = None,
    truncation: float = 1.0,
    interpolate: bool = False,
    backend: BackendName = "tensorflow",
) -> None:
    """Write images; the same seed gives the same images.

    Args:
        run: folder of an image run.
        out: file to write.
        n: how many images.
        seed: of the noise.
        label: the class of all images, for a run trained with --conditional.
        truncation: scale of the noise: below 1, more typical and less diverse images.
        interpolate: one row of n images on the way from one to another.
        backend: what Keras runs on.
    """
    if n < 1 or seed < 0 or not 0 <= truncation < float("inf"):
        raise UserError(
            f"-n {n} --seed {seed} --truncation {truncation}: n must be at least 1, the others 0"
        )
    if out.suffix not in (".png", ".npz"):
        raise UserError(f"--out {out}: its name must end in .png or .npz")
    use_backend(backend)
    from textgan.grids import to_pixels, write_png
    from textgan.images.model import ImageModel

    model = ImageModel.load(run)
    draw, columns = (model.interpolate, n) if interpolate else (model.stream, isqrt(n - 1) + 1)
    with output_errors(out):
        pixels = np.concatenate([to_pixels(images) for images in draw(n, seed, label, truncation)])
        if out.suffix == ".png":
            write_png(out, pixels, columns)
        else:
            with write_aside(out) as aside, aside.open("wb") as file:
                np.savez_compressed(file, images=pixels)
    print(f"wrote {out}")


if __name__ == "__main__":
    run_script(main, __doc__)
