"""The toolkit of both pages: what stands in a section is shown, in order, and written whole."""

from pathlib import Path

import pytest
from markupsafe import Markup

from tests.report.test_page import Outline
from textgan.errors import UserError
from textgan.report.sections import (
    Cell,
    Chart,
    Definitions,
    Details,
    Heading,
    Lines,
    Picture,
    Section,
    Table,
    Text,
    Word,
    render_page,
    write_page,
)

SVG = Markup("<svg></svg>")


def page(*items: object) -> str:
    section = Section("here", "Title", "How to read it.", items, ["One finding."])  # type: ignore[arg-type]
    return render_page("Kind", "Name", [Text("Lead.")], [None, section], "a thing")


def test_sections_stand_in_order_under_their_titles_and_none_is_left_out() -> None:
    outline = Outline(page(Heading("Inside"), Text("Said.", "soft")))
    assert outline.ids == ["here"] and outline.links == ["#here"]
    text = " ".join(outline.text.split())
    order = ("Lead.", "Title", "How to read it.", "One finding.", "Inside", "Said.", "a thing.")
    places = [text.rindex(said) for said in order]
    assert places == sorted(places)


def test_neighbouring_charts_and_narrow_pictures_share_a_row() -> None:
    narrow, wide = Picture("p", "p.gif", b"x", wide=False), Picture("w", "w.png", b"x")
    written = page(Chart("a", SVG), narrow, Text("between"), Chart("c", SVG), wide)
    assert written.count('<div class="grid">') == 2 and written.count('<div class="alone">') == 1
    assert "data:image/gif;base64,eA==" in written


def test_a_table_has_headings_small_print_and_marks_what_is_missing() -> None:
    rows = [[Cell("run", style="c1"), Cell("0.5", "0.4 to 0.6"), ""]]
    written = page(Table("t", ["", "score", "other"], rows))
    assert '<span class="key c1">run</span>' in written
    assert "<small>0.4 to 0.6</small>" in written
    assert written.count('<td class="number">\u2013</td>') == 1


def test_what_is_folded_away_is_there() -> None:
    rows = [("name", 3, "why"), ("bare", None, "")]
    outline = Outline(page(Details("More", [Definitions(rows)])))
    assert all(said in outline.text for said in ("More", "name", "3", "why", "None"))


def test_words_are_marked_and_a_line_without_any_says_so() -> None:
    written = page(Lines("l", [("1", [Word("new", marked=True), Word("old")]), ("2", [])]))
    assert written.count('class="word marked"') == 1 and "(no word)" in written


@pytest.mark.parametrize(("weight", "ground"), [(0.5, "(--c0) 28%"), (-2.0, "(--c1) 55%")])
def test_the_ground_of_a_word_is_as_strong_as_its_weight(weight: float, ground: str) -> None:
    assert ground in Word("w", weight).style
    assert Word("w", 0.001).style == ""


def test_a_page_that_cannot_be_written(tmp_path: Path) -> None:
    with pytest.raises(UserError, match=r"cannot write .*page\.html"):
        write_page("text", tmp_path / "nowhere" / "page.html")
    write_page("text", tmp_path / "page.html")
    assert (tmp_path / "page.html").read_text() == "text"
