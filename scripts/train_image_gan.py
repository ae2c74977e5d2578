"""Train an image GAN: scripts/train_image_gan.py [IMAGES] [--run-dir DIR] [--steps N] ...

IMAGES is digits (the default: scikit-learn's handwritten digits, in about two minutes), mnist,
fashion_mnist or stacked_mnist, or an .npz. The same command again resumes a run that was stopped.
`--help` after IMAGES lists every setting.
"""

import sys

from textgan.commands.train import train
from textgan.images.domain import IMAGES

if __name__ == "__main__":
    train(IMAGES, sys.argv[1:], __doc__)
