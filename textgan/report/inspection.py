"""The page of an inspection: sections of pictures, tables, coloured words and charts.

It knows nothing of networks; `textgan.inspection` says what stands in the sections.
"""

import base64
from collections.abc import Sequence
from dataclasses import dataclass, field
from pathlib import Path

import jinja2
from markupsafe import Markup

from textgan.files import output_errors, write_text


@dataclass(frozen=True)
class Picture:
    """A picture with its reading.

    Attributes:
        title: of the picture.
        name: of its file, ending in .png or .gif.
        data: the file's bytes.
        reading: what health and failure look like, or how to read it.
        wide: give it the whole width.
    """

    title: str
    name: str
    data: bytes
    reading: str = ""
    wide: bool = True

    @property
    def source(self) -> Markup:
        """The picture as a data address."""
        kind = self.name.rpartition(".")[2]
        content = base64.b64encode(self.data).decode()
        return Markup("data:image/{};base64,{}").format(kind, content)


@dataclass(frozen=True)
class Chart:
    """A drawn chart (see `textgan.report.charts`) with its legend, (style, label, value)."""

    title: str
    svg: Markup
    legend: Sequence[tuple[str, str, str]] = ()
    reading: str = ""


@dataclass(frozen=True)
class Word:
    """A word on a coloured ground.

    Attributes:
        text: the word.
        weight: -1 to 1: red below 0, blue above.
        note: small print under it.
        marked: whether it is set off as new.
    """

    text: str
    weight: float = 0.0
    note: str = ""
    marked: bool = False

    @property
    def style(self) -> str:
        """The ground's colour: its strength says how much."""
        share = round(100 * min(1.0, abs(self.weight)) * 0.55)
        tone = "--c0" if self.weight > 0 else "--c1"
        ground = f"background:color-mix(in srgb, var({tone}) {share}%, transparent)"
        return ground if share else ""


@dataclass(frozen=True)
class Lines:
    """Labelled lines of words."""

    title: str
    rows: Sequence[tuple[str, Sequence[Word]]]
    reading: str = ""


@dataclass(frozen=True)
class Table:
    """A table; the first column is a heading, numbers come written."""

    title: str
    head: Sequence[str]
    rows: Sequence[Sequence[str]]
    reading: str = ""


Item = Picture | Chart | Lines | Table


@dataclass(frozen=True)
class Section:
    """One part of the page.

    Attributes:
        anchor: its name in an address.
        title: its heading.
        intro: how to read it, in plain words.
        items: what it shows, in order; neighbouring charts share a row.
        findings: what was found in this run, computed from it, a sentence each.
    """

    anchor: str
    title: str
    intro: str
    items: Sequence[Item]
    findings: Sequence[str] = field(default_factory=tuple)

    @property
    def groups(self) -> list[list[Item]]:
        """The items, charts and narrow pictures that follow one another together."""
        groups: list[list[Item]] = []
        for item in self.items:
            small = _small(item)
            if small and groups and _small(groups[-1][-1]):
                groups[-1].append(item)
            else:
                groups.append([item])
        return groups


def write_inspection(
    title: str, kicker: str, lead: str, sections: Sequence[Section], out: Path
) -> None:
    """Write the page, one self-contained file.

    Raises:
        UserError: the file cannot be written.
    """
    environment = template_environment()
    environment.tests["small"] = _small
    environment.filters["kind"] = lambda item: type(item).__name__.lower()
    template = environment.get_template("inspection.html.j2")
    page = template.render(title=title, kicker=kicker, lead=lead, sections=sections)
    with output_errors(out):
        write_text(out, page)


def template_environment() -> jinja2.Environment:
    """Return what renders the pages: all text is escaped, and a missing value is an error."""
    return jinja2.Environment(
        loader=jinja2.PackageLoader("textgan.report", ""),
        autoescape=True,
        trim_blocks=True,
        lstrip_blocks=True,
        undefined=jinja2.StrictUndefined,
    )


def _small(item: Item) -> bool:
    return isinstance(item, Chart) or (isinstance(item, Picture) and not item.wide)
