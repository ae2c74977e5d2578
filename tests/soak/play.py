"""Run a script with a checkpoint at each telemetry row: python play.py SCRIPT ARGUMENTS...

Checkpoints fall a minute apart, so the clock that measures it runs a million times as fast.
"""

import runpy
import sys
import threading  # noqa: F401  # it takes the real clock with it
import time

if __name__ == "__main__":
    real = time.monotonic
    time.monotonic = lambda: 1e6 * real()
    del sys.argv[0]
    runpy.run_path(sys.argv[0], run_name="__main__")
