"""Train an LSTM language model on a corpus: the maximum-likelihood baseline beside the text GAN.

textgan language-model coco-captions
"""

import time
from collections.abc import Sequence
from pathlib import Path

import tyro

from textgan.backend import BackendName, use_backend
from textgan.command_line import check_seed, run_script
from textgan.text.language_model_settings import LanguageModelSettings


def run(arguments: Sequence[str], prog: str) -> None:
    """Train the language model that the arguments ask for."""
    run_script(train, __doc__, args=arguments, prog=prog)


def train(
    corpus: tyro.conf.Positional[str] = "scenes",
    run_dir: Path | None = None,
    settings: tyro.conf.OmitArgPrefixes[LanguageModelSettings] = LanguageModelSettings(),  # noqa: B008
    seed: int = 1,
    backend: BackendName = "tensorflow",
) -> None:
    """Train, or resume, then show how well the model predicts the test sentences.

    Args:
        corpus: a card, a text file, an address or hub:NAME.
        run_dir: where the run is kept; default runs/language-model-<corpus>.
        settings: sizes of the model and its training.
        seed: for everything random.
        backend: that Keras runs on.
    """
    check_seed(seed)
    use_backend(backend)
    from textgan.text.language_model_training import Progress, load_learned, train_language_model

    began = time.monotonic()

    def report(progress: Progress) -> None:
        print(f"{progress} of {settings.steps}, {time.monotonic() - began:.0f} s", flush=True)

    text, run_dir = load_learned(corpus, run_dir)
    for note in text.notes:
        print(note)
    model = train_language_model(text, settings, run_dir, seed, report)
    score = model.score(text.test)
    print(
        f"test: perplexity {score.perplexity:.2f}, {score.nll_per_word:.4f} nats per word "
        f"({score.sentences} sentences; {score.unknown} with unknown words left out)"
    )
    print("\n".join(" ".join(words) for words in model.sample(5, seed)))
