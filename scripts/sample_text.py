"""Sample sentences from a trained run: scripts/sample_text.py RUN -n N --seed S [--out FILE]."""

from pathlib import Path
from typing import Annotated

import tyro

from textgan.backend import BackendName, use_backend
from textgan.command_line import run_script
from textgan.errors import UserError
from textgan.files import open_output


def main(
    run: tyro.conf.Positional[Path],
    n: Annotated[int, tyro.conf.arg(aliases=["-n"])] = 10,
    seed: int = 1,
    truncation: float = 1.0,
    out: Path | None = None,
    backend: BackendName = "tensorflow",
) -> None:
    """Write sentences, one a line; the same seed gives the same lines.

    Args:
        run: folder of a text run.
        n: how many sentences.
        seed: of the noise.
        truncation: scale of the noise: below 1, more typical and less diverse sentences.
        out: file to write; default the terminal.
        backend: what Keras runs on.
    """
    if n < 1 or seed < 0 or not 0 <= truncation < float("inf"):
        raise UserError(
            f"-n {n} --seed {seed} --truncation {truncation}: n must be at least 1, the others 0"
        )
    with open_output(out) as file:
        use_backend(backend)
        from textgan.text.model import TextModel

        for words in TextModel.load(run).stream(n, seed, truncation):
            file.write(" ".join(words) + "\n")


if __name__ == "__main__":
    run_script(main, __doc__)
