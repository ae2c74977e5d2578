"""The training command of the report gives back the very settings of the run."""

import shlex
from dataclasses import asdict, replace
from pathlib import Path

import pytest
import tyro

from scripts.train_text_gan import Arguments
from tests.report.folders import write_run
from textgan.gan.settings import GameSettings, LoopSettings
from textgan.report.reproduction import later_commands, training_command
from textgan.report.run import read_run
from textgan.text.settings import PRESETS, NetworkSettings, TextSettings

STRANGE = TextSettings(
    corpus="my texts/it's mine.txt",
    vectors="captions",
    max_words=9,
    whitening=0.25,
    output="straight_through",
    network=NetworkSettings(
        local_noise=True, sentence_noise=7, generator_width=36, attention_heads=6
    ),
    game=replace(GameSettings(), gamma=1e-05, objective="hinge", penalty="none"),
    loop=LoopSettings(steps=12, log_every=3, evaluate_every=6),
)


@pytest.mark.parametrize("settings", [STRANGE, *PRESETS.values()])
def test_the_command_gives_back_the_settings(tmp_path: Path, settings: TextSettings) -> None:
    common = {"kind": "text", "seed": 5, "backend": "jax", "data": {"checksum": "c", "words": 1}}
    folder = write_run(tmp_path / "a run", settings={**common, **asdict(settings)})
    command = training_command(read_run(folder))
    assert command is not None
    program, script, preset, *options = shlex.split(command.replace("\\\n", ""))
    assert (program, script, preset) == ("python", "scripts/train_text_gan.py", "file")
    default = Arguments(Path("runs/file"), PRESETS["file"])
    parsed = tyro.cli(Arguments, default=default, args=options)
    assert parsed == Arguments(folder, settings, seed=5, backend="jax")


def test_a_run_of_an_unknown_kind_has_no_command(tmp_path: Path) -> None:
    run = read_run(write_run(tmp_path / "run", settings={"kind": "video"}))
    assert training_command(run) is None
    assert later_commands(run) == [f"python scripts/report.py {tmp_path / 'run'}"]
