"""Quality and diversity: only what was measured alike stands in one plane."""

from pathlib import Path
from typing import Any

import pytest

from tests.report.folders import evaluation, plane_scores, read_run, score, signature, write_run
from textgan.report.plane import comparable, draw_planes
from textgan.report.run import Run


def make(tmp_path: Path, name: str = "run", sign: str = "", **more: Any) -> Run:
    return read_run(write_run(tmp_path / name, evaluation=evaluation(sign), **more))


def names(run: Run, *others: Run) -> list[str]:
    planes = draw_planes([run, *others], run.frontier)
    assert planes is not None
    return [row.name for row in planes.table]


@pytest.mark.parametrize(
    ("changed", "alike"),
    [
        ({}, True),
        ({"hyps": 9_500}, True),
        ({"hyps": 2_000}, False),
        ({"refs": 500}, False),
        ({"protocol": "relgan"}, False),
        ({"case": "cased"}, False),
        ({"tok": "split"}, False),
        ({"version": "textgan-9"}, True),
    ],
)
def test_what_may_be_compared(changed: dict[str, Any], alike: bool) -> None:
    assert comparable(signature(), signature(**changed)) is alike


def test_published_rows_need_their_corpus_and_their_protocol(tmp_path: Path) -> None:
    assert "LeakGAN" in names(make(tmp_path, "full"))
    few = make(tmp_path, "few", signature(2_000))
    assert names(few) == ["real text", "few"]
    planes = draw_planes([few], {})
    assert planes is not None and "10,000 samples" in planes.left_out[0]
    other = make(tmp_path, "other", settings={"corpus": "scenes"})
    assert names(other) == ["real text", "other"]


def test_published_rows_say_what_texygen_says(tmp_path: Path) -> None:
    planes = draw_planes([make(tmp_path)], {})
    assert planes is not None and "Texygen" in planes.source
    rows = {row.name: row for row in planes.table}
    assert rows["SeqGAN"].place("self_bleu.2", "bleu.2") == (0.950, 0.745)
    assert rows["LeakGAN"].place("self_bleu.5", "bleu.5") == (0.780, 0.230)
    for row in rows.values():  # longer n-grams are rarer
        for key in ("bleu", "self_bleu"):
            values = [row.values[f"{key}.{n}"] for n in (2, 3, 4, 5)]
            assert values == sorted(values, reverse=True)


def test_curves_of_truncation_and_temperature(tmp_path: Path) -> None:
    run = make(
        tmp_path,
        truncation=[
            {"truncation": 0.5, "scores": plane_scores()},
            {"keep_fraction": 0.25, "scores": plane_scores()},
        ],
        mle_frontier={"0.9": plane_scores(), "1.1": plane_scores(), "real": plane_scores()},
    )
    assert names(run)[-4:] == [
        "run, noise times 0.5",
        "run, share kept 0.25",
        "language model, temperature 0.9",
        "language model, temperature 1.1",
    ]


def test_nats_have_a_plane_where_they_were_measured(tmp_path: Path) -> None:
    def scores(nats: float) -> dict[str, Any]:
        return plane_scores() | {"ngram.nll": score(nats, "hyps:10000")}

    both = evaluation()
    both["ngram.nll"] = score(4.25, "hyps:10000") | {"real": score(3.75, "hyps:10000")}
    folder = write_run(
        tmp_path / "run", evaluation=both, truncation=[{"truncation": 0.5, "scores": scores(3.5)}]
    )
    planes = draw_planes([read_run(folder)], {})
    assert planes is not None
    titles = [title for title, _ in planes.charts]
    assert titles[-2:] == ["BLEU-5 against self-BLEU-5", "Nats a word against self-BLEU-5"]
    shown = {row.name: row.cells[-1] for row in planes.table}
    assert shown["run"] == "4.250" and shown["real text"] == "3.750" and shown["LeakGAN"] == ""
    # Published rows have no place in it.
    assert "LeakGAN" in planes.charts[-2][1] and "LeakGAN" not in planes.charts[-1][1]
    without = draw_planes([make(tmp_path, "without")], {})
    assert without is not None and len(without.charts) == 4


def test_what_was_measured_in_another_way_is_left_out_and_said(tmp_path: Path) -> None:
    few = plane_scores(sign=signature(2_000))
    first = make(
        tmp_path,
        "first",
        truncation=[{"truncation": 0.5, "scores": few}],
        mle_frontier={"1": plane_scores(), "1.1": few},
    )
    second = make(tmp_path, "second", signature(2_000))
    planes = draw_planes([first, second], first.frontier)
    assert planes is not None
    assert [row.name for row in planes.table if row.style != "published"] == [
        "real text",
        "first",
        "language model, temperature 1",
    ]
    assert planes.left_out == [
        "the truncation curve of first is left out: it was measured in another way",
        "second is left out: it was measured in another way",
        "part of the curve of the language model is left out: it was measured in another way",
    ]


def test_no_plane_without_scores(tmp_path: Path) -> None:
    assert draw_planes([read_run(write_run(tmp_path / "run"))], {}) is None
