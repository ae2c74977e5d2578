"""Clusters of alike pictures, which may take the place of classes as the condition of a game.

Noise is one cloud, and digits are ten: a generator that is told nothing has to turn one digit into
another somewhere in the cloud, and what it draws there is neither. Told which cluster to draw from,
it need not. No label is used (Liu et al. 2020, "Diverse image generation via self-conditioned
GANs", arXiv:2006.10728; they cluster what the discriminator sees, here it is the pixels).
"""

from dataclasses import replace

import numpy as np
from threadpoolctl import threadpool_limits

from textgan.errors import UserError
from textgan.images.datasets import ImageData, Images

COMPONENTS = 50  # principal components of the pixels that are clustered, at most


def with_clusters(data: ImageData, count: int) -> ImageData:
    """Return a set of images whose labels are clusters, by k-means of the training pictures.

    Args:
        data: a set of images. Of stacked pictures each is in a cluster of its own.
        count: clusters.

    Raises:
        UserError: there are fewer training pictures than clusters.
    """
    from sklearn.cluster import KMeans
    from sklearn.decomposition import PCA
    from sklearn.pipeline import make_pipeline

    pictures = _flat(data.train)
    if count > len(pictures):
        raise UserError(
            f"clusters is {count}, and {data.name} has {len(pictures)} training pictures: "
            "there cannot be more clusters than pictures"
        )
    components = min(COMPONENTS, *pictures.shape)
    found = make_pipeline(
        PCA(components, svd_solver="randomized", random_state=0),
        KMeans(count, n_init=1, random_state=0),
    )
    # On one thread: the order in which several add up is left to chance.
    with threadpool_limits(1):
        found.fit(pictures)
        return replace(
            data,
            classes=count,
            train=replace(data.train, labels=found.predict(pictures).astype(np.int64)),
            test=replace(data.test, labels=found.predict(_flat(data.test)).astype(np.int64)),
        )


def _flat(images: Images) -> np.ndarray:
    """Return the pictures as rows, (picture, pixel) float32 from 0 to 1."""
    return images.pixels.reshape(len(images.pixels), -1).astype(np.float32) / np.float32(255)
