"""What an image run is. Keras is loaded when the record is used."""

from textgan.catalogue import card_names
from textgan.domain import Domain, later
from textgan.images.settings import FILE, PRESETS, ImageEvaluationSettings, ImageSettings

_load = later("textgan.images.datasets:load_images")

IMAGES = Domain(
    name="image",
    title="image GAN",
    samples="images",
    real="real images",
    data="images",
    plural="images",
    training="textgan train images",
    given_first=("images",),
    sampling="textgan sample {run} -n 100 --seed 1 --out images.png",
    evaluating="textgan evaluate {run}",
    copying="Did the model draw, or trace? Real test images, which nobody copied, give the mark: "
    "samples much nearer than that to a training image are copies of it. (Somewhat nearer may also "
    "mean smoother: a blurred image is near to many.)",
    holds="The folder holds the weights of the generator and, if it is conditional, how often "
    "each class occurs. It holds no image.",
    limits="Images are made up. A sample may be near to a training image; the score `nearest` "
    "says how near, beside real test images.",
    settings=ImageSettings,
    presets=PRESETS,
    file=FILE,
    knows=lambda name: name.startswith("hub:") or name in card_names("pictures"),
    load=lambda settings, _: _load(settings.images, settings.size, settings.grey),
    reopen=lambda settings, _: _load(settings.images, settings.size, settings.grey),
    subject=later("textgan.images.training:ImageSubject"),
    model=later("textgan.images.model:ImageModel.load"),
    scored=ImageEvaluationSettings,
    evaluate=later("textgan.images.evaluation:evaluate"),
    opened=later("textgan.inspection.opened:OpenedImages"),
    views={
        "evolution": later("textgan.inspection.evolution_images:image_evolution"),
        "layers": later("textgan.inspection.layer_pages:layers_section"),
        "saliency": later("textgan.inspection.saliency_images:image_saliency"),
        "latent": later("textgan.inspection.latent:image_latent"),
    },
)
