"""Sample sentences from a trained run: scripts/sample_text.py RUN -n N --seed S [--out FILE]."""

from textgan.command_line import run_script
from textgan.commands.sample import sample_text

if __name__ == "__main__":
    run_script(sample_text, __doc__)
