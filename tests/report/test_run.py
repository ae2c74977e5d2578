"""Reading run folders: what is there is read, what is not says so in one line."""

from math import inf, isnan
from pathlib import Path

import pytest

from tests.report.folders import evaluation, plane_scores, read_run, score, write_run
from textgan.errors import UserError
from textgan.report.run import read_frontier


def test_a_run_is_read(tmp_path: Path) -> None:
    run = read_run(
        write_run(
            tmp_path / "first",
            evaluation=evaluation(),
            truncation=[{"truncation": t, "scores": plane_scores()} for t in (1.0, 0.5)],
            mle_frontier={"1.1": plane_scores(), "0.9": plane_scores(), "real": plane_scores()},
        )
    )
    assert (run.name, run.kind, run.step, run.total_steps) == ("first", "text", 300, 300)
    assert run.best_step == 200
    assert list(run.snapshots) == [100, 200, 300]
    assert run.snapshots[300] == ["a dog sits", ""]
    assert run.series("logit_gap") == [(100, 1.1), (200, 1.2), (300, 1.3)]
    assert run.scores["bleu.3"].value == 0.45 and run.real["bleu.3"].value == 0.52
    assert run.scores["frechet"].maximum == inf
    assert list(run.truncation) == [0.5, 1.0]
    assert list(run.frontier) == [0.9, 1.1]


def test_what_could_not_be_measured_is_not_a_number(tmp_path: Path) -> None:
    nothing = {"oracle.nll": score(None, "x", None) | {"real": score(1.5, "x", None)}}
    run = read_run(write_run(tmp_path / "run", evaluation=nothing))
    assert isnan(run.scores["oracle.nll"].value) and run.real["oracle.nll"].value == 1.5


def test_rows_that_are_not_finite_are_left_out_of_curves(tmp_path: Path) -> None:
    folder = write_run(tmp_path / "run")
    with (folder / "telemetry.jsonl").open("a") as file:
        file.write('{"step": 400, "logit_gap": NaN}\n{"step": 500, "logit_g')
    run = read_run(folder)
    assert run.step == 400
    assert [step for step, _ in run.series("logit_gap")] == [100, 200, 300]


def test_no_run(tmp_path: Path) -> None:
    with pytest.raises(UserError, match=r"is not a run folder: it has no config\.json"):
        read_run(tmp_path)


@pytest.mark.parametrize(
    ("name", "content", "message"),
    [
        ("telemetry.jsonl", b"", "no telemetry yet; let the training log a few steps"),
        ("telemetry.jsonl", b"\xff\xfe", r"cannot read .*telemetry\.jsonl"),
        ("telemetry.jsonl", b"3\n", r"telemetry\.jsonl, line 1: no step"),
        ("samples/0000100.txt", b"\xff\xfe", "cannot read the samples in"),
        ("evaluation.json", b"{", r"evaluation\.json is damaged or of another kind"),
        ("evaluation.json", b"[1]", r"evaluation\.json is damaged or of another kind"),
        ("evaluation.json", b'{"bleu.2": 0.5}', r"evaluation\.json is damaged or of another kind"),
        ("truncation.json", b'[{"scores": {}}]', r"truncation\.json is damaged or of another kind"),
        ("mle_frontier.json", b'{"hot": {}}', r"mle_frontier\.json is damaged or of another kind"),
    ],
)
def test_damage_is_told_in_one_line(
    tmp_path: Path, name: str, content: bytes, message: str
) -> None:
    folder = write_run(tmp_path / "run")
    (folder / name).write_bytes(content)
    with pytest.raises(UserError, match=message) as error:
        read_run(folder)
    assert "\n" not in str(error.value)


def test_a_frontier_that_was_asked_for_must_be_there(tmp_path: Path) -> None:
    with pytest.raises(UserError, match=r"no file .*frontier"):
        read_frontier(tmp_path / "frontier.json")
