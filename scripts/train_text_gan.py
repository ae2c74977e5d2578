"""Train a text GAN: scripts/train_text_gan.py [PRESET] [--run-dir DIR] [--seed S] [--steps N] ...

Without a preset it learns the built-in language of scenes in about three minutes. The same command
again resumes a run that was stopped. `--help` after a preset lists every setting of it.
"""

import sys
from dataclasses import dataclass
from pathlib import Path

import tyro

from textgan.backend import BackendName, use_backend
from textgan.command_line import parse
from textgan.errors import UserError, one_line_errors
from textgan.text.settings import PRESETS, TextSettings


@dataclass(frozen=True)
class Arguments:
    """What the command line decides.

    Attributes:
        run_dir: where the run is kept; default runs/<preset>.
        seed: of everything random.
        backend: what Keras runs on.
        settings: everything else, with the preset's values as defaults.
    """

    run_dir: Path
    settings: tyro.conf.OmitArgPrefixes[TextSettings]
    seed: int = 1
    backend: BackendName = "tensorflow"


def main() -> None:
    """Parse the command line, then train."""
    named = len(sys.argv) > 1 and not sys.argv[1].startswith("-")
    preset, rest = (sys.argv[1], sys.argv[2:]) if named else ("scenes", sys.argv[1:])
    if preset not in PRESETS:
        raise UserError(f"unknown preset {preset!r}; there are: {', '.join(PRESETS)}")
    defaults = Arguments(Path("runs") / preset, PRESETS[preset])
    arguments = parse(Arguments, __doc__, default=defaults, args=rest)
    if not 0 <= arguments.seed < 2**31:
        raise UserError(f"--seed {arguments.seed}: it must be from 0 to {2**31 - 1}")
    if not arguments.settings.corpus:
        raise UserError(f"preset {preset} needs --corpus: a text file, one sentence a line")
    use_backend(arguments.backend)
    from textgan.text.training import train_text_gan

    train_text_gan(arguments.settings, arguments.run_dir, arguments.seed)
    print(f"sample it: python scripts/sample_text.py {arguments.run_dir} -n 10 --seed 1")


if __name__ == "__main__":
    with one_line_errors():
        main()
