"""What mkdocs needs beyond `mkdocs.yml`: pages from outside `docs/`, links, tables of metrics.

Every page links as it would on a repository's site, from file to file. Here a link to a file that
has a page becomes a link to the page, and one to source code becomes its name.
"""

from __future__ import annotations

import posixpath
import re
from collections.abc import Iterable
from math import isinf
from pathlib import Path
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from mkdocs.config.defaults import MkDocsConfig
    from mkdocs.structure.files import Files
    from mkdocs.structure.pages import Page

    from textgan.metrics.metric import Metric

ROOT = Path(__file__).parents[1]
ELSEWHERE = {
    "CHANGELOG.md": "changelog.md",
    "CONTRIBUTING.md": "contributing.md",
    "LOG.md": "log.md",
    "notebooks/README.md": "lessons/index.md",
    "notebooks/*.ipynb": "lessons/",
    "notebooks/pictures/*.png": "lessons/pictures/",
}
"""Files of the site that stand outside `docs/`, and their places in it."""

LINK = re.compile(r"(?<!!)\[([^\]]*)\]\(([^)\s#:]+)(#[^)\s]*)?\)")
PICTURE = re.compile(r"(!\[[^\]]*\]\()([^)\s#:]+)(\))")
METRICS = re.compile(r"^<!-- metrics: (\w+) -->$", re.MULTILINE)
SCRIPTS = "<!-- reproduce -->"
NUMBERS = re.compile(r"(?<=\d) (?=\.?\d)")  # the place between two numbers
HEADER = ("Makes", "Takes", "Leaves")  # what each script of `reproduce/` begins with


def outside_files() -> dict[str, str]:
    """Return the files outside `docs/` that the site shows, and their places in it."""
    found = {}
    for pattern, place in ELSEWHERE.items():
        for path in sorted(ROOT.glob(pattern)):
            found[str(path.relative_to(ROOT))] = place + path.name if place[-1] == "/" else place
    return found


def on_files(files: Files, config: MkDocsConfig) -> Files:
    """Add the files from outside `docs/`."""
    from mkdocs.structure.files import File

    for source, place in outside_files().items():
        files.append(File.generated(config, place, abs_src_path=str(ROOT / source)))
    return files


def on_page_markdown(markdown: str, page: Page, config: MkDocsConfig, files: Files) -> str:
    """Fill in tables that are made, and turn links between files into links between pages."""
    del config, files
    markdown = METRICS.sub(lambda found: metric_table(found[1]), markdown)
    if SCRIPTS in markdown:
        markdown = markdown.replace(SCRIPTS, script_list())
    return with_links(whole_rows(markdown), page.file.src_uri)


def whole_rows(markdown: str) -> str:
    """Keep numbers that stand in one cell of a table on one line."""
    lines = markdown.split("\n")
    return "\n".join(NUMBERS.sub("&nbsp;", each) if each[:1] == "|" else each for each in lines)


def with_links(markdown: str, place: str) -> str:
    """Turn the links of the page at `place` in the site into links that hold there."""
    outside = outside_files()
    sources = {place: source for source, place in outside.items()}
    folder = posixpath.dirname(sources.get(place, f"docs/{place}"))

    def target(link: str) -> str:
        """Return the place in the site of what a link of the source names, "" if none."""
        source = posixpath.normpath(posixpath.join(folder, link))
        inside = source.removeprefix("docs/") if source.startswith("docs/") else ""
        found = outside.get(source, inside)
        return posixpath.relpath(found, posixpath.dirname(place) or ".") if found else ""

    def to_page(found: re.Match[str]) -> str:
        text, link, anchor = found.groups()
        there = target(link)
        return f"[{text}]({there}{anchor or ''})" if there else f"`{text.strip('`')}`"

    def to_picture(found: re.Match[str]) -> str:
        return f"{found[1]}{target(found[2])}{found[3]}"

    return PICTURE.sub(to_picture, LINK.sub(to_page, markdown))


def metric_table(part: str) -> str:
    """Write the metrics of a part of a table of scores as a table, from their records.

    Args:
        part: name of a `textgan.metrics.metric.Part`.
    """
    from textgan.metrics.metric import Part

    rows = []
    for metric in all_metrics():
        if metric.part is Part[part]:
            # A name that ends with a dot stands for a score of each column.
            of = "COLUMN" if metric.name.endswith(".") else ""
            said = f"**{f'{metric.title} {of}'.rstrip()}.** {metric.says}"
            rows.append((f"`{metric.name}{of}`", said, _range(metric), _goal(metric.goal)))
    return "\n".join(_table(("score", "what it says", "range", "better"), rows))


def script_list() -> str:
    """Write the scripts of `reproduce/` as a list, from the comments they begin with."""
    lines = []
    for path in sorted((ROOT / "reproduce").glob("*.sh")):
        makes, takes, leaves = script_header(path.read_text("utf-8"))
        lines.append(f"**`{path.name}`** makes {makes} Takes {takes} Leaves {leaves}\n")
    return "\n".join(lines)


def script_header(script: str) -> tuple[str, ...]:
    """Return what a script makes, how long it takes, and what it leaves where.

    Raises:
        ValueError: it does not begin with these three.
    """
    comment = re.match(r"#!.*\n((?:#.*\n)+)", script)
    lines = re.sub(r"\n#   ", " ", "\n" + comment[1]).split("\n# ") if comment else []
    header = [line.strip().partition(": ") for line in lines[1:]]
    if tuple(key for key, _, _ in header) != HEADER:
        raise ValueError(f"a script begins with {', '.join(HEADER)}: {script[:80]!r}")
    return tuple(text for _, _, text in header)


def all_metrics() -> list[Metric]:
    """Return the records of all metrics."""
    from textgan.metrics.catalogue import HOMES, load
    from textgan.metrics.metric import METRICS as KNOWN

    for kind in HOMES:
        load(kind)
    return list(KNOWN.values())


def _range(metric: Metric) -> str:
    end = "any" if isinf(metric.maximum) else f"{metric.maximum:g}"
    return f"{metric.minimum:g} to {end}"


def _goal(goal: str) -> str:
    return {"maximize": "more", "minimize": "less", "match": "as real"}[goal]


def _table(head: tuple[str, ...], rows: Iterable[tuple[str, ...]]) -> list[str]:
    return ["| " + " | ".join(row) + " |" for row in (head, ("---",) * len(head), *rows)]
