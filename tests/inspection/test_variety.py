import numpy as np
import pytest

from textgan.inspection.variety import LEAST, Clusters, spread


def test_spread_grows_with_the_samples_and_not_with_where_they_are() -> None:
    real = np.random.default_rng(0).standard_normal((400, 3, 2))
    assert spread(2.5 * real + 7.0, real) == pytest.approx(2.5)
    assert spread(np.ones((10, 3, 2)), real) == 0.0


def test_kinds_are_the_heaps_of_the_data() -> None:
    rng = np.random.default_rng(1)
    heaps = 100.0 * np.eye(5)
    real = np.repeat(heaps, LEAST, axis=0) + rng.standard_normal((5 * LEAST, 5))
    kinds = Clusters(real)
    assert kinds.count == 5
    assert kinds.occurring(real) == 5
    assert kinds.occurring(np.repeat(heaps[:2], 30, axis=0)) == 2


def test_of_a_handful_of_samples_there_is_one_kind() -> None:
    assert Clusters(np.ones((9, 2))).count == 1
