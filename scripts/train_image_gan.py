"""Train an image GAN: scripts/train_image_gan.py [PRESET] [--run-dir DIR] [--steps N] ...

Without a preset it learns scikit-learn's handwritten digits in about two minutes. The same command
again resumes a run that was stopped. `--help` after a preset lists every setting of it.
"""

from pathlib import Path

from textgan.backend import use_backend
from textgan.command_line import leading_preset, parse_training
from textgan.errors import one_line_errors
from textgan.images.settings import PRESETS


def main() -> None:
    """Parse the command line, then train."""
    preset, settings, options = leading_preset(PRESETS, "digits")
    arguments = parse_training(settings, Path("runs") / preset, options, __doc__)
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
