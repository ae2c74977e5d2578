"""The cloze network: it knows the language before the game; the discriminator judges its features.

Two towers of causal convolutions read a sentence, one from the left, one from the right. Together
they guess the point of the word at each position from all the others, never from the word itself
(the two-tower cloze model of Baevski et al. 2019, arXiv:1903.07785, with convolutions in place of
attention). It is trained on real sentences alone, then frozen. In the game the discriminator sees
its features instead of bare points, as in Projected GANs (Sauer et al. 2021, arXiv:2111.01007).
"""

from math import ceil
from pathlib import Path
from typing import Any

import keras
import numpy as np
from keras import layers, ops

from textgan.gan.autodiff import compile_step, value_and_gradients
from textgan.gan.checkpoint import Checkpoint, load_latest, restore, save_checkpoint
from textgan.text.layers import nearest_rows
from textgan.text.lexicon import Lexicon
from textgan.text.settings import ClozeSettings

SAVE_EVERY = 250  # steps between two checkpoints
LEAST_NOISE, MOST_NOISE = 0.05, 1.0  # standard deviation of what is added to a sentence's points


class ClozeScore(layers.Layer):
    """How well each word fits between its neighbours, by the guess of the towers.

    The probability of word w at a position is softmax_w(guess . w / sqrt(dim) + log f(w)), where f
    is the word's share of the corpus.

    Args:
        lexicon: the words.
        log_share: (word + 1,) log f.
    """

    def __init__(self, lexicon: Lexicon, log_share: np.ndarray, **kwargs: Any) -> None:
        super().__init__(**kwargs)
        self.lexicon, self.log_share = lexicon, log_share
        self.scale = lexicon.points.shape[1] ** -0.5

    def logits(self, guess: Any) -> Any:
        """Map guesses (batch, position, dim) to logits (batch, position, word + 1)."""
        return self.scale * ops.matmul(guess, self.lexicon.points.T) + self.log_share

    def call(self, points: Any, guess: Any) -> Any:
        """Return the log-probability and the log share of the nearest words, (batch, position, 2).

        The word is taken to be where its point is, so that the gradient reaches the point.
        """
        nearest = nearest_rows(points, self.lexicon.directions, ops.zeros_like(self.log_share))
        share = ops.take(ops.convert_to_tensor(self.log_share), nearest, axis=0)
        fit = self.scale * ops.sum(points * guess, axis=-1) + share
        log_p = fit - ops.logsumexp(self.logits(guess), axis=-1)
        return ops.stack([log_p, share], axis=-1) / 3.0


def build_cloze(
    length: int, lexicon: Lexicon, log_share: np.ndarray, settings: ClozeSettings
) -> keras.Model:
    """Build the network: points (batch, position, dim) to features (batch, position, channel).

    The features are the point itself, the guess, both towers and what joins them, the point times
    the guess by coordinates, and the scores of `ClozeScore`.
    """
    dim, width = lexicon.points.shape[1], settings.cloze_width
    points = keras.Input((length, dim), name="points")
    left = _tower(points, settings, "left")
    right = ops.flip(_tower(ops.flip(points, axis=1), settings, "right"), axis=1)
    joined = layers.Concatenate()([left, right])
    joined = layers.Dense(2 * width, activation="silu", name="join")(joined)
    joined = layers.Dense(width, activation="silu", name="joined")(joined)
    guess = layers.Dense(dim, name="guess")(joined)
    score = ClozeScore(lexicon, log_share, name="cloze_score")(points, guess)
    product = points * guess * dim**-0.25
    parts = [points, guess, left, right, joined, product, score]
    return keras.Model(points, layers.Concatenate(name="cloze_features")(parts), name="cloze")


def _tower(points: Any, settings: ClozeSettings, name: str) -> Any:
    """Read (batch, position, dim) from the left: position t of the result knows those before it."""
    earlier = ops.pad(points, [[0, 0], [1, 0], [0, 0]])[:, :-1]
    x = layers.Dense(settings.cloze_width, name=f"{name}_in")(earlier)
    for index, dilation in enumerate(_dilations(settings.cloze_layers)):
        block = f"{name}_block_{index}"
        h = layers.LayerNormalization(name=f"{block}_norm")(x)
        h = layers.Conv1D(
            settings.cloze_width,
            3,
            padding="causal",
            dilation_rate=dilation,
            activation="silu",
            name=f"{block}_conv",
        )(h)
        x = x + layers.Dense(settings.cloze_width, name=f"{block}_out")(h)
    return layers.LayerNormalization(name=f"{name}_norm")(x)


