"""Train an image GAN: scripts/train_image_gan.py [IMAGES] [--run-dir DIR] [--steps N] ...

IMAGES is digits (the default: scikit-learn's handwritten digits, in about two minutes), mnist,
fashion_mnist or stacked_mnist, or an .npz. The same command again resumes a run that was stopped.
`--help` after IMAGES lists every setting.
"""

from dataclasses import replace
from pathlib import Path
from shlex import quote

from textgan.backend import use_backend
from textgan.command_line import leading_name, parse_training
from textgan.errors import one_line_errors
from textgan.images.domain import IMAGES


def main() -> None:
    """Parse the command line, then train."""
    images, options = leading_name("digits")
    preset = IMAGES.presets.get(images) or replace(IMAGES.file, images=images)
    arguments = parse_training(preset, Path("runs") / Path(images).stem, options, __doc__)
    use_backend(arguments.backend)
    from textgan.runs import train_run

    train_run(IMAGES, arguments.settings, arguments.run_dir, arguments.seed)
    run, grid = quote(str(arguments.run_dir)), quote(f"{arguments.run_dir}.png")
    print(f"look at it: {arguments.run_dir / 'samples' / 'evolution.gif'}")
    print(f"sample it: python scripts/sample_images.py {run} -n 100 --seed 1 --out {grid}")
    print(f"score it: python scripts/evaluate_images.py {run}")


if __name__ == "__main__":
    with one_line_errors():
        main()
