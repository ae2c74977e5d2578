"""Sampling error of averages and of their ratios: the percentile bootstrap (Efron 1979)."""

from math import nan

import numpy as np

from textgan.metrics.metric import Metric, Score

RESAMPLES = 1000
SEED = 0
_BLOCK = 1 << 22  # draws at a time, to bound the memory


def mean_interval(values: np.ndarray, confidence: float = 0.95) -> np.ndarray:
    """Interval of the mean of each column when the rows had been other draws of the same source.

    Args:
        values: (row, column), one row for each sample.
        confidence: probability that the interval leaves inside.

    Returns:
        (2, column): low and high end. The same values give the same interval.
    """
    generator = np.random.default_rng(SEED)
    rows = len(values)
    block = max(1, _BLOCK // rows)
    means = []
    for done in range(0, RESAMPLES, block):
        resamples = min(block, RESAMPLES - done)
        drawn = generator.integers(rows, size=(resamples, rows))
        drawn += rows * np.arange(resamples)[:, None]
        times = np.bincount(drawn.ravel(), minlength=resamples * rows).reshape(resamples, rows)
        means.append(times @ values / rows)
    tail = (1 - confidence) / 2
    return np.quantile(np.concatenate(means), [tail, 1 - tail], axis=0)


def ratio_interval(
    numerators: np.ndarray, denominators: np.ndarray, confidence: float = 0.95
) -> tuple[float, float]:
    """Interval of sum(numerators) / sum(denominators), such as nats per word, over the samples.

    The ratio is taken as linear around its value, which makes it an average.

    Args:
        numerators: (sample,).
        denominators: (sample,), with a sum above 0.
        confidence: probability that the interval leaves inside.
    """
    ratio = numerators.sum() / denominators.sum()
    linear = ratio + (numerators - ratio * denominators) / denominators.mean()
    low, high = mean_interval(linear[:, None], confidence)[:, 0]
    return float(low), float(high)


def mean_score(metric: Metric, values: np.ndarray, signature: str) -> Score:
    """Score the mean of the values (sample,), with its interval over the samples."""
    values = values.astype(np.float64)
    low, high = mean_interval(values[:, None])[:, 0]
    return metric.score(values.mean(), signature, (float(low), float(high)))


def ratio_score(metric: Metric, parts: np.ndarray, totals: np.ndarray, signature: str) -> Score:
    """Score the sum of the parts (sample,) over that of the totals (sample,); NaN if that is 0."""
    if not totals.sum():
        return metric.score(nan, signature)
    interval = ratio_interval(parts, totals)
    return metric.score(parts.sum() / totals.sum(), signature, interval)
