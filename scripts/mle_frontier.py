"""Quality and diversity of the maximum-likelihood baseline over a sweep of temperatures.

The frontier of Caccia et al. 2018, "Language GANs falling short", by Texygen's full protocol.
"""

from pathlib import Path

import tyro

from textgan.backend import BackendName, use_backend
from textgan.command_line import check_seed, run_script
from textgan.errors import UserError
from textgan.files import check_output, write_json
from textgan.text.language_model_settings import LanguageModelSettings, check_temperature


def main(
    corpus: tyro.conf.Positional[str],
    run_dir: Path | None = None,
    temperatures: tuple[float, ...] = (0.5, 0.6, 0.7, 0.8, 0.9, 1.0, 1.1, 1.2),
    n: int = 10_000,
    settings: tyro.conf.OmitArgPrefixes[LanguageModelSettings] = LanguageModelSettings(),  # noqa: B008
    seed: int = 1,
    backend: BackendName = "tensorflow",
    json: Path | None = None,
) -> None:
    """Train the language model, or load it; print its scores and those of real training text.

    Args:
        corpus: a card, a text file, an address or hub:NAME.
        run_dir: folder of the language model's run, see `textgan language-model`.
        temperatures: what the logits are divided by, one after the other.
        n: samples per temperature.
        settings: sizes of the language model and its training.
        seed: for the training and the samples.
        backend: that Keras runs on.
        json: also write the scores, with intervals and signatures, to this file.
    """
    check_seed(seed)
    if n < 2:
        raise UserError(f"--n {n}: it must be at least 2")
    for temperature in temperatures:
        check_temperature(temperature)
    check_output(json)
    use_backend(backend)
    from textgan.text.frontier import Frontier, as_json
    from textgan.text.judges import ngram_judge
    from textgan.text.language_model_training import load_learned, train_language_model

    text, run_dir = load_learned(corpus, run_dir)
    model = train_language_model(text, settings, run_dir, seed)
    form: dict[str, str] = dict(zip(("tok", "case"), text.tokenization.split("-"), strict=True))
    frontier = Frontier(text.test, "texygen", form, ngram_judge(text.train, text.background, print))
    curve = frontier.along("temperature", temperatures, lambda heat: model.sample(n, seed, heat))
    scores = {f"{heat:g}": as_json(found) for heat, found in curve.items()}
    scores["real"] = as_json(frontier.score("real", text.train[:n]))
    if json:
        write_json(scores, json)


if __name__ == "__main__":
    run_script(main, __doc__)
