"""What a large text costs beside a small one: tokenising, loading, memory, and steps of a game.

    python benchmarks/large_text.py [--sentences N] [--folder DIR]

It writes N sentences of the built-in language, and 10,000, to DIR, and plays the two games in turn.
The networks are tiny, so that the drawing of a batch weighs as much as it can.
"""

import resource
import time
from pathlib import Path
from typing import Any

import numpy as np

from textgan.backend import BackendName, use_backend
from textgan.command_line import run_script
from textgan.text.grammar import Grammar

SMALL, BLOCK = 10_000, 50_000  # sentences; drawn at a time
BATCH = 64


def main(
    sentences: int = 1_000_000,
    folder: Path = Path("runs/large_text"),
    steps: int = 200,
    backend: BackendName = "jax",
) -> None:
    """Measure.

    Args:
        sentences: of the large text.
        folder: where the texts are kept.
        steps: of each game.
        backend: what Keras runs on.
    """
    use_backend(backend)
    from textgan.text.corpus import load_corpus
    from textgan.text.vector_files import write_word2vec
    from textgan.text.vectors import train_vectors

    folder.mkdir(parents=True, exist_ok=True)
    texts = [write_text(folder / f"{count}.txt", count) for count in (SMALL, sentences)]
    imports = peak()
    found = train_vectors(load_corpus(str(texts[0])).train)
    write_word2vec(folder / "vectors.txt", found.words, found.matrix)
    subjects = [prepare(text, folder / "vectors.txt") for text in texts]
    seconds = play(subjects, steps)
    for text, each in zip(texts, seconds, strict=True):
        print(f"{text.name}: {1e3 * np.median(each):.2f} ms a step")
    print(f"memory over the imports, both games: {peak() - imports:.0f} MB")


def write_text(place: Path, count: int) -> Path:
    """Write so many sentences of the built-in language, if they are not there yet."""
    if not place.exists():
        grammar = Grammar.load()
        with place.open("w", encoding="utf-8") as file:
            for start in range(0, count, BLOCK):
                drawn = grammar.sample(min(BLOCK, count - start), seed=1000 + start)
                file.writelines(" ".join(words) + "\n" for words in drawn)
    return place


def prepare(text: Path, vectors: Path) -> Any:
    """Load a text twice, and build a game of it; say how long it took."""
    from textgan.gan.settings import GameSettings
    from textgan.text.settings import TextNetworkSettings, TextSettings
    from textgan.text.training import TextSubject, load_text

    network = TextNetworkSettings(
        local_batch=True,
        generator_width=16,
        generator_layers=1,
        attention_heads=2,
        discriminator_width=16,
        discriminator_layers=1,
    )
    game = GameSettings(instance_noise=0.2)
    settings = TextSettings(corpus=str(text), vectors=str(vectors), network=network, game=game)
    for time_of in ("first", "again"):
        start, spent = time.monotonic(), time.process_time()
        data = load_text(settings)
        times = f"{time.monotonic() - start:.1f} s, {time.process_time() - spent:.1f} s of this CPU"
        print(f"{text.name}: {len(data.rows):,} training sentences, loaded {time_of}: {times}")
    children = resource.getrusage(resource.RUSAGE_CHILDREN)
    print(f"{text.name}: {children.ru_utime + children.ru_stime:.0f} s of CPU to tokenise so far")
    subject = TextSubject(data, settings, seed=1)
    spent = time.process_time()
    subject.notes  # noqa: B018  # the live scores of real text
    print(f"{text.name}: live scores of real text: {time.process_time() - spent:.1f} s of CPU")
    return subject


def play(subjects: list[Any], steps: int) -> list[list[float]]:
    """Play the games in turn; return the seconds of each step but the first."""
    from textgan.gan.step import draw_batch

    seconds: list[list[float]] = [[] for _ in subjects]
    for step in range(steps + 1):
        for subject, each in zip(subjects, seconds, strict=True):
            start = time.perf_counter()
            subject.game.step(draw_batch(subject, BATCH, 1, step), step)
            each.append(time.perf_counter() - start)
    return [each[1:] for each in seconds]


def peak() -> float:
    """Return the most memory that this process has held, in MB."""
    return resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1e3


if __name__ == "__main__":
    run_script(main, __doc__)
