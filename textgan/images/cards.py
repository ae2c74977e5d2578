"""Sets of images that have a card in `pictures/`: built in, of Keras, or an `.npz`.

    kind = "digits"   scikit-learn's handwritten digits
    kind = "crops"    crops of photographs inside scikit-learn
    kind = "keras"    what `keras.datasets` downloads, or the card's file in the data folder
    kind = "npz"      the card's file, which is fetched if it has an address

Only Keras unpickles anything, and it compares the checksum of a download first.
"""

from collections.abc import Callable

import numpy as np
from numpy.lib.stride_tricks import sliding_window_view

from textgan.catalogue import Card, find_file, keras_keeps, obtain_file, require_fetching
from textgan.errors import UserError
from textgan.images.arrays import ARRAYS, Arrays, read_arrays


def read_card_arrays(card: Card) -> tuple[Arrays, str]:
    """Read x_train, y_train, x_test and y_test of a card.

    Returns:
        The arrays, and where they are from, for messages.

    Raises:
        UserError: a file that cannot be had, cannot be read or lacks one of them; an unknown kind.
    """
    if card.kind not in _READERS:
        known = ", ".join(_READERS)
        raise UserError(f"pictures/{card.name}.toml is of kind {card.kind!r}; there are: {known}")
    return _READERS[card.kind](card)


def _digits(card: Card) -> tuple[Arrays, str]:
    """Scikit-learn's digits, their values 0..16 spread over 0..255, one fifth kept for the test."""
    from sklearn.datasets import load_digits
    from sklearn.model_selection import train_test_split

    values, labels = load_digits(return_X_y=True)
    pixels = np.rint(values.reshape(-1, 8, 8) * (255 / 16)).astype(np.uint8)
    split = train_test_split(pixels, labels, test_size=0.2, random_state=0, stratify=labels)
    x_train, x_test, y_train, y_test = split
    return dict(zip(ARRAYS, (x_train, y_train, x_test, y_test), strict=True)), card.name


def _crops(card: Card) -> tuple[Arrays, str]:
    """Crops of photographs; those of training and test share no pixel."""
    from sklearn.datasets import load_sample_image

    made: dict[str, list[np.ndarray]] = {name: [] for name in ARRAYS}
    side, stride = card.settings["side"], card.settings["stride"]
    columns: dict[str, int] = card.settings["columns"]
    for label, name in enumerate(card.settings["photographs"]):
        photograph = _reduced(load_sample_image(name), card.settings["reduced"])
        for start in range(0, photograph.shape[1], sum(columns.values())):
            for part, width in columns.items():
                strip, start = photograph[:, start : start + width], start + width
                windows = sliding_window_view(strip, (side, side), axis=(0, 1))
                crops = np.moveaxis(windows[::stride, ::stride], 2, -1).reshape(-1, side, side, 3)
                made[f"x_{part}"].append(crops)
                made[f"y_{part}"].append(np.full(len(crops), label))
    return {name: np.concatenate(parts) for name, parts in made.items()}, card.name


def _reduced(photograph: np.ndarray, factor: int) -> np.ndarray:
    """Average squares of so many pixels a side; what is left over at the edges is cut off."""
    height, width = (side // factor for side in photograph.shape[:2])
    inner = photograph[: height * factor, : width * factor]
    squares = inner.reshape(height, factor, width, factor, 3)
    return np.rint(squares.mean(axis=(1, 3))).astype(np.uint8)


def _keras(card: Card) -> tuple[Arrays, str]:
    name = card.files[0].path.partition("/")[0]
    place = find_file(card.files[0])
    if place is not None:
        return read_arrays(place, ARRAYS), str(place)
    import keras

    if not keras_keeps(card):
        require_fetching(name)
    try:
        train, test = getattr(keras.datasets, name).load_data()
    except Exception as error:  # Keras raises a bare one when an address cannot be reached.
        raise UserError(
            f"cannot download {name} ({error}); put {name}.npz into the folder {name} of the one "
            "that TEXTGAN_DATA names"
        ) from error
    return dict(zip(ARRAYS, (*train, *test), strict=True)), name


def _npz(card: Card) -> tuple[Arrays, str]:
    place = obtain_file(card.files[0])
    return read_arrays(place, ARRAYS), str(place)


_READERS: dict[str, Callable[[Card], tuple[Arrays, str]]] = {
    "digits": _digits,
    "crops": _crops,
    "keras": _keras,
    "npz": _npz,
}
