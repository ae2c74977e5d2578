"""The training command of the report gives back the very settings of the run."""

import shlex
from dataclasses import asdict, replace
from pathlib import Path
from typing import Any

import pytest

from tests.report.folders import plane_scores, read_run, write_run
from textgan.commands.train import Training, parse_training
from textgan.domains import DOMAINS
from textgan.gan.settings import GameSettings, LoopSettings
from textgan.images import settings as image_settings
from textgan.images.settings import ImageSettings
from textgan.report.reproduction import later_commands, training_command
from textgan.tables import settings as table_settings
from textgan.text import settings as text_settings
from textgan.text.settings import TextNetworkSettings, TextSettings

STRANGE = TextSettings(
    corpus="my texts/it's mine.txt",
    vectors="captions",
    max_words=9,
    whitening=0.25,
    output="straight_through",
    network=TextNetworkSettings(
        local_noise=True, sentence_noise=7, generator_width=36, attention_heads=6
    ),
    game=replace(GameSettings(), gamma=1e-05, objective="hinge", penalty="none"),
    loop=LoopSettings(steps=12, log_every=3, evaluate_every=6),
)


IMAGES = ImageSettings("my images.npz", conditional=True, game=STRANGE.game, loop=STRANGE.loop)
TABLE = replace(
    table_settings.PRESETS["wine"],
    columns=("id=drop", "a b=integer"),
    target="a b",
    loop=STRANGE.loop,
)
FILES = replace(table_settings.FILE, table="my/table.csv")


def given_back(tmp_path: Path, kind: str, settings: Any, default: Any) -> str:
    """Check that the command of a run parses to its settings; return what is named before them."""
    common = {"kind": kind, "seed": 5, "backend": "jax", "data": {"checksum": "c"}}
    folder = write_run(tmp_path / "a run", bare={**common, **asdict(settings)})
    command = training_command(read_run(folder))
    assert command is not None
    textgan, train, named, first, *options = shlex.split(command.replace("\\\n", ""))
    assert [textgan, train, named] == ["textgan", "train", DOMAINS[kind].plural]
    parsed = parse_training(default, Path("runs/x"), options, None)
    assert parsed == Training(folder, settings, seed=5, backend="jax")
    return first


@pytest.mark.parametrize("settings", [STRANGE, *text_settings.PRESETS.values()])
def test_a_text_run(tmp_path: Path, settings: TextSettings) -> None:
    default = text_settings.PRESETS["file"]
    assert given_back(tmp_path, "text", settings, default) == "file"


@pytest.mark.parametrize("settings", [IMAGES, *image_settings.PRESETS.values()])
def test_an_image_run(tmp_path: Path, settings: ImageSettings) -> None:
    default = image_settings.PRESETS.get(settings.images) or replace(
        image_settings.FILE, images=settings.images
    )
    named = given_back(tmp_path, "image", settings, default)
    assert named == settings.images


@pytest.mark.parametrize("settings", [TABLE, FILES, *table_settings.PRESETS.values()])
def test_a_table_run(tmp_path: Path, settings: table_settings.TableSettings) -> None:
    default = table_settings.PRESETS.get(settings.table) or replace(
        table_settings.FILE, table=settings.table
    )
    named = given_back(tmp_path, "table", settings, default)
    assert named == settings.table


def test_the_curve_of_truncation_is_measured_again(tmp_path: Path) -> None:
    curve = [{"truncation": scale, "scores": plane_scores()} for scale in (1.0, 0.6)]
    run = read_run(write_run(tmp_path / "run", truncation=curve))
    path = tmp_path / "run"
    commands = [" ".join(command.replace("\\", "").split()) for command in later_commands(run)]
    assert commands == [
        f"textgan sample {path} -n 20 --seed 1",
        f"textgan evaluate {path} --truncation-curve 0.6 1",
        f"textgan report {path}",
    ]


def test_a_run_of_an_unknown_kind_has_no_command(tmp_path: Path) -> None:
    run = read_run(write_run(tmp_path / "run", settings={"kind": "video"}))
    assert training_command(run) is None
    assert later_commands(run) == [f"textgan report {tmp_path / 'run'}"]
