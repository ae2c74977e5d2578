"""An ensemble: several games side by side, each with weights and batches of its own.

A generator repeats favourites of its own. One that began from other weights has other favourites.
So samples that several generators write in turn repeat themselves less, and a fault of one of them
is rarer among all (Wang et al. 2016, arXiv:1612.00991).
"""

from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from typing import Any

import numpy as np
from keras import ops

from textgan.gan.step import Batch, Game


class Ensemble:
    """Several games that the loop plays as one.

    The networks of the first game play all of them: they take on the weights of each game in turn.
    So one program is compiled, and its memory is needed once.

    Args:
        games: of the same settings and sizes. They may share frozen networks, and nothing else.

    Attributes:
        games: see above.
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
        """Play one step of every game on its part of `batch`; return the mean metrics (metric,)."""
        metrics = []
        for part, game in zip(batch.parts(len(self.games)), self.games, strict=True):
            with self._as_first(game) as first:
                metrics.append(first.step(part, step))
        return np.mean(metrics, axis=0)

    def win_rates(
        self, real: np.ndarray, fakes: Sequence[np.ndarray], condition: np.ndarray, seed: int
    ) -> list[float]:
        """Return the win rate of each game on samples of its own, see `Game.win_rate`."""
        rates = []
        for fake, game in zip(fakes, self.games, strict=True):
            with self._as_first(game) as first:
                rates.append(first.win_rate(real, fake, condition, seed))
        return rates

    @contextmanager
    def _as_first(self, game: Game) -> Iterator[Game]:
        """Give the first game's networks the weights of `game` in the block."""
        with lent(self.games[0].state, game.state):
            yield self.games[0]


@contextmanager
def lent(variables: Sequence[Any], values: Sequence[Any]) -> Iterator[None]:
    """Let variables stand in for as many others, `values`, within the block.

    They take the values of the others. After the block the others hold what these have become, and
    the variables have their own values again.
    """
    pairs = [
        (mine, other) for mine, other in zip(variables, values, strict=True) if mine is not other
    ]
    own = [ops.copy(mine.value) for mine, _ in pairs]
    for mine, other in pairs:
        mine.assign(other.value)
    try:
        yield
    finally:
        for (mine, other), value in zip(pairs, own, strict=True):
            other.assign(mine.value)
            mine.assign(value)
