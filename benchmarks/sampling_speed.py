"""Time the generators of a preset against an LSTM that draws one word after the other.

    python benchmarks/sampling_speed.py                     # shaped like COCO captions
    python benchmarks/sampling_speed.py scenes --words 260

Both write text, from noise to lists of words: the time of a generator holds drawing the noise and
looking for the nearest word at every position, that of the LSTM drawing uniform numbers and the
softmax over the vocabulary. Each is compiled by XLA, and both have the preset's width, untrained
weights and made-up words, so that every sentence runs to its full length. They take turns in one
process; the table shows the median rate over the repeats.

At batch size B each generator of an ensemble writes B sentences side by side, one after the other
generator.
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
    from textgan.gan.sampling import draw_noise
    from textgan.text.language_model import LanguageModel
    from textgan.text.lexicon import Lexicon
    from textgan.text.model import TextModel
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
    generators = [build_writer(length, lexicon, network) for _ in range(settings.ensemble)]

    def model(size: int) -> TextModel:
        class Sized(TextModel):
            batch = size

        return Sized(generators, [lexicon] * settings.ensemble, network, "")

    models = {size: model(size) for size in batch_sizes}
    lstm = LanguageModel(
        lexicon.words, length, LanguageModelSettings(dim=dim, width=width), lexicon.points
    )

    def by_generators(size: int) -> object:
        noise = draw_noise(models[size].batch, network.noise_size(length), seed=1)
        return lexicon.read(models[size].write(noise)[1])  # as TextModel.sample does

    def word_by_word(size: int) -> object:
        return lstm.sample(size, seed=1, batch_size=size)

    print(f"{backend}: width {width}, {words} words of {dim} dimensions, {length} positions")
    print("batch  generators (sentences/s)  LSTM (sentences/s)  ratio")
    rates = {}
    for size in batch_sizes:
        seconds = median_times([by_generators, word_by_word], size, repeats)
        fast, slow = models[size].batch / seconds[0], size / seconds[1]
        rates[size] = {"generators": fast, "lstm": slow}
        print(f"{size:5} {fast:25.0f} {slow:19.0f} {fast / slow:6.2f}", flush=True)
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
