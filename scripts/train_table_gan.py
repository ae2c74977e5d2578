"""Train a GAN on a table: scripts/train_table_gan.py [TABLE] [--run-dir DIR] [--seed S] ...

TABLE is breast_cancer (the default), wine or diabetes, or a CSV or Parquet file. What each column
holds is found and shown first; --columns age=integer id=drop puts it right. The same command again
resumes a run that was stopped. `--help` after a table lists every setting.
"""

import sys

from textgan.commands.train import train
from textgan.tables.domain import TABLES

if __name__ == "__main__":
    train(TABLES, sys.argv[1:], __doc__)
