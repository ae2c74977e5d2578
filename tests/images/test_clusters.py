"""Clusters of alike pictures: what they are, and that nothing is left to chance."""

import numpy as np
import pytest
from sklearn.metrics import adjusted_rand_score

from textgan.errors import UserError
from textgan.images.clusters import with_clusters
from textgan.images.datasets import ImageData, Images, load_images
from textgan.images.settings import ImageSettings


def bars(parts: np.ndarray, seed: int) -> Images:
    """Upright and lying bars with noise, two pictures in three lying."""
    draw = np.random.default_rng(seed)
    labels = (np.arange(60) % 3 > 0).astype(np.int64)
    pixels = draw.integers(60, size=(60, 8, 8, 1), dtype=np.uint8)
    pixels[labels == 0, :, 4] += 190
    pixels[labels == 1, 4] += 190
    return Images(pixels, labels, parts)


def data_of(parts: np.ndarray) -> ImageData:
    return ImageData("bars", bars(parts, 1), bars(parts, 2), 2, "checksum")


def test_alike_pictures_are_in_one_cluster() -> None:
    data = data_of(np.arange(60)[:, None])
    found = with_clusters(data, 2)
    for half, labelled in ((found.train, data.train), (found.test, data.test)):
        assert adjusted_rand_score(labelled.labels, half.labels) == 1
        assert half.pixels is labelled.pixels
    assert (found.classes, found.checksum) == (2, data.checksum)
    assert sorted(found.frequencies) == pytest.approx([1 / 3, 2 / 3])


def test_no_label_is_read() -> None:
    data = data_of(np.arange(60)[:, None])
    blank = Images(data.train.pixels, np.zeros(60, dtype=np.int64), data.train.parts)
    unlabelled = ImageData("bars", blank, data.test, 1, "checksum")
    np.testing.assert_array_equal(
        with_clusters(unlabelled, 3).train.labels, with_clusters(data, 3).train.labels
    )


def test_each_picture_of_a_stack_is_in_a_cluster_of_its_own() -> None:
    parts = np.random.default_rng(3).integers(60, size=(40, 3))
    found = with_clusters(data_of(parts), 2)
    assert found.stack == 3
    together = found.train.classes(np.arange(40))
    apart = data_of(parts).train.classes(np.arange(40))
    assert adjusted_rand_score(apart.ravel(), together.ravel()) == 1


def test_clusters_of_digits_are_the_same_each_time_and_mostly_of_one_digit() -> None:
    digits = load_images("digits")
    labels, again = (with_clusters(digits, 50).train.labels for _ in range(2))
    np.testing.assert_array_equal(labels, again)
    true = digits.train.labels
    right = sum(np.bincount(true[labels == cluster]).max() for cluster in range(50))
    assert right / len(true) > 0.85


def test_more_clusters_than_pictures() -> None:
    with pytest.raises(UserError, match="clusters is 61, and bars has 60 training pictures"):
        with_clusters(data_of(np.arange(60)[:, None]), 61)


@pytest.mark.parametrize("count", [-1, 1])
def test_counts_that_part_nothing(count: int) -> None:
    with pytest.raises(UserError, match=f"clusters is {count}: give at least 2, or 0"):
        ImageSettings(clusters=count)


def test_either_classes_or_clusters() -> None:
    with pytest.raises(UserError, match="by class or by cluster"):
        ImageSettings(clusters=5, conditional=True)
