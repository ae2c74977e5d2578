"""The known behaviours of the game, each with the sentence that explains it."""

from typing import NamedTuple


class Known(NamedTuple):
    """A behaviour.

    Attributes:
        title: on its button.
        says: what is to be seen, and why.
    """

    title: str
    says: str


# By the preset of `textgan.inspection.toy_settings` that shows it.
KNOWN = {
    "ring": Known(
        "Health: the ring",
        "The penalty keeps the discriminator gentle, so its arrows reach every generated point: "
        "the cloud spreads until it covers all eight modes, the field goes flat and the gap of the "
        "logits stays small.",
    ),
    "grid": Known(
        "Health: the grid",
        "Twenty-five modes lie close together: the cloud first covers the square as a whole, then "
        "gathers at the modes, while a weak penalty lets the discriminator see them apart.",
    ),
    "moons": Known(
        "Health: the moons",
        "Real points along two curves: the generator bends one cloud over both, and the thin "
        "bridge that stays between them is the price of a continuous map.",
    ),
    "oscillation": Known(
        "Circling",
        "Without a penalty and with momentum the two run after each other: the generator moves to "
        "where the discriminator points, the discriminator turns round, and the curves swing "
        "without settling.",
    ),
    "mode_collapse": Known(
        "Collapse",
        "The generator is fast and the discriminator too small to see the whole plane: all points "
        "jump to the one place that looks most real, and on to the next when it is found out.",
    ),
    "vanishing_gradient": Known(
        "Vanishing gradient",
        "The discriminator is sure of itself, and where it is sure the minimax loss of the "
        "generator is flat: hardly any gradient arrives, so the points stay where they are.",
    ),
    "discriminator_wins": Known(
        "The discriminator wins",
        "Without a penalty a discriminator two hundred times as fast is right about every pair: "
        "the gap of the logits grows without end, and the slow generator cannot follow.",
    ),
}
