"""The convolutional generator and discriminator of images, small enough for a CPU.

An image is an array (height, width, channel) in [-1, 1]. Both networks work on grids of half its
size, a quarter, and so on down to the coarsest, of less than 8 points a side: 28 x 28 by way of
14 x 14 to 7 x 7. Strided convolutions lead from grid to grid, as in DCGAN (Radford et al. 2016,
section 3); on each grid there may be residual blocks in the manner of R3GAN (Huang et al. 2024,
section 3): leaky ReLU, no normalisation, branches that start at nothing. Without any block the
pair is DCGAN's but for its batch normalisation, which is left out: what comes of one sample must
not depend on the others of its batch.

The generator's noise may go through dense layers first, the mapping network of Karras et al. 2019
(section 3): noise is one cloud, digits are ten, and what lies between them in the cloud has to
become one or the other.

The discriminator judges with statistics of the batch before it (see `BatchStatistics`). In a
conditional game the generator sees the condition beside the noise, and the discriminator adds its
inner product with the features (Miyato and Koyama 2018, "cGANs with projection discriminator",
eq. 3).
"""

from dataclasses import replace
from typing import Any

import keras
from keras import layers

from textgan.gan.layers import BatchStatistics
from textgan.images.settings import WIDTHS, ImageNetworkSettings

SLOPE = 0.2  # of the leaky ReLU below 0
FEATURES = 128  # that the discriminator judges by
MAPPED = 128  # units of a mapping layer


def build_generator(
    shape: tuple[int, int, int], settings: ImageNetworkSettings, condition: int = 0
) -> keras.Model:
    """Build the generator: noise (batch, noise) to images (batch, *shape).

    Args:
        shape: height, width (multiples of 4, at least 8) and channels.
        settings: sizes.
        condition: length of the condition, the second input; 0 if there is none.
    """
    noise = keras.Input((settings.noise,), name="noise")
    inputs, seen = noise, noise
    if condition:
        given = keras.Input((condition,), name="condition")
        inputs, seen = [noise, given], layers.Concatenate(name="seen")([noise, given])
    for index in range(settings.mapping_layers):
        seen = _bend(_dense(MAPPED, f"mapping_{index}")(seen))
    height, width, widths = _grids(shape, settings.generator_width)
    x = _dense(height * width * widths[0], "start")(seen)
    x = layers.Reshape((height, width, widths[0]), name="coarsest")(x)
    for grid, channels in enumerate([*widths[1:], shape[2]]):
        x = _blocks(x, grid, settings.generator_blocks, len(widths))
        x = _up(channels, f"grid_{grid}_up")(_bend(x))
    return keras.Model(inputs, layers.Activation("tanh", name="image")(x), name="generator")


def build_discriminator(
    shape: tuple[int, int, int], settings: ImageNetworkSettings, condition: int = 0
) -> keras.Model:
    """Build the discriminator: images (batch, *shape) to one logit (batch, 1).

    No normalisation: it would couple samples and break the meaning of the gradient penalty. For
    the arguments see `build_generator`.
    """
    image = keras.Input(shape, name="image")
    *_, widths = _grids(shape, settings.discriminator_width)
    x = image
    for grid, channels in enumerate(reversed(widths)):
        x = _conv(channels, 4, f"grid_{grid}_down", stride=2)(_bend(x) if grid else x)
        x = _blocks(x, grid, settings.discriminator_blocks, len(widths))
    x = layers.Flatten(name="flat")(_bend(x))
    x = BatchStatistics(name="batch_statistics")(_bend(_dense(FEATURES, "seen")(x)))
    features = layers.LeakyReLU(SLOPE, name="features")(_dense(FEATURES, "judged")(x))
    logit = _dense(1, "logit")(features)
    if not condition:
        return keras.Model(image, logit, name="discriminator")
    given = keras.Input((condition,), name="condition")
    embedded = layers.Dense(FEATURES, use_bias=False, name="embedded")(given)
    logit = logit + layers.Dot(-1, name="projection")([embedded, features])
    return keras.Model([image, given], logit, name="discriminator")


def suited(settings: ImageNetworkSettings, shape: tuple[int, int, int]) -> ImageNetworkSettings:
    """Return the settings for images of a shape: widths that are 0 become those of `WIDTHS`."""
    width = WIDTHS[len(_grids(shape, 1)[2])]
    return replace(
        settings,
        generator_width=settings.generator_width or width,
        discriminator_width=settings.discriminator_width or width,
    )


def _blocks(x: Any, grid: int, blocks: int, grids: int) -> Any:
    """Add residual blocks of two convolutions.

    Fixup (Zhang et al. 2019, section 3): the last convolution of a branch starts at 0, the first is
    scaled down with the number of branches, so that depth needs no normalisation.
    """
    width = x.shape[-1]
    for index in range(blocks):
        name = f"grid_{grid}_block_{index}"
        h = _conv(width, 3, f"{name}_conv_1", gain=(blocks * grids) ** -0.5)(_bend(x))
        x = x + _conv(width, 3, f"{name}_conv_2", gain=0.0)(_bend(h))
    return x


def _bend(x: Any) -> Any:
    return layers.LeakyReLU(SLOPE)(x)


def _dense(width: int, name: str) -> layers.Layer:
    return layers.Dense(width, kernel_initializer=_he(1.0), name=name)


def _conv(width: int, size: int, name: str, gain: float = 1.0, stride: int = 1) -> layers.Layer:
    return layers.Conv2D(
        width, size, stride, padding="same", kernel_initializer=_he(gain), name=name
    )


def _up(width: int, name: str) -> layers.Layer:
    """Double the grid; each of its points sees a quarter of the kernel."""
    # Keras takes the kernel of a transposed convolution the wrong way round: its fan out is our in.
    return layers.Conv2DTranspose(
        width, 4, 2, padding="same", kernel_initializer=_he(2.0, "fan_out"), name=name
    )


def _he(gain: float, fan: str = "fan_in") -> keras.Initializer | str:
    """Initial weights that keep the variance through a leaky ReLU (He et al. 2015, eq. 15)."""
    if not gain:
        return "zeros"
    return keras.initializers.VarianceScaling(gain**2 * 2 / (1 + SLOPE**2), fan, "normal")


def _grids(shape: tuple[int, int, int], width: int) -> tuple[int, int, list[int]]:
    """Height and width of the coarsest grid; channels of all grids from there to the finest."""
    rows, columns, _ = shape
    widths = []
    while min(rows, columns) >= 8 and rows % 2 == columns % 2 == 0:
        rows, columns = rows // 2, columns // 2
        widths.append(max(1, width >> len(widths)))
    return rows, columns, widths
