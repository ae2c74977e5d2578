"""Whatever stood in the data, a page holds it as text: no element, attribute or address is made."""

from html.parser import HTMLParser
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from tests.report.folders import evaluation, read_run, score, write_neighbours, write_run
from textgan.metrics.table_pictures import Grid, Marginal, Pair, TablePictures
from textgan.report.charts import Line, line_chart
from textgan.report.page import render_report
from textgan.report.sections import (
    Cell,
    Chart,
    Code,
    Definitions,
    Details,
    Facts,
    Heading,
    Legend,
    Lines,
    Picture,
    Section,
    Table,
    Text,
    Word,
    render_page,
)
from textgan.report.svg import drawing, text

EVIL = (
    "<script>alert(1)</script>",
    '"><img src=x onerror=alert(2)>',
    "'-alert(3)-'",
    "</style><svg onload=alert(4)>",
    "javascript:alert(5)",
    "{{ 7 * 7 }}{% include 'x' %}",
)
MARKUP = " ".join(EVIL)


class Page(HTMLParser):
    """What a browser finds in a page."""

    def __init__(self, page: str) -> None:
        super().__init__()
        self.tags: set[str] = set()
        self.attributes: list[tuple[str, str | None]] = []
        self.words = ""
        self.feed(page)

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.tags.add(tag)
        self.attributes += attrs

    def handle_data(self, data: str) -> None:
        self.words += data


def check(page: str) -> None:
    found = Page(page)
    assert not found.tags & {"script", "iframe", "object", "embed", "base", "link", "form"}
    assert not [name for name, _ in found.attributes if name.startswith("on")]
    addresses = [value or "" for name, value in found.attributes if name in ("href", "src")]
    assert all(value.startswith(("#", "data:image/png;base64,")) for value in addresses), addresses
    assert all(evil in found.words for evil in EVIL)
    assert "49" not in found.words.replace(MARKUP, "").split()


def evil_pictures() -> dict[str, Any]:
    shares = [0.5, 0.5]
    marginals = [
        Marginal(MARKUP, [0.0, 1.0, 2.0], [], shares, shares, (0.1, 0.2)),
        Marginal(f"2 {MARKUP}", [], [MARKUP, "b"], shares, shares, (0.0, 0.0)),
    ]
    dots = [(0.0, 1.0, 0), (1.0, 0.0, 1)]
    maps = np.eye(2).tolist()
    grid = Grid([0.0, 0.5, 1.0], [0.0, 0.5, 1.0], [(0, 1, 0, 1.0)])
    pair = Pair(MARKUP, f"2 {MARKUP}", dots, dots, grid)
    names = [MARKUP, f"2 {MARKUP}"]
    pictures = TablePictures(marginals, names, maps, maps, MARKUP, [MARKUP, "b"], [pair])
    return pictures.as_json()


def spoil(run: Path) -> None:
    for step in (100, 200, 300):
        (run / "samples" / f"{step:07d}.txt").write_text(f"{MARKUP}\n{MARKUP} {step}\n")


@pytest.mark.parametrize("kind", ["text", "table", "language model", MARKUP])
def test_a_report(kind: str, tmp_path: Path) -> None:
    data = {"checksum": MARKUP, "words": 3}
    name = {"table": "table"}.get(kind, "corpus")
    settings = {"kind": kind, "data": data, name: MARKUP, "vectors": MARKUP, "backend": MARKUP}
    scores = evaluation(MARKUP) | {f"column_ks.{MARKUP}": score(0.1, MARKUP)}
    shown = {"pictures": evil_pictures()} if kind == "table" else {}
    # A folder's name may hold anything but a slash.
    run = write_run(
        tmp_path / MARKUP.replace("/", "|"), settings=settings, evaluation=scores, **shown
    )
    spoil(run)
    words = [tuple(MARKUP.split())]
    if kind == "text":
        write_neighbours(run, words, words, with_real=True)
    opened = read_run(run)
    check(render_report([opened], with_real=True))
    check(render_report([opened, opened]))


def test_every_item_of_a_page() -> None:
    chart = Chart(
        MARKUP, line_chart([Line(MARKUP, [(0, 1), (1, 2)])], MARKUP), [("c0", MARKUP, "1")]
    )
    items = [
        Heading(MARKUP, MARKUP),
        Facts([(MARKUP, MARKUP, MARKUP)]),
        Definitions([(MARKUP, MARKUP, MARKUP)]),
        Legend([(MARKUP, MARKUP)]),
        Details(MARKUP, [Code(MARKUP)]),
        Picture(MARKUP, "a.png", b"x", MARKUP),
        chart,
        Lines(MARKUP, [(MARKUP, [Word(MARKUP, 0.5, MARKUP)])], MARKUP),
        Table(MARKUP, [MARKUP], [[MARKUP, Cell(MARKUP, MARKUP, MARKUP)]], MARKUP),
    ]
    section = Section("a", MARKUP, MARKUP, items, [MARKUP])
    page = Page(render_page(MARKUP, MARKUP, [Text(MARKUP)], [section, None], MARKUP))
    pictures = [value or "" for name, value in page.attributes if name == "src"]
    assert pictures and all(value.startswith("data:image/png;base64,") for value in pictures)
    assert page.tags & {"img"} and "script" not in page.tags
    assert not [name for name, _ in page.attributes if name.startswith("on")]
    assert page.words.count(MARKUP) >= 20


@given(words=st.text(), style=st.text())
def test_words_in_a_drawing(words: str, style: str) -> None:
    page = Page(str(drawing(9, 9, style, [text(1, 2, words, style)])))
    assert page.tags == {"svg", "text"}
    assert {name for name, _ in page.attributes} == {
        "viewbox",
        "role",
        "aria-label",
        "x",
        "y",
        "class",
    }
