"""What both pages, the report and the inspection, are made of: sections, and what stands in them.

A section is a function in a file of its own, from what the page is about to a `Section`, or to
None where there is nothing to show. All text is escaped when the page is written.
"""

import base64
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import jinja2
from markupsafe import Markup

from textgan.files import output_errors, write_text


@dataclass(frozen=True)
class Heading:
    """A heading inside a section; `style` names the CSS class of its colour."""

    title: str
    style: str = ""


@dataclass(frozen=True)
class Text:
    """A paragraph; `style` names its CSS class: `soft`, `small` or `note`."""

    text: str
    style: str = ""


@dataclass(frozen=True)
class Facts:
    """Numbers of the first glance: title, value, and what to compare it with."""

    facts: Sequence[tuple[str, str, str]]


@dataclass(frozen=True)
class Definitions:
    """Names with their values and what they mean, which may be empty."""

    rows: Sequence[tuple[str, object, str]]


@dataclass(frozen=True)
class Legend:
    """What colours mean: CSS class and label."""

    entries: Sequence[tuple[str, str]]


@dataclass(frozen=True)
class Code:
    """Lines to be typed."""

    text: str


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
class Cell:
    """A cell of a table with small print under it; `style` names the CSS class of its colour."""

    text: str
    small: str = ""
    style: str = ""


@dataclass(frozen=True)
class Table:
    """A table; the first column is a heading, numbers come written."""

    title: str
    head: Sequence[str | Cell]
    rows: Sequence[Sequence[str | Cell]]
    reading: str = ""


@dataclass(frozen=True)
class Html:
    """What the template of one section has made, for what no other item can show."""

    content: Markup


@dataclass(frozen=True)
class Details:
    """Items that are folded away under a summary."""

    summary: str
    items: "Sequence[Item]"


Item = (
    Heading
    | Text
    | Facts
    | Definitions
    | Legend
    | Code
    | Picture
    | Chart
    | Lines
    | Table
    | Html
    | Details
)


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
    findings: Sequence[str] = ()


def render_page(
    kind: str,
    title: str,
    lead: Sequence[Item],
    sections: Iterable[Section | None],
    made: str,
) -> str:
    """Return a page, one self-contained file.

    Args:
        kind: of page.
        title: its heading.
        lead: what stands above the table of contents.
        sections: in order; None is left out.
        made: what it was made from, for its foot.
    """
    shown = [section for section in sections if section is not None]
    return str(fill("page", kind=kind, title=title, lead=lead, sections=shown, made=made).content)


def write_page(page: str, out: Path) -> None:
    """Write a page.

    Raises:
        UserError: the file cannot be written.
    """
    with output_errors(out):
        write_text(out, page)


def fill(template: str, **values: Any) -> Html:
    """Fill in a template of this folder; a missing value is an error."""
    environment = jinja2.Environment(
        loader=jinja2.PackageLoader("textgan.report", ""),
        autoescape=True,
        trim_blocks=True,
        lstrip_blocks=True,
        undefined=jinja2.StrictUndefined,
    )
    environment.tests["small"] = _small
    environment.filters["kind"] = lambda item: type(item).__name__.lower()
    environment.filters["grouped"] = _grouped
    return Html(Markup(environment.get_template(f"{template}.html.j2").render(values)))  # noqa: S704


def _grouped(items: Sequence[Item]) -> list[list[Item]]:
    """The items, charts and narrow pictures that follow one another together."""
    groups: list[list[Item]] = []
    for item in items:
        if groups and _small(item) and _small(groups[-1][-1]):
            groups[-1].append(item)
        else:
            groups.append([item])
    return groups


def _small(item: Item) -> bool:
    return isinstance(item, Chart) or (isinstance(item, Picture) and not item.wide)
