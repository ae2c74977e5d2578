"""Score a file of images, or a run, beside real images: classes, distances, copying.

    python scripts/evaluate_images.py SAMPLES.npz --data mnist
    python scripts/evaluate_images.py RUN

SAMPLES.npz holds `images`: uint8, or floats from 0 to 1. The classifier that judges them is trained
first if it is not in the cache. With `--json` the scores are also written by name
(`classifier_score`, `frechet`, ...), each with its value, interval and signature; those of a run
always to its evaluation.json.
"""

import sys
from functools import partial
from pathlib import Path

import tyro

from textgan.backend import BackendName, use_backend
from textgan.command_line import run_script
from textgan.files import check_output, write_json


def main(
    samples: tyro.conf.Positional[Path],
    data: str | None = None,
    json: Path | None = None,
    backend: BackendName = "tensorflow",
) -> None:
    """Score, print, write.

    Args:
        samples: an .npz of images, or the folder of an image run, which is then sampled.
        data: the real images: digits, mnist, fashion_mnist, stacked_mnist or an .npz; for a run
            the default is its own.
        json: also write the scores to this file.
        backend: what Keras runs on.
    """
    check_output(json)
    use_backend(backend)
    from textgan.images.evaluation import evaluate
    from textgan.metrics.evaluation import render

    evaluation = evaluate(samples, data, partial(print, file=sys.stderr, flush=True))
    print(render(evaluation))
    if json:
        write_json(evaluation.as_json(), json)


if __name__ == "__main__":
    run_script(main, __doc__)
