"""Score a table of synthetic rows of any origin, or a run, beside real rows and simple baselines.

    python scripts/evaluate_table.py SYNTHETIC --real REAL [--held-out FILE]
    python scripts/evaluate_table.py RUN

With `--json` the scores are also written by name (`ks`, `detection.boosting`, `useful.accuracy`,
...), each with its value, its signature, and the same of real rows and of the baselines. A run
keeps its scores and, in pictures.json, what the report shows of its rows; of real rows these are
counts and means, unless --with-real keeps some of the rows themselves.
"""

import sys
from functools import partial

import tyro

from textgan.backend import BackendName, use_backend
from textgan.command_line import run_script
from textgan.files import check_output, write_json
from textgan.metrics.evaluation import render
from textgan.tables.evaluation import EvaluationSettings, evaluate


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
    if settings.synthetic.is_dir():
        use_backend(backend)
    evaluation = evaluate(settings, partial(print, file=sys.stderr, flush=True))
    print(render(evaluation))
    if settings.json:
        write_json(evaluation.as_json(), settings.json)


if __name__ == "__main__":
    run_script(main, __doc__)
