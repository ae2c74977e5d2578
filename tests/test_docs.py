"""What the documentation says of the code and of the log is so."""

import re
from pathlib import Path

import pytest

from docs.hooks import (
    LINK,
    METRICS,
    all_metrics,
    metric_table,
    outside_files,
    whole_rows,
    with_links,
)
from textgan.gan import step
from textgan.gan.objectives import OBJECTIVES
from textgan.gan.run_folder import RunFolder
from textgan.gan.settings import CHANCE_LOSS

ROOT = Path(__file__).parents[1]
DOCS = ROOT / "docs"
PAGES = {str(path.relative_to(DOCS)): path.read_text("utf-8") for path in DOCS.rglob("*.md")}
LOG = (ROOT / "LOG.md").read_text("utf-8")
OBJECTIVE_PAGES = sorted(f"objectives/{name}.md" for name in OBJECTIVES)


def cells(markdown: str) -> list[list[str]]:
    """The cells of all rows of tables."""
    rows = [line for line in markdown.splitlines() if line.startswith("|")]
    return [[cell.strip() for cell in row.strip("|").split("|")] for row in rows]


def headings(markdown: str) -> list[str]:
    return re.findall(r"^## (.*)$", markdown, re.MULTILINE)


def anchor(title: str) -> str:
    return re.sub(r"[-\s]+", "-", re.sub(r"[^\w\s-]", "", title.lower())).strip("-")


def test_every_page_is_in_the_navigation() -> None:
    navigation = (ROOT / "mkdocs.yml").read_text("utf-8")
    listed = re.findall(r"([\w/]+\.md)$", navigation, re.MULTILINE)
    outside = [place for place in outside_files().values() if place.endswith(".md")]
    assert sorted(listed) == sorted([*PAGES, *outside])


def test_every_metric_stands_in_the_table_of_its_part() -> None:
    parts = METRICS.findall(PAGES["metrics.md"])
    assert len(parts) == len(set(parts))
    tables = {part: metric_table(part) for part in parts}
    for metric in all_metrics():
        assert f"| `{metric.name}" in tables[metric.part.name], metric.name
        assert metric.says in tables[metric.part.name]


def test_each_part_of_the_metrics_says_whence_it_is_and_how_it_misleads() -> None:
    for section in re.split(r"^##+ ", PAGES["metrics.md"], flags=re.MULTILINE):
        if METRICS.search(section):
            assert "**How it misleads.**" in section, section[:40]
            assert "**Source.**" in section or "Distance to the training text" in section


def test_a_table_of_metrics() -> None:
    row = next(row for row in cells(metric_table("CLASSES")) if row[0] == "`class_kl`")
    assert row[2:] == ["0 to any", "less"]
    row = next(row for row in cells(metric_table("BLEU")) if row[0] == "`bleu.2`")
    assert row[2:] == ["0 to 1", "as real"]
    assert "`column_tv.COLUMN`" in metric_table("COLUMNS")


def test_the_schema_of_a_run_folder() -> None:
    names = [value for key, value in vars(RunFolder).items() if key.isupper()]
    found = [row[0].strip("`/") for row in cells(PAGES["run_folder.md"]) if "." in row[0]]
    found += [row[0].strip("`/") for row in cells(PAGES["run_folder.md"]) if row[0].endswith("/`")]
    assert sorted(found) == sorted(names)
    for name in names:
        assert name in str(RunFolder.__doc__), name


def test_what_a_step_reports() -> None:
    found = re.findall(r"`(\w+)`", "".join(row[0] for row in cells(PAGES["architecture.md"])))
    assert set(step.METRICS) <= set(found)


def test_objectives_have_pages_of_one_shape() -> None:
    shapes = {tuple(headings(PAGES[page])) for page in OBJECTIVE_PAGES}
    assert len(shapes) == 1


@pytest.mark.parametrize("name", CHANCE_LOSS)
def test_the_loss_of_a_discriminator_that_guesses(name: str) -> None:
    found = re.search(r"`discriminator_loss` of\s+([\d.]*\d)", PAGES[f"objectives/{name}.md"])
    assert found and float(found[1]) == pytest.approx(CHANCE_LOSS[name], abs=5e-4)


@pytest.mark.parametrize("page", [*OBJECTIVE_PAGES, "objectives/index.md"])
def test_the_results_of_objectives_stand_in_the_log(page: str) -> None:
    known = {cell for row in cells(LOG) for cell in row}
    seeds = [cell for row in cells(PAGES[page]) for cell in row if re.fullmatch(r"[\d. ]+", cell)]
    assert len(seeds) >= 8
    for cell in seeds:
        assert cell in known, cell


def test_every_entry_of_the_log_answers_a_question() -> None:
    entries = [anchor(title) for title in headings(LOG)]
    linked = re.findall(r"LOG\.md#([\w-]+)", PAGES["questions.md"])
    assert set(linked) == set(entries)


@pytest.mark.parametrize("page", [*PAGES, "../README.md"])
def test_pictures_are_there_and_have_a_text(page: str) -> None:
    path = DOCS / page
    for text, place in re.findall(r"!\[([^\]]*)\]\(([^)]+)\)", path.read_text("utf-8")):
        assert (path.parent / place).is_file() and len(text) > 5, place


@pytest.mark.parametrize("page", [*PAGES, "../README.md", "../CONTRIBUTING.md", "../CHANGELOG.md"])
def test_links_lead_to_files_that_are_there(page: str) -> None:
    path = DOCS / page
    for _, place, _ in LINK.findall(path.read_text("utf-8")):
        assert (path.parent / place).exists(), place


@pytest.mark.parametrize(
    ("place", "before", "after"),
    [
        ("text.md", "[a](../LOG.md#b)", "[a](log.md#b)"),
        ("objectives/hinge.md", "[a](../../LOG.md)", "[a](../log.md)"),
        ("objectives/hinge.md", "[a](../inside.md#b)", "[a](../inside.md#b)"),
        ("index.md", "[a](../notebooks/README.md)", "[a](lessons/index.md)"),
        ("index.md", "[`a.py`](../scripts/a.py)", "`a.py`"),
        ("log.md", "[a](docs/inside.md)", "[a](inside.md)"),
        ("log.md", "![a](docs/tables.png)", "![a](tables.png)"),
        ("lessons/index.md", "[1](01_gradient_descent.ipynb)", "[1](01_gradient_descent.ipynb)"),
        ("index.md", "[a](https://example.org/b)", "[a](https://example.org/b)"),
        ("index.md", "[a](#b)", "[a](#b)"),
    ],
)
def test_links_between_files_become_links_between_pages(
    place: str, before: str, after: str
) -> None:
    assert with_links(before, place) == after


def test_numbers_of_a_cell_stay_together() -> None:
    assert whole_rows("| .1 .2 | a 3 |\n.1 .2") == "| .1&nbsp;.2 | a 3 |\n.1 .2"
