"""What a sweep varies: settings over the values or ranges that a command line gives, and seeds."""

from collections.abc import Mapping, Sequence
from dataclasses import asdict, dataclass, fields, is_dataclass
from itertools import product
from math import isfinite, prod
from typing import Any, Literal, get_args, get_origin, get_type_hints

from textgan.command_line import check_seed
from textgan.domain import Domain, with_changes
from textgan.errors import UserError
from textgan.gan.run_folder import flatten

SamplerName = Literal["grid", "random", "tpe"]


@dataclass(frozen=True)
class SweptSetting:
    """Settings that are varied together, and over what.

    Attributes:
        names: of the settings.
        kinds: their types.
        choices: a text for each value to try, those of several settings joined by +.
        low, high: without choices, the ends of a range, both within it.
        log: whether the logarithm is drawn evenly.
    """

    names: tuple[str, ...]
    kinds: tuple[Any, ...]
    choices: tuple[str, ...] = ()
    low: float = 0.0
    high: float = 0.0
    log: bool = False

    @property
    def name(self) -> str:
        """As the study has it."""
        return "+".join(self.names)

    def read(self, value: Any) -> dict[str, Any]:
        """Return the settings of one of its choices, or of a number of its range.

        Raises:
            UserError: a choice is no value of its setting.
        """
        if not self.choices:
            return {self.names[0]: self.kinds[0](value)}
        texts = str(value).split("+") if len(self.names) > 1 else [str(value)]
        if len(texts) != len(self.names):
            raise UserError(
                f"--over {self.name}: {value!r} has {len(texts)} parts, {len(self.names)} settings "
                "are varied together"
            )
        triples = zip(self.names, self.kinds, texts, strict=True)
        return {name: _value(name, kind, text) for name, kind, text in triples}


