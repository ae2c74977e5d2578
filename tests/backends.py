"""The same computation under both backends: test files that are also scripts."""

import os
import subprocess
import sys
from pathlib import Path

import numpy as np
import pytest


def on_both_backends(script: str, folder: Path) -> list[dict[str, np.ndarray]]:
    """Run `script FILE` under TensorFlow and JAX; return the arrays that each wrote, in order."""
    pytest.importorskip("jax", reason="the JAX backend is not installed")
    places = {backend: folder / f"{backend}.npz" for backend in ("tensorflow", "jax")}
    path = os.pathsep.join(sys.path)
    runs = [
        subprocess.Popen(
            [sys.executable, script, str(place)],
            env=os.environ | {"KERAS_BACKEND": backend, "PYTHONPATH": path},
        )
        for backend, place in places.items()
    ]
    assert [run.wait() for run in runs] == [0, 0]
    return [dict(np.load(place)) for place in places.values()]
