"""What a study does with its trials; the training itself is played by a function."""

import shutil
from collections.abc import Sequence
from pathlib import Path
from types import SimpleNamespace
from typing import Any

import pytest

from textgan import sweeps
from textgan.domains import PLURALS
from textgan.errors import UserError
from textgan.gan.run_folder import RunFolder
from textgan.gan.training import Watcher
from textgan.sweep_plan import Plan, read_axes
from textgan.sweeps import Sweep, live_score

TABLES = PLURALS["tables"]
WINE = TABLES.presets["wine"]


@pytest.fixture
def trained(monkeypatch: pytest.MonkeyPatch) -> list[tuple[str, Any, int]]:
    """Folder, settings and seed of each trial; its live score is minus gamma at each step."""
    seen = []

    def train(
        domain: Any, settings: Any, path: Path, seed: int, watchers: Sequence[Watcher]
    ) -> None:
        seen.append((path.name, settings, seed))
        if settings.game.gamma > 90:
            raise UserError("it diverged")
        run = RunFolder(path, {"kind": "table", "seed": seed}, {})
        for step in (1, 2):
            row = {"step": step, "score": -settings.game.gamma * step}
            run.log(row)
            for watcher in watchers:
                watcher.logged(row)

    monkeypatch.setattr(sweeps, "train_run", train)
    return seen


def plan(*over: str, **changed: Any) -> Plan:
    return Plan(TABLES, WINE, read_axes(over, WINE), **{"seeds": (1, 2)} | changed)


def states(sweep: Sweep) -> list[str]:
    return [trial.state.name for trial in sweep.study.get_trials()]


def test_a_grid_is_trained_once(trained: list[Any], tmp_path: Path) -> None:
    grid = plan("gamma=1,2")
    for _ in range(2):
        sweep = Sweep(grid, tmp_path)
        sweep.work()
    points = [(name, settings.game.gamma, seed) for name, settings, seed in trained]
    assert points == [("0000", 1, 1), ("0001", 1, 2), ("0002", 2, 1), ("0003", 2, 2)]
    assert states(sweep) == ["COMPLETE"] * 4
    assert [trial.value for trial in sweep.study.get_trials()] == [-1, -1, -2, -2]
    assert live_score(tmp_path / "0003") == -2


@pytest.mark.parametrize("sampler", ["random", "tpe"])
def test_what_is_drawn_has_every_seed_and_does_not_depend_on_the_workers(
    trained: list[Any], tmp_path: Path, sampler: str
) -> None:
    asked = plan("gamma=log:.1..10", "generator_width=8..64", sampler=sampler, trials=6)
    Sweep(asked, tmp_path / "one").work()
    alone = list(trained)
    trained.clear()
    two = [Sweep(asked, tmp_path / "two") for _ in range(2)]
    for turn in range(6):
        trial = two[turn % 2]._take()
        assert trial is not None
        two[turn % 2]._train(trial)
    assert trained == alone
    points = [(s.game.gamma, s.network.generator_width) for _, s, _ in alone]
    assert points[0::2] == points[1::2] and len(set(points)) == 3
    assert [seed for _, _, seed in alone] == [1, 2] * 3


def test_a_sweep_grows(trained: list[Any], tmp_path: Path) -> None:
    for trials in (2, 4):
        Sweep(plan("gamma=0..1", sampler="random", trials=trials), tmp_path).work()
    assert [name for name, *_ in trained] == ["0000", "0001", "0002", "0003"]


def journal_of_a_grid(folder: Path) -> Path:
    Sweep(plan("gamma=1,2"), folder).work()
    return folder / sweeps.JOURNAL


def test_a_journal_whose_last_line_was_cut_is_gone_on_with(
    trained: list[Any], tmp_path: Path
) -> None:
    journal = journal_of_a_grid(tmp_path)
    journal.write_bytes(journal.read_bytes()[:-30])
    again = Sweep(plan("gamma=1,2"), tmp_path)
    again.work()
    assert states(again) == ["COMPLETE"] * 4
    assert all(line.startswith("{") for line in journal.read_text().splitlines())
    assert [name for name, *_ in trained] == ["0000", "0001", "0002", "0003", "0003"]


