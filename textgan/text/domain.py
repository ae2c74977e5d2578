"""What a text run is, and a run of a language model. Keras is loaded when a record is used."""

from textgan.catalogue import card_names
from textgan.domain import Domain, Kind, later
from textgan.text.settings import PRESETS, TextEvaluationSettings, TextSettings

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
_ELSEWHERE = ("https://", "http://", "hub:")

TEXT = Domain(
    name="text",
    title="text GAN",
    samples="sentences",
    real="real text",
    data="corpus",
    plural="text",
    training="textgan train text file",
    sampling="textgan sample {run} -n {n} --seed 1",
    evaluating="textgan evaluate {run}",
    copying=_COPYING,
    holds="The folder holds the weights of the generator, the words of the training text "
    "(words.txt: names may be among them) and a vector for each. It holds no sentence.",
    limits=_LIMITS,
    settings=TextSettings,
    presets=PRESETS,
    file=PRESETS["file"],
    knows=lambda name: name.startswith(_ELSEWHERE) or name in card_names("corpora"),
    load=later("textgan.text.training:load_text"),
    preview=later("textgan.text.training:preview_text"),
    reopen=later("textgan.text.training:reopen_text"),
    subject=later("textgan.text.training:TextSubject"),
    model=later("textgan.text.model:TextModel.load"),
    scored=TextEvaluationSettings,
    evaluate=later("textgan.text.evaluation:evaluate"),
    opened=later("textgan.inspection.opened:OpenedText"),
    views={
        "evolution": later("textgan.inspection.evolution_text:text_evolution"),
        "layers": later("textgan.inspection.layer_pages:layers_section"),
        "saliency": later("textgan.inspection.saliency_text:text_saliency"),
        "latent": later("textgan.inspection.latent:text_latent"),
    },
)
LANGUAGE_MODEL = Kind(
    name="language model",
    title="language model",
    samples="sentences",
    real="real text",
    data="corpus",
    training="textgan language-model",
    given_first=("corpus",),
    evaluating="textgan evaluate {run}",
    holds="The folder holds the weights and the words of the training text (words.txt: names may "
    "be among them). It holds no sentence.",
    limits=_LIMITS,
)
