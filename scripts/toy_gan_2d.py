"""Train a GAN in the plane, where everything can be seen, and draw it.

    python scripts/toy_gan_2d.py [PRESET] [--out DIR] [--steps N] ...

Presets: ring, grid, moons, which learn, and discriminator_wins, vanishing_gradient, mode_collapse
and oscillation, which fail on purpose. It writes film.gif, stills.png, curves.png and dirac.png.
"""

import sys
from dataclasses import dataclass
from pathlib import Path

import tyro

from textgan.backend import BackendName, use_backend
from textgan.command_line import leading_name, parse
from textgan.errors import UserError, one_line_errors
from textgan.files import output_errors
from textgan.inspection.toy_settings import PRESETS, ToySettings


@dataclass(frozen=True)
class Arguments:
    """What the command line decides.

    Attributes:
        out: folder of the pictures; default runs/toy/<preset>.
        backend: that Keras runs on.
        settings: the game, with the preset's values as defaults.
    """

    out: Path
    settings: tyro.conf.OmitArgPrefixes[ToySettings]
    backend: BackendName = "tensorflow"


def main() -> None:
    """Parse the command line, train, draw."""
    preset, options = leading_name(sys.argv[1:], "ring")
    if preset not in PRESETS:
        raise UserError(f"unknown preset {preset!r}; there are: {', '.join(PRESETS)}")
    defaults = Arguments(Path("runs") / "toy" / preset, PRESETS[preset])
    arguments = parse(Arguments, __doc__, default=defaults, args=options)
    use_backend(arguments.backend)
    from textgan.gan.diagnosis import diagnose
    from textgan.inspection import toy_pictures
    from textgan.inspection.toy import play

    out = arguments.out
    with output_errors(out / "film.gif"):
        out.mkdir(parents=True, exist_ok=True)
        film = play(arguments.settings)
        toy_pictures.write_film(film, out / "film.gif")
        toy_pictures.write_stills(film, out / "stills.png")
        toy_pictures.write_curves(film, out / "curves.png")
        toy_pictures.write_portraits(out / "dirac.png")
    diagnosis = diagnose(film.rows, arguments.settings.game.objective)
    print(f"{diagnosis.trouble}: {diagnosis.evidence}")
    print(f"wrote film.gif, stills.png, curves.png and dirac.png in {out}")


if __name__ == "__main__":
    with one_line_errors():
        main()
