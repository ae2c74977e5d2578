"""How a run converged: what is said of its telemetry."""

import json
from pathlib import Path

import pytest

from tests.report.folders import read_run, write_run
from textgan.errors import UserError
from textgan.inspection.convergence import convergence_section
from textgan.report.sections import Section


def section_of(tmp_path: Path, **series: list[float]) -> Section:
    """The section of a run whose telemetry holds these series."""
    folder = write_run(tmp_path / "run")
    rows = [
        {"step": step, "seconds": 1.0}
        | {name.replace("__", "/"): v[i] for name, v in series.items()}
        for i, step in enumerate((10, 20, 30))
    ]
    (folder / "telemetry.jsonl").write_text("".join(json.dumps(row) + "\n" for row in rows))
    return convergence_section(read_run(folder))


@pytest.mark.parametrize(
    ("unseen", "verdict"),
    [(0.80, "it has begun to learn the training data by heart"), (0.89, "not learning by heart")],
)
def test_a_win_rate_that_falls_on_unseen_samples(
    tmp_path: Path, unseen: float, verdict: str
) -> None:
    section = section_of(
        tmp_path, win_rate_train=[0.5, 0.8, 0.9], win_rate_unseen=[0.5, 0.8, unseen]
    )
    (said,) = [line for line in section.findings if "unseen" in line]
    assert "90.0% of real training samples" in said and f"{unseen:.1%}" in said
    assert verdict in said


def test_the_best_score_and_the_last(tmp_path: Path) -> None:
    section = section_of(tmp_path, score=[0.1, 0.5, 0.4])
    assert "The best score, 0.5, came at step 20; at the last evaluation, step 30, it is 0.4." in (
        section.findings
    )


def test_the_layers_that_move_most_and_least(tmp_path: Path) -> None:
    names = [
        f"update__{network}__{layer}"
        for network in ("generator", "discriminator")
        for layer in "ab"
    ]
    section = section_of(tmp_path, **{name: [10.0**-i] * 3 for i, name in enumerate(names, 2)})
    (said,) = [line for line in section.findings if "In the generator" in line]
    assert "the layer a moved most for its size (1.0e-02" in said and "b least (1.0e-03)" in said
    assert section.items[0].title == "Update, as a share of the layer's norm, layer by layer"  # type: ignore[union-attr]


def test_a_run_without_a_game(tmp_path: Path) -> None:
    folder = write_run(tmp_path / "run", settings={"kind": "language model", "game": {}})
    with pytest.raises(UserError, match="there is no game of two networks"):
        convergence_section(read_run(folder))
