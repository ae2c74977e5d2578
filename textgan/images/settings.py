"""Settings of an image run, the table of presets, and settings of an evaluation of images.

Plain records: Keras is not loaded here.
"""

from dataclasses import dataclass, field, replace
from pathlib import Path
from typing import ClassVar

from textgan.errors import UserError
from textgan.files import require_place
from textgan.gan.settings import GameSettings, LoopSettings, require_above_zero

WIDTHS = {1: 64, 2: 64, 3: 128, 4: 256, 5: 256}
"""Channels on the coarsest grid, by the number of grids: images of 8 pixels a side have one, of 16
and 28 two, of 32 three, of 64 four, of 128 five. So the finest has 32, up to 64 pixels."""


@dataclass(frozen=True)
class ImageNetworkSettings:
    """Sizes of the two networks (see `textgan.images.networks`).

    Attributes:
        noise: length of the generator's input.
        mapping_layers: dense layers that the noise goes through first.
        generator_width: channels of the generator on the coarsest grid; half as many on each
            finer one; 0 for as many as suit the size of the images.
        generator_blocks: residual blocks of the generator on each grid; 0 for DCGAN's generator.
        discriminator_width: channels of the discriminator on the coarsest grid; 0 likewise.
        discriminator_blocks: residual blocks of the discriminator on each grid.
    """

    noise: int = 64
    mapping_layers: int = 0
    generator_width: int = 64
    generator_blocks: int = 2
    discriminator_width: int = 64
    discriminator_blocks: int = 0

    def __post_init__(self) -> None:
        """Refuse sizes that make no network."""
        require_above_zero(self, "noise")
        for name, value in vars(self).items():
            if value < 0:
                raise UserError(f"{name} is {value}: it cannot be below 0")


@dataclass(frozen=True)
class ImageSettings:
    """Everything that decides the outcome of an image run, but the seed and the backend.

    Attributes:
        images: a set of images by name, an `.npz`, a folder, or `hub:NAME` (see
            `textgan.images.datasets`).
        size: pixels a side that images of a folder or the hub are brought to; 0 for 32.
        grey: whether the colours of such images are turned into grey.
        conditional: whether both networks see the class of each image, as their condition.
        clusters: how many clusters of alike pictures are found by k-means before the game; both
            networks then see the cluster of each image, and no class. 0 for none.
        network: what the two networks are made of.
        game: how the two networks are trained.
        loop: how long they are trained.
    """

    images: str = "digits"
    size: int = 0
    grey: bool = False
    conditional: bool = False
    clusters: int = 0
    network: ImageNetworkSettings = field(default_factory=ImageNetworkSettings)
    game: GameSettings = field(default_factory=GameSettings)
    loop: LoopSettings = field(default_factory=LoopSettings)

    def __post_init__(self) -> None:
        """Refuse clusters that cannot be, and two conditions at once."""
        if self.clusters < 0 or self.clusters == 1:
            raise UserError(f"clusters is {self.clusters}: give at least 2, or 0 for none")
        if self.clusters and self.conditional:
            raise UserError(
                "--conditional and --clusters: images are told apart by class or by cluster, "
                "not by both; leave one out"
            )


@dataclass(frozen=True)
class ImageEvaluationSettings:
    """What to score, against what.

    Attributes:
        samples: an .npz of images, or the folder of an image run, which is then sampled: as many
            images as there are in the test set. Its scores are also kept in it.
        data: the real images: a set by name (see `textgan catalogue`), an .npz, a folder or
            hub:NAME; for a run the default is its own.
        json: also write the scores to this file.
    """

    samples: Path
    data: str | None = None
    json: Path | None = None
    needs_keras: ClassVar[bool] = True

    def __post_init__(self) -> None:
        """Refuse samples that are not there."""
        require_place(self.samples)


# The output of a deeper generator soon saturates at higher rates: the images go black.
_LARGE = ImageSettings(
    network=ImageNetworkSettings(mapping_layers=4, generator_blocks=1),
    game=GameSettings(
        batch_size=32, generator_rate=8e-4, discriminator_rate=8e-4, gamma=0.1, ema_halflife=1000.0
    ),
    loop=LoopSettings(steps=24_000, log_every=100, evaluate_every=1000),
)
_SUITED = replace(_LARGE.network, generator_width=0, discriminator_width=0)
FILE = replace(_LARGE, network=_SUITED)
"""Settings for images of one's own."""

PRESETS: dict[str, ImageSettings] = {
    "digits": ImageSettings(
        network=ImageNetworkSettings(mapping_layers=4),
        game=GameSettings(batch_size=32, generator_rate=1e-3, discriminator_rate=1e-3),
        loop=LoopSettings(steps=5000, evaluate_every=500),
    ),
    "crops": replace(  # many are nearly flat: at a lower gamma the discriminator wins
        _LARGE,
        images="crops",
        game=replace(_LARGE.game, gamma=1.0),
        loop=LoopSettings(steps=6000, log_every=100, evaluate_every=500),
    ),
    **{name: replace(_LARGE, images=name) for name in ("mnist", "fashion_mnist", "stacked_mnist")},
    "cifar10": replace(FILE, images="cifar10"),
}
