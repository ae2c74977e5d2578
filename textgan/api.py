"""What the package offers in Python, for runs of every kind; `import textgan` loads it on demand.

A run is named by its folder. Keras runs on what `KERAS_BACKEND` names, by default TensorFlow, and
is started by the first function that needs it.
"""

import os
import sys
from collections.abc import Callable, Sequence
from pathlib import Path
from typing import Any, Literal, cast

from textgan.backend import BackendName, use_backend
from textgan.commands.evaluate import domain_of
from textgan.domain import Domain, with_changes
from textgan.domains import DOMAINS, KINDS, PLURALS, kind_of
from textgan.errors import UserError
from textgan.gan.run_folder import RunFolder
from textgan.metrics.evaluation import Evaluation
from textgan.report.run import Run, read_run, run_folders
from textgan.text.corpus import load_corpus

Place = str | Path
SectionName = Literal["convergence", "evolution", "layers", "saliency", "latent"]

__all__ = [
    "UserError",
    "evaluate",
    "evaluate_sentences",
    "inspect_run",
    "load_corpus",
    "load_model",
    "open_run",
    "sample",
    "train_images",
    "train_tables",
    "train_text",
    "write_report",
]


def train_text(corpus: str, run_dir: Place, seed: int = 1, **settings: Any) -> Path:
    """Train a text GAN in a run folder, or go on there.

    Args:
        corpus: a preset (scenes, coco, news), a text file of a sentence a line, or a card's name.
        run_dir: where the run is kept.
        seed: of everything random.
        settings: those that differ, by name, as in `textgan train text --help`: steps=3000.

    Returns:
        The run folder.

    Raises:
        UserError: data or settings that cannot be used, a folder that cannot be used, divergence.

    >>> textgan.train_text("sentences.txt", "runs/mine", steps=2, log_every=1, evaluate_every=2,
    ...     batch_size=8, generator_width=8, generator_layers=1, attention_heads=2,
    ...     discriminator_width=8, discriminator_layers=1, max_words=8,
    ...     vectors="vectors.txt")  # doctest: +ELLIPSIS
    sentences.txt: ...
    PosixPath('runs/mine')
    """
    return _train(PLURALS["text"], corpus, run_dir, seed, settings)


def train_images(images: str, run_dir: Place, seed: int = 1, **settings: Any) -> Path:
    """Train an image GAN in a run folder, or go on there.

    Args:
        images: a set by name, such as digits or mnist, an .npz, a folder or hub:NAME.
        run_dir: where the run is kept.
        seed: of everything random.
        settings: those that differ, by name, as in `textgan train images --help`.

    Returns:
        The run folder.

    Raises:
        UserError: see `train_text`.

    >>> textgan.train_images("bars.npz", "runs/bars", steps=2, log_every=1, evaluate_every=2,
    ...     batch_size=8, generator_width=8, generator_blocks=1,
    ...     discriminator_width=8)  # doctest: +ELLIPSIS
    bars.npz: ...
    PosixPath('runs/bars')
    """
    return _train(PLURALS["images"], images, run_dir, seed, settings)


def train_tables(table: str, run_dir: Place, seed: int = 1, **settings: Any) -> Path:
    """Train a GAN on a table in a run folder, or go on there.

    Args:
        table: breast_cancer, wine or diabetes, or a CSV or Parquet file.
        run_dir: where the run is kept.
        seed: of everything random.
        settings: those that differ, by name, as in `textgan train tables --help`.

    Returns:
        The run folder.

    Raises:
        UserError: see `train_text`.

    >>> textgan.train_tables("wine", "runs/wine", steps=2, log_every=1, evaluate_every=2,
    ...     generator_width=8, generator_layers=1, discriminator_width=8,
    ...     discriminator_layers=1)  # doctest: +ELLIPSIS
    wine: 124 training rows, 18 for validation, 36 for the test
    ...
    PosixPath('runs/wine')
    """
    return _train(PLURALS["tables"], table, run_dir, seed, settings)


def open_run(run: Place) -> Run:
    """Read what a run folder tells: settings, telemetry, scores, samples. No model is loaded.

    Args:
        run: the folder.

    Raises:
        UserError: it holds no run, or a file in it is damaged.

    >>> run = textgan.open_run("runs/scenes")
    >>> run.settings["max_words"], [row["step"] for row in run.rows]
    (8, [1, 2, 3, 4])
    """
    return read_run(Path(run), KINDS)


def load_model(run: Place) -> Any:
    """Load the generator of a run: a `TextModel`, an `ImageModel` or a `TableModel`.

    Args:
        run: the folder.

    Raises:
        UserError: it holds no run of a GAN, or no model yet; the model is damaged.

    >>> model = textgan.load_model("runs/scenes")
    >>> model.length, len(model.lexicon.words)
    (8, 218)
    """
    kind = kind_of(Path(run), DOMAINS)
    _start_keras()
    return DOMAINS[kind].model(Path(run))


