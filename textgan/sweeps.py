"""Sweeps: an Optuna study whose trials are run folders, shared by any number of workers.

A worker takes one trial after the other. It does so alone, under a lock of the sweep's folder, so
that no trial is taken twice. The lock of a run folder lives as long as the process that trains in
it: a trial that is said to be running, and whose folder is free, was left by a worker that died. It
is taken up again before any new one, and goes on exactly, as runs do.
"""

import fcntl
import os
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import keras
import optuna
from optuna.trial import FrozenTrial, Trial, TrialState

from textgan.errors import UserError
from textgan.files import output_errors
from textgan.gan.run_folder import best_step, lock_folder, read_telemetry
from textgan.gan.training import Watcher
from textgan.runs import train_run
from textgan.sweep_plan import Plan, SweptSetting

JOURNAL = "study.journal"
LOCK = "sweep.lock"
PLAN = "plan"  # what the study keeps of the plan


class Sweep:
    """A study in a folder, as one worker sees it.

    Args:
        plan: which trials there are.
        folder: of the sweep, shared by all workers; each trial is a run folder in it.
        storage: address of a database that Optuna knows, such as sqlite:///sweep.db; default a
            journal in the folder.
        evaluate: also score each finished run.
        say: called with lines on how it comes on.

    Raises:
        UserError: the folder or the storage cannot be used, or holds a study of other settings.
    """

    def __init__(
        self,
        plan: Plan,
        folder: Path,
        storage: str = "",
        evaluate: bool = False,
        say: Callable[[str], None] = print,
    ) -> None:
        self.plan, self.folder, self.evaluate, self.say = plan, folder, evaluate, say
        optuna.logging.set_verbosity(optuna.logging.ERROR)
        if folder.exists() and not folder.is_dir():
            raise UserError(f"{folder} is a file, and a sweep needs a folder; choose another")
        with output_errors(folder / LOCK):
            folder.mkdir(parents=True, exist_ok=True)
            with self._alone():
                self.study = _open_study(folder, storage, plan)
        for trial in self.study.get_trials(deepcopy=False, states=[TrialState.COMPLETE]):
            path = self._path(trial.number)
            if not path.is_dir():
                raise UserError(
                    f"the study in {_place(folder, storage)} has finished a trial, but "
                    f"{path} is not there: it is the study of another folder of that name, or "
                    "the run was deleted; choose another --sweep-dir"
                )

    def work(self) -> None:
        """Take trials until none is left to take.

        Raises:
            UserError: a trial cannot be trained for a reason that others share, such as a full
                disk; or not one could be.
        """
        while (trial := self._take()) is not None:
            self._train(trial)
            keras.utils.clear_session()
        self._conclude()

    def _take(self) -> Trial | None:
        """Return a trial that nobody works on; its folder is then locked by this process."""
        with self._alone():
            trials = self.study.get_trials(deepcopy=False)
            for left in trials:
                if left.state == TrialState.RUNNING and self._claim(left.number):
                    trial = Trial(self.study, left._trial_id)
                    self._point(trial)
                    return trial
            if not any(trial.state == TrialState.WAITING for trial in trials):
                if len(trials) >= self.plan.count:
                    return None
                if fixed := self._fixed(trials):
                    self.study.enqueue_trial(fixed)
            self.study.sampler = _sampler(self.plan, len(trials))
            trial = self.study.ask()
            self._point(trial)
            self._claim(trial.number)
            return trial

    def _fixed(self, trials: list[FrozenTrial]) -> dict[str, Any]:
        """Return the point of the next trial, if it is not to be drawn.

        It is that of the trial before, with another seed, or the next of the grid.
        """
        number = len(trials)
        if self.plan.sampler == "grid":
            return self.plan.grid_point(number)
        first = number - number % len(self.plan.seeds)
        return trials[first].params if first < number else {}

    def _claim(self, number: int) -> bool:
        """Lock the folder of a trial; return whether no other process holds it."""
        self._path(number).mkdir(exist_ok=True)
        try:
            lock_folder(self._path(number))
        except UserError:
            return False
        return True

    def _point(self, trial: Trial) -> dict[str, Any]:
        """Return a trial's point, and draw what has not been drawn of it."""
        return {axis.name: _suggest(trial, axis) for axis in self.plan.axes}

    def _train(self, trial: Trial) -> None:
        """Train a trial, or what is left of it, and tell the study what came of it."""
        point, seed = self._point(trial), self.plan.seed(trial.number)
        path = self._path(trial.number)
        choice = ", ".join(f"{name} {value}" for name, value in point.items())
        self.say(f"trial {trial.number} of {self.plan.count}: {choice}, seed {seed}")
        watchers = [_Reporter(trial)] if self.plan.prune else []
        try:
            settings = self.plan.settings_at(point)
            train_run(self.plan.domain, settings, path, seed, watchers)
        except optuna.TrialPruned:
            self.say(f"trial {trial.number} is stopped: its live score is below the median")
            self.study.tell(trial, state=TrialState.PRUNED)
            return
        except UserError as error:
            cause = error.__cause__
            if isinstance(cause, OSError) and not isinstance(cause, FileNotFoundError):
                raise  # such as a full disk
            self.say(f"trial {trial.number} failed: {error}")
            self.study.tell(trial, state=TrialState.FAIL)
            return
        if self.evaluate:
            self.plan.domain.evaluate(self.plan.domain.scored(path), self.say)
        self.study.tell(trial, live_score(path))

    def _conclude(self) -> None:
        """Say what has become of the trials."""
        trials = self.study.get_trials(deepcopy=False)
        states = [trial.state for trial in trials]
        if set(states) == {TrialState.FAIL}:
            raise UserError(f"all {len(trials)} trials failed; what of, is said above")
        named = {state: states.count(state) for state in TrialState if state in states}
        counts = ", ".join(f"{count} {state.name.lower()}" for state, count in named.items())
        self.say(f"{self.folder}: {len(trials)} trials: {counts}")

    def _path(self, number: int) -> Path:
        return self.folder / f"{number:04d}"

    @contextmanager
    def _alone(self) -> Iterator[None]:
        """Keep other workers out of the block."""
        lock = os.open(self.folder / LOCK, os.O_RDWR | os.O_CREAT, 0o666)
        try:
            fcntl.flock(lock, fcntl.LOCK_EX)
            yield
        finally:
            os.close(lock)


