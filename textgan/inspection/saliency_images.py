"""The page's section on where a judgement of images comes from: pixels by contribution."""

from collections.abc import Sequence
from typing import Any

import numpy as np

from textgan.inspection.hooks import Hooks
from textgan.inspection.opened import REFERENCE, Look, OpenedImages
from textgan.inspection.pictures import new_figure, png_bytes, show_image
from textgan.inspection.saliency import (
    Judgement,
    WithLayer,
    grad_cam,
    gradient,
    integrated_gradients,
    occlusion,
)
from textgan.inspection.saliency_pages import (
    convolutions,
    empty_cam,
    judged,
    judged_layer,
    map_checks,
    patch_size,
    saliency_section,
    share_finding,
    shares_in_batch,
    under_condition,
    weighted,
    whole_judgement,
)
from textgan.report.sections import Item, Picture, Section

SHOWN = 4  # of each kind


def image_saliency(look: Look) -> Section:
    """Return the section of an image run."""
    opened, sample, layer = look.opened, look.sample, judged_layer(look)
    rows = list(dict.fromkeys((sample, *range(SHOWN))))[:SHOWN]
    empty = np.full(opened.reals.shape[1:], -1.0, np.float32)
    groups = (
        (opened.reals[:SHOWN], opened.real_condition[:SHOWN]),
        (opened.fakes[rows], opened.condition[rows]),
    )
    maps = [
        [
            maps_of(
                under_condition(opened, conditions[row : row + 1]),
                lambda output: weighted(opened, output),
                layer,
                samples[row : row + 1],
                empty,
            )
            for row in range(SHOWN)
        ]
        for samples, conditions in groups
    ]
    findings = [*judged(opened, "image"), share_finding(opened)]
    cam = _cam_title(layer)
    if not any(found[cam].any() for side in maps for found in side):
        for found in (found for side in maps for found in side):
            del found[cam]
        findings.append(empty_cam(cam))
    items: list[Item] = [
        _panel(
            "The discriminator's judgement, in a half real batch",
            "saliency_judgement.png",
            [samples for samples, _ in groups],
            maps,
            "Real images on the left, generated ones on the right; beside each the map of every "
            "method. Health: the maps lie on strokes. Failure: on the empty border, or the same "
            "whatever the image.",
        ),
        _batch_panel(opened),
    ]
    if opened.data.stack == 1 and opened.data.classes > 1:
        items.append(_classifier_panel(opened, rows, empty))
    judgement = whole_judgement(opened, opened.condition)
    if not opened.condition.shape[1]:
        shown = np.concatenate([samples for samples, _ in groups])
        table, trust = map_checks(opened, judgement, shown, empty, patch_size(empty))
        items.append(table)
        findings += trust
    return saliency_section(items, findings)


def _batch_panel(opened: OpenedImages) -> Picture:
    """Draw which pixels give a batch of generated images away."""
    shown = 10
    parts = shares_in_batch(opened)[:shown].sum(axis=-1)
    bound = np.percentile(np.abs(parts), 99.5) + 1e-12
    figure = new_figure(12, 2.6)
    for column in range(shown):
        show_image(figure.add_subplot(2, shown, column + 1), opened.fakes[column])
        axes = figure.add_subplot(2, shown, shown + column + 1)
        axes.imshow(parts[column], cmap="RdBu", vmin=-bound, vmax=bound)
        axes.axis("off")
    return Picture(
        "What gives a generated batch away",
        "saliency_batch.png",
        png_bytes(figure),
        f"The discriminator sees {REFERENCE} images at once, as in training. Integrated gradients "
        f"on the way from {REFERENCE} real images to {REFERENCE} generated ones: the reddest "
        "pixels make the batch look generated, blue ones real.",
    )


def maps_of(
    run: WithLayer, judge: Judgement, layer: str, sample: np.ndarray, empty: np.ndarray
) -> dict[str, np.ndarray]:
    """Return the map (height, width) of an image (1, *shape) by the name of each method."""

    def judgement(samples: Any) -> Any:
        return judge(run(samples, {})[0])

    found = {
        "gradient": gradient(judgement, sample).sum(axis=-1),
        "integrated": integrated_gradients(judgement, sample, empty).sum(axis=-1),
        _cam_title(layer): grad_cam(run, judge, layer, sample),
        "occlusion": occlusion(judgement, sample, empty, patch_size(empty)),
    }
    return {name: values[0] for name, values in found.items()}


def _cam_title(layer: str) -> str:
    return f"Grad-CAM, {layer}"


def _classifier_panel(opened: OpenedImages, rows: Sequence[int], empty: np.ndarray) -> Picture:
    """Draw where the classifier sees its class, real images beside generated ones."""
    classifier = opened.subject.classifier.network
    hooks = Hooks(classifier)
    layer = convolutions(classifier)[-1]
    groups = opened.reals[:SHOWN], opened.fakes[rows]
    classes = [np.asarray(hooks(samples)[0][1]).argmax(axis=1) for samples in groups]
    maps = [
        [
            maps_of(
                hooks,
                lambda output, label=label: output[1][:, label],
                layer,
                samples[row : row + 1],
                empty,
            )
            for row, label in enumerate(labels)
        ]
        for samples, labels in zip(groups, classes, strict=True)
    ]
    found = " and ".join(", ".join(map(str, labels)) for labels in classes)
    return _panel(
        "The classifier's judgement of the class",
        "saliency_classifier.png",
        groups,
        maps,
        f"Real images on the left, generated ones on the right; from above their classes are "
        f"{found}. The maps show what spoke for that class.",
    )


def _panel(
    title: str,
    name: str,
    groups: Sequence[np.ndarray],
    maps: Sequence[Sequence[dict[str, np.ndarray]]],
    reading: str,
) -> Picture:
    """Draw each sample beside its maps, real ones on the left, generated ones on the right."""
    width, height = 1 + len(maps[0][0]), len(groups[0])
    figure = new_figure(13, 1.35 * height + 0.5)
    halves = figure.subfigures(1, 2, wspace=0.04, squeeze=False)[0]
    for half, side, samples, found in zip(halves, ("real", "generated"), groups, maps, strict=True):
        for row, image in enumerate(samples):
            axes = half.add_subplot(height, width, row * width + 1)
            show_image(axes, image)
            if not row:
                axes.set_title(side, fontsize=9)
            for column, (method, values) in enumerate(found[row].items(), 2):
                axes = half.add_subplot(height, width, row * width + column)
                bound = np.percentile(np.abs(values), 99.5) + 1e-12
                axes.imshow(values, cmap="RdBu", vmin=-bound, vmax=bound)
                axes.axis("off")
                if not row:
                    axes.set_title(method.partition(",")[0], fontsize=9)
    return Picture(title, name, png_bytes(figure), reading)
