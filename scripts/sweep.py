"""Train over settings and seeds: scripts/sweep.py KIND [PRESET or DATA] --over NAME=A,B ...

KIND is text, images or tables. What the options mean: textgan sweep KIND --help.
"""

import sys

from textgan.commands.sweep import run

if __name__ == "__main__":
    run(sys.argv[1:], "scripts/sweep.py")
