"""A few words as points, for tests of what is made of them."""

import numpy as np

from textgan.text.layers import RAMP, NearestWord
from textgan.text.lexicon import Lexicon
from textgan.text.settings import SharesName

DIM, WORDS = 6, 11


def normal(*shape: int, seed: int = 0) -> np.ndarray:
    return np.random.default_rng(seed).standard_normal(shape).astype("float32")


def lexicon(whitening: float = 0.0) -> Lexicon:
    return Lexicon.of([f"w{word}" for word in range(WORDS)], normal(WORDS, DIM, seed=9), whitening)


def nearest_word(calls: int = RAMP, written: SharesName = "average") -> NearestWord:
    """Of words of very different shares, after so many calls."""
    shares = np.geomspace(1.0, 0.1, WORDS + 1)
    layer = NearestWord(lexicon(), np.log(shares / shares.sum()).astype(np.float32), written)
    layer.build((None, 1, DIM))
    layer.calls.assign(calls)
    return layer
