"""An ensemble: several games side by side, each with networks and batches of its own.

Every generator has favourites, which it repeats. Those of another, which has begun from other
weights, are others. So samples that several write in turn repeat themselves less, and a fault of
one stands among fewer of its kind (Wang et al. 2016, arXiv:1612.00991).
"""

from collections.abc import Sequence

import numpy as np

from textgan.gan.step import Batch, Game


class Ensemble:
    """Several games that the loop plays as one.

    Args:
        games: of the same settings. They may share frozen networks, and nothing else.

    Attributes:
        settings, metrics: of each game.
        batch_size: samples in a step of all games.
        state: every variable of all games, once.
    """

    def __init__(self, games: Sequence[Game]) -> None:
        self.games = tuple(games)
        self.settings, self.metrics = games[0].settings, games[0].metrics
        self.batch_size = sum(game.batch_size for game in games)
        self.state = list({id(each): each for game in games for each in game.state}.values())

    def step(self, batch: Batch, step: int) -> np.ndarray:
        """Play one step in every game, each on its part of `batch`; return the mean metrics."""
        parts = batch.parts(len(self.games))
        metrics = [game.step(part, step) for game, part in zip(self.games, parts, strict=True)]
        return np.mean(metrics, axis=0)
