"""Whole inspections of tiny runs, and what they refuse."""

import json
import re
import shutil
from functools import cache, partial
from pathlib import Path

import pytest

from tests.images.holiday import write_holiday
from textgan.domains import DOMAINS
from textgan.errors import UserError
from textgan.gan.settings import GameSettings, LoopSettings
from textgan.images import classifier
from textgan.images.classifier import ClassifierSettings
from textgan.images.settings import ImageNetworkSettings, ImageSettings
from textgan.inspection import layer_pages, opened, saliency_images, saliency_text
from textgan.inspection.pages import PARTS, inspect_run
from textgan.runs import train_run
from textgan.text.grammar import Grammar
from textgan.text.settings import TextNetworkSettings, TextSettings

GAME = GameSettings(batch_size=8)
LOOP = LoopSettings(4, log_every=1, evaluate_every=2)


@pytest.fixture(scope="module", autouse=True)
def small(tmp_path_factory: pytest.TempPathFactory) -> object:
    """Few samples, a cache of its own, and every run opened once."""
    with pytest.MonkeyPatch.context() as patch:
        patch.setenv("TEXTGAN_CACHE", str(tmp_path_factory.mktemp("cache")))
        patch.setattr(opened, "NOISES", 70)
        patch.setattr(opened, "REALS", 90)
        patch.setattr(opened, "open_run", cache(opened.open_run))
        patch.setattr(layer_pages, "SPOTS", 90)
        patch.setattr(saliency_text, "SHOWN", 2)
        patch.setattr(saliency_images, "SHOWN", 2)
        patch.setattr(classifier, "ClassifierSettings", partial(ClassifierSettings, steps=4))
        yield


@pytest.fixture(scope="module")
def text_run(tmp_path_factory: pytest.TempPathFactory, small: object) -> Path:
    folder = tmp_path_factory.mktemp("text")
    sentences = Grammar.load().sample(300, seed=3)
    (folder / "tiny.txt").write_text("".join(" ".join(words) + "\n" for words in sentences))
    sizes = TextNetworkSettings(
        generator_width=8,
        generator_layers=2,
        attention_heads=2,
        discriminator_width=8,
        discriminator_layers=1,
    )
    settings = TextSettings(
        corpus=str(folder / "tiny.txt"), max_words=10, network=sizes, game=GAME, loop=LOOP
    )
    train_run(DOMAINS["text"], settings, folder / "run")
    return folder / "run"


@pytest.fixture(scope="module")
def image_run(tmp_path_factory: pytest.TempPathFactory, small: object) -> Path:
    folder = tmp_path_factory.mktemp("image") / "run"
    sizes = ImageNetworkSettings(generator_width=8, discriminator_width=8)
    settings = ImageSettings("digits", network=sizes, game=GAME, loop=LOOP)
    train_run(DOMAINS["image"], settings, folder)
    return folder


@pytest.mark.parametrize("kind", ["text_run", "image_run"])
def test_one_page_with_every_section_and_no_address_outside(
    kind: str, request: pytest.FixtureRequest
) -> None:
    run = request.getfixturevalue(kind)
    page = inspect_run(run, DOMAINS, sample=1).read_text()
    assert re.findall(r'<h2 id="(\w+)"', page) == list(PARTS)
    assert not re.search(r'(src|href)="(?!data:|#)', page)
    assert "nan" not in re.sub(r"base64,[^\"]*", "", page).split()
    pictures = {place.name for place in (run / "inspection").iterdir()}
    assert {"convergence_gradient.png", "layers_generator.png"} <= pictures
    assert page.count("<img") == len(pictures)


def test_images_of_one_class(small: object, tmp_path: Path) -> None:
    """Nothing is said of classes where there are none."""
    folder = write_holiday(tmp_path / "holiday", 60)
    sizes = ImageNetworkSettings(generator_width=8, discriminator_width=8)
    settings = ImageSettings(str(folder), size=16, network=sizes, game=GAME, loop=LOOP)
    train_run(DOMAINS["image"], settings, tmp_path / "run")
    parts = ("layers", "saliency", "latent")
    page = inspect_run(tmp_path / "run", DOMAINS, parts, sample=1).read_text()
    assert re.findall(r'<h2 id="(\w+)"', page) == list(parts)
    assert "nan" not in re.sub(r"base64,[^\"]*", "", page).split()
    pictures = {place.name for place in (tmp_path / "run" / "inspection").iterdir()}
    assert {"latent_ways.png", "saliency_judgement.png", "layers_generator.png"} <= pictures
    assert not pictures & {"latent_directions.png", "saliency_classifier.png"}
    assert "a probe for" not in page
    assert "class 0" not in page


def test_a_part_by_itself(text_run: Path) -> None:
    page = inspect_run(text_run, DOMAINS, ("saliency",), layer="block_0_conv_1").read_text()
    assert re.findall(r'<h2 id="(\w+)"', page) == ["saliency"]
    assert "Grad-CAM at block_0_conv_1" in page


@pytest.mark.parametrize(
    "arguments, message",
    [
        ({"sample": 70}, "sample 70: the run's samples go from 0 to 69"),
        ({"sample": -1}, "sample -1"),
        ({"layer": "nonsense"}, "no layer 'nonsense'; the discriminator has from_points"),
        ({"layer": "sentence_logit"}, "layer 'sentence_logit' has no positions to be mapped"),
    ],
)
def test_what_there_is_not(text_run: Path, arguments: dict, message: str) -> None:
    with pytest.raises(UserError, match=re.escape(message)):
        inspect_run(text_run, DOMAINS, ("latent",), **arguments)


def test_a_run_without_a_checkpoint(text_run: Path, tmp_path: Path) -> None:
    shutil.copytree(text_run, tmp_path / "run")
    shutil.rmtree(tmp_path / "run" / "checkpoints")
    with pytest.raises(UserError, match="no checkpoint yet"):
        inspect_run(tmp_path / "run", DOMAINS)
    # How it converged can be seen all the same.
    assert inspect_run(tmp_path / "run", DOMAINS, ("convergence",)).exists()


def _edit(run: Path, change: dict) -> Path:
    config = json.loads((run / "config.json").read_text())
    config["settings"] |= change
    (run / "config.json").write_text(json.dumps(config))
    return run


def test_a_run_of_another_version_or_of_other_networks(text_run: Path, tmp_path: Path) -> None:
    network = json.loads((text_run / "config.json").read_text())["settings"]["network"]
    for name, other, message in (
        ("old", {"network": network | {"magic": 3}}, "another version of textgan"),
        ("wide", {"network": network | {"discriminator_width": 12}}, "no checkpoint fits"),
        ("data", {"data": {"checksum": "0"}}, "its checksum differs"),
        ("odd", {"kind": "poem"}, "a run of kind 'poem'"),
    ):
        run = _edit(Path(shutil.copytree(text_run, tmp_path / name)), other)
        with pytest.raises(UserError, match=message):
            inspect_run(run, DOMAINS, ("layers",))


def test_not_a_run(tmp_path: Path) -> None:
    with pytest.raises(UserError, match="is not a run folder"):
        inspect_run(tmp_path, DOMAINS)
