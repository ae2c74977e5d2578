"""The whole inspection of a run: sections in order, pictures as files, and one page."""

from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Literal, get_args

from textgan.domain import Domain
from textgan.errors import UserError
from textgan.files import output_errors, write_bytes
from textgan.gan.run_folder import RunFolder
from textgan.inspection.convergence import convergence_section
from textgan.report.run import Run, read_run
from textgan.report.sections import Picture, Section, Text, render_page, write_page

SectionName = Literal["convergence", "evolution", "layers", "saliency", "latent"]
PARTS: tuple[SectionName, ...] = get_args(SectionName)


def inspect_run(
    path: Path,
    domains: Mapping[str, Domain],
    parts: Sequence[SectionName] = PARTS,
    sample: int = 0,
    layer: str | None = None,
) -> Path:
    """Inspect a run, and write `inspection.html` and an `inspection/` folder of pictures into it.

    Args:
        path: of the run folder.
        domains: the kinds of runs that there are, by name.
        parts: which sections; those that its kind lacks are left out, unless it lacks all of them.
        sample: number of the fixed noise vector that is shown throughout.
        layer: of the discriminator for Grad-CAM, or of the generator for ablation; by default its
            last convolution.

    Returns:
        The page.

    Raises:
        UserError: there is no run or no checkpoint, it is of another version, its data is not at
            hand, there is no such section, sample or layer, or the folder cannot be written.
    """
    run = read_run(path, domains)
    domain = domains.get(run.kind)
    known = ["convergence", *(domain.views if domain else ())]
    wanted = [part for part in parts if part in known]
    if not wanted:
        raise UserError(
            f"{path} is a run of kind {run.kind!r}, which has no section {', '.join(parts)}; it "
            f"has: {', '.join(known)}"
        )
    sections = [convergence_section(run)] if "convergence" in wanted else []
    if domain and wanted != ["convergence"]:
        sections += _inside(run, domain, wanted, sample, layer)
    pictures = [item for section in sections for item in section.items if isinstance(item, Picture)]
    for picture in pictures:
        place = path / RunFolder.INSPECTED / picture.name
        with output_errors(place):
            place.parent.mkdir(exist_ok=True)
            write_bytes(place, picture.data)
    page = path / RunFolder.INSPECTION
    lacking = [part for part in parts if part not in known]
    made = "the run folder and its data; nothing was trained for it"
    write_page(
        render_page("Inspection", run.name, [Text(_lead(run, lacking))], sections, made), page
    )
    return page


def _inside(
    run: Run, domain: Domain, parts: Sequence[str], sample: int, layer: str | None
) -> list[Section]:
    """Write the sections that look into the networks."""
    from textgan.inspection.layers import mapped_layers
    from textgan.inspection.opened import Look, open_run

    opened = open_run(run.path, domain)
    if not 0 <= sample < len(opened.noise):
        raise UserError(f"sample {sample}: the run's samples go from 0 to {len(opened.noise) - 1}")
    networks = opened.discriminator.hooks.names, opened.hooks.names
    if layer is not None and not any(layer in names for names in networks):
        raise UserError(
            f"no layer {layer!r}; the discriminator has {', '.join(networks[0])}; the generator "
            f"has {', '.join(networks[1])}"
        )
    mapped = mapped_layers(opened.game.discriminator)
    if layer in networks[0] and layer not in mapped and layer not in networks[1]:
        raise UserError(
            f"layer {layer!r} has no positions to be mapped; those that have are "
            f"{', '.join(mapped) or 'none'}"
        )
    look = Look(
        opened,
        run,
        sample,
        judged_at=layer if layer in mapped else None,
        made_at=layer if layer in networks[1] else None,
    )
    return [view(look) for name, view in domain.views.items() if name in parts]


def _lead(run: Run, lacking: Sequence[str]) -> str:
    kind = run.domain.title
    left = f" Of {run.domain.samples} there is no section {', '.join(lacking)}." if lacking else ""
    return (
        f"{'An' if kind[0] in 'aeiou' else 'A'} {kind} on {run.corpus or 'its data'}, looked into "
        f"after {run.step:,} steps. Every section says first how to read it, then what was found "
        f"in this run, then shows it.{left}"
    )
