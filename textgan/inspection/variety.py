"""How varied samples are: how far they spread, and how many of the data's kinds occur."""

import numpy as np

KINDS = 50  # of real samples
LEAST = 4  # real samples for each kind


def spread(samples: np.ndarray, real: np.ndarray) -> float:
    """Return how far samples (sample, ...) lie from their mean, as a share of real ones' distance.

    Both distances are root mean squares. 1 is as varied as the data, 0 one and the same sample.
    """
    return float(np.sqrt(samples.var(axis=0).sum() / real.var(axis=0).sum()))


class Clusters:
    """The kinds of real samples, found by k-means, and which of them occur.

    Attributes:
        count: of the kinds.

    Args:
        real: (sample, feature) features of real samples.
    """

    def __init__(self, real: np.ndarray) -> None:
        from sklearn.cluster import KMeans

        self.count = max(1, min(KINDS, len(np.unique(real, axis=0)) // LEAST))
        self._groups = KMeans(self.count, n_init=1, random_state=0).fit(real)

    def occurring(self, samples: np.ndarray) -> int:
        """Return how many kinds occur among samples (sample, feature)."""
        return len(np.unique(self._groups.predict(samples)))
