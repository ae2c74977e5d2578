"""Train a GAN on a table: scripts/train_table_gan.py [TABLE] [--run-dir DIR] [--seed S] ...

TABLE is breast_cancer (the default), wine or diabetes, or a CSV or Parquet file. What each column
holds is found and shown first; --columns age=integer id=drop puts it right. The same command again
resumes a run that was stopped. `--help` after a table lists every setting.
"""

import sys
from dataclasses import dataclass, replace
from pathlib import Path

import tyro

from textgan.backend import BackendName, use_backend
from textgan.command_line import parse
from textgan.errors import UserError, one_line_errors
from textgan.tables.settings import FILE, PRESETS, TableSettings


@dataclass(frozen=True)
class Arguments:
    """What the command line decides.

    Attributes:
        run_dir: where the run is kept; default runs/<table>.
        seed: of everything random.
        backend: what Keras runs on.
        settings: everything else, with the preset's values as defaults.
    """

    run_dir: Path
    settings: tyro.conf.OmitArgPrefixes[TableSettings]
    seed: int = 1
    backend: BackendName = "tensorflow"


def main() -> None:
    """Parse the command line, then train."""
    named = len(sys.argv) > 1 and not sys.argv[1].startswith("-")
    table, rest = (sys.argv[1], sys.argv[2:]) if named else ("breast_cancer", sys.argv[1:])
    preset = PRESETS.get(table) or replace(FILE, table=table)
    defaults = Arguments(Path("runs") / Path(table).stem, preset)
    arguments = parse(Arguments, __doc__, default=defaults, args=rest)
    if not 0 <= arguments.seed < 2**31:
        raise UserError(f"--seed {arguments.seed}: it must be from 0 to {2**31 - 1}")
    use_backend(arguments.backend)
    from textgan.tables.training import train_table_gan

    train_table_gan(arguments.settings, arguments.run_dir, arguments.seed)
    print(f"sample it: python scripts/sample_table.py {arguments.run_dir} -n 10 --seed 1")


if __name__ == "__main__":
    with one_line_errors():
        main()
