"""What a fuzzed case is: a command on files that were made for it."""

import random
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any, TypeVar

T = TypeVar("T")


@dataclass(frozen=True)
class Case:
    """A command line.

    Attributes:
        script: name of the script.
        arguments: of the command line.
        writes: names of files and folders that the command may write or change.
    """

    script: str
    arguments: Sequence[Any]
    writes: Sequence[str] = ()


Maker = Callable[[random.Random, Path], Case]


def some(draw: random.Random, choices: Sequence[T], most: int = 3) -> list[T]:
    """Draw up to `most` of the choices, with repetition."""
    return [draw.choice(choices) for _ in range(draw.randint(0, most))]


def spoil(draw: random.Random, content: bytes) -> bytes:
    """Cut, empty, prolong or change some bytes of a file's content."""
    how = draw.randrange(6)
    if how == 0:
        return b""
    if how == 1:
        return content[: draw.randrange(len(content) + 1)]
    if how == 2:
        return content + draw.randbytes(draw.randint(1, 40))
    if how == 3:
        return draw.randbytes(draw.randint(1, 400))
    spoilt = bytearray(content)
    for _ in range(draw.randint(1, 8)):
        if spoilt:
            spoilt[draw.randrange(len(spoilt))] = draw.randrange(256)
    return bytes(spoilt)


ODD_NAMES = (
    *("a[1].{}", "a*?.{}", "a b.{}", "a::b.{}", "ä.{}", "-a.{}", "a'b\".{}", "a\nb.{}", "<b>.{}"),
    *("scenes", "x", "a.{}.{}", ".{}", "%s.{}", "{{}}.{}", "a=b.{}"),
)


def odd_name(draw: random.Random, ending: str) -> str:
    """Return a file name; half of them are odd."""
    return draw.choice(ODD_NAMES).replace("{}", ending) if draw.random() < 0.5 else f"a.{ending}"


def odd_place(draw: random.Random, place: Path) -> Path:
    """Replace a file by something that is none, or reach it by a link; return its path."""
    how = draw.randrange(5)
    aside = place.with_name(f"aside-{place.name}")
    place.rename(aside)
    if how == 0:
        place.mkdir()
    elif how == 1:
        place.symlink_to(aside)
    elif how == 2:
        place.symlink_to(place)
    elif how == 3:
        place.symlink_to("nowhere")
    else:
        return Path("/dev/null")
    return place
