"""An ensemble: several games side by side, each with weights and batches of its own.

A generator repeats favourites of its own. One that began from other weights has other favourites.
So samples that several generators write in turn repeat themselves less, and a fault of one of them
is rarer among all (Wang et al. 2016, arXiv:1612.00991).
"""

from collections.abc import Callable, Iterator, Sequence
from functools import cached_property
from typing import Any

import numpy as np
from keras import ops

from textgan.gan.autodiff import compile_assignment
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
        others = {id(each) for game in games[1:] for each in game.state}
        shared = {id(each) for each in games[0].state} & others
        self._turns = Turns([[v for v in game.state if id(v) not in shared] for game in games])

    def step(self, batch: Batch, step: int) -> np.ndarray:
        """Play one step of every game, each on its part of `batch`; return the mean metrics."""
        turns = zip(self._turns, batch.parts(len(self.games)), strict=True)
        return np.mean([self.games[0].step(part, step) for _, part in turns], axis=0)

    def win_rates(
        self, real: np.ndarray, fakes: Sequence[np.ndarray], condition: np.ndarray, seed: int
    ) -> list[float]:
        """Return the win rate of each game on samples of its own, see `Game.win_rate`."""
        turns = zip(self._turns, fakes, strict=True)
        return [self.games[0].win_rate(real, fake, condition, seed) for _, fake in turns]


class Turns:
    """Lists of variables whose values the first list takes on in turn.

    Iterating yields once for each list, while those of the first list have its values. What becomes
    of the values is kept in the list that they are from. In the end the first list has its own
    again.
    """

    def __init__(self, states: Sequence[Sequence[Any]]) -> None:
        self._first, *self._others = states

    @cached_property
    def _exchanges(self) -> list[tuple[Callable[[], Any], Callable[[], Any]]]:
        """What takes the values of each other list, and what gives them back; compiled once."""
        return [
            (compile_assignment(self._first, other), compile_assignment(other, self._first))
            for other in self._others
        ]

    def __iter__(self) -> Iterator[None]:
        yield
        if not self._others:
            return
        own = [ops.copy(variable.value) for variable in self._first]
        try:
            for take, give_back in self._exchanges:
                take()
                yield
                give_back()
        finally:
            restore(self._first, own)