@dataclass(frozen=True)
class Plan:
    """A sweep: everything that decides which trials there are.

    Attributes:
        domain: what is trained.
        settings: those that all trials have, but for the axes.
        axes: what differs.
        seeds: each point of the axes is trained with all of them.
        sampler: which points are tried: all of a grid, random ones, or those that Optuna's
            tree-structured Parzen estimator (Bergstra et al. 2011) expects to be good.
        trials: how many runs, for `random` and `tpe`.
        prune: stop trials whose live score is below the median of the others' at the same step.
        backend: what Keras runs on.
    """

    domain: Domain
    settings: Any
    axes: tuple[SweptSetting, ...]
    seeds: tuple[int, ...]
    sampler: SamplerName = "grid"
    trials: int = 20
    prune: bool = False
    backend: str = "tensorflow"

    def __post_init__(self) -> None:
        """Refuse what makes no sweep; try every point of a grid."""
        names = [name for axis in self.axes for name in axis.names]
        if len(set(names)) < len(names):
            raise UserError(f"--over names a setting twice: {', '.join(names)}")
        if not self.seeds or len(set(self.seeds)) < len(self.seeds):
            raise UserError(f"--seeds {' '.join(map(str, self.seeds))}: give each seed once")
        for seed in self.seeds:
            check_seed(seed)
        if self.trials < 1:
            raise UserError(f"--trials {self.trials}: it must be at least 1")
        if self.sampler == "grid":
            for axis in self.axes:
                if not axis.choices:
                    raise UserError(
                        f"--over {axis.name}: a grid needs values, such as {axis.name}="
                        f"{axis.low:g},{axis.high:g}; ranges are for --sampler random or tpe"
                    )
            for point in self._points():
                self.settings_at(point)

    @property
    def count(self) -> int:
        """How many trials there are in all."""
        points = prod(len(axis.choices) for axis in self.axes)
        return points * len(self.seeds) if self.sampler == "grid" else self.trials

    def seed(self, number: int) -> int:
        """Return the seed of a trial; trials that follow one another differ in it alone."""
        return self.seeds[number % len(self.seeds)]

    def grid_point(self, number: int) -> dict[str, str]:
        """Return the point of a trial of a grid: a choice for each axis, by its name."""
        return self._points()[number // len(self.seeds)]

    def settings_at(self, point: Mapping[str, Any]) -> Any:
        """Return the settings of a point.

        Raises:
            UserError: they are refused.
        """
        changes: dict[str, Any] = {}
        for axis in self.axes:
            changes |= axis.read(point[axis.name])
        return with_changes(self.settings, changes)

    def described(self) -> dict[str, str]:
        """Return what makes it this sweep and no other, each value as a text, for a study."""
        facts = {f"settings.{key}": value for key, value in flatten(asdict(self.settings)).items()}
        for axis in self.axes:
            value = ",".join(axis.choices) or f"{axis.low:g}..{axis.high:g}"
            facts[f"over {axis.name}"] = f"log:{value}" if axis.log else value
        facts |= {"kind": self.domain.name, "backend": self.backend, "sampler": self.sampler}
        facts |= {"seeds": " ".join(map(str, self.seeds)), "prune": self.prune}
        return {key: str(value) for key, value in facts.items()}

    def _points(self) -> list[dict[str, str]]:
        names = [axis.name for axis in self.axes]
        values = product(*(axis.choices for axis in self.axes))
        return [dict(zip(names, point, strict=True)) for point in values]


def read_axes(texts: Sequence[str], settings: Any) -> tuple[SweptSetting, ...]:
    """Read what is varied, as a command line has it.

    Args:
        texts: `NAME=VALUE,VALUE`, `NAME=LOW..HIGH`, `NAME=log:LOW..HIGH`, or
            `NAME+NAME=VALUE+VALUE,VALUE+VALUE` for settings that go together.
        settings: whose they are.

    Raises:
        UserError: none of these, or no setting of that name.
    """
    return tuple(_axis(text, _kinds(settings)) for text in texts)


def _axis(text: str, known: Mapping[str, Any]) -> SweptSetting:
    name, equals, values = text.partition("=")
    names = tuple(name.split("+"))
    if not equals or not values:
        raise UserError(f"--over {text}: write NAME=VALUE,VALUE or NAME=LOW..HIGH")
    for each in names:
        if each == "seed":
            raise UserError("--over seed: the seeds are those of --seeds")
        if each not in known:
            raise UserError(f"--over {text}: there is no setting {each!r}")
    kinds = tuple(known[each] for each in names)
    for each, kind in zip(names, kinds, strict=True):
        if kind not in (bool, int, float, str) and get_origin(kind) is not Literal:
            raise UserError(f"--over {text}: {each} holds several values and cannot be varied")
    if len(names) == 1 and kinds[0] in (int, float) and ".." in values:
        return _range(text, names[0], kinds[0], values)
    axis = SweptSetting(names, kinds, tuple(values.split(",")))
    values_read = [str(axis.read(choice)) for choice in axis.choices]
    if len(set(values_read)) < len(values_read):
        raise UserError(f"--over {text}: a value stands there twice")
    return axis


def _range(text: str, name: str, kind: Any, values: str) -> SweptSetting:
    log = values.startswith("log:")
    low, _, high = values.removeprefix("log:").partition("..")
    ends = _value(name, kind, low), _value(name, kind, high)
    if not isfinite(ends[1] - ends[0]):
        raise UserError(f"--over {text}: both ends of a range, and what lies between, are finite")
    if not ends[0] < ends[1] or (log and ends[0] <= 0):
        raise UserError(f"--over {text}: a range goes upwards, from above 0 if it is logarithmic")
    return SweptSetting((name,), (kind,), (), *ends, log)


def _kinds(settings: Any) -> dict[str, Any]:
    """Return the types of all settings by name, in whichever part they stand."""
    hints, kinds = get_type_hints(type(settings)), {}
    for field in fields(settings):
        value = getattr(settings, field.name)
        kinds |= _kinds(value) if is_dataclass(value) else {field.name: hints[field.name]}
    return kinds


def _value(name: str, kind: Any, text: str) -> Any:
    """Read a value of a setting from a text."""
    if get_origin(kind) is Literal and text in get_args(kind):
        return text
    if kind is bool and text in ("true", "false"):
        return text == "true"
    try:
        if kind in (int, float, str):
            return kind(text)
    except ValueError:
        pass
    named = ", ".join(get_args(kind)) if get_origin(kind) is Literal else ""
    wanted = f"one of {named}" if named else getattr(kind, "__name__", str(kind))
    wanted = {"bool": "true or false", "int": "a whole number", "float": "a number"}.get(
        wanted, wanted
    )
    raise UserError(f"--over {name}: {text!r} is not {wanted}")
