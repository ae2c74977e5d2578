"""Finds the metric of a score, and loads no kind of metrics that is not asked for."""

from importlib import import_module
from math import isnan

from textgan.metrics.metric import METRICS, Metric, Part, Score

# The modules that make the metrics of a kind of run known. In this order: tables load pandas.
HOMES = {
    "text": ("text_evaluation", "likelihood"),
    "image": ("images", "distribution"),
    "table": ("table_evaluation",),
}


def load(kind: str) -> None:
    """Make the metrics of a kind of run known."""
    for module in HOMES.get(kind, ()):
        import_module(f"textgan.metrics.{module}")


def describe(name: str) -> Metric:
    """Return the metric of a score by its name; one that nobody has defined is made of the name."""
    beginning = name.partition(".")[0] + "."
    for kind in ("", *HOMES):
        load(kind)
        for key in (name, beginning):
            if key in METRICS:
                return METRICS[key]
    return Metric(name, name.replace("_", " ").replace(".", " "), Part.OTHER, "")


def title(name: str) -> str:
    """Return a score's title; what it is measured of, such as a column, stands behind it."""
    metric = describe(name)
    return f"{metric.title} {name[len(metric.name) :]}".rstrip()


def live_metrics(kind: str) -> list[Metric]:
    """Return the metrics that a run of this kind may log while it trains."""
    load(kind)
    return [metric for metric in METRICS.values() if metric.live]


def written(score: Score, value: float | None = None) -> str:
    """Write a score's value, or another of its scale, with as many digits as it needs.

    What is counted has none.
    """
    value = score.value if value is None else value
    if describe(score.name).whole and not isnan(value):
        return f"{value:,.0f}"
    return f"{value:.3f}" if abs(score.value) < 10 else f"{value:.2f}"
