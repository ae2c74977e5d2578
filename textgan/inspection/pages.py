"""The whole inspection of a run: sections in order, pictures as files, and one page."""

from collections.abc import Sequence
from pathlib import Path
from typing import Literal, get_args

from textgan.errors import UserError
from textgan.files import output_errors, write_aside
from textgan.gan.run_folder import RunFolder
from textgan.inspection.convergence import convergence_section
from textgan.report.run import Run, read_run
from textgan.report.sections import Picture, Section, Text, render_page, write_page

Part = Literal["convergence", "evolution", "layers", "saliency", "latent"]
PARTS: tuple[Part, ...] = get_args(Part)


def inspect_run(
    path: Path, parts: Sequence[Part] = PARTS, sample: int = 0, layer: str | None = None
) -> Path:
    """Inspect a run, and write `inspection.html` and an `inspection/` folder of pictures into it.

    Args:
        path: of the run folder.
        parts: which sections; all of them means for a table run its convergence.
        sample: number of the fixed noise vector that is shown throughout.
        layer: of the discriminator for Grad-CAM, or of the generator for ablation; by default its
            last convolution.

    Returns:
        The page.

    Raises:
        UserError: there is no run or no checkpoint, it is of another version, its data is not at
            hand, there is no such sample or layer, or the folder cannot be written.
    """
    run = read_run(path)
    if run.kind == "table" and parts == PARTS:
        parts = ("convergence",)
    sections = []
    if "convergence" in parts:
        sections.append(convergence_section(run))
    if set(parts) - {"convergence"}:
        sections += _inside(run, parts, sample, layer)
    pictures = [item for section in sections for item in section.items if isinstance(item, Picture)]
    for picture in pictures:
        place = path / RunFolder.INSPECTED / picture.name
        with output_errors(place):
            place.parent.mkdir(exist_ok=True)
            with write_aside(place) as aside:
                aside.write_bytes(picture.data)
    page = path / RunFolder.INSPECTION
    made = "the run folder and its data; nothing was trained for it"
    write_page(render_page("Inspection", run.name, [Text(_lead(run))], sections, made), page)
    return page


def _inside(run: Run, parts: Sequence[Part], sample: int, layer: str | None) -> list[Section]:
    """Write the sections that look into the networks."""
    from textgan.images.classifier import load_or_train_classifier
    from textgan.inspection.evolution import evolution_section
    from textgan.inspection.latent import latent_section
    from textgan.inspection.layer_pages import layers_section
    from textgan.inspection.layers import mapped_layers
    from textgan.inspection.opened import OpenedImages, open_run
    from textgan.inspection.saliency_pages import saliency_section

    opened = open_run(run.path)
    if not 0 <= sample < len(opened.noise):
        raise UserError(f"sample {sample}: the run's samples go from 0 to {len(opened.noise) - 1}")
    networks = opened.judge.glass.names, opened.glass.names
    if layer is not None and not any(layer in names for names in networks):
        raise UserError(
            f"no layer {layer!r}; the discriminator has {', '.join(networks[0])}; the generator "
            f"has {', '.join(networks[1])}"
        )
    mapped = mapped_layers(opened.game.discriminator)
    if layer in networks[0] and layer not in mapped and layer not in networks[1]:
        raise UserError(
            f"layer {layer!r} has no positions to be mapped; those that have are "
            f"{', '.join(mapped)}"
        )
    of_discriminator = layer if layer in mapped else None
    of_generator = layer if layer in networks[1] else None
    classifier = classify = None
    if isinstance(opened, OpenedImages) and set(parts) & {"layers", "saliency", "latent"}:
        judge = load_or_train_classifier(opened.data)
        classifier, classify = judge.network, lambda images: judge.judge(images).classes
    sections = []
    if "evolution" in parts:
        sections.append(evolution_section(opened, run, sample))
    if "layers" in parts:
        sections.append(layers_section(opened, sample, classify, of_generator))
    if "saliency" in parts:
        sections.append(saliency_section(opened, sample, classifier, of_discriminator))
    if "latent" in parts:
        sections.append(latent_section(opened, sample, classify))
    return sections


def _lead(run: Run) -> str:
    kind = {"text": "A text GAN", "image": "An image GAN", "table": "A table GAN"}.get(
        run.kind, f"A run of kind {run.kind}"
    )
    return (
        f"{kind} on {run.corpus or 'its data'}, looked into after {run.step:,} steps. Every "
        "section "
        "says first how to read it, then what was found in this run, then shows it."
    )
