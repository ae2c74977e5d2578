"""Images of a trained run: maps of layers and of the judgement."""

import io
from base64 import b64decode
from pathlib import Path

import keras
import numpy as np
import pytest
from PIL import Image

from tests.play.conftest import open_kept_run
from textgan.errors import UserError
from textgan.images import networks

FIELDS = {"seed": 1, "towards": 2, "share": 0, "truncation": 1}


def pixels(address: str) -> np.ndarray:
    with Image.open(io.BytesIO(b64decode(address.split(",")[1]))) as picture:
        return np.asarray(picture)


@pytest.mark.skipif(keras.backend.backend() != "tensorflow", reason="trained with TensorFlow")
def test_an_image_its_layers_and_its_saliency(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("TEXTGAN_CACHE", str(tmp_path / "cache"))
    monkeypatch.setattr(networks, "FEATURES", 8)
    run = open_kept_run(tmp_path, monkeypatch, "image")
    about = run.answer({"do": "open"})
    made = run.answer({"do": "make", "fields": FIELDS})
    shape = run._opened[0].reals.shape[1:3]
    assert pixels(made["picture"]).shape[:2] == shape
    assert made["way"][0] == made["picture"] != made["way"][-1]
    players = {layer.split(":")[0] for layer in about["layers"]}
    assert players == {"discriminator", "generator"}
    held = set()
    for layer in about["layers"]:
        thought = run.answer({"do": "judge", "fields": FIELDS, "layer": layer})
        held.add(thought["maps"])
        assert [name.split(",")[0] for name, _ in thought["saliency"]] == [
            "gradient",
            "integrated",
            "Grad-CAM",
            "occlusion",
        ]
        shapes = [pixels(picture).shape for _, picture in thought["saliency"]]
        assert [shapes[place] for place in (0, 1, 3)] == [(*shape, 3)] * 3  # Grad-CAM is a layer's
    assert len(held) == len(about["layers"])
    with pytest.raises(UserError, match="Layer: 'no' is none of the choices"):
        run.answer({"do": "judge", "fields": FIELDS, "layer": "no"})