def sample(run: Place, n: int = 10, seed: int = 1) -> Any:
    """Sample a run; the same seed gives the same samples, and fewer are a prefix of more.

    Args:
        run: the folder.
        n: how many.
        seed: of the noise.

    Returns:
        Of a text run a list of sentences, tuples of words; of images an array (image, height,
        width, channel) in [-1, 1]; of a table a data frame.

    Raises:
        UserError: see `load_model`.

    >>> sentences = textgan.sample("runs/scenes", 20, seed=7)
    >>> len(sentences), sentences[:3] == textgan.sample("runs/scenes", 3, seed=7)
    (20, True)
    """
    return load_model(run).sample(n, seed)


def evaluate(
    run: Place, say: Callable[[str], None] = lambda line: None, **settings: Any
) -> Evaluation:
    """Score a run, or a file of samples, beside real data; a run keeps its scores.

    Args:
        run: the folder, or the file.
        say: called with lines on how it comes on.
        settings: as in `textgan evaluate RUN --help`: references=Path("test.txt").

    Raises:
        UserError: what cannot be scored.

    >>> evaluation = textgan.evaluate("runs/scenes")
    >>> evaluation.samples["bleu.2"].value < evaluation.real["bleu.2"].value
    True
    """
    domain = domain_of(Path(run))
    record = domain.scored(Path(run), **settings)
    if record.needs_keras:
        _start_keras()
    return domain.evaluate(record, say)


def evaluate_sentences(
    samples: Sequence[str] | Sequence[Sequence[str]],
    references: Sequence[str] | Sequence[Sequence[str]],
    training: Sequence[str] | Sequence[Sequence[str]] | None = None,
) -> Evaluation:
    """Score sentences of any origin by Texygen's full protocol, and the rest; nothing is loaded.

    Args:
        samples: at least two sentences, each a sequence of words or a text parted at its blanks.
        references: real sentences that no model has seen.
        training: those that it learned from; without them nothing is said of copying.

    Raises:
        UserError: too few sentences.

    >>> real = ["a cat sits on a mat", "a dog runs", "the bird sings"]
    >>> evaluation = textgan.evaluate_sentences(["a dog sits on a mat", "a dog runs"], real)
    >>> round(evaluation.samples["bleu.2"].value, 3)
    0.947
    """
    from textgan.metrics.text_evaluation import evaluate_text

    texts = [None if text is None else _words(text) for text in (samples, references, training)]
    form = {"tok": "whitespace", "case": "cased"}
    assert texts[0] is not None and texts[1] is not None
    return evaluate_text(texts[0], texts[1], texts[2], "texygen", form)


def write_report(*runs: Place, out: Place | None = None, with_real: bool = False) -> Path:
    """Write one self-contained HTML page on a run, or on several side by side.

    Args:
        runs: the folders, at least one; that of a sweep stands for all its runs.
        out: the page; default report.html in the first folder.
        with_real: also show the real sentences and rows that the folders hold.

    Returns:
        The page.

    Raises:
        UserError: no run is named, a folder holds none, or the page cannot be written.

    >>> textgan.write_report("runs/scenes", "runs/trees", out="both.html")
    PosixPath('both.html')
    """
    from textgan.report import page

    place = out or (Path(runs[0]) / RunFolder.REPORT if runs else None)
    every = [open_run(each) for run in runs for each in run_folders(Path(run))]
    return page.write_report(every, Path(place) if place else None, with_real=with_real)


def inspect_run(
    run: Place, parts: Sequence[SectionName] = (), sample: int = 0, layer: str | None = None
) -> Path:
    """Look into the networks of a run, and write a page into its folder.

    Args:
        run: the folder.
        parts: which sections; default all that its kind has.
        sample: number of the fixed noise vector that is shown throughout.
        layer: of the discriminator, for Grad-CAM, or of the generator, for ablation.

    Returns:
        The page.

    Raises:
        UserError: the run cannot be opened, or there is no such section, sample or layer.

    >>> textgan.inspect_run("runs/trees", ["convergence"])
    PosixPath('runs/trees/inspection.html')
    """
    _start_keras()
    from textgan.inspection import pages

    return pages.inspect_run(Path(run), DOMAINS, parts or pages.PARTS, sample, layer)


def _train(domain: Domain, data: str, run_dir: Place, seed: int, changes: dict[str, Any]) -> Path:
    settings = with_changes(domain.choose(data), changes)
    _start_keras()
    from textgan.runs import train_run

    train_run(domain, settings, Path(run_dir), seed)
    return Path(run_dir)


def _start_keras() -> None:
    if "keras" not in sys.modules:
        use_backend(cast(BackendName, os.environ.get("KERAS_BACKEND", "tensorflow")))


def _words(text: Sequence[str] | Sequence[Sequence[str]]) -> list[tuple[str, ...]]:
    return [tuple(line.split() if isinstance(line, str) else line) for line in text]
