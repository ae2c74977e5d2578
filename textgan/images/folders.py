"""Sets of pictures of one's own: a folder, or a data set of the hub, as arrays of one size.

What cannot be used is left out, and a line says so. The arrays depend on the content of the
pictures and their classes alone: names, time stamps and the order of the files do not matter.
"""

import hashlib
import os
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any, NamedTuple

import numpy as np

from textgan.errors import UserError
from textgan.hub import hub_table
from textgan.images.arrays import MOST_BYTES, Arrays
from textgan.images.decoding import Decoded, LeftOutError, read_picture

SIDE = 32  # if no other is asked for
FEWEST = 10  # images of each part: scores compare neighbours
TESTED = 5  # one different picture of so many is for the test
NAMED = 20  # classes, at most, whose names are said

ImageClass = tuple[int, str]  # classes are numbered in this order; its second part is the name


class Candidate(NamedTuple):
    """A file or row that may be a picture: its name, its class if it has one, what it holds."""

    name: str
    kind: ImageClass | None
    source: Path | bytes


@dataclass
class Collection:
    """Pictures as they are gathered.

    Attributes:
        name: of the set.
        side: of every picture.
        grey: whether colours are turned into grey.
        kinds: the class of each picture that is used.
        pictures: those pictures, of one size.
        left_out: the names of the others by reason.
        several: names of those with more than one frame.
        enlarged: how many were smaller.
    """

    name: str
    side: int
    grey: bool
    kinds: list[ImageClass] = field(default_factory=list)
    pictures: list[np.ndarray] = field(default_factory=list)
    left_out: dict[str, list[str]] = field(default_factory=dict)
    several: list[str] = field(default_factory=list)
    enlarged: int = 0

    def add(self, item: Candidate) -> None:
        """Read a picture, or note why it is left out."""
        try:
            if item.kind is None:
                raise LeftOutError("without a class")
            picture = read_picture(item.source, self.side, self.grey)
        except LeftOutError as reason:
            self.left_out.setdefault(str(reason), []).append(item.name)
        else:
            self._keep(item, item.kind, picture)

    def _keep(self, item: Candidate, kind: ImageClass, picture: Decoded) -> None:
        self.kinds.append(kind)
        self.pictures.append(picture.pixels)
        self.enlarged += picture.enlarged
        if picture.frames:
            self.several.append(item.name)
        if len(self.pictures) * picture.pixels.size > MOST_BYTES:
            raise UserError(
                f"{self.name}: {len(self.pictures):,} pictures of {self.side} x {self.side} take "
                f"more than {MOST_BYTES // 2**30} GiB; ask for a smaller --size"
            )

    def report(self) -> str:
        """Say how many pictures are used, and what is left out and why."""
        used, lost = len(self.pictures), sum(map(len, self.left_out.values()))
        parts = [
            f"{self.name}: {used:,} of {used + lost:,} are used, the middle square of "
            f"each as {self.side} x {self.side}"
        ]
        if lost:
            reasons = sorted(self.left_out.items(), key=lambda entry: -len(entry[1]))
            said = (f"{len(names):,} {why} ({_example(names)})" for why, names in reasons)
            parts.append(f"left out: {', '.join(said)}")
        if self.several:
            frames = f"{len(self.several):,} of several frames ({_example(self.several)})"
            parts.append(f"the first frame of {frames}")
        if self.enlarged:
            parts.append(f"enlarged: {self.enlarged:,}")
        return "; ".join(parts)


def read_folder(name: str, side: int = 0, grey: bool = False) -> tuple[Arrays, tuple[str, ...]]:
    """Read the pictures of a folder and of those in it; names that begin with a dot are passed by.

    The folders in it are classes, unless a picture lies beside them: then there is one class.

    Args:
        name: path of the folder.
        side: of the square that each picture is brought to; 0 for 32.
        grey: whether to turn colours into grey.

    Returns:
        x_train, y_train, x_test, y_test as in `textgan.images.datasets`, and lines on what is used
        and what is left out. If every picture is grey, there is one channel, else three.

    Raises:
        UserError: fewer than 10 pictures to train on, or 10 different ones to test on.
    """
    collection = Collection(name, side or SIDE, grey)
    _fill(collection, _files(Path(name)))
    notes = [collection.report()]
    if any(not kind for _, kind in collection.kinds):
        if len(set(collection.kinds)) > 1:
            notes.append(f"{name}: pictures lie beside folders, so that folders are no classes")
        collection.kinds = [(0, "")] * len(collection.kinds)
    return _arrays(collection, notes)


def read_hub(name: str, side: int = 0, grey: bool = False) -> tuple[Arrays, tuple[str, ...]]:
    """Read the training split of a data set of the hub: its first column of images and of classes.

    Args:
        name: `hub:` and the name of the data set, or the path of a folder.
        side: see `read_folder`.
        grey: see `read_folder`.

    Returns:
        See `read_folder`.

    Raises:
        UserError: see `read_folder`; it cannot be loaded, or has no column of images.
    """
    place = name.removeprefix("hub:")
    if not place:
        raise UserError(f"{name} names no data set: write hub:NAME")
    collection = Collection(name, side or SIDE, grey)
    with hub_table(place) as table:
        _fill(collection, _rows(table, name))
    return _arrays(collection, [collection.report()])


