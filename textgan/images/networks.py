"""Two pairs of convolutional networks, small enough for a CPU.

residual    in the manner of R3GAN (Huang et al. 2024, section 3): residual blocks whose branches
            start at nothing, leaky ReLU, no normalisation, plain resampling between grids
dcgan       in that of DCGAN (Radford et al. 2016, section 3): strided convolutions alone. Batch
            normalisation is left out: what comes of one sample must not depend on its batch

An image is an array (height, width, channel) in [-1, 1]. Both pairs work on grids of half its
size, a quarter, and so on down to the coarsest, of less than 8 points a side: 28 x 28 by way of
14 x 14 to 7 x 7. Their discriminators judge with statistics of the batch before them (see
`BatchStatistics`). In a conditional game the generator sees the condition beside the noise, and
the discriminator adds its inner product with the features (Miyato and Koyama 2018, "cGANs with
projection discriminator", eq. 3).
"""

from collections.abc import Callable, Sequence
from typing import Any, NamedTuple

import keras
from keras import layers

from textgan.gan.layers import BatchStatistics
from textgan.images.settings import ArchitectureName, NetworkSettings

SLOPE = 0.2  # of the leaky ReLU below 0
FEATURES = 128  # that the discriminator judges by


def build_generator(
    shape: tuple[int, int, int], settings: NetworkSettings, condition: int = 0
) -> keras.Model:
    """Build the generator: noise (batch, noise) to images (batch, *shape).

    Args:
        shape: height, width (multiples of 4, at least 8) and channels.
        settings: which networks, and their sizes.
        condition: length of the condition, the second input; 0 if there is none.
    """
    noise = keras.Input((settings.noise,), name="noise")
    inputs, seen = noise, noise
    if condition:
        told = keras.Input((condition,), name="condition")
        inputs, seen = [noise, told], layers.Concatenate(name="seen")([noise, told])
    height, width, halvings = _coarsest(shape)
    widths = _widths(settings.generator_width, halvings)
    x = _dense(height * width * widths[0], "start")(seen)
    x = layers.Reshape((height, width, widths[0]), name="coarsest")(x)
    x = BODIES[settings.architecture].grow(x, widths, settings.generator_blocks)
    x = _up(shape[2], "to_image", gain=0.5)(layers.LeakyReLU(SLOPE)(x))
    return keras.Model(inputs, layers.Activation("tanh", name="image")(x), name="generator")


def build_discriminator(
    shape: tuple[int, int, int], settings: NetworkSettings, condition: int = 0
) -> keras.Model:
    """Build the discriminator: images (batch, *shape) to one logit (batch, 1).

    No normalisation: it would couple samples and break the meaning of the gradient penalty. For
    the arguments see `build_generator`.
    """
    image = keras.Input(shape, name="image")
    *_, halvings = _coarsest(shape)
    widths = _widths(settings.discriminator_width, halvings)[::-1]
    x = _down(widths[0], "from_image")(image)
    x = BODIES[settings.architecture].shrink(x, widths, settings.discriminator_blocks)
    x = layers.Flatten(name="flat")(layers.LeakyReLU(SLOPE)(x))
    x = layers.LeakyReLU(SLOPE)(_dense(FEATURES, "seen")(x))
    x = BatchStatistics(name="batch_statistics")(x)
    features = layers.LeakyReLU(SLOPE, name="features")(_dense(FEATURES, "judged")(x))
    logit = _dense(1, "logit")(features)
    if not condition:
        return keras.Model(image, logit, name="discriminator")
    told = keras.Input((condition,), name="condition")
    embedded = layers.Dense(FEATURES, use_bias=False, name="embedded")(told)
    logit = logit + layers.Dot(-1, name="projection")([embedded, features])
    return keras.Model([image, told], logit, name="discriminator")


class Body(NamedTuple):
    """What stands between the coarsest grid and the finest, in each of the two networks.

    Each function maps features, channels per grid and blocks per grid to features.
    """

    grow: Callable[[Any, Sequence[int], int], Any]
    shrink: Callable[[Any, Sequence[int], int], Any]


