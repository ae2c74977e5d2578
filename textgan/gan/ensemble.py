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

from textgan.gan.checkpoint import restore
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
        """Play one step of every game, each on its part of `batch`; return the mean metrics."""
        parts = batch.parts(len(self.games))
        metrics = [game.step(part, step) for game, part in zip(self._turns(), parts, strict=True)]
        return np.mean(metrics, axis=0)

    def win_rates(
        self, real: np.ndarray, fakes: Sequence[np.ndarray], condition: np.ndarray, seed: int
    ) -> list[float]:
        """Return the win rate of each game on samples of its own, see `Game.win_rate`."""
        return [
            game.win_rate(real, fake, condition, seed)
            for game, fake in zip(self._turns(), fakes, strict=True)
        ]

    def _turns(self) -> Iterator[Game]:
        """Yield the first game as often as there are games, each time with the weights of one."""
        first, *others = self.games
        yield first
        shared = {id(each) for other in others for each in other.state}
        mine = [each for each in first.state if id(each) not in shared]
        own = [ops.copy(each.value) for each in mine]
        for other in others:
            theirs = [
                b for a, b in zip(first.state, other.state, strict=True) if id(a) not in shared
            ]
            restore(mine, theirs)
            yield first
            restore(theirs, mine)
        restore(mine, own)


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
