"""Measures how near the samples in a run folder are to the training text, for its report."""

from functools import lru_cache
from pathlib import Path

from textgan.errors import UserError
from textgan.files import write_json
from textgan.gan.run_folder import (
    RunFolder,
    best_step,
    read_config,
    read_snapshots,
    read_telemetry,
)
from textgan.metrics.neighbours import measure_neighbours
from textgan.text.corpus import Corpus, as_learned, load_corpus


@lru_cache(maxsize=1)
def _load(name: str, checksum: str) -> Corpus:
    """Load a corpus, once for all runs of it that follow one another."""
    return as_learned(load_corpus(name), checksum)


def write_neighbours(run: Path, with_real: bool = False) -> None:
    """Write the `nearest.json` of a run that writes text, if it holds samples.

    Args:
        run: its folder.
        with_real: keep the training sentences in it.

    Raises:
        UserError: no run, its corpus is not at hand or has changed, the file cannot be written.
    """
    settings = read_config(run)["settings"]
    snapshots = read_snapshots(run)
    if not snapshots or not settings.get("corpus"):
        return
    name, checksum = settings["corpus"], settings.get("data", {}).get("checksum", "")
    corpus = _load(name, checksum)
    if corpus.checksum != checksum:
        raise UserError(f"the corpus {name} is not what {run} was trained on: it has changed")
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