def _grow_residual(x: Any, widths: Sequence[int], blocks: int) -> Any:
    x = _blocks(x, 0, blocks, len(widths))
    for grid, width in enumerate(widths[1:], start=1):
        x = layers.UpSampling2D(name=f"grid_{grid}_up")(_mix(width, f"grid_{grid}_mix")(x))
        x = _blocks(x, grid, blocks, len(widths))
    return x


def _shrink_residual(x: Any, widths: Sequence[int], blocks: int) -> Any:
    x = _blocks(x, 0, blocks, len(widths))
    for grid, width in enumerate(widths[1:], start=1):
        x = _mix(width, f"grid_{grid}_mix")(layers.AveragePooling2D(2, name=f"grid_{grid}_down")(x))
        x = _blocks(x, grid, blocks, len(widths))
    return x


def _grow_dcgan(x: Any, widths: Sequence[int], blocks: int) -> Any:
    for grid, width in enumerate(widths[1:], start=1):
        x = _up(width, f"grid_{grid}_up")(layers.LeakyReLU(SLOPE)(x))
    return x


def _shrink_dcgan(x: Any, widths: Sequence[int], blocks: int) -> Any:
    for grid, width in enumerate(widths[1:], start=1):
        x = _down(width, f"grid_{grid}_down")(layers.LeakyReLU(SLOPE)(x))
    return x


BODIES: dict[ArchitectureName, Body] = {
    "residual": Body(_grow_residual, _shrink_residual),
    "dcgan": Body(_grow_dcgan, _shrink_dcgan),
}


def _blocks(x: Any, grid: int, blocks: int, grids: int) -> Any:
    """Add residual blocks of two convolutions.

    Fixup (Zhang et al. 2019, section 3): the last convolution of a branch starts at 0, the first is
    scaled down with the number of branches, so that depth needs no normalisation.
    """
    width = x.shape[-1]
    for index in range(blocks):
        name = f"grid_{grid}_block_{index}"
        h = layers.LeakyReLU(SLOPE)(x)
        h = _conv(width, 3, f"{name}_conv_1", gain=(blocks * grids) ** -0.5)(h)
        h = layers.LeakyReLU(SLOPE)(h)
        x = x + _conv(width, 3, f"{name}_conv_2", gain=0.0)(h)
    return x


def _dense(width: int, name: str) -> layers.Layer:
    return layers.Dense(width, kernel_initializer=_he(1.0), name=name)


def _conv(width: int, size: int, name: str, gain: float, stride: int = 1) -> layers.Layer:
    return layers.Conv2D(
        width, size, stride, padding="same", kernel_initializer=_he(gain), name=name
    )


def _mix(width: int, name: str) -> layers.Layer:
    """Mix channels at every point, with nothing bent."""
    return _conv(width, 1, name, gain=0.7)


def _down(width: int, name: str) -> layers.Layer:
    """Halve the grid."""
    return _conv(width, 4, name, gain=1.0, stride=2)


def _up(width: int, name: str, gain: float = 1.0) -> layers.Layer:
    """Double the grid; each of its points sees a quarter of the kernel."""
    # Keras takes the kernel of a transposed convolution the wrong way round: its fan out is our in.
    initializer = _he(2.0 * gain, "fan_out")
    return layers.Conv2DTranspose(
        width, 4, 2, padding="same", kernel_initializer=initializer, name=name
    )


def _he(gain: float, fan: str = "fan_in") -> keras.Initializer | str:
    """Initial weights that keep the variance through a leaky ReLU (He et al. 2015, eq. 15)."""
    if not gain:
        return "zeros"
    return keras.initializers.VarianceScaling(gain**2 * 2 / (1 + SLOPE**2), fan, "normal")


def _coarsest(shape: tuple[int, int, int]) -> tuple[int, int, int]:
    """Height and width of the coarsest grid, and how many halvings lead to it."""
    height, width, _ = shape
    halvings = 0
    while min(height, width) >= 8 and height % 2 == width % 2 == 0:
        height, width, halvings = height // 2, width // 2, halvings + 1
    return height, width, halvings


def _widths(coarsest: int, grids: int) -> list[int]:
    """Channels on each grid, from the coarsest: every finer one has half as many."""
    return [max(1, coarsest >> index) for index in range(grids)]
