"""Score a file of sentences, or a run, against real text: BLEU, variety, copying, distances.

    python scripts/evaluate_text.py SAMPLES --references TEST --training TRAIN
    python scripts/evaluate_text.py RUN [--truncation-curve .6 .8 1 1.2]

Every score stands beside that of real text. With `--json` the scores are also written by name
(`bleu.2`, `self_bleu.5`, `frechet`, ...), each with its value, interval and signature.
"""

import sys

from textgan.commands.evaluate import evaluate
from textgan.text.domain import TEXT

if __name__ == "__main__":
    evaluate(TEXT, sys.argv[1:], __doc__)