def test_what_a_dead_worker_left_is_taken_first(
    trained: list[Any], tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    grid = plan("gamma=1,2")
    held = {"0000": True}
    monkeypatch.setattr(Sweep, "_claim", lambda self, number: not held.get(self._path(number).name))
    first, second = Sweep(grid, tmp_path), Sweep(grid, tmp_path)
    taken = [first._take(), second._take()]
    assert [trial.number for trial in taken if trial] == [0, 1]
    # The second trial is in nobody's hands: this process holds no lock of it.
    held["0000"] = False
    again = second._take()
    assert again is not None and again.number == 0 and again.params == {"gamma": "1"}


def test_a_trial_that_cannot_be_trained_fails_alone(
    trained: list[Any], tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    sweep = Sweep(plan("gamma=1,99", seeds=(1,)), tmp_path)
    sweep.work()
    assert states(sweep) == ["COMPLETE", "FAIL"]
    said = capsys.readouterr().out
    assert "trial 1 failed: it diverged\n" in said
    assert "2 trials: 1 complete, 1 fail\n" in said
    with pytest.raises(UserError, match="all 1 trials failed"):
        Sweep(plan("gamma=99", seeds=(1,)), tmp_path / "other").work()


def test_what_all_trials_share_ends_the_worker(
    trained: list[Any], tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    def train(*_: Any) -> None:
        raise UserError("no room") from OSError(28, "No space left on device")

    monkeypatch.setattr(sweeps, "train_run", train)
    sweep = Sweep(plan("gamma=1,2"), tmp_path)
    with pytest.raises(UserError, match="no room"):
        sweep.work()
    assert states(sweep) == ["RUNNING"]


def test_a_file_that_one_setting_names_and_that_is_not_there_fails_alone(tmp_path: Path) -> None:
    sweep = Sweep(plan("table=nosuch.csv", seeds=(1,)), tmp_path)
    with pytest.raises(UserError, match="all 1 trials failed"):
        sweep.work()
    assert states(sweep) == ["FAIL"]


def test_pruning(trained: list[Any], tmp_path: Path) -> None:
    sweep = Sweep(plan("gamma=1,1.5,2,2.5,3,9,.5", seeds=(1,), prune=True), tmp_path)
    sweep.work()
    assert states(sweep) == ["COMPLETE"] * 5 + ["PRUNED", "COMPLETE"]
    assert trained[-1][0] == "0006"


@pytest.mark.parametrize("storage", ["", "sqlite:///{}/study.db"])
def test_a_study_of_other_settings_is_refused(
    trained: list[Any], tmp_path: Path, storage: str
) -> None:
    place = storage.format(tmp_path)
    Sweep(plan("gamma=1,2"), tmp_path / "sweep", place)
    with pytest.raises(UserError, match=r"over gamma was 1,2, is now 1,3") as refused:
        Sweep(plan("gamma=1,3"), tmp_path / "sweep", place)
    assert "\n" not in str(refused.value)
    assert str(place or tmp_path / "sweep" / sweeps.JOURNAL) in str(refused.value)


def test_two_folders_of_one_name_are_not_one_study(trained: list[Any], tmp_path: Path) -> None:
    place = f"sqlite:///{tmp_path}/study.db"
    Sweep(plan("gamma=1"), tmp_path / "one" / "sweep", place).work()
    with pytest.raises(UserError, match=r"has finished a trial, but .*0000 is not there"):
        Sweep(plan("gamma=1"), tmp_path / "two" / "sweep", place)


@pytest.mark.parametrize(
    "place", ["sqlite:////no/such/folder/study.db", "nonsense", "postgres9://host/x"]
)
def test_a_storage_that_cannot_be_used(tmp_path: Path, place: str) -> None:
    with pytest.raises(UserError, match="cannot use the study in"):
        Sweep(plan("gamma=1,2"), tmp_path, place)


def test_a_journal_that_is_damaged_in_its_middle_is_made_again_from_the_runs(
    trained: list[Any], tmp_path: Path
) -> None:
    journal = journal_of_a_grid(tmp_path)
    lines = journal.read_bytes().splitlines(keepends=True)
    for damaged in (
        b"nonsense\nnonsense\n",
        b"".join([lines[0], b"[]\n", *lines[1:]]),
        b"".join([lines[0], lines[1][:20], *lines[2:]]),
    ):
        journal.write_bytes(damaged)
        with pytest.raises(UserError, match="it is damaged; delete it"):
            Sweep(plan("gamma=1,2"), tmp_path)
    journal.unlink()
    again = Sweep(plan("gamma=1,2"), tmp_path)
    again.work()
    assert [trial.value for trial in again.study.get_trials()] == [-1, -1, -2, -2]


def test_a_sweep_that_is_copied_under_another_name_is_the_same_study(
    trained: list[Any], tmp_path: Path
) -> None:
    Sweep(plan("gamma=1,2"), tmp_path / "one").work()
    shutil.copytree(tmp_path / "one", tmp_path / "two")
    again = Sweep(plan("gamma=1,2"), tmp_path / "two")
    again.work()
    assert len(trained) == 4 and states(again) == ["COMPLETE"] * 4


def test_a_file_in_the_place_of_the_folder(tmp_path: Path) -> None:
    (tmp_path / "sweep").write_text("")
    with pytest.raises(UserError, match="sweep is a file, and a sweep needs a folder"):
        Sweep(plan("gamma=1,2"), tmp_path / "sweep")


def test_scores_are_kept_when_asked_for(
    trained: list[Any], tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    scored = []
    domain = SimpleNamespace(
        name="table", scored=lambda path: path, evaluate=lambda path, say: scored.append(path)
    )
    asked = plan("gamma=1", seeds=(1,))
    object.__setattr__(asked, "domain", domain)
    Sweep(asked, tmp_path, evaluate=True).work()
    assert scored == [tmp_path / "0000"]
