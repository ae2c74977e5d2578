"""Time the text game on both backends, and say how much of the machine's arithmetic it uses.

    python benchmarks/training_speed.py            # preset scenes
    python benchmarks/training_speed.py coco --backends tensorflow

Each backend runs in a process of its own, on random sentences of the preset's shape; a step is
what the training loop does: draw the batch, play, read the metrics. FLOPs are those that XLA
counts in the step's program, see `count_flops`. The peak is the fastest product of two square
float32 matrices, compiled or not, measured between the rounds of steps.
"""

import time
from collections.abc import Callable
from concurrent.futures import ProcessPoolExecutor
from dataclasses import asdict, astuple, dataclass, replace
from functools import partial
from multiprocessing import get_context
from pathlib import Path
from typing import Annotated, Any

import numpy as np
import tyro

from textgan.backend import BackendName, use_backend
from textgan.catalogue import read_card
from textgan.command_line import run_script
from textgan.errors import UserError
from textgan.files import write_json
from textgan.text.settings import PRESETS, TextSettings

SENTENCES, WORDS = 4096, 2000  # of the made-up corpus


@dataclass(frozen=True)
class Timing:
    """What one backend did.

    Attributes:
        steps: per second, the median of the rounds.
        sentences: real sentences per second.
        draw: share of the time that goes into drawing batches.
        step_flops: of one step.
        flops: per second.
        peak_flops: per second, of the matrix product.
        share: of the peak.
    """

    steps: float
    sentences: float
    draw: float
    step_flops: float
    flops: float
    peak_flops: float
    share: float


def main(
    preset: Annotated[str, tyro.conf.Positional] = "scenes",
    backends: tuple[BackendName, ...] = ("tensorflow", "jax"),
    batch_size: int | None = None,
    rounds: int = 5,
    seconds: float = 4.0,
    json: Path | None = None,
) -> None:
    """Print one line of figures for each backend.

    Args:
        preset: of the training script.
        backends: to time.
        batch_size: instead of the preset's.
        rounds: of steps and of matrix products, in turn.
        seconds: of steps in each round.
        json: also write the figures to this file.
    """
    if preset not in PRESETS:
        raise UserError(f"unknown preset {preset!r}; there are: {', '.join(PRESETS)}")
    settings = replace(PRESETS[preset], ensemble=1)
    if batch_size is not None:
        settings = replace(settings, game=replace(settings.game, batch_size=batch_size))
    print(f"{preset}, one game, batch {settings.game.batch_size}")
    print("backend       steps/s  sentences/s  drawing  GFLOP/step  GFLOP/s  peak  share")
    timings: dict[str, Any] = {}
    # A process that is started anew for each backend: Keras fixes it for good.
    with ProcessPoolExecutor(1, get_context("spawn"), max_tasks_per_child=1) as pool:
        work = pool.submit(count_flops, settings).result()
        for backend in backends:
            timing = pool.submit(measure, backend, settings, rounds, seconds, work).result()
            timings[backend] = asdict(timing)
            print(
                f"{backend:<12} {timing.steps:8.2f} {timing.sentences:12.0f} {timing.draw:8.1%} "
                f"{timing.step_flops / 1e9:11.2f} {timing.flops / 1e9:8.1f} "
                f"{timing.peak_flops / 1e9:5.0f} {timing.share:6.1%}",
                flush=True,
            )
    if json:
        write_json({"preset": preset, "settings": asdict(settings), "timings": timings}, json)


def measure(
    backend: BackendName, settings: TextSettings, rounds: int, seconds: float, work: float
) -> Timing:
    """Time steps and matrix products in turn, in this process."""
    use_backend(backend)
    from textgan.gan.step import draw_batch

    subject = random_subject(settings)
    game, size = subject.game, settings.game.batch_size
    draw = partial(draw_batch, subject, size, 1)
    game.step(draw(0), 0)  # compiles
    multiply = matrix_products()
    rates, peaks, drawing = [], [0.0], []
    step = 0
    for _ in range(rounds):
        peaks += [rate() for rate in multiply]
        began, drawn, first = time.perf_counter(), 0.0, step
        while (now := time.perf_counter()) - began < seconds:
            step += 1
            batch = draw(step)
            drawn += time.perf_counter() - now
            game.step(batch, step)
        taken = time.perf_counter() - began
        rates.append((step - first) / taken)
        drawing.append(drawn / taken)
    rate, peak = float(np.median(rates)), max(peaks)
    return Timing(
        rate, rate * size, float(np.median(drawing)), work, rate * work, peak, rate * work / peak
    )


def count_flops(settings: TextSettings) -> float:
    """FLOPs of one step, as XLA counts them in the program that JAX hands to it."""
    use_backend("jax")
    import jax

    programs, compiled_by = [], jax.jit

    def keep(*arguments: Any, **options: Any) -> Any:
        programs.append(compiled_by(*arguments, **options))
        return programs[-1]

    jax.jit = keep
    from textgan.gan.step import draw_batch

    subject = random_subject(settings)
    game = subject.game
    batch = draw_batch(subject, game.batch_size, 1, 0)
    values = [variable.value for variable in game.state]
    step, _ = programs[-2:]  # what a game compiles last: its step, its logits
    return step.lower(values, *astuple(batch), np.float32(0.5)).cost_analysis()["flops"]


def matrix_products() -> list[Callable[[], float]]:
    """Functions that multiply square matrices and return FLOPs per second, compiled and not."""
    from keras import ops

    from textgan.gan.autodiff import compile_step

    compiled = compile_step(ops.matmul, [])

    def rate(multiply: Callable[..., Any], size: int) -> float:
        began = time.perf_counter()
        # Reading one number waits for the product.
        float(ops.convert_to_numpy(multiply(matrices[size], matrices[size])[0, 0]))
        return 2 * size**3 / (time.perf_counter() - began)

    rng = np.random.default_rng(0)
    matrices = {
        size: ops.convert_to_tensor(rng.standard_normal((size, size), dtype=np.float32))
        for size in (1024, 2048, 4096)
    }
    for size in matrices:
        rate(compiled, size)  # compiles
    return [
        lambda multiply=multiply, size=size: rate(multiply, size)
        for multiply in (compiled, ops.matmul)
        for size in matrices
    ]


def random_subject(settings: TextSettings) -> Any:
    """The game of a text run, on random sentences of random words."""
    from textgan.text.corpus import Corpus
    from textgan.text.lexicon import Lexicon
    from textgan.text.numbered import Numbered
    from textgan.text.training import TextData, TextSubject

    card = read_card("embeddings", settings.vectors)
    rng = np.random.default_rng(0)
    words = tuple(f"w{number}" for number in range(WORDS))
    matrix = rng.standard_normal((WORDS, card.settings["word2vec"]["dim"]))
    rows = rng.integers(WORDS, size=(SENTENCES, settings.max_words), dtype=np.int32)
    sentences = [tuple(words[row] for row in sentence) for sentence in rows[:256]]
    corpus = Corpus("random", sentences, sentences, sentences, "", "", settings.max_words)
    lexicon = Lexicon.of(words, matrix, settings.whitening, settings.decoding_whitening)
    return TextSubject(
        TextData(corpus, lexicon, Numbered.of(sentences), rows, rows[:256], {}, ()),
        settings,
        seed=1,
    )


if __name__ == "__main__":
    run_script(main, __doc__)
