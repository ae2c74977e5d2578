"""What the two players optimise: pure functions from logits to a loss, chosen by name.

A discriminator returns logits (batch, head): one column per head (a single one for images; one
for the sentence and one per position for text). Each function returns the loss of every entry,
(batch, head), still to be averaged; higher logits mean "real".
"""

from collections.abc import Callable
from typing import Any, NamedTuple

from keras import ops

from textgan.gan.settings import ObjectiveName


class Objective(NamedTuple):
    """The two losses of one game, each from (real logits, fake logits) to (batch, head)."""

    discriminator: Callable[[Any, Any], Any]
    generator: Callable[[Any, Any], Any]


def _relativistic_discriminator(real: Any, fake: Any) -> Any:
    return ops.softplus(fake - real)


def _relativistic_generator(real: Any, fake: Any) -> Any:
    return ops.softplus(real - fake)


def _cross_entropy_discriminator(real: Any, fake: Any) -> Any:
    return ops.softplus(-real) + ops.softplus(fake)


def _non_saturating_generator(real: Any, fake: Any) -> Any:
    return ops.softplus(-fake)


def _minimax_generator(real: Any, fake: Any) -> Any:
    return -ops.softplus(fake)


def _hinge_discriminator(real: Any, fake: Any) -> Any:
    return ops.relu(1.0 - real) + ops.relu(1.0 + fake)


def _wasserstein_discriminator(real: Any, fake: Any) -> Any:
    return fake - real


def _negative_fake(real: Any, fake: Any) -> Any:
    return -fake


def _least_squares_discriminator(real: Any, fake: Any) -> Any:
    return 0.5 * (ops.square(real - 1.0) + ops.square(fake))


def _least_squares_generator(real: Any, fake: Any) -> Any:
    return 0.5 * ops.square(fake - 1.0)


OBJECTIVES: dict[ObjectiveName, Objective] = {
    # Jolicoeur-Martineau 2018, as R3GAN uses it (Huang et al. 2024, eq. 2): each fake is judged
    # against a real sample, which leaves no basin where one-sided losses drop modes.
    "relativistic": Objective(_relativistic_discriminator, _relativistic_generator),
    # Goodfellow et al. 2014, section 3: same discriminator, the generator maximises log D(fake).
    "non_saturating": Objective(_cross_entropy_discriminator, _non_saturating_generator),
    # Goodfellow et al. 2014, eq. 1: the generator minimises log(1 - D(fake)), which vanishes
    # where the discriminator is sure.
    "minimax": Objective(_cross_entropy_discriminator, _minimax_generator),
    # Lim and Ye 2017; Miyato et al. 2018, eq. 16-17.
    "hinge": Objective(_hinge_discriminator, _negative_fake),
    # Arjovsky et al. 2017; needs a Lipschitz discriminator: use "gradient_penalty".
    "wasserstein": Objective(_wasserstein_discriminator, _negative_fake),
    # Mao et al. 2017, eq. 9 (targets 0 and 1).
    "least_squares": Objective(_least_squares_discriminator, _least_squares_generator),
}


def squared_norm(gradient: Any) -> Any:
    """Return the squared Euclidean norm of each sample's gradient: (batch, ...) -> (batch,)."""
    return ops.sum(ops.square(gradient), axis=tuple(range(1, len(gradient.shape))))


def zero_centred_penalty(gradient: Any) -> Any:
    """Return the batch mean of |gradient|^2: R1 on real data, R2 on fakes.

    Mescheder et al. 2018, eq. 9-10, without their gamma / 2.
    """
    return ops.mean(squared_norm(gradient))


def one_centred_penalty(gradient: Any) -> Any:
    """Return the batch mean of (|gradient| - 1)^2 (Gulrajani et al. 2017, eq. 3)."""
    return ops.mean(ops.square(ops.sqrt(squared_norm(gradient) + 1e-12) - 1.0))
