"""textgan report: it reads run folders, and measures nothing."""

from pathlib import Path

from tests.commands.conftest import Command
from tests.report.folders import write_neighbours, write_run


def test_a_page_on_two_runs(textgan: Command, tmp_path: Path) -> None:
    runs = [write_run(tmp_path / name, settings={"seed": n}) for n, name in enumerate("ab")]
    before = {path.name for path in runs[1].iterdir()}
    ending = textgan("report", *runs, "--out", tmp_path / "page.html")
    assert ending == (0, f"wrote {tmp_path / 'page.html'}\n", "")
    assert {path.name for path in runs[1].iterdir()} == before
    assert "no file" in textgan("report", *runs, "--frontier", tmp_path / "none").stderr
    assert "give at least one run folder" in textgan("report").stderr


def test_where_no_real_sentence_is_kept(textgan: Command, tmp_path: Path) -> None:
    run = write_run(tmp_path / "a run")
    words = [("a", "cat")] * 3
    for kept in (False, True):
        write_neighbours(run, words, words, with_real=kept)
        said = textgan("report", run, "--with-real").stdout
        again = f"to keep some: textgan evaluate '{run}' --with-real"
        assert (again in said) != kept
