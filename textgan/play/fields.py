"""What the fields of the page offer, and how what is put in is read. Keras is not loaded here."""

from collections.abc import Mapping
from dataclasses import dataclass, replace
from math import isfinite
from typing import Any, get_args

from textgan.errors import UserError
from textgan.gan.settings import ObjectiveName, PenaltyName
from textgan.inspection.toy_settings import PRESETS, ShapeName, ToySettings


class FieldError(UserError):
    """What is in a field cannot be used: `field` is its name."""

    def __init__(self, field: str, message: str) -> None:
        super().__init__(message)
        self.field = field


@dataclass(frozen=True)
class Field:
    """A field of the page.

    Attributes:
        name: of the setting.
        label: what stands beside it.
        hint: what it does, in a sentence.
        choices: values and their names; empty for a number.
        least: of a number.
        most: of a number.
        step: of a slider; 0 for a number that is written.
        whole: whether it must be a whole number.
        anew: a change starts the game from the beginning.
    """

    name: str
    label: str
    hint: str
    choices: Mapping[Any, str] | None = None
    least: float = 0.0
    most: float = 1.0
    step: float = 0.0
    whole: bool = False
    anew: bool = False

    def read(self, given: Any) -> Any:
        """Return the value of what was put in.

        Raises:
            FieldError: it is none.
        """
        if self.choices is not None:
            for value in self.choices:
                if str(value) == str(given):
                    return value
            raise FieldError(self.name, f"{self.label}: {given!r} is none of the choices")
        value = self._number(given)
        if self.whole and value != int(value):
            raise FieldError(self.name, f"{self.label}: {given} is no whole number")
        return int(value) if self.whole else value

    def _number(self, given: Any) -> float:
        """Return a number within the limits; decimal commas are understood."""
        try:
            value = float(str(given).strip().replace(",", "."))
        except ValueError:
            raise FieldError(self.name, f"{self.label}: {given!r} is no number") from None
        if not (isfinite(value) and self.least <= value <= self.most):
            limits = f"from {self.least:.10g} to {self.most:.10g}"
            raise FieldError(self.name, f"{self.label}: {given} is not {limits}")
        return value


def _named(names: tuple[str, ...], **other: str) -> dict[Any, str]:
    return {name: other.get(name, name.replace("_", "-")) for name in names}


WIDTHS = {width: f"{width} units" for width in (4, 8, 16, 32, 64)}
FIELDS = (
    Field(
        "data",
        "Data",
        "The real points.",
        _named(get_args(ShapeName), ring="8 on a ring", grid="25 on a grid", moons="two moons"),
    ),
    Field("objective", "Objective", "The losses of both.", _named(get_args(ObjectiveName))),
    Field(
        "penalty",
        "Penalty",
        "On steep slopes of the discriminator.",
        _named(get_args(PenaltyName), r1_r2="R1 + R2", r1="R1"),
    ),
    Field("gamma", "Weight of the penalty", "0 to 1,000.", most=1000),
    Field("generator_rate", "Generator's rate", "Step size, 1e-7 to 1.", least=1e-7),
    Field("discriminator_rate", "Discriminator's rate", "Step size, 1e-7 to 1.", least=1e-7),
    Field(
        "rate_floor",
        "Rates over time",
        "Falling rates let the game settle.",
        {0.1: "fall to a tenth", 1.0: "stay"},
    ),
    Field(
        "beta_1",
        "Momentum",
        "Of both players' steps (Adam's beta 1).",
        {0.0: "none", 0.5: "0.5", 0.9: "0.9"},
    ),
    Field("instance_noise", "Instance noise", "Blurs real and generated points, 0 to 2.", most=2),
    Field("generator_width", "Generator", "Units of a layer.", WIDTHS, anew=True),
    Field("discriminator_width", "Discriminator", "Units of a layer.", WIDTHS, anew=True),
    Field(
        "seed",
        "Seed",
        "Of everything random, 0 to 2,147,483,647.",
        most=2**31 - 1,
        whole=True,
        anew=True,
    ),
)


def read_settings(preset: str, given: Mapping[str, Any]) -> ToySettings:
    """Return the settings of a preset with what the fields hold.

    Args:
        preset: its name.
        given: what the fields hold, by name; those that are left out are as in the preset.

    Raises:
        FieldError: something in them cannot be used.
    """
    if preset not in PRESETS:
        raise FieldError("preset", f"there is no preset {preset!r}")
    settings = PRESETS[preset]
    values = {field.name: field.read(given[field.name]) for field in FIELDS if field.name in given}
    own = {name: values.pop(name) for name in list(values) if hasattr(settings, name)}
    return replace(settings, **own, game=replace(settings.game, **values))


def field_values(settings: ToySettings) -> dict[str, Any]:
    """Return what the fields hold of settings, as the page writes it."""
    found = {}
    for field in FIELDS:
        home = settings if hasattr(settings, field.name) else settings.game
        value = getattr(home, field.name)
        found[field.name] = str(value) if field.choices is not None else f"{value:.10g}"
    return found
