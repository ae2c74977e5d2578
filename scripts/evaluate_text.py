"""Score a file of sentences, or a run, against real text: BLEU, variety, copying, distances.

    python scripts/evaluate_text.py SAMPLES --references TEST --training TRAIN
    python scripts/evaluate_text.py RUN [--truncation-curve .6 .8 1 1.2]

Every score stands beside that of real text. With `--json` the scores are also written by name
(`bleu.2`, `self_bleu.5`, `frechet`, ...), each with its value, interval and signature.
"""

import sys
from functools import partial

import tyro

from textgan.backend import BackendName, use_backend
from textgan.command_line import run_script
from textgan.files import check_output, write_json
from textgan.metrics.evaluation import render
from textgan.text.evaluation import EvaluationSettings, evaluate


def main(
    settings: tyro.conf.OmitArgPrefixes[tyro.conf.PositionalRequiredArgs[EvaluationSettings]],
    backend: BackendName = "tensorflow",
) -> None:
    """Score, print, write.

    Args:
        settings: what to score, against what.
        backend: what Keras runs on.
    """
    check_output(settings.json)
    if settings.needs_keras:
        use_backend(backend)
    evaluation = evaluate(settings, partial(print, file=sys.stderr, flush=True))
    print(render(evaluation))
    if settings.json:
        write_json(evaluation.as_json(), settings.json)


if __name__ == "__main__":
    run_script(main, __doc__)
