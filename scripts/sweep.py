"""Train over settings and seeds: scripts/sweep.py KIND [PRESET or DATA] --over NAME=A,B ...

KIND is text, images or tables. It is the same as `textgan sweep`.
"""

import sys

from textgan.commands.main import main

if __name__ == "__main__":
    main(["sweep", *sys.argv[1:]])
