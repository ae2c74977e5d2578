"""Train an image GAN: scripts/train_image_gan.py [PRESET] [--run-dir DIR] [--steps N] ...

Without a preset it learns scikit-learn's handwritten digits in about two minutes. The same command
again resumes a run that was stopped. `--help` after a preset lists every setting of it.
"""

import sys
from dataclasses import dataclass
from pathlib import Path

import tyro

from textgan.backend import BackendName, use_backend
from textgan.command_line import parse
from textgan.errors import UserError, one_line_errors
from textgan.images.settings import PRESETS, ImageSettings


@dataclass(frozen=True)
class Arguments:
    """What the command line decides.

    Attributes:
        run_dir: where the run is kept; default runs/<preset>.
        seed: of everything random.
        backend: what Keras runs on.
        settings: everything else, with the preset's values as defaults.
    """

    run_dir: Path
    settings: tyro.conf.OmitArgPrefixes[ImageSettings]
    seed: int = 1
    backend: BackendName = "tensorflow"


def main() -> None:
    """Parse the command line, then train."""
    named = len(sys.argv) > 1 and not sys.argv[1].startswith("-")
    preset, rest = (sys.argv[1], sys.argv[2:]) if named else ("digits", sys.argv[1:])
    if preset not in PRESETS:
        raise UserError(f"unknown preset {preset!r}; there are: {', '.join(PRESETS)}")
    defaults = Arguments(Path("runs") / preset, PRESETS[preset])
    arguments = parse(Arguments, __doc__, default=defaults, args=rest)
    if not 0 <= arguments.seed < 2**31:
        raise UserError(f"--seed {arguments.seed}: it must be from 0 to {2**31 - 1}")
    use_backend(arguments.backend)
    from textgan.images.training import train_image_gan

    run = arguments.run_dir
    train_image_gan(arguments.settings, run, arguments.seed)
    print(f"look at it: {run / 'samples' / 'evolution.gif'}")
    print(f"sample it: python scripts/sample_images.py {run} -n 100 --seed 1 --out {run}.png")
    print(f"score it: python scripts/evaluate_images.py {run}")


if __name__ == "__main__":
    with one_line_errors():
        main()
