"""Which backend Keras runs on, and the seed of first weights."""

import random
import sys

import pytest

from textgan.backend import seed_weights, use_backend
from textgan.errors import UserError


def test_a_backend_that_is_not_installed(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setitem(sys.modules, "keras", None)  # an import then fails
    monkeypatch.setenv("KERAS_BACKEND", "tensorflow")
    with pytest.raises(UserError, match=r"backend jax is not installed .*pip install 'textgan\["):
        use_backend("jax")


def test_keras_must_not_run_on_another_one_already(monkeypatch: pytest.MonkeyPatch) -> None:
    import keras

    monkeypatch.setenv("KERAS_BACKEND", keras.backend.backend())
    other = "jax" if keras.backend.backend() == "tensorflow" else "tensorflow"
    with pytest.raises(AssertionError, match="before use_backend"):
        use_backend(other)  # type: ignore[arg-type]


def test_the_same_seed_draws_the_same_seeds_of_initialisers() -> None:
    drawn = []
    for seed in (3, 3, 4):
        seed_weights(seed)
        drawn.append(random.random())
    assert drawn[0] == drawn[1] != drawn[2]
