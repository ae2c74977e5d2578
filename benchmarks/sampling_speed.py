"""Time the generator that writes a sentence in one pass against an LSTM that goes word by word.

    python benchmarks/sampling_speed.py                     # shaped like COCO captions
    python benchmarks/sampling_speed.py scenes --words 260

Both write batches of text, from noise to lists of words: the generator's time holds drawing the
noise and searching the nearest word of every position, the LSTM's drawing uniform numbers and the
softmax over the vocabulary. Each is compiled by XLA, and both have the preset's width, untrained
weights and made-up words, so that every sentence runs to its full length. They take turns in one
process; the table shows the median rate over the repeats.
"""

import time
from collections.abc import Callable
from pathlib import Path
from typing import Annotated

import numpy as np
import tyro

from textgan.backend import BackendName, use_backend
from textgan.catalogue import read_card
from textgan.command_line import run_script
from textgan.errors import UserError
from textgan.files import write_json
from textgan.text.language_model_settings import LanguageModelSettings
from textgan.text.settings import PRESETS


def main(
    preset: Annotated[str, tyro.conf.Positional] = "coco",
    words: int = 4400,
    batch_sizes: tuple[int, ...] = (1, 64, 512),
    repeats: int = 7,
    backend: BackendName = "tensorflow",
    json: Path | None = None,
) -> None:
    """Print sentences per second for each batch size.

    Args:
        preset: of the training script.
        words: of the vocabulary.
        batch_sizes: sentences written side by side.
        repeats: batches of each; the median time counts.
        backend: what Keras runs on.
        json: also write the rates to this file.
    """
    if preset not in PRESETS:
        raise UserError(f"unknown preset {preset!r}; there are: {', '.join(PRESETS)}")
    settings = PRESETS[preset]
    use_backend(backend)
    from textgan.gan.sampling import Sampler, draw_noise
    from textgan.text.language_model import LanguageModel
    from textgan.text.lexicon import Lexicon
    from textgan.text.networks import build_writer

    length, network, width = settings.max_words, settings.network, settings.network.generator_width
    dim: int = read_card("embeddings", settings.vectors).settings["word2vec"]["dim"]
    vectors = np.random.default_rng(0).standard_normal((words, dim))
    lexicon = Lexicon.of(
        [f"w{number}" for number in range(words)],
        vectors,
        settings.whitening,
        settings.decoding_whitening,
    )
    generator = build_writer(length, lexicon, network)
    samplers = {size: Sampler(generator, size) for size in batch_sizes}
    lstm = LanguageModel(
        lexicon.words, length, LanguageModelSettings(dim=dim, width=width), lexicon.points
    )

    def one_pass(size: int) -> object:
        noise = draw_noise(size, network.noise_size(length), seed=1)
        return lexicon.decode(samplers[size](noise))  # as TextModel.sample does for 512

    def word_by_word(size: int) -> object:
        return lstm.sample(size, seed=1, batch_size=size)

    print(f"{backend}: width {width}, {words} words of {dim} dimensions, {length} positions")
    print("batch  one pass (sentences/s)  word by word (sentences/s)  ratio")
    rates = {}
    for size in batch_sizes:
        seconds = median_times([one_pass, word_by_word], size, repeats)
        fast, slow = (size / taken for taken in seconds)
        rates[size] = {"one_pass": fast, "word_by_word": slow}
        print(f"{size:5} {fast:23.0f} {slow:27.0f} {fast / slow:6.2f}", flush=True)
    if json:
        write_json({"backend": backend, "preset": preset, "words": words, "rates": rates}, json)


def median_times(writers: list[Callable[[int], object]], size: int, repeats: int) -> list[float]:
    """Median seconds of each writer for a batch of `size`; they take turns, the first a warm-up."""
    times = []
    for _ in range(repeats + 1):
        row = []
        for write in writers:
            began = time.perf_counter()
            write(size)
            row.append(time.perf_counter() - began)
        times.append(row)
    return np.median(times[1:], axis=0).tolist()


if __name__ == "__main__":
    run_script(main, __doc__)
