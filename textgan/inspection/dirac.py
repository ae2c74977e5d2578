"""The smallest GAN: one real point at 0, one generated point at theta, a discriminator psi * x.

Dirac-GAN, of Mescheder et al. 2018, "Which training methods for GANs do actually converge?"
(section 2). With the engine's own objectives and penalties, played by plain gradient descent, it
shows which of them find the one equilibrium, (0, 0), and which circle around it.

Near the equilibrium every objective acts through one number, the slope s of its losses at logit 0
(1/2 for those of softplus, 1 for `wasserstein` and `hinge`). Without a penalty, and with rate h,
simultaneous steps have eigenvalues of size sqrt(1 + h^2 s^2): they spiral outwards (lemma 2.3).
Steps by turns have size 1: they circle. R1 adds -gamma to the discriminator's own slope: they
converge (lemma 4.1). `non_saturating` alone creeps inwards, ever slower: its two losses differ
away from the equilibrium, and agree at it. The gradient penalty pulls |psi| to 1, and so away from
the equilibrium. `least_squares` needs a discriminator that says 1 and 0 at one place; this one,
which has no bias, gives up (psi falls to 0) and the generated point stays where it is.
"""

from collections.abc import Callable
from typing import Any

import numpy as np
from keras import ops

from textgan.gan.autodiff import compile_step, value_and_input_gradient
from textgan.gan.objectives import OBJECTIVES, one_centred_penalty, zero_centred_penalty
from textgan.gan.settings import ObjectiveName, PenaltyName

Gradients = Callable[[Any, Any], tuple[Any, Any]]


def dirac_path(
    objective: ObjectiveName,
    penalty: PenaltyName = "none",
    gamma: float = 1.0,
    rate: float = 0.1,
    steps: int = 500,
    start: tuple[float, float] = (1.0, 1.0),
    simultaneous: bool = False,
) -> np.ndarray:
    """Play gradient descent from `start`; return (steps + 1, 2): theta and psi.

    Args:
        objective: as in the engine.
        penalty: likewise.
        gamma: its weight.
        rate: length of a step, of both players.
        steps: how many.
        start: theta and psi.
        simultaneous: let both move at once; otherwise the discriminator moves first, as in the
            engine.
    """
    gradients = _compiled(objective, penalty, gamma)
    theta, psi = (np.array([value], dtype=np.float32) for value in start)
    path = [(theta[0], psi[0])]
    for _ in range(steps):
        of_theta, of_psi = gradients(theta, psi)
        psi = psi - np.float32(rate) * of_psi
        if not simultaneous:
            of_theta, _ = gradients(theta, psi)
        theta = theta - np.float32(rate) * of_theta
        path.append((theta[0], psi[0]))
    return np.array(path)


def dirac_field(
    objective: ObjectiveName, penalty: PenaltyName, gamma: float, places: np.ndarray
) -> np.ndarray:
    """Return where both players would move from places (place, 2): minus their gradients."""
    theta, psi = places.astype(np.float32).T
    return -np.stack(_compiled(objective, penalty, gamma)(theta, psi), axis=1)


def _compiled(objective: ObjectiveName, penalty: PenaltyName, gamma: float) -> Gradients:
    """Return a function from (place,) theta and psi to the gradients of their players' losses."""
    losses = OBJECTIVES[objective]

    def both(theta: Any, psi: Any) -> tuple[Any, Any]:
        real = ops.zeros_like(psi)

        def discriminator(psi: Any) -> tuple[Any, Any]:
            slope = psi[:, None]  # of psi * x, at every x
            penalties = {
                "none": 0.0,
                "r1": 0.5 * gamma * zero_centred_penalty(slope),
                "r1_r2": gamma * zero_centred_penalty(slope),
                "gradient_penalty": gamma * one_centred_penalty(slope),
            }
            mean = ops.mean(losses.discriminator(real, psi * theta)) + penalties[penalty]
            return mean * psi.shape[0], psi

        def generator(theta: Any) -> tuple[Any, Any]:
            return ops.sum(losses.generator(real, psi * theta)), theta

        _, of_psi = value_and_input_gradient(discriminator, psi)
        _, of_theta = value_and_input_gradient(generator, theta)
        return of_theta, of_psi

    compiled = compile_step(both, [])

    def gradients(theta: np.ndarray, psi: np.ndarray) -> tuple[np.ndarray, np.ndarray]:
        of_theta, of_psi = compiled(ops.convert_to_tensor(theta), ops.convert_to_tensor(psi))
        return np.asarray(of_theta), np.asarray(of_psi)

    return gradients
