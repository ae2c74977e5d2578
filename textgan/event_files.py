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
BARS = 20  # of a histogram
NORMS = ("gradient/", "update/")  # of a layer each; a histogram holds those of a network


class EventFiles(Watcher):
    """Writes scalars, histograms of the layers' norms, and samples.

    Raises:
        UserError: tensorboardX is not installed.
    """

    def __init__(self) -> None:
        try:
            from tensorboardX import event_file_writer, summary
            from tensorboardX.proto import event_pb2
        except ImportError as error:
            raise UserError(
                f"--tensorboard needs tensorboardX ({error}); pip install 'textgan[tensorboard]'"
            ) from error
        # Not the SummaryWriter: it writes in a thread, which a row may outlive.
        self._open, self._summary = event_file_writer.EventsWriter, summary
        self._event, self._log = event_pb2.Event, event_pb2.SessionLog

    def begin(self, run: RunFolder) -> None:
        """Write what the run folder holds so far, in place of what was written before."""
        for former in run.path.glob(f"{RunFolder.EVENTS}.*"):
            former.unlink()
        rows = read_telemetry(run.path)
        self._samples = run.samples
        self._zero = time.time() - (rows[-1].get("seconds") or 0.0 if rows else 0.0)
        self._writer = self._open(str(run.path / "events"))
        # A TensorBoard that has read the former file forgets it.
        start = self._log(status=self._log.START)
        self._writer.write_event(self._event(step=0, session_log=start))
        for row in rows:
            self.logged(row)

    def logged(self, row: Mapping[str, Any]) -> None:
        """Write a row, and the samples of its step if there are any."""
        norms: dict[str, list[float]] = {}
        written = []
        for name, value in row.items():
            if name == "step" or value is None:
                continue
            if name.startswith(NORMS):
                norms.setdefault(name.rpartition("/")[0], []).append(value)
            else:
                written.append(self._summary.scalar(name, value))
        for name, values in norms.items():
            if finite := [value for value in values if isfinite(value)]:
                written.append(self._summary.histogram(name, np.array(finite), BARS))
        samples = sorted(self._samples.glob(f"{row['step']:07d}.*"))
        written += [shown for file in samples if (shown := self._sample(file)) is not None]
        when = self._zero + (row.get("seconds") or 0.0)
        for each in written:
            self._writer.write_event(self._event(wall_time=when, step=row["step"], summary=each))
        self._writer.flush()

    def _sample(self, file: Path) -> Any:
        """Return the summary of a file of samples; None for what cannot be shown."""
        if file.suffix == ".png":
            picture = np.asarray(open_picture(file).convert("RGB"))
            return self._summary.image("samples", picture, dataformats="HWC")
        if file.suffix in (".txt", ".csv"):
            lines = file.read_text(encoding="utf-8").splitlines()[:LINES]
            text = "".join(f"    {line}\n" for line in lines)  # four blanks: as it stands
            return self._summary.text("samples", text)
        return None
