"""Event files for TensorBoard, beside the telemetry of a run, and made of its folder alone.

The library's writer is tensorboardX, which is the same on both backends. When a training goes on,
the file is written anew from the rows and samples that stay: no step is in it twice, and a run that
began without it has all of its steps there.
"""

import time
from collections.abc import Mapping
from math import isfinite
from pathlib import Path
from typing import Any

import numpy as np

from textgan.errors import UserError
from textgan.files import open_picture
from textgan.gan.run_folder import RunFolder, read_telemetry
from textgan.gan.training import Watcher

LINES = 20  # of a sample of text or of a table
NORMS = ("gradient/", "update/")  # of a layer each; a histogram holds those of a network


class EventFiles(Watcher):
    """Writes scalars, histograms of the layers' norms, and samples.

    Raises:
        UserError: tensorboardX is not installed.
    """

    def __init__(self) -> None:
        try:
            from tensorboardX import SummaryWriter
        except ImportError as error:
            raise UserError(
                f"--tensorboard needs tensorboardX ({error}); pip install 'textgan[tensorboard]'"
            ) from error
        self._open = SummaryWriter

    def begin(self, run: RunFolder) -> None:
        """Write what the run folder holds so far, in place of what was written before."""
        for former in run.path.glob(f"{RunFolder.EVENTS}.*"):
            former.unlink()
        rows = read_telemetry(run.path)
        self._samples = run.samples
        self._zero = time.time() - (rows[-1].get("seconds") or 0.0 if rows else 0.0)
        # A TensorBoard that has read the former file forgets it.
        self._writer = self._open(str(run.path), purge_step=0)
        for row in rows:
            self.logged(row)

    def logged(self, row: Mapping[str, Any]) -> None:
        """Write a row, and the samples of its step if there are any."""
        step, when = row["step"], self._zero + (row.get("seconds") or 0.0)
        norms: dict[str, list[float]] = {}
        for name, value in row.items():
            if name == "step" or value is None:
                continue
            if name.startswith(NORMS):
                norms.setdefault(name.rpartition("/")[0], []).append(value)
            else:
                self._writer.add_scalar(name, value, step, walltime=when)
        for name, values in norms.items():
            if finite := [value for value in values if isfinite(value)]:
                self._writer.add_histogram(name, np.array(finite), step, walltime=when)
        for file in self._samples.glob(f"{step:07d}.*"):
            self._show(file, step, when)
        self._writer.flush()

    def _show(self, file: Path, step: int, when: float) -> None:
        if file.suffix == ".png":
            picture = np.asarray(open_picture(file).convert("RGB"))
            self._writer.add_image("samples", picture, step, walltime=when, dataformats="HWC")
        elif file.suffix in (".txt", ".csv"):
            lines = file.read_text(encoding="utf-8").splitlines()[:LINES]
            told = "".join(f"    {line}\n" for line in lines)  # four blanks: as it stands
            self._writer.add_text("samples", told, step, walltime=when)