def _dilations(count: int) -> list[int]:
    return [(1, 2, 4)[index % 3] for index in range(count)]


def log_shares(rows: np.ndarray, words: int) -> np.ndarray:
    """Return the log of each word's share of the rows (sentence, position), (word,) float32."""
    counts = np.bincount(rows.reshape(-1), minlength=words) + 0.5
    return np.log(counts / counts.sum()).astype(np.float32)


class ClozeTraining:
    """Trains a cloze network, also one that a game has frozen; exact to resume.

    Args:
        network: see `build_cloze`.
        lexicon: its words.
        rows: (sentence, position) of the lexicon, what is learned.
        validation: (sentence, position) others, which show whether it learns by heart. If it
            did, the discriminator would know real sentences by how familiar they are.
        settings: how long and how fast.
        seed: of batches and noise.
    """

    def __init__(
        self,
        network: keras.Model,
        lexicon: Lexicon,
        rows: np.ndarray,
        validation: np.ndarray,
        settings: ClozeSettings,
        seed: int,
    ) -> None:
        self.network, self.lexicon = network, lexicon
        self.rows, self.validation = rows, validation
        self.settings, self.seed = settings, seed
        self.guesser = keras.Model(network.input, network.get_layer("guess").output)
        self.score: Any = network.get_layer("cloze_score")
        passed = settings.cloze_epochs * len(rows) / settings.cloze_batch_size
        self.steps = min(settings.cloze_steps, ceil(passed))
        decay = keras.optimizers.schedules.CosineDecay(settings.cloze_rate, self.steps)
        self.optimizer = keras.optimizers.Adam(decay)
        self.optimizer.build(network.variables)
        self.state = [*network.variables, *self.optimizer.variables]
        self._compiled = compile_step(self._step, self.state)
        self._loss = compile_step(self._cross_entropy, network.variables)

    def run(self, folder: Path) -> None:
        """Train to the end, from the newest checkpoint in `folder` if there is one."""
        checkpoint = load_latest(folder, self.state)
        start = 0
        if checkpoint is not None:
            restore(self.state, checkpoint.arrays)
            start = checkpoint.step
        losses = []
        for step in range(start, self.steps):
            losses.append(self._play(step))
            done = step + 1
            if done % SAVE_EVERY == 0 or done == self.steps:
                save_checkpoint(folder, self.checkpoint(done))
                line = (
                    f"cloze network: step {done} of {self.steps}, "
                    f"{np.mean(losses[-50:]):.3f} nats a position"
                )
                if len(self.validation):
                    unseen = float(self._loss(*self._draw(0, self.validation, 512)))
                    line += f", {unseen:.3f} of validation text"
                print(line, flush=True)

    def checkpoint(self, step: int) -> Checkpoint:
        """Return the state after so many steps."""
        return Checkpoint(step, [ops.convert_to_numpy(each) for each in self.state], {})

    def _play(self, step: int) -> float:
        rows = self._draw(step, self.rows, self.settings.cloze_batch_size)
        return float(self._compiled(*rows))

    def _draw(self, step: int, texts: np.ndarray, count: int) -> list[Any]:
        """Draw sentences (sentence, position), and as many points with noise."""
        rng = np.random.Generator(np.random.SFC64([self.seed, step]))
        rows = texts[rng.integers(len(texts), size=count)]
        points = self.lexicon.points[rows]
        noise = rng.standard_normal(points.shape, dtype=np.float32)
        scale = rng.uniform(LEAST_NOISE, MOST_NOISE, (count, 1, 1)).astype(np.float32)
        return [ops.convert_to_tensor(rows), ops.convert_to_tensor(points + scale * noise)]

    def _cross_entropy(self, rows: Any, points: Any) -> Any:
        logits = self.score.logits(self.guesser(points))
        return ops.mean(
            keras.losses.sparse_categorical_crossentropy(rows, logits, from_logits=True)
        )

    def _step(self, rows: Any, points: Any) -> Any:
        def loss() -> tuple[Any, Any]:
            value = self._cross_entropy(rows, points)
            return value, value

        value, gradients = value_and_gradients(loss, self.network.variables)
        self.optimizer.apply(gradients, self.network.variables)
        return value
