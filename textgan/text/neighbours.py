"""Measures how near the samples in a run folder are to the training text, for its report."""

from pathlib import Path

from textgan.files import write_json
from textgan.gan.run_folder import RunFolder, best_step, read_snapshots, read_telemetry
from textgan.metrics.neighbours import measure_neighbours
from textgan.text.corpus import Corpus


def write_neighbours(run: Path, corpus: Corpus, with_real: bool = False) -> None:
    """Write the `nearest.json` of a run that writes text, if it holds samples.

    Args:
        run: its folder.
        corpus: what it has learned.
        with_real: keep the training sentences in it.

    Raises:
        UserError: the samples cannot be read, the file cannot be written.
    """
    snapshots = read_snapshots(run)
    if not snapshots:
        return
    kept = best_step(read_telemetry(run))
    sentences = {step: [tuple(line.split()) for line in lines] for step, lines in snapshots.items()}
    neighbours = measure_neighbours(
        sentences,
        kept if kept in sentences else max(sentences),
        corpus.train,
        corpus.test,
        dict(zip(("tok", "case"), corpus.tokenization.split("-"), strict=True)),
        with_real,
    )
    write_json(neighbours.as_json(), run / RunFolder.NEAREST)
