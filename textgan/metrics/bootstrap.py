"""Sampling error of an average: the percentile bootstrap (Efron 1979)."""

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
