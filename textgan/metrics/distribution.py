"""How far apart two sets of feature vectors lie, whatever they describe: sentences, images, rows.

* Fréchet distance (Heusel et al. 2017, "GANs trained by a two time-scale update rule", eq. 6):
  both sets are taken as Gaussians. One number for quality and variety together. It shrinks as
  rows are added, because a covariance estimated from few of them is off: compare it only between
  sets of one size, and with what real data score against real data.
* Precision and recall (Kynkäänniemi et al. 2019, "Improved precision and recall metric", eq. 1 and
  2): the share of samples near a reference, and of references near a sample, where near means no
  farther than that one's own k-th nearest neighbour.
* Density and coverage (Naeem et al. 2020, "Reliable fidelity and diversity metrics", eq. 3 and 4):
  the same from the references' neighbourhoods alone, which outliers among the samples cannot
  widen. Density counts in how many a sample lies, and may pass 1.
"""

from collections.abc import Iterator
from dataclasses import dataclass
from math import inf
from pathlib import Path

import numpy as np

from textgan.errors import UserError
from textgan.files import DAMAGE, read_array
from textgan.metrics.bootstrap import mean_score
from textgan.metrics.metric import Metric, Part, Score, sign

NEIGHBOURS = 5  # k; Naeem et al. take 5 as well, Kynkäänniemi et al. take 3
_BLOCK = 1 << 22  # distances held at a time, to bound the memory

FRECHET = Metric(
    "frechet",
    "Fréchet distance",
    Part.DISTRIBUTIONS,
    "How far the two clouds lie apart, taken as Gaussians: quality and variety together.",
    "minimize",
    maximum=inf,
    headline=True,
)
PRECISION = Metric(
    "precision",
    "precision",
    Part.DISTRIBUTIONS,
    "The share of samples that lie near some real one: quality.",
)
RECALL = Metric(
    "recall",
    "recall",
    Part.DISTRIBUTIONS,
    "The share of real samples that lie near some generated one: variety.",
    headline=True,
)
DENSITY = Metric(
    "density",
    "density",
    Part.DISTRIBUTIONS,
    "How many real samples' neighbourhoods a sample lies in, for k of them: quality.",
    maximum=inf,
)
COVERAGE = Metric(
    "coverage",
    "coverage",
    Part.DISTRIBUTIONS,
    "The share of real samples in whose neighbourhood a generated one lies: variety.",
    "maximize",
    headline=True,
)


@dataclass(frozen=True, eq=False)
class Neighbourhoods:
    """Which samples and references lie near each other."""

    near_reference: np.ndarray  # (sample,) bool; its mean is precision
    density: np.ndarray  # (sample,) references' neighbourhoods it lies in, divided by k
    near_sample: np.ndarray  # (reference,) bool; its mean is recall
    covered: np.ndarray  # (reference,) bool, a sample lies in its neighbourhood


@dataclass(frozen=True, eq=False)
class Gaussian:
    """The first two moments of a set of vectors."""

    mean: np.ndarray  # (dim,)
    covariance: np.ndarray  # (dim, dim)

    @classmethod
    def of(cls, features: np.ndarray) -> "Gaussian":
        """Estimate it from the rows of (row, dim), without bias."""
        return cls(features.mean(axis=0), np.atleast_2d(np.cov(features, rowvar=False)))


def frechet_distance(samples: Gaussian, references: Gaussian) -> float:
    """Squared Fréchet distance |m - n|² + tr(C + D - 2 (C D)^(1/2)) of two Gaussians, 0 or more."""
    return _frechet(samples, references, _root(references.covariance))


def neighbourhoods(
    samples: np.ndarray, references: np.ndarray, k: int = NEIGHBOURS
) -> Neighbourhoods:
    """Find who lies in whose neighbourhood, by Euclidean distance.

    Equal rows are neighbours at distance 0, so a row that occurs more than k times has a
    neighbourhood that holds its copies only. Memory does not grow with rows times rows.

    Args:
        samples: (sample, dim).
        references: (reference, dim).
        k: which neighbour a neighbourhood reaches to, itself not counted; below both numbers.
    """
    centre = references.mean(axis=0)
    samples, references = samples - centre, references - centre
    sample_reach, reference_reach = _reach(samples, k), _reach(references, k)
    near_reference = np.empty(len(samples), dtype=bool)
    density = np.empty(len(samples))
    near_sample = np.zeros(len(references), dtype=bool)
    covered = np.zeros(len(references), dtype=bool)
    for rows, squared in _squared_distances(samples, references):
        inside = squared <= reference_reach
        near_reference[rows] = inside.any(axis=1)
        density[rows] = inside.sum(axis=1) / k
        covered |= inside.any(axis=0)
        near_sample |= (squared <= sample_reach[rows, None]).any(axis=0)
    return Neighbourhoods(near_reference, density, near_sample, covered)


