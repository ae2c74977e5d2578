"""One step of training: the discriminator learns, then the generator, then its moving average.

The step is deterministic: every random number comes in as an argument, drawn by `draw_batch`
from (seed, step) alone. Nothing else needs to be remembered to resume a run exactly.
"""

from collections.abc import Sequence
from dataclasses import astuple, dataclass
from typing import Any, Protocol

import keras
import numpy as np
from keras import ops

from textgan.errors import UserError
from textgan.gan.autodiff import (
    compile_step,
    value_and_gradients,
    value_and_input_gradient,
)
from textgan.gan.devices import devices_in_use
from textgan.gan.moments import RememberedMoments
from textgan.gan.objectives import OBJECTIVES, one_centred_penalty, zero_centred_penalty
from textgan.gan.settings import GameSettings

METRICS = (
    "discriminator_loss",
    "generator_loss",
    "real_logit",
    "fake_logit",
    "logit_gap",
    "accuracy",
    "real_penalty",
    "fake_penalty",
    "discriminator_gradient",
    "generator_gradient",
    "ema_distance",
)  # what every game reports of a step; after them come the norms layer by layer


@dataclass(frozen=True)
class Batch:
    """What one step consumes; all float32.

    Attributes:
        real: (batch, *sample) real samples.
        noise: (2, batch, noise) the generator's input, for the discriminator's turn and its own.
        jitter: (3, batch, *sample) standard normal draws: instance noise for the real samples
            and for the two batches of fakes.
        mix: (batch,) uniform draws, where between real and fake a gradient penalty is taken.
        condition: (batch, condition) what both networks see beside each sample, such as its class;
            width 0 if there is none.
    """

    real: np.ndarray
    noise: np.ndarray
    jitter: np.ndarray
    mix: np.ndarray
    condition: np.ndarray

    def parts(self, count: int) -> list["Batch"]:
        """Cut the batch into `count` equal ones."""
        cut = (
            np.split(array, count, axis)
            for array, axis in zip(astuple(self), BATCH_AXES, strict=True)
        )
        return [Batch(*arrays) for arrays in zip(*cut, strict=True)]


BATCH_AXES = (0, 1, 1, 0, 0)  # of the arrays of a `Batch`


class Source(Protocol):
    """The real samples of a game. A domain inherits it, and says what it plays with."""

    count: int
    """How many real training samples there are."""
    noise_size: int
    """Length of the generator's input."""

    def real(self, rows: np.ndarray) -> np.ndarray:
        """Return the training samples (row, *sample) of the given numbers, float32."""
        ...

    def condition(self, rows: np.ndarray) -> np.ndarray:
        """Return their conditions (row, condition) float32: of width 0, that is none."""
        return np.empty((len(rows), 0), dtype=np.float32)


def draw_batch(source: Source, batch_size: int, seed: int, step: int) -> Batch:
    """Draw the batch of `step`: a pure function of its arguments, the same on every backend.

    Args:
        source: of the real samples, drawn with replacement.
        batch_size: how many.
        seed: of the run.
        step: number of the step, from 0.
    """
    rng = np.random.Generator(np.random.SFC64([seed, step]))
    rows = rng.integers(source.count, size=batch_size)
    real = source.real(rows)
    noise = rng.standard_normal((2, batch_size, source.noise_size), dtype=np.float32)
    jitter = rng.standard_normal((3, *real.shape), dtype=np.float32)
    mix = rng.random(batch_size, dtype=np.float32)
    return Batch(real, noise, jitter, mix, source.condition(rows))


