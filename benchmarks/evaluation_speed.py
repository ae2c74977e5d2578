"""Time BLEU-2..5 plus self-BLEU-2..5 against NLTK and, where it is installed, fast-bleu.

    python benchmarks/evaluation_speed.py                        # sentences made up on the spot
    python benchmarks/evaluation_speed.py --hypotheses SAMPLES --references TEST

Times are processor seconds after tokenisation. NLTK is timed on a few sentences against all
references, in the same run, and its whole time follows in proportion. The peak of memory is that
of the whole process.
"""

import resource
import sys
import time
from collections.abc import Callable
from itertools import islice
from pathlib import Path

import numpy as np
from nltk.translate.bleu_score import SmoothingFunction, sentence_bleu

from textgan.command_line import run_script
from textgan.files import read_lines
from textgan.metrics.bleu import bleu, self_bleu
from textgan.metrics.ngrams import Sentences
from textgan.text.tokenization import tokenize

ORDERS = (2, 3, 4, 5)
WORDS = 20_000  # of the made-up vocabulary


def main(
    sizes: tuple[int, ...] = (10_000, 100_000),
    nltk_slice: int = 5,
    repeats: int = 3,
    hypotheses: Path | None = None,
    references: Path | None = None,
) -> None:
    """Print one line of timings for each size.

    Args:
        sizes: numbers of hypotheses, and of references, to time.
        nltk_slice: hypotheses that NLTK scores at the first size.
        repeats: the least of so many times counts.
        hypotheses: a text file to take the hypotheses from, instead of made-up sentences.
        references: a text file to take the references from.
    """
    first = None
    for size in sizes:
        ours = _sentences(hypotheses, size, seed=0)
        theirs = _sentences(references, size, seed=1)
        seconds = min(_time(_ours, ours, theirs) for _ in range(repeats))
        peak = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 2**20
        line = f"{len(ours)} x {len(theirs)}: {seconds:.2f} s, peak {peak:.2f} GB"
        if first is None:
            first = seconds
            slow = _time(_nltk, ours, theirs, nltk_slice) / nltk_slice * len(ours)
            print(f"{line}; NLTK {slow:.0f} s, {slow / seconds:.0f} times as long")
            _report_fast_bleu(ours, theirs, seconds)
        else:
            print(f"{line}; {seconds / first:.1f} times the first")


def _sentences(path: Path | None, size: int, seed: int) -> Sentences:
    """The first lines of a file, or sentences of 8 to 15 words drawn by Zipf's law."""
    if path:
        return [tokenize(line, "nltk") for line in islice(read_lines(path), size)]
    generator = np.random.default_rng(seed)
    chances = 1 / np.arange(1, WORDS + 1)
    ends = np.cumsum(generator.integers(8, 16, size))
    words = generator.choice(WORDS, size=ends[-1], p=chances / chances.sum())
    return [[f"w{word}" for word in part] for part in np.split(words, ends[:-1])]


def _time(work: Callable[..., object], *arguments: object) -> float:
    begin = time.process_time()
    work(*arguments)
    return time.process_time() - begin


def _ours(hypotheses: Sentences, references: Sentences) -> None:
    bleu(hypotheses, references)
    self_bleu(hypotheses)


def _nltk(hypotheses: Sentences, references: Sentences, count: int) -> None:
    weights = [(1 / n,) * n for n in ORDERS]
    smooth = SmoothingFunction().method1
    for i in range(count):
        others = [*hypotheses[:i], *hypotheses[i + 1 :]]
        for against in (references, others):
            sentence_bleu(against, hypotheses[i], weights, smoothing_function=smooth)


def _report_fast_bleu(hypotheses: Sentences, references: Sentences, seconds: float) -> None:
    try:
        from fast_bleu import BLEU, SelfBLEU  # pyright: ignore[reportMissingImports]
    except ImportError:
        print("fast-bleu is not installed", file=sys.stderr)
        return
    weights = {n: (1 / n,) * n for n in ORDERS}

    def score(hypotheses: list, references: list) -> None:
        BLEU(references, weights).get_score(hypotheses)
        SelfBLEU(hypotheses, weights).get_score()

    taken = _time(score, *(list(map(list, texts)) for texts in (hypotheses, references)))
    print(f"fast-bleu {taken:.2f} s, {taken / seconds:.1f} times as long")


if __name__ == "__main__":
    run_script(main, __doc__)
