"""Sampling error of averages and of their ratios: the percentile bootstrap (Efron 1979)."""

import numpy as np

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
