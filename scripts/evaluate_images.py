"""Score a file of images, or a run, beside real images: classes, distances, copying.

    python scripts/evaluate_images.py SAMPLES.npz --data mnist
    python scripts/evaluate_images.py RUN

SAMPLES.npz holds `images`: uint8, or floats from 0 to 1. The classifier that judges them is trained
first if it is not in the cache. With `--json` the scores are also written by name
(`classifier_score`, `frechet`, ...), each with its value, interval and signature; those of a run
always to its evaluation.json.
"""

import sys

from textgan.commands.evaluate import evaluate
from textgan.images.domain import IMAGES

if __name__ == "__main__":
    evaluate(IMAGES, sys.argv[1:], __doc__)
