"""Score a table of synthetic rows of any origin, or a run, beside real rows and simple baselines.

    python scripts/evaluate_table.py SYNTHETIC --real REAL [--test FILE]
    python scripts/evaluate_table.py RUN

With `--json` the scores are also written by name (`ks`, `detection.boosting`, `useful.accuracy`,
...), each with its value, its signature, and the same of real rows and of the baselines. A run
keeps its scores and, in pictures.json, what the report shows of its rows; of real rows these are
counts and means, unless --with-real keeps some of the rows themselves.
"""

import sys

from textgan.commands.evaluate import evaluate
from textgan.tables.domain import TABLES

if __name__ == "__main__":
    evaluate(TABLES, sys.argv[1:], __doc__)
