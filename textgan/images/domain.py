"""What an image run is. Keras is loaded when the record is used."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from pathlib import Path
from typing import TYPE_CHECKING, Any

from textgan.domain import Domain
from textgan.images.settings import FILE, PRESETS, ImageSettings

if TYPE_CHECKING:
    from textgan.gan.sampling import StoredModel
    from textgan.images.datasets import ImageData
    from textgan.inspection.opened import Look, Opened, View
    from textgan.report.sections import Section
    from textgan.runs import RunSubject


def _load(settings: ImageSettings, _: object) -> ImageData:
    from textgan.images.datasets import load_images

    return load_images(settings.images)


def _subject(data: ImageData, settings: ImageSettings, seed: int) -> RunSubject[Any]:
    from textgan.images.training import ImageSubject

    return ImageSubject(data, settings, seed)


def _model(run: Path) -> StoredModel:
    from textgan.images.model import ImageModel

    return ImageModel.load(run)


def _evaluate(run: Path, say: Callable[[str], None]) -> object:
    from textgan.images.evaluation import evaluate

    return evaluate(run, None, say)


def _opened(**parts: Any) -> Opened:
    from textgan.inspection.opened import OpenedImages

    return OpenedImages(**parts)


def _views() -> Mapping[str, View]:
    from textgan.inspection.evolution import image_evolution
    from textgan.inspection.latent import image_latent
    from textgan.inspection.layer_pages import layers_section
    from textgan.inspection.saliency_pages import saliency_section

    def layers(look: Look) -> Section:
        return layers_section(look.opened, look.sample, look.opened.classify, look.made_at)

    def saliency(look: Look) -> Section:
        classifier = look.opened.subject.classifier.network
        return saliency_section(look.opened, look.sample, classifier, look.judged_at)

    return {
        "evolution": image_evolution,
        "layers": layers,
        "saliency": saliency,
        "latent": image_latent,
    }


IMAGES = Domain(
    name="image",
    title="image GAN",
    samples="images",
    real="real images",
    data="images",
    training="scripts/train_image_gan.py",
    given_first=("images",),
    sampling="scripts/sample_images.py {run} -n 100 --seed 1 --out images.png",
    evaluating="scripts/evaluate_images.py {run}",
    copying="Did the model draw, or trace? Real test images, which nobody copied, give the mark: "
    "samples much nearer than that to a training image are copies of it. (Somewhat nearer may also "
    "mean smoother: a blurred image is near to many.)",
    holds="The folder holds the weights of the generator and, if it is told classes, how often "
    "each occurs. It holds no image.",
    limits="Images are made up. A sample may be near to a training image; the score `nearest` "
    "says how near, beside real test images.",
    settings=ImageSettings,
    presets=PRESETS,
    file=FILE,
    load=_load,
    reopen=_load,
    subject=_subject,
    model=_model,
    evaluate=_evaluate,
    opened=_opened,
    views=_views,
)
