"""Choose the backend that Keras runs on, before anything imports it; seed its first weights."""

import os
import random
from collections.abc import Iterator
from contextlib import contextmanager
from typing import Literal

from textgan.errors import UserError

BackendName = Literal["tensorflow", "jax"]


def use_backend(name: BackendName) -> None:
    """Start Keras on backend `name`, without the start-up chatter of its native libraries.

    Raises:
        UserError: the backend is not installed.
    """
    os.environ["KERAS_BACKEND"] = name
    os.environ.setdefault("TF_CPP_MIN_LOG_LEVEL", "3")
    try:
        with silent(2):  # TensorFlow writes there before any logging level applies
            import keras
    except ImportError as error:
        raise UserError(
            f"backend {name} is not installed ({error}); pip install 'textgan[{name}]'"
        ) from error
    assert keras.backend.backend() == name, "Keras was imported before use_backend"


def seed_weights(seed: int) -> None:
    """Seed the first weights of the networks that are built from here on."""
    # Keras draws the seeds of its initialisers from here; its own set_random_seed would also load
    # TensorFlow when JAX runs.
    random.seed(seed)


@contextmanager
def silent(descriptor: int) -> Iterator[None]:
    """Send what native libraries write to a file descriptor nowhere, in the block."""
    kept = os.dup(descriptor)
    nowhere = os.open(os.devnull, os.O_WRONLY)
    os.dup2(nowhere, descriptor)
    try:
        yield
    finally:
        os.dup2(kept, descriptor)
        os.close(kept)
        os.close(nowhere)
