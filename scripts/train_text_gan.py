"""Train a text GAN: scripts/train_text_gan.py [PRESET] [--run-dir DIR] [--seed S] [--steps N] ...

Without a preset it learns the built-in language of scenes in about three minutes. The same command
again resumes a run that was stopped. `--help` after a preset lists every setting of it.
"""

from pathlib import Path
from shlex import quote

from textgan.backend import use_backend
from textgan.command_line import leading_preset, parse_training
from textgan.errors import UserError, one_line_errors
from textgan.text.domain import TEXT


def main() -> None:
    """Parse the command line, then train."""
    preset, settings, options = leading_preset(TEXT.presets, "scenes")
    arguments = parse_training(settings, Path("runs") / preset, options, __doc__)
    if not arguments.settings.corpus:
        raise UserError(f"preset {preset} needs --corpus: a text file, one sentence a line")
    use_backend(arguments.backend)
    from textgan.runs import train_run

    train_run(TEXT, arguments.settings, arguments.run_dir, arguments.seed)
    run = quote(str(arguments.run_dir))
    print(f"sample it: python scripts/sample_text.py {run} -n 10 --seed 1")


if __name__ == "__main__":
    with one_line_errors():
        main()
