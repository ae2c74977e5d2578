"""Sample rows from a trained run: scripts/sample_table.py RUN -n N --seed S [--out FILE].

As CSV with the columns of the table it learned, in their order and of their types. Texts that a
spreadsheet would run as formulas (those that begin with = + - @, a tab or a carriage return) get an
apostrophe before them, which is taken away where the file is read by textgan; `--formulas` leaves
them as they are.
"""

from textgan.command_line import run_script
from textgan.commands.sample import sample_table

if __name__ == "__main__":
    run_script(sample_table, __doc__)
