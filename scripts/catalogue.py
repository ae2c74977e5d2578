"""List the corpora, vectors and images there are, which are on this machine, what others cost.

python scripts/catalogue.py
"""

from textgan.command_line import run_script
from textgan.commands.catalogue import catalogue

if __name__ == "__main__":
    run_script(catalogue, __doc__)
