"""The report command: writes one page, ends in one line."""

from pathlib import Path

from tests.report.folders import write_run
from tests.scripts.conftest import Script


def test_it_writes_a_page_into_the_run(tmp_path: Path, script: Script) -> None:
    folder = write_run(tmp_path / "run", settings={"corpus": str(tmp_path / "gone.txt")})
    ending = script("report.py", folder)
    assert (ending.status, ending.stderr) == (0, "")
    assert not (folder / "nearest.json").exists()
    assert (folder / "report.html").stat().st_size > 10_000


def test_bad_input_ends_in_one_line(tmp_path: Path, script: Script) -> None:
    folder = write_run(tmp_path / "run", settings={"corpus": ""})
    (tmp_path / "empty").mkdir()
    for arguments, message in (
        ([tmp_path / "empty"], "is not a run folder"),
        ([folder, "--out", tmp_path / "no" / "page.html"], "cannot write"),
        ([folder, "--frontier", tmp_path / "no.json"], "no file"),
        ([], "at least one run"),
    ):
        ending = script("report.py", *arguments)
        assert ending.status == 2
        assert message in ending.stderr and ending.stderr.count("\n") == 1, ending.stderr
