"""Train a GAN on a table: scripts/train_table_gan.py [TABLE] [--run-dir DIR] [--seed S] ...

TABLE is breast_cancer (the default), wine or diabetes, or a CSV or Parquet file. What each column
holds is found and shown first; --columns age=integer id=drop puts it right. The same command again
resumes a run that was stopped. `--help` after a table lists every setting.
"""

from dataclasses import replace
from pathlib import Path
from shlex import quote

from textgan.backend import use_backend
from textgan.command_line import leading_name, parse_training
from textgan.errors import one_line_errors
from textgan.tables.domain import TABLES


def main() -> None:
    """Parse the command line, then train."""
    table, options = leading_name("breast_cancer")
    preset = TABLES.presets.get(table) or replace(TABLES.file, table=table)
    arguments = parse_training(preset, Path("runs") / Path(table).stem, options, __doc__)
    use_backend(arguments.backend)
    from textgan.runs import train_run

    train_run(TABLES, arguments.settings, arguments.run_dir, arguments.seed)
    run = quote(str(arguments.run_dir))
    print(f"sample it: python scripts/sample_table.py {run} -n 10 --seed 1")


if __name__ == "__main__":
    with one_line_errors():
        main()