class Game:
    """A generator and a discriminator, their optimizers, and the generator's moving average (EMA).

    Args:
        generator: Keras model from noise (batch, noise) to samples (batch, *sample); in a
            conditional game from [noise, condition (batch, condition)].
        discriminator: Keras model from samples to logits (batch, head); in a conditional game from
            [samples, condition].
        ema: a second copy of the generator, which holds the exponential moving average of its
            weights: the network that is sampled and exported.
        settings: how to train.
        total_steps: length of the learning-rate decay.
        head_weights: (head,) weight of each head in the losses, summing to 1; equal by default.
        own_statistics: whether what the layers of `ema` keep of a batch, as batch normalisation
            keeps moments, is of the samples that it draws itself, and not an average.
        features: the first part of the discriminator, from the samples on, if it is frozen
            (Projected GANs, Sauer et al. 2021, arXiv:2111.01007). Only what follows it learns, and
            penalties are taken at its output.
        fused: see `compile_step`.

    Attributes:
        state: every variable, in a fixed order: what a checkpoint holds.
        metrics: names of what `step` returns: those of `METRICS`, then for each layer of the
            discriminator and of the generator `gradient/<network>/<layer>`, the norm of its
            gradient, and `update/<network>/<layer>`, how far its weights moved as a share of
            their norm (about 1e-3 when learning goes well).
    """

    def __init__(
        self,
        generator: keras.Model,
        discriminator: keras.Model,
        ema: keras.Model,
        settings: GameSettings,
        total_steps: int,
        head_weights: np.ndarray | None = None,
        features: keras.Model | None = None,
        own_statistics: bool = False,
        fused: bool = True,
    ) -> None:
        self.generator, self.discriminator, self.ema = generator, discriminator, ema
        self.settings, self.features = settings, features
        self._own_statistics = own_statistics
        self._heads = discriminator
        if features is not None:
            features.trainable = False
            condition = discriminator.inputs[1:]  # empty if there is none
            seen = [features.output, *condition] if condition else features.output
            self._heads = keras.Model(seen, discriminator.output)
        self._moments = None
        if settings.moment_weight:
            if features is None:
                raise UserError(
                    f"moment_weight is {settings.moment_weight}: it needs a frozen part of the "
                    "discriminator, such as --features cloze of text"
                )
            self._moments = RememberedMoments(features.output_shape[-1])
        heads = discriminator.output_shape[-1]
        weights = np.full(heads, 1.0 / heads) if head_weights is None else head_weights
        self.head_weights = np.asarray(weights, dtype="float32")
        self.generator_optimizer = self._adam(settings.generator_rate, total_steps)
        self.discriminator_optimizer = self._adam(settings.discriminator_rate, total_steps)
        self.generator_optimizer.build(generator.trainable_variables)
        self.discriminator_optimizer.build(discriminator.trainable_variables)
        for mean, source in zip(ema.variables, generator.variables, strict=True):
            mean.assign(source)
        self.state: list[Any] = [
            *generator.variables,
            *discriminator.variables,
            *ema.variables,
            *self.generator_optimizer.variables,
            *self.discriminator_optimizer.variables,
            *(self._moments.variables if self._moments else []),
        ]
        self.metrics = METRICS + tuple(
            f"{what}/{name}/{layer}"
            for name, network in (("discriminator", discriminator), ("generator", generator))
            for layer in _by_layer(network)
            for what in ("gradient", "update")
        )
        self._devices = devices_in_use()
        self._compiled = compile_step(self._step, self.state, fused, self._devices)
        self._logits = compile_step(
            lambda samples, condition: discriminator(network_inputs(samples, condition)),
            discriminator.variables,
        )

    @property
    def games(self) -> tuple["Game", ...]:
        """The game itself, where an `Ensemble` has several."""
        return (self,)

    def win_rates(
        self, real: np.ndarray, fakes: Sequence[np.ndarray], condition: np.ndarray, seed: int
    ) -> list[float]:
        """Return the win rate of each game, here one; see `win_rate` for arguments and shapes."""
        return [self.win_rate(real, fake, condition, seed) for fake in fakes]

    @property
    def batch_size(self) -> int:
        """Real samples in a step."""
        return self.settings.batch_size

    def step(self, batch: Batch, step: int) -> np.ndarray:
        """Play one step on `batch`; return the values named in `metrics`, (metric,) float32."""
        ramp = min(1.0, (step + 1.0) / 20.0 / self.settings.ema_halflife)
        decay = 0.5 ** (1.0 / max(1.0, ramp * self.settings.ema_halflife))
        arguments = (*astuple(batch), np.float32(decay))
        if self._devices is None:
            placed = map(ops.convert_to_tensor, arguments)
        else:
            placed = map(self._devices.cut, map(np.asarray, arguments), (*BATCH_AXES, None))
        return np.asarray(self._compiled(*placed))

    def win_rate(
        self, real: np.ndarray, fake: np.ndarray, condition: np.ndarray, seed: int
    ) -> float:
        """Return how often the discriminator ranks a real sample above a fake one, 0 to 1.

        Args:
            real: (sample, *shape), training or validation samples.
            fake: as many generated samples.
            condition: (sample, condition) of both.
            seed: of the instance noise added to both.
        """
        rng = np.random.Generator(np.random.SFC64(seed))
        logits = []
        for samples in (real, fake):
            jitter = rng.standard_normal(samples.shape, dtype=np.float32)
            noisy = samples + np.float32(self.settings.instance_noise) * jitter
            inputs = ops.convert_to_tensor(noisy), ops.convert_to_tensor(condition)
            logits.append(np.asarray(self._logits(*inputs)))
        return float(((logits[0] > logits[1]).mean(axis=0) * self.head_weights).sum())

    def _adam(self, rate: float, total_steps: int) -> keras.optimizers.Optimizer:
        settings = self.settings
        decay = keras.optimizers.schedules.CosineDecay(rate, total_steps, alpha=settings.rate_floor)
        return keras.optimizers.Adam(decay, beta_1=settings.beta_1, beta_2=settings.beta_2)

    def _step(
        self, real: Any, noise: Any, jitter: Any, mix: Any, condition: Any, decay: Any
    ) -> Any:
        settings = self.settings
        jitter = settings.instance_noise * jitter
        real = self._seen(real + jitter[0])
        # With `training=True` layers move what they keep of a batch.
        fake = self.generator(network_inputs(noise[0], condition), training=True)
        fake = self._seen(fake + jitter[1])
        if self._moments:
            self._moments.remember(real, fake)

        losses, gradients = value_and_gradients(
            lambda: self._discriminator_loss(real, fake, mix, condition),
            self.discriminator.trainable_variables,
        )
        discriminator_norm = l2_norm(gradients)
        layers = _apply(self.discriminator_optimizer, gradients, self.discriminator)

        generator_loss, gradients = value_and_gradients(
            lambda: self._generator_loss(real, noise[1], jitter[2], condition),
            self.generator.trainable_variables,
        )
        generator_norm = l2_norm(gradients)
        layers += _apply(self.generator_optimizer, gradients, self.generator)

        means, sources = (
            network.trainable_variables if self._own_statistics else network.variables
            for network in (self.ema, self.generator)
        )
        pairs = list(zip(means, sources, strict=True))
        for mean, source in pairs:
            mean.assign(decay * mean + (1.0 - decay) * source)
        if self._own_statistics:
            self.ema(network_inputs(noise[0], condition), training=True)
        distance = l2_norm([mean - source for mean, source in pairs]) / l2_norm(sources)
        discriminator_loss, *rest = losses
        norms = [discriminator_norm, generator_norm, distance]
        return ops.stack([discriminator_loss, generator_loss, *rest, *norms, *layers])

    def _seen(self, samples: Any) -> Any:
        """Return what the learning part of the discriminator sees of the samples."""
        return samples if self.features is None else self.features(samples, training=False)

    def _judge(self, samples: Any, condition: Any) -> tuple[Any, Any]:
        """Return the scalar whose gradient is penalised, and the logits.

        With weights w over the heads, the gradient of sum(sqrt(w) * logit) has, but for cross
        terms, the weighted mean of the heads' squared gradient norms; with one head it is R1.
        """
        logits = self._heads(network_inputs(samples, condition), training=True)
        return ops.sum(logits * np.sqrt(self.head_weights)), logits

    def _weighted(self, values: Any) -> Any:
        return ops.sum(ops.mean(values, axis=0) * self.head_weights)

    def _discriminator_loss(
        self, real: Any, fake: Any, mix: Any, condition: Any
    ) -> tuple[Any, tuple[Any, ...]]:
        settings = self.settings

        def judge(samples: Any) -> tuple[Any, Any]:
            return self._judge(samples, condition)

        zero = ops.zeros(())
        real_penalty = fake_penalty = penalty = zero
        if settings.penalty == "r1_r2":
            real_logits, real_gradient = value_and_input_gradient(judge, real)
            fake_logits, fake_gradient = value_and_input_gradient(judge, fake)
            real_penalty = zero_centred_penalty(real_gradient)
            fake_penalty = zero_centred_penalty(fake_gradient)
            penalty = 0.5 * settings.gamma * (real_penalty + fake_penalty)
        elif settings.penalty == "r1":
            real_logits, real_gradient = value_and_input_gradient(judge, real)
            fake_logits = judge(fake)[1]
            real_penalty = zero_centred_penalty(real_gradient)
            penalty = 0.5 * settings.gamma * real_penalty
        else:
            real_logits, fake_logits = judge(real)[1], judge(fake)[1]
            if settings.penalty == "gradient_penalty":
                mix = ops.reshape(mix, (-1,) + (1,) * (len(real.shape) - 1))
                _, gradient = value_and_input_gradient(judge, mix * real + (1.0 - mix) * fake)
                real_penalty = one_centred_penalty(gradient)
                penalty = settings.gamma * real_penalty
        loss = self._weighted(
            OBJECTIVES[settings.objective].discriminator(real_logits, fake_logits)
        )
        gap = real_logits - fake_logits
        return loss + penalty, (
            loss,
            self._weighted(real_logits),
            self._weighted(fake_logits),
            self._weighted(gap),
            self._weighted(ops.cast(gap > 0, "float32")),
            real_penalty,
            fake_penalty,
        )

    def _generator_loss(
        self, real: Any, noise: Any, jitter: Any, condition: Any
    ) -> tuple[Any, Any]:
        fake = self._seen(self.generator(network_inputs(noise, condition)) + jitter)
        fake_logits = self._judge(fake, condition)[1]
        # One-sided losses ignore the real logits; XLA then drops this pass.
        real_logits = self._judge(real, condition)[1]
        loss = self._weighted(
            OBJECTIVES[self.settings.objective].generator(real_logits, fake_logits)
        )
        if self._moments:
            loss += self.settings.moment_weight * self._moments.pull(fake)
        return loss, loss


