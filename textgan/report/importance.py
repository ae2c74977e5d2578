"""The section on which of the settings that differ matter for the live score: fANOVA's shares."""

from collections.abc import Sequence
from typing import Any

from textgan.gan.run_folder import flatten
from textgan.report.run import Run
from textgan.report.sections import Section, Table
from textgan.report.shown import Shown

FEWEST = 4  # runs, below which there is nothing to part
SEED = 0  # of the forest


def importance_section(shown: Shown) -> Section | None:
    """Say how much each setting explains of the differences in live score, where Optuna is."""
    scored = [(run, score) for run in shown.every if (score := _score(run)) is not None]
    if shown.comparison is None or len(scored) < FEWEST:
        return None
    settings = varied([run for run, _ in scored])
    shares = importance(settings, [score for _, score in scored])
    if not shares:
        return None
    table = Table(
        "",
        ["setting", "share", "values"],
        [[name, f"{share:.2f}", _values(settings[name])] for name, share in shares.items()],
    )
    return Section(
        "importance",
        "Which settings matter",
        "How much of the differences between the runs' live scores comes from each setting: shares "
        "that sum to 1, by functional ANOVA over a random forest (Hutter et al. 2014). The seed's "
        "share is chance. Few runs make rough shares, and they hold only for the values tried.",
        [table],
    )


def varied(runs: Sequence[Run]) -> dict[str, list[Any]]:
    """Return the settings in which runs differ, the seed among them, with each run's value.

    Settings that another one decides, as an objective may decide its penalty, stand with it:
    "game.objective (with game.penalty)".
    """
    flat = [flatten(run.settings) for run in runs]
    names = list(dict.fromkeys(name for settings in flat for name in settings))
    columns = {name: [settings.get(name) for settings in flat] for name in names}
    left = {name: column for name, column in columns.items() if len(set(map(str, column))) > 1}
    found: dict[str, list[Any]] = {}
    while left:
        # Numbers decide nothing: those drawn at random are all different.
        texts = [name for name in left if isinstance(left[name][0], str)]
        name = max(texts, key=lambda name: len(set(left[name]))) if texts else next(iter(left))
        column = left.pop(name)
        others = [other for other in left if other != "seed" and name in texts]
        decided = [other for other in others if _decides(column, left[other])]
        for other in decided:
            del left[other]
        found[f"{name} (with {', '.join(decided)})" if decided else name] = column
    return found


def importance(settings: dict[str, list[Any]], scores: Sequence[float]) -> dict[str, float]:
    """Return each setting's share in the variance of the scores, the largest first.

    Args:
        settings: by name, the value in each run.
        scores: of the runs, finite.

    Returns:
        Nothing if Optuna is not installed, fewer than two settings differ, or no score does.
    """
    try:
        import optuna
    except ImportError:
        return {}
    if len(settings) < 2 or len(set(scores)) < 2:
        return {}
    optuna.logging.set_verbosity(optuna.logging.ERROR)
    study = optuna.create_study(direction="maximize")
    spaces = {name: _space(name, column) for name, column in settings.items()}
    for place, score in enumerate(scores):
        point = {name: _plain(spaces[name], column[place]) for name, column in settings.items()}
        study.add_trial(optuna.trial.create_trial(params=point, distributions=spaces, value=score))
    forest = optuna.importance.FanovaImportanceEvaluator(seed=SEED)
    return optuna.importance.get_param_importances(study, evaluator=forest)


def _space(name: str, column: Sequence[Any]) -> Any:
    """Return the values that a setting has as Optuna has them: a range of numbers, or choices."""
    from optuna.distributions import CategoricalDistribution, FloatDistribution

    numbers = all(isinstance(v, int | float) and not isinstance(v, bool) for v in column)
    if numbers and name != "seed":
        return FloatDistribution(min(column), max(column))
    return CategoricalDistribution(sorted(set(map(str, column))))


def _plain(space: Any, value: Any) -> Any:
    return str(value) if hasattr(space, "choices") else float(value)


def _decides(column: Sequence[Any], other: Sequence[Any]) -> bool:
    """Whether each value of a column comes with one value of another."""
    return len({*zip(map(str, column), map(str, other), strict=True)}) == len(set(map(str, column)))


def _score(run: Run) -> float | None:
    """Return the best live score of a run, that of the model which it keeps."""
    return max((score for _, score in run.series("score")), default=None)


def _values(column: Sequence[Any]) -> str:
    different = list(dict.fromkeys(map(str, column)))
    few = len(different) <= 6 or any(isinstance(value, str) for value in column)
    return ", ".join(different) if few else f"{min(column):g} to {max(column):g}"
