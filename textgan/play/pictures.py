"""Images of a trained run: what its layers hold, and where the judgement comes from."""

import io
from base64 import b64encode
from collections.abc import Mapping
from typing import Any

import numpy as np
from PIL import Image

from textgan.domain import Domain
from textgan.gan.step import network_inputs
from textgan.grids import GAP, grid, to_pixels
from textgan.inspection.layers import mapped_layers
from textgan.inspection.opened import OpenedImages
from textgan.inspection.saliency_images import maps_of
from textgan.inspection.saliency_pages import (
    convolutions,
    under_condition,
    usual_judgement,
    weighted,
)
from textgan.play.fields import FieldError
from textgan.play.trained import WantedNoise

CHANNELS = 32  # of a layer, that are shown
ACROSS = 8  # maps in a row
MOST_LABELS = 1000  # classes or clusters to choose from


class ImageShow:
    """Shows an image run; see `Show`."""

    def __init__(self, opened: OpenedImages, domain: Domain) -> None:
        self._opened = opened
        self._layers = {
            **{f"discriminator: {name}": name for name in mapped_layers(opened.game.discriminator)},
            **{f"generator: {name}": name for name in mapped_layers(opened.generator)},
        }
        self._usual = usual_judgement(opened)

    def about(self) -> dict[str, Any]:
        """Return the layers, the classes or clusters, and the mean judgement of real images."""
        image_format = self._opened.subject.model.format
        count = len(image_format.shares) ** image_format.stack if image_format.shares else 0
        name = self._opened.subject.condition_name
        numbers = range(count if count <= MOST_LABELS else 0)
        labels = [[str(number), f"{name} {number}"] for number in numbers]
        return {"labels": labels, "layers": list(self._layers), "usual": self._usual}

    def label(self, given: str) -> int | None:
        """Return the number of a class; None for any."""
        if not given:
            return None
        if not given.isdigit():
            raise FieldError("label", f"Condition: {given!r} is no class")
        self._opened.subject.model.format.parts(int(given))
        return int(given)

    def make(self, asked: WantedNoise) -> dict[str, Any]:
        """Return the image and those on the way."""
        made = self._made(np.concatenate([asked.noise, asked.way]), asked.condition)
        one, *way = to_pixels(made)
        return {"picture": _png(one), "way": [_png(image) for image in way]}

    def judge(self, asked: WantedNoise, question: Mapping[str, Any]) -> dict[str, Any]:
        """Return the maps of a layer, and the pixels by what they add to the judgement."""
        opened = self._opened
        layer = str(question.get("layer", ""))
        if layer not in self._layers:
            raise FieldError("layer", f"Layer: {layer!r} is none of the choices")
        sample = self._made(asked.noise, asked.condition)
        player, name = layer.split(": ")
        logits, seen = opened.discriminator(sample, asked.condition)
        if player == "generator":
            _, seen = opened.hooks(network_inputs(asked.noise, asked.condition))
        maps = maps_of(
            under_condition(opened, asked.condition),
            lambda output: weighted(opened, output),
            convolutions(opened.game.discriminator)[-1],
            sample,
            np.full(sample.shape[1:], -1.0, np.float32),
        )
        return {
            "maps": _png(_feature_maps(np.asarray(seen[name])[0])),
            "saliency": [[method, _png(_red_and_blue(values))] for method, values in maps.items()],
            "judged": float(np.asarray(weighted(opened, logits))[0]),
        }

    def _made(self, noise: np.ndarray, condition: np.ndarray) -> np.ndarray:
        same = condition.repeat(len(noise), axis=0)
        return np.asarray(self._opened.generator(network_inputs(noise, same)))


def _feature_maps(values: np.ndarray) -> np.ndarray:
    """Lay out the maps (height, width, channel) of a layer, each from its least to its most."""
    values = np.moveaxis(values, -1, 0)[:CHANNELS]
    least = values.min(axis=(1, 2), keepdims=True)
    range_ = np.maximum(values.max(axis=(1, 2), keepdims=True) - least, 1e-12)
    pixels = (255 * (values - least) / range_).astype(np.uint8)
    laid = grid(pixels[..., None], min(ACROSS, len(pixels)))
    return laid[GAP:-GAP, GAP:-GAP]


def _red_and_blue(values: np.ndarray) -> np.ndarray:
    """Colour a map (height, width): blue speaks for real, red for generated."""
    from matplotlib import colormaps

    bound = np.percentile(np.abs(values), 99.5) + 1e-12
    colours = colormaps["RdBu"](np.clip(values / bound, -1, 1) / 2 + 0.5)
    return (255 * colours[..., :3]).astype(np.uint8)


def _png(pixels: np.ndarray) -> str:
    """Return an image (height, width, 1 or 3) uint8 as the address of a PNG."""
    file = io.BytesIO()
    Image.fromarray(pixels[..., 0] if pixels.shape[-1] == 1 else pixels).save(file, "PNG")
    return f"data:image/png;base64,{b64encode(file.getvalue()).decode()}"
