"""What a text run is, and a run of a language model. Keras is loaded when a record is used."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from pathlib import Path
from typing import TYPE_CHECKING, Any

from textgan.domain import Domain, Kind
from textgan.text.settings import PRESETS, TextSettings

if TYPE_CHECKING:
    from textgan.gan.sampling import StoredModel
    from textgan.inspection.opened import Opened, View
    from textgan.runs import RunSubject
    from textgan.text.training import TextData

_COPYING = (
    "Did the model write, or recite? Real test sentences, which nobody copied, give the "
    "mark: some repetition is natural in any language. Copying shows as whole sentences of the "
    "training text, or long runs of it, beyond that mark."
)
_LIMITS = (
    "Sentences are made up: what they say is not true, and they carry the prejudices of "
    "the text they were learned from. No word is written that is not in words.txt. A sample may "
    "repeat a training sentence; the score `copied` says how often."
)


def _load(settings: TextSettings, checksum: str) -> TextData:
    from textgan.text.training import load_text

    return load_text(settings, checksum)


def _reopen(settings: TextSettings, run: Path) -> TextData:
    from textgan.text.training import reopen_text

    return reopen_text(settings, run)


def _subject(data: TextData, settings: TextSettings, seed: int) -> RunSubject[Any]:
    from textgan.text.training import TextSubject

    return TextSubject(data, settings, seed)


def _model(run: Path) -> StoredModel:
    from textgan.text.model import TextModel

    return TextModel.load(run)


def _evaluate(run: Path, say: Callable[[str], None]) -> object:
    from textgan.text.evaluation import EvaluationSettings, evaluate

    return evaluate(EvaluationSettings(run), say)


def _opened(**parts: Any) -> Opened:
    from textgan.inspection.opened import OpenedText

    return OpenedText(**parts)


def _views() -> Mapping[str, View]:
    from textgan.inspection.evolution import text_evolution
    from textgan.inspection.latent import text_latent
    from textgan.inspection.layer_pages import layers_section
    from textgan.inspection.saliency_pages import saliency_section

    return {
        "evolution": text_evolution,
        "layers": lambda look: layers_section(look.opened, look.sample, None, look.made_at),
        "saliency": lambda look: saliency_section(look.opened, look.sample, None, look.judged_at),
        "latent": text_latent,
    }


TEXT = Domain(
    name="text",
    title="text GAN",
    samples="sentences",
    real="real text",
    data="corpus",
    training="scripts/train_text_gan.py file",
    sampling="scripts/sample_text.py {run} -n {n} --seed 1",
    evaluating="scripts/evaluate_text.py {run}",
    copying=_COPYING,
    holds="The folder holds the weights of the generator, the words of the training text "
    "(words.txt: names may be among them) and a vector for each. It holds no sentence.",
    limits=_LIMITS,
    settings=TextSettings,
    presets=PRESETS,
    file=PRESETS["file"],
    load=_load,
    reopen=_reopen,
    subject=_subject,
    model=_model,
    evaluate=_evaluate,
    opened=_opened,
    views=_views,
)
LANGUAGE_MODEL = Kind(
    name="language model",
    title="language model",
    samples="sentences",
    real="real text",
    data="corpus",
    training="scripts/train_language_model.py",
    given_first=("corpus",),
    evaluating="scripts/evaluate_text.py {run}",
    holds="The folder holds the weights and the words of the training text (words.txt: names may "
    "be among them). It holds no sentence.",
    limits=_LIMITS,
)
