"""Sample a trained run: textgan sample RUN -n N --seed S [--out FILE].

The kind of the run says what is written: sentences, one a line; rows, as CSV; images, to a .png
(a grid) or an .npz. The same seed gives the same samples. `textgan sample RUN --help` lists the
options of its kind.
"""

from collections.abc import Callable, Sequence
from math import inf, isqrt
from pathlib import Path
from typing import Annotated

import numpy as np
import tyro

from textgan.backend import BackendName, use_backend
from textgan.command_line import leading_run, run_script
from textgan.domains import DOMAINS
from textgan.errors import UserError, one_line_errors
from textgan.files import open_output, output_errors, write_aside
from textgan.gan.run_folder import read_config

Count = Annotated[int, tyro.conf.arg(aliases=["-n"])]


def run(arguments: Sequence[str], prog: str) -> None:
    """Sample the run that the first argument names, with the options of its kind."""
    with one_line_errors():
        folder = leading_run(arguments, prog)
        kind = read_config(folder)["settings"].get("kind")
        if kind not in COMMANDS:
            raise UserError(
                f"{folder} is a run of kind {kind!r}; those that can be sampled: "
                f"{', '.join(COMMANDS)}"
            )
        run_script(COMMANDS[kind], __doc__, args=arguments, prog=prog)


def any_kind(
    run: tyro.conf.Positional[Path],
    n: Count = 10,
    seed: int = 1,
    out: Path | None = None,
    backend: BackendName = "tensorflow",
) -> None:
    """Stand in the help for the options that all kinds share; `run` reads those of a kind.

    Args:
        run: folder of a run.
        n: how many samples.
        seed: for the noise.
        out: file to write; text and rows go to the terminal by default.
        backend: that Keras runs on.
    """


def sample_text(
    run: tyro.conf.Positional[Path],
    n: Count = 10,
    seed: int = 1,
    truncation: float = 1.0,
    out: Path | None = None,
    backend: BackendName = "tensorflow",
) -> None:
    """Write sentences, one a line; the same seed gives the same lines.

    Args:
        run: folder of a text run.
        n: how many sentences.
        seed: for the noise.
        truncation: scale of the noise: below 1, more typical and less diverse sentences.
        out: file to write; default the terminal.
        backend: that Keras runs on.
    """
    _check_noise(n, seed, truncation)
    with open_output(out) as file:
        use_backend(backend)
        from textgan.text.model import TextModel

        for words in TextModel.load(run).stream(n, seed, truncation):
            file.write(" ".join(words) + "\n")


def sample_images(
    run: tyro.conf.Positional[Path],
    out: Path,
    n: Count = 100,
    seed: int = 1,
    label: int | None = None,
    truncation: float = 1.0,
    interpolate: bool = False,
    backend: BackendName = "tensorflow",
) -> None:
    """Write images; the same seed gives the same images.

    Args:
        run: folder of an image run.
        out: file to write: .png (a grid) or .npz (`images`, uint8).
        n: how many images.
        seed: for the noise.
        label: the class of all images, for a run trained with --conditional; the cluster, for one
            trained with --clusters.
        truncation: scale of the noise: below 1, more typical and less diverse images.
        interpolate: whether to write one row of n images on the way from one to another.
        backend: that Keras runs on.
    """
    _check_noise(n, seed, truncation)
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


def sample_table(
    run: tyro.conf.Positional[Path],
    n: Count = 10,
    seed: int = 1,
    where: tuple[str, ...] = (),
    out: Path | None = None,
    formulas: bool = False,
    backend: BackendName = "tensorflow",
) -> None:
    """Write rows; the same seed gives the same rows.

    Args:
        run: folder of a table run.
        n: how many rows.
        seed: for the noise.
        where: `column=category` that every row must have.
        out: file to write; default the terminal.
        formulas: whether texts that begin a formula are written as they are.
        backend: that Keras runs on.
    """
    _check_noise(n, seed)
    use_backend(backend)
    from textgan.tables.columns import parse_where
    from textgan.tables.csv_files import csv_pieces
    from textgan.tables.model import TableModel

    model = TableModel.load(run)
    rows = model.stream(n, seed, parse_where(where, model.format.columns))
    pieces = csv_pieces(rows, formulas)
    with open_output(out) as file:
        file.writelines(pieces)


def _check_noise(n: int, seed: int, truncation: float = 1.0) -> None:
    if n < 1 or seed < 0 or not 0 <= truncation < inf:
        raise UserError(
            f"-n {n} --seed {seed} --truncation {truncation}: n must be at least 1, the others 0"
        )


COMMANDS: dict[str, Callable[..., None]] = dict(
    zip(DOMAINS, (sample_text, sample_images, sample_table), strict=True)
)
