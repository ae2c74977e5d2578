"""Train a text GAN: scripts/train_text_gan.py [PRESET] [--run-dir DIR] [--seed S] [--steps N] ...

Without a preset it learns the built-in language of scenes in about five minutes. The same command
again resumes a run that was stopped. `--help` after a preset lists every setting of it.
"""

import sys

from textgan.commands.train import train
from textgan.text.domain import TEXT

if __name__ == "__main__":
    train(TEXT, sys.argv[1:], __doc__)
