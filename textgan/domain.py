"""What a kind of run is, said once: a record for each, in `textgan/<kind>/domain.py`.

The engine, the inspection and the report know no kind by name: whoever calls them hands them these.
Keras is not loaded here; what a record holds loads it when it is called.
"""

from __future__ import annotations

import os
from collections.abc import Callable, Mapping
from dataclasses import dataclass, fields, is_dataclass, replace
from importlib import import_module
from operator import attrgetter
from pathlib import Path
from typing import TYPE_CHECKING, Any, Protocol, TypeVar, get_type_hints

from textgan.errors import UserError

if TYPE_CHECKING:
    from textgan.gan.sampling import StoredModel
    from textgan.inspection.opened import Opened, View
    from textgan.metrics.evaluation import Evaluation
    from textgan.runs import RunSubject

S = TypeVar("S")


def later(place: str) -> Callable[..., Any]:
    """Return a function that stands for another, `module:name`, and loads it when it is called."""
    module, _, name = place.partition(":")

    def call(*values: Any, **named: Any) -> Any:
        return attrgetter(name)(import_module(module))(*values, **named)

    call.__doc__ = place
    return call


class Data(Protocol):
    """What a run learns from, loaded."""

    @property
    def checksum(self) -> str:
        """Of all of it."""
        ...


@dataclass(frozen=True, kw_only=True, eq=False)
class Kind:
    """What a kind of run is called, and the commands around it.

    Attributes:
        name: as `config.json` has it.
        title: in words.
        samples: what it makes, many of them; also in the note `training_<samples>`.
        real: what its samples are compared with.
        data: the setting that names what is learned.
        training: the command that trains it, and what stands before the options.
        given_first: settings that also stand before the options.
        sampling: the command that samples the run folder `{run}`, `{n}` samples; empty if none.
        evaluating: the command that scores the run folder `{run}`; empty if none.
        copying: how the marks of memorisation are read.
        holds: what the folder of a model holds of the data it was made from.
        limits: what a model cannot do.
    """

    name: str
    title: str
    samples: str = "samples"
    real: str = "real data"
    data: str = ""
    training: str = ""
    given_first: tuple[str, ...] = ()
    sampling: str = ""
    evaluating: str = ""
    copying: str = ""
    holds: str = ""
    limits: str = ""


@dataclass(frozen=True, kw_only=True, eq=False)
class Domain(Kind):
    """A kind of run in which a game is played.

    Attributes:
        plural: what `textgan train` calls it.
        settings: the record of its settings.
        presets: settings by name; the first is the default.
        file: settings for data of one's own.
        knows: whether a name that is no file names data.
        load: settings, and the checksum of what the run has learned if it goes on ("" for a new
            one), to the data.
        preview: the same for a look at what a training would cost: nothing is trained for it;
            None if `load` trains nothing.
        reopen: settings and the folder of a trained run to its data.
        subject: data, settings and seed to what is trained.
        model: the folder of a run to its exported model.
        scored: the record of settings of an evaluation; the first is what is scored, a file or
            the folder of a run.
        evaluate: score what such a record says, and keep the scores of a run in its folder; is
            also given what to call with lines on how it comes on.
        opened: makes the record of an opened run from the parts of an `Opened`.
        views: sections that look into an opened run, by name, in the order of the page.
    """

    plural: str
    settings: type[Any]
    presets: Mapping[str, Any]
    file: Any
    knows: Callable[[str], bool] = lambda name: False
    load: Callable[[Any, str], Data]
    preview: Callable[[Any, str], Data] | None = None
    reopen: Callable[[Any, Path], Data]
    subject: Callable[[Any, Any, int], RunSubject[Any]]
    model: Callable[[Path], StoredModel]
    scored: type[Any]
    evaluate: Callable[[Any, Callable[[str], None]], Evaluation]
    opened: Callable[..., Opened]
    views: Mapping[str, View]

    def choose(self, given: str) -> Any:
        """Return the settings of a preset, or those for data of one's own.

        Args:
            given: a preset's name, a file, or another name of data.

        Raises:
            UserError: it is none of these.
        """
        if given in self.presets:
            return self.presets[given]
        if os.path.exists(given) or self.knows(given):
            return replace(self.file, **{self.data: given})
        raise UserError(
            f"{given!r} is no preset ({', '.join(self.presets)}), and no file of that name was "
            "found"
        )


def read_settings(record: type[S], values: Mapping[str, Any]) -> S:
    """Read settings back from what `asdict` made of them.

    What an earlier version did not know is at its default: a new setting's default must be what
    was done before it came. What is no setting of this record is left aside; within a part, such
    as `network`, it is an error.

    Raises:
        TypeError: a part holds what this version does not know.
        UserError: a value is refused.
    """
    hints = get_type_hints(record)
    known = {}
    for field in fields(record):  # type: ignore[arg-type]
        if field.name in values:
            value, kind = values[field.name], hints[field.name]
            if is_dataclass(kind):
                value = kind(**value)  # type: ignore[operator]
            known[field.name] = tuple(value) if isinstance(value, list) else value
    return record(**known)


def with_changes(settings: S, changes: Mapping[str, Any]) -> S:
    """Return settings with some changed, each by its name alone, in whichever part it stands.

    Raises:
        UserError: there is no setting of that name, or a value is refused.
    """
    left, parts = dict(changes), {}
    for field in fields(settings):  # type: ignore[arg-type]
        value = getattr(settings, field.name)
        if is_dataclass(value):
            own = {part.name for part in fields(value)} & left.keys()
            parts[field.name] = replace(value, **{name: left.pop(name) for name in own})  # type: ignore[type-var]
        elif field.name in left:
            parts[field.name] = left.pop(field.name)
    if left:
        raise UserError(f"there is no setting {', '.join(left)} of {type(settings).__name__}")
    return replace(settings, **parts)  # type: ignore[type-var]
