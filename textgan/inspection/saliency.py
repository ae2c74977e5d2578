"""Which parts of a sample a judgement comes from: four answers, and how far they agree.

    gradient      how fast the judgement changes with each number of the sample (Simonyan et al.
                  2014)
    integrated    integrated gradients (Sundararajan et al. 2017, eq. 1): contributions that sum to
                  the judgement's difference from that of an empty sample
    grad_cam      Grad-CAM (Selvaraju et al. 2017, eq. 1-2) on any layer with positions
    occlusion     how much the judgement falls when a part is emptied (Zeiler and Fergus 2014,
                  section 3)

A judgement is any function of samples (sample, *shape) to one number each, (sample,), that treats
each sample by itself (see `HookedDiscriminator`).
"""

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from itertools import product
from typing import Any

import keras
import numpy as np
from keras import ops

from textgan.gan.autodiff import value_and_input_gradient
from textgan.gan.checkpoint import restore
from textgan.inspection.hooks import Edit

Judgement = Callable[[Any], Any]
WithLayer = Callable[[Any, dict[str, Edit]], tuple[Any, dict[str, Any]]]

JUDGED = 256  # samples at once, while parts of them are emptied


def gradient(judgement: Judgement, samples: np.ndarray) -> np.ndarray:
    """Return the gradient of each sample's judgement, in the shape of the samples."""

    def total(inputs: Any) -> tuple[Any, Any]:
        return ops.sum(judgement(inputs)), ops.zeros(())

    return np.asarray(value_and_input_gradient(total, ops.convert_to_tensor(samples))[1])


def integrated_gradients(
    judgement: Judgement, samples: np.ndarray, baseline: np.ndarray, pieces: int = 48
) -> np.ndarray:
    """Return contributions, in the shape of the samples, on the straight way from `baseline`.

    Args:
        judgement: to explain.
        samples: (sample, *shape).
        baseline: (*shape) an empty sample.
        pieces: points on the way, the middles of as many equal pieces.
    """
    shares = (np.arange(pieces, dtype=np.float32) + 0.5) / pieces
    contributions = []
    for sample in samples:
        way = baseline + shares.reshape(-1, *[1] * baseline.ndim) * (sample - baseline)
        slopes = gradient(judgement, way.astype(np.float32))
        contributions.append((sample - baseline) * slopes.mean(axis=0))
    return np.stack(contributions)


def batch_contributions(
    judgement: Judgement, batch: np.ndarray, other: np.ndarray, pieces: int = 24
) -> np.ndarray:
    """Return contributions, in the shape of a batch, to how its judgement differs from another's.

    Integrated gradients on the straight way from `other` to `batch`, all samples at once: they
    pass through the statistics of the batch, and sum to the difference of the two batches' summed
    judgements.

    Args:
        judgement: of a batch as a whole to one number a sample.
        batch: (sample, *shape) what is explained.
        other: (sample, *shape) what it is compared with.
        pieces: points on the way, the middles of as many equal pieces.
    """
    shares = (np.arange(pieces, dtype=np.float32) + 0.5) / pieces
    slopes = sum(gradient(judgement, other + share * (batch - other)) for share in shares)
    return (batch - other) * slopes / pieces


def grad_cam(
    run: WithLayer, judge: Callable[[Any], Any], layer: str, samples: np.ndarray
) -> np.ndarray:
    """Return how much each position of a layer speaks for the judgement, (sample, *position) >= 0.

    Args:
        run: `Hooks` or a `HookedDiscriminator`: samples and edits to output and activations.
        judge: from its output to one number for each sample.
        layer: whose activations are (sample, *position, channel).
        samples: (sample, *shape).
    """
    _, seen = run(samples, {})
    activations = ops.convert_to_tensor(ops.convert_to_numpy(seen[layer]))

    def total(instead: Any) -> tuple[Any, Any]:
        output, _ = run(samples, {layer: lambda _: instead})
        return ops.sum(judge(output)), ops.zeros(())

    slopes = np.asarray(value_and_input_gradient(total, activations)[1])
    positions = tuple(range(1, slopes.ndim - 1))
    weights = slopes.mean(axis=positions, keepdims=True)
    return np.maximum(0.0, (weights * np.asarray(activations)).sum(axis=-1))


def occlusion(
    judgement: Judgement, samples: np.ndarray, baseline: np.ndarray, size: int = 1
) -> np.ndarray:
    """Return how much the judgement falls when a part is emptied, (sample, *position).

    Args:
        judgement: to explain.
        samples: (sample, *position, channel).
        baseline: (*position, channel) what an empty sample has there.
        size: of a part, in positions along each axis; parts move by one position, and a position
            gets the mean of all parts that cover it.
    """
    shape = samples.shape[1:-1]
    starts = product(*(range(length - size + 1) for length in shape))
    parts = [tuple(slice(begin, begin + size) for begin in start) for start in starts]
    before = np.asarray(judgement(samples))
    falls, covered = np.zeros(samples.shape[:-1]), np.zeros(shape)
    at_once = max(1, JUDGED // len(samples))
    for first in range(0, len(parts), at_once):
        some = parts[first : first + at_once]
        emptied = np.stack([samples] * len(some))
        for copy, part in zip(emptied, some, strict=True):
            copy[(slice(None), *part)] = baseline[part]
        after = np.asarray(judgement(emptied.reshape(-1, *samples.shape[1:])))
        for part, left in zip(some, after.reshape(len(some), -1), strict=True):
            falls[(slice(None), *part)] += (before - left).reshape(-1, *[1] * len(shape))
            covered[part] += 1
    return falls / covered


def agreement(first: np.ndarray, second: np.ndarray) -> float:
    """Return Spearman's rank correlation of two maps of one shape."""
    from scipy.stats import spearmanr

    return float(spearmanr(first.ravel(), second.ravel()).statistic)


@contextmanager
def shuffled(network: keras.Model, seed: int = 0) -> Iterator[None]:
    """Shuffle every weight array of a network while the block lasts.

    A map that stays the same says nothing of what was learned (Adebayo et al. 2018, "Sanity checks
    for saliency maps").
    """
    rng = np.random.Generator(np.random.PCG64(seed))
    kept = [ops.convert_to_numpy(variable) for variable in network.variables]
    try:
        mixed = [rng.permutation(values.ravel()).reshape(values.shape) for values in kept]
        restore(network.variables, mixed)
        yield
    finally:
        restore(network.variables, kept)