def _files(folder: Path) -> Iterator[Candidate]:
    """Yield every file below a folder, its class the first folder on the way; "" without one."""
    for place, folders, names in os.walk(folder):
        folders[:] = [name for name in folders if not name.startswith(".")]
        way = Path(place).relative_to(folder)
        for name in names:
            path = Path(place, name)
            if not name.startswith(".") and path.is_file():  # a pipe would be waited for
                yield Candidate(str(way / name), (0, way.parts[0] if way.parts else ""), path)


def _rows(table: Any, name: str) -> Iterator[Candidate]:
    """Yield the rows of a `datasets.Dataset`."""
    import datasets

    kinds = table.features
    images = [column for column, kind in kinds.items() if isinstance(kind, datasets.Image)]
    labels = [column for column, kind in kinds.items() if isinstance(kind, datasets.ClassLabel)]
    if not images:
        raise UserError(f"{name} has no column of images; columns: {', '.join(kinds)}")
    table = table.select_columns([*images[:1], *labels[:1]])
    table = table.cast_column(images[0], datasets.Image(decode=False))
    for number, row in enumerate(table, 1):
        held = row[images[0]] or {}
        label = row[labels[0]] if labels else None
        kind = None if labels else (0, "")
        if label is not None and label >= 0:
            kind = (int(label), kinds[labels[0]].int2str(label))
        content = held.get("bytes")
        source = Path(held["path"]) if content is None and held.get("path") else content or b""
        yield Candidate(f"row {number}", kind, source)


def _fill(collection: Collection, items: Iterable[Candidate]) -> None:
    for item in items:
        collection.add(item)


def _arrays(collection: Collection, notes: list[str]) -> tuple[Arrays, tuple[str, ...]]:
    """Order and split what was gathered, see `read_folder`."""
    kinds = sorted(set(collection.kinds))
    numbers = {kind: number for number, kind in enumerate(kinds)}
    labels = np.array([numbers[kind] for kind in collection.kinds], dtype=np.int64)
    shape = (-1, collection.side, collection.side, 1 if collection.grey else 3)
    pixels = np.array(collection.pictures, dtype=np.uint8).reshape(shape)
    if (pixels == pixels[..., :1]).all():
        pixels = np.ascontiguousarray(pixels[..., :1])
    hashes = [hashlib.sha256(picture.tobytes()).digest() for picture in pixels]
    order = sorted(range(len(hashes)), key=lambda row: (hashes[row], labels[row]))
    test = _tested([hashes[row] for row in order], labels[order])
    if min(test.sum(), (~test).sum()) < FEWEST:
        raise UserError(
            f"{notes[0]}: too few, at least {FEWEST} to train on and {FEWEST} different ones to "
            "test on are needed"
        )
    absent = set(numbers.values()) - set(labels[order][~test].tolist())
    if absent:
        copied = _printable(kinds[min(absent)][1])
        raise UserError(f"{collection.name}: class {copied} has only copies of other classes")
    if len(kinds) > 1:
        named = [f"{n} {_printable(name)}" for n, (_, name) in enumerate(kinds[:NAMED])]
        more = ", ..." if len(kinds) > NAMED else ""
        notes.append(f"{collection.name}: classes {', '.join(named)}{more}")
    x, y = pixels[order], labels[order]
    parts = {"x_train": x[~test], "y_train": y[~test], "x_test": x[test], "y_test": y[test]}
    return parts, tuple(notes)


def _tested(hashes: Sequence[bytes], labels: np.ndarray) -> np.ndarray:
    """Choose the pictures to test on: (picture,) bool.

    Of each class as large a share of its different pictures, those of the lowest hash; one of each
    is left to training. Copies are all on one side.

    Args:
        hashes: of each picture, in order.
        labels: (picture,) the class of each.
    """
    different = sorted({content: row for row, content in reversed(list(enumerate(hashes)))}.items())
    kinds = labels[[row for _, row in different]]
    rank = np.empty(len(kinds))
    for kind in np.unique(kinds):
        rows = np.flatnonzero(kinds == kind)
        rank[rows] = np.arange(1, len(rows) + 1) / len(rows)
    wanted = max(FEWEST, len(kinds) // TESTED)
    chosen = [row for row in np.argsort(rank, kind="stable")[:wanted] if rank[row] < 1]
    tested = {different[row][0] for row in chosen}
    return np.array([content in tested for content in hashes], dtype=bool)


def _example(names: Sequence[str]) -> str:
    first = _printable(min(names))
    return first if len(names) == 1 else f"such as {first}"


def _printable(name: str) -> str:
    """Return the name of a file as it can be printed on a line."""
    return " ".join(name.encode("utf-8", "replace").decode().split())