def network_inputs(samples: Any, condition: Any) -> Any:
    """Return what a network takes: samples (or noise) alone, or with their condition."""
    if condition.shape[-1] == 0:
        return samples
    # Keras refuses arrays beside tensors.
    return [ops.convert_to_tensor(samples), ops.convert_to_tensor(condition)]


def l2_norm(arrays: Sequence[Any]) -> Any:
    """Return the Euclidean norm of all `arrays` together, a scalar."""
    return ops.sqrt(sum(ops.sum(ops.square(array)) for array in arrays))


def _by_layer(network: keras.Model) -> dict[str, list[int]]:
    """Return which of the trainable variables each layer has, by their numbers."""
    layers: dict[str, list[int]] = {}
    for index, variable in enumerate(network.trainable_variables):
        path = variable.path.removeprefix(f"{network.name}/")
        layers.setdefault(path.split("/")[0], []).append(index)
    return layers


def _apply(
    optimizer: keras.optimizers.Optimizer, gradients: list[Any], network: keras.Model
) -> list[Any]:
    """Move the weights of `network`; return the gradient and the relative update of each layer."""
    variables = network.trainable_variables
    before = [ops.copy(variable) for variable in variables]
    optimizer.apply(gradients, variables)
    norms = []
    for indices in _by_layer(network).values():
        moved = l2_norm([variables[index] - before[index] for index in indices])
        norms.append(l2_norm([gradients[index] for index in indices]))
        norms.append(moved / (l2_norm([before[index] for index in indices]) + 1e-12))
    return norms
