"""What a GAN has to beat: tables drawn from simpler models of the same training rows.

* `independent`: every column by itself.
* `copula`: a Gaussian copula: every column's own distribution, tied by the correlations of normal
  scores (Sklar 1959; as the Synthetic Data Vault has it, Patki et al. 2016, section III).
* `mixture`: a mixture of Gaussians of the encoded rows, of as many components as the Bayesian
  information criterion asks for.
* `resampled`: the training rows themselves, drawn with replacement: no new row, and no privacy.
"""

from collections.abc import Callable
from functools import partial

import numpy as np
import pandas as pd
from scipy.special import ndtr, ndtri

from textgan.tables.encoding import TableEncoding

Baseline = Callable[[pd.DataFrame, TableEncoding, int, int], pd.DataFrame]
"""Training rows, their encoding, how many rows to draw, seed: to the rows drawn."""

COMPONENTS = (1, 2, 4, 8, 16)  # of the mixture, to choose from
MAX_ROWS = 10_000  # that the mixture is fitted to


def _copula(
    table: pd.DataFrame, encoding: TableEncoding, n: int, seed: int, tied: bool = True
) -> pd.DataFrame:
    rng = np.random.default_rng(seed)
    points = encoding.encode(table, seed)
    blocks = encoding.blocks
    # A category's latent score is uniform in the interval that its share of the rows spans.
    bounds = [
        np.cumsum([0.0, *points[:, block.slice].mean(axis=0)]) if block.is_choice else np.empty(0)
        for block in blocks
    ]
    latent = np.empty((len(points), len(blocks)))
    for column, (block, bound) in enumerate(zip(blocks, bounds, strict=True)):
        latent[:, column] = points[:, block.start]
        if block.is_choice:
            code = points[:, block.slice].argmax(axis=1)
            share = bound[code] + rng.random(len(points)) * (bound[code + 1] - bound[code])
            latent[:, column] = ndtri(np.clip(share, 1e-6, 1 - 1e-6))
    correlation = np.eye(len(blocks))
    if tied and len(blocks) > 1:
        correlation = np.corrcoef(latent, rowvar=False)
    drawn = rng.multivariate_normal(np.zeros(len(blocks)), correlation, size=n, method="eigh")
    rows = np.zeros((n, encoding.width))
    for column, (block, bound) in enumerate(zip(blocks, bounds, strict=True)):
        if block.is_choice:
            code = np.searchsorted(bound[1:-1], ndtr(drawn[:, column]), side="right")
            rows[np.arange(n), block.start + code] = 1
        else:
            rows[:, block.start] = drawn[:, column]
    return encoding.decode(rows)


def _mixture(table: pd.DataFrame, encoding: TableEncoding, n: int, seed: int) -> pd.DataFrame:
    from sklearn.mixture import GaussianMixture

    points = encoding.encode(table, seed)
    fitted = points[np.random.default_rng(seed).permutation(len(points))[:MAX_ROWS]]
    models = [
        GaussianMixture(components, reg_covar=1e-4, random_state=seed).fit(fitted)
        for components in COMPONENTS
        if components < len(fitted)
    ]
    best = min(models, key=lambda model: model.bic(fitted))
    drawn = best.sample(n)[0]
    # It draws component by component.
    return encoding.decode(drawn[np.random.default_rng(seed).permutation(n)])


def _resampled(table: pd.DataFrame, encoding: TableEncoding, n: int, seed: int) -> pd.DataFrame:
    names = [column.name for column in encoding.columns]
    return table[names].sample(n, replace=True, random_state=seed).reset_index(drop=True)


BASELINES: dict[str, Baseline] = {
    "independent": partial(_copula, tied=False),
    "copula": _copula,
    "mixture": _mixture,
    "resampled": _resampled,
}