def distribution_scores(
    samples: np.ndarray, references: np.ndarray, **fields: object
) -> list[Score]:
    """Score samples' features against references': `frechet`, `precision`, `recall`, ...

    The interval of the Fréchet distance is found by the delta method, the others are bootstrapped:
    precision and density over the samples, recall and coverage over the references.

    Args:
        samples: (sample, dim).
        references: (reference, dim).
        fields: what the features are, for the signatures.

    Raises:
        UserError: a value that is not finite, different dimensions, or no more than k rows.
    """
    samples, references = (np.asarray(each, dtype=np.float64) for each in (samples, references))
    _check(samples, references)
    sizes = {"hyps": len(samples), "refs": len(references), **fields}
    near = neighbourhoods(samples, references)

    signature = sign(k=NEIGHBOURS, **sizes)
    return [
        _frechet_score(samples, references, sign(**sizes)),
        mean_score(PRECISION, near.near_reference, signature),
        mean_score(RECALL, near.near_sample, signature),
        mean_score(DENSITY, near.density, signature),
        mean_score(COVERAGE, near.covered, signature),
    ]


def read_features(path: Path, rows: int) -> np.ndarray:
    """Read the features of `rows` things from a `.npy` file, (row, dim); nothing is unpickled.

    Raises:
        UserError: the file cannot be read, or holds something else.
    """
    try:
        features = read_array(path)
    except OSError as error:
        raise UserError(f"cannot read {path}: {error.strerror}") from error
    except DAMAGE as error:
        raise UserError(f"{path} is not a .npy file of numbers ({error})") from error
    if features.ndim != 2 or features.dtype.kind not in "fiu" or not features.shape[1]:
        raise UserError(
            f"{path} holds {features.dtype} {features.shape}: features are rows of numbers"
        )
    if len(features) != rows:
        raise UserError(f"{path} has {len(features)} rows for {rows} sentences: one row for each")
    return features


def _check(samples: np.ndarray, references: np.ndarray) -> None:
    for title, features in {"samples": samples, "references": references}.items():
        if features.ndim != 2:
            raise UserError(f"features of the {title}, {features.shape}, are not rows of numbers")
        if len(features) <= NEIGHBOURS:
            raise UserError(
                f"{len(features)} {title}: the distance between distributions needs at least "
                f"{NEIGHBOURS + 1}"
            )
        if not np.isfinite(features).all():
            row = int(np.flatnonzero(~np.isfinite(features).all(axis=1))[0])
            raise UserError(f"features of the {title}, row {row + 1}: a value is not finite")
    if samples.shape[1] != references.shape[1]:
        raise UserError(
            f"features of the samples have {samples.shape[1]} dimensions, those of the references "
            f"{references.shape[1]}: take both from the same encoder"
        )


def _frechet_score(samples: np.ndarray, references: np.ndarray, signature: str) -> Score:
    """The distance, with an interval from how much each sample moves it.

    To first order a sample at z from the mean adds 2 z (m - n) + z (I - T) z, where T is the linear
    map that carries the samples' Gaussian to the references', and the derivative of the distance
    with respect to the covariance is I - T. (A jackknife is wrong here: near 0 it exaggerates the
    error up to twentyfold.)
    """
    gaussian, reference = Gaussian.of(samples), Gaussian.of(references)
    root = _root(reference.covariance)
    value = _frechet(gaussian, reference, root)
    transport = root @ _root(root @ gaussian.covariance @ root, inverse=True) @ root
    away = samples - gaussian.mean
    moves = 2 * away @ (gaussian.mean - reference.mean)
    moves += ((away - away @ transport) * away).sum(axis=1)
    reach = 1.96 * float(moves.std() / np.sqrt(len(samples)))
    interval = max(0.0, value - reach), value + reach
    return FRECHET.score(value, signature, interval)


def _frechet(samples: Gaussian, references: Gaussian, root: np.ndarray) -> float:
    """The distance, given the square root of the references' covariance.

    C D has the eigenvalues of the symmetric D^(1/2) C D^(1/2), whose roots sum to the trace.
    """
    product = np.linalg.eigvalsh(root @ samples.covariance @ root)
    spread = np.trace(samples.covariance) + np.trace(references.covariance)
    shift = np.square(samples.mean - references.mean).sum()
    return max(0.0, float(shift + spread - 2 * np.sqrt(np.maximum(product, 0)).sum()))


def _root(covariance: np.ndarray, inverse: bool = False) -> np.ndarray:
    """The symmetric square root of a covariance, or the pseudo-inverse of that root."""
    values, vectors = np.linalg.eigh(covariance)
    roots = np.sqrt(np.maximum(values, 0))
    if inverse:
        roots = np.where(values > 1e-10 * values.max(), 1 / np.maximum(roots, 1e-300), 0)
    return (vectors * roots) @ vectors.T


def _reach(features: np.ndarray, k: int) -> np.ndarray:
    """Squared distance from each row to its k-th neighbour, (row,), and a rounding error more."""
    slack = 1e-12 * np.square(features).sum(axis=1).max()
    reach = np.empty(len(features))
    for rows, squared in _squared_distances(features, features):
        reach[rows] = np.partition(squared, k, axis=1)[:, k]  # the first is the row itself
    return reach + slack


def _squared_distances(rows: np.ndarray, columns: np.ndarray) -> Iterator[tuple[slice, np.ndarray]]:
    """Squared distances of all pairs: a block of rows at a time, and theirs, (row, column)."""
    lengths = np.square(columns).sum(axis=1)
    size = max(1, _BLOCK // len(columns))
    for begin in range(0, len(rows), size):
        block = rows[begin : begin + size]
        squared = block @ columns.T
        squared *= -2
        squared += lengths
        squared += np.square(block).sum(axis=1)[:, None]
        yield slice(begin, begin + size), squared