class _Reporter(Watcher):
    """Tells a study the live scores of a trial, and stops it when it is to be pruned."""

    def __init__(self, trial: Trial) -> None:
        self.trial = trial
        self.known = trial.study.get_trials(deepcopy=False)[trial.number].intermediate_values

    def logged(self, row: Mapping[str, Any]) -> None:
        """Report a live score; what a trial reported before it was taken up again stands."""
        if "score" not in row:
            return
        if row["step"] not in self.known:
            self.trial.report(row["score"], row["step"])
        if self.trial.should_prune():
            raise optuna.TrialPruned


def live_score(path: Path) -> float:
    """Return the best live score of a run: that of the model that it keeps."""
    rows = read_telemetry(path)
    best = best_step(rows)
    return next((row["score"] for row in rows if row["step"] == best), float("-inf"))


def _open_study(folder: Path, storage: str, plan: Plan) -> optuna.Study:
    """Open or create the study of a plan.

    Raises:
        UserError: see `Sweep`.
    """
    pruner = optuna.pruners.MedianPruner() if plan.prune else optuna.pruners.NopPruner()
    place = _place(folder, storage)
    names = [folder.resolve().name]
    try:
        opened = storage or _journal(folder / JOURNAL)
        if not storage:  # a journal is of one study, and the folder may have been renamed
            names = optuna.get_all_study_names(opened) or names
        study = optuna.create_study(
            storage=opened,
            study_name=names[0],
            direction="maximize",
            pruner=pruner,
            load_if_exists=True,
        )
        known, asked = study.user_attrs.get(PLAN), plan.described()
        if known is None:
            study.set_user_attr(PLAN, asked)
    except UserError:
        raise
    except Exception as error:  # those of a database and its driver have no type in common
        reason = str(error).splitlines()[0] if str(error) else type(error).__name__
        if not storage and not isinstance(error, OSError):
            reason = (
                "it is damaged; delete it, and the same command makes it again from the runs that "
                "stand beside it"
            )
        raise UserError(f"cannot use the study in {place}: {reason}") from error
    for key in sorted((known or asked).keys() | asked.keys()):
        before, now = (known or asked).get(key), asked.get(key)
        if before != now:
            raise UserError(
                f"{place} holds a study of other settings ({key} was {before}, is now {now}); "
                "give the same, or another --sweep-dir"
            )
    return study


def _place(folder: Path, storage: str) -> str:
    """Return where a study is kept, for messages."""
    return storage or str(folder / JOURNAL)


def _journal(place: Path) -> optuna.storages.BaseStorage:
    from optuna.storages import JournalStorage
    from optuna.storages.journal import JournalFileBackend, JournalFileSymlinkLock

    lock = JournalFileSymlinkLock(str(place))
    backend = JournalFileBackend(str(place), lock)
    lock.acquire()  # no other worker writes meanwhile
    try:
        _cut_unfinished_line(place)
    finally:
        lock.release()
    return JournalStorage(backend)


def _cut_unfinished_line(place: Path) -> None:
    """Drop a last line without an end, which a full disk leaves: what is appended would join it."""
    content = place.read_bytes()
    end = content.rfind(b"\n") + 1
    if end < len(content):
        os.truncate(place, end)


def _sampler(plan: Plan, number: int) -> optuna.samplers.BaseSampler:
    """Return what draws a trial: for one number always the same, whichever worker asks."""
    if plan.sampler == "tpe":
        return optuna.samplers.TPESampler(seed=number, constant_liar=True)
    return optuna.samplers.RandomSampler(seed=number)


def _suggest(trial: Trial, axis: SweptSetting) -> Any:
    if axis.choices:
        return trial.suggest_categorical(axis.name, axis.choices)
    if axis.kinds[0] is int:
        return trial.suggest_int(axis.name, int(axis.low), int(axis.high), log=axis.log)
    return trial.suggest_float(axis.name, axis.low, axis.high, log=axis.log)
