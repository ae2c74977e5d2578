"""Names that earlier versions wrote into run folders, and what they are called now.

They are read with their new names, so that an older run is sampled, evaluated, reported, inspected
and resumed as one of today.
"""

from collections.abc import Mapping
from typing import Any

NEW_NAMES = {
    "surest": "keep_fraction",  # settings of a text run and of its model
    "readout": "decoding_whitening",
    "average_distance": "ema_distance",  # telemetry
    "win_rate_held_out": "win_rate_unseen",
    "win_rate_validation": "win_rate_unseen",
    "held_out_rows": "test_rows",  # notes of a table run
    "held_out": "test",  # signatures of its scores
}


def with_new_names(fields: Mapping[str, Any]) -> dict[str, Any]:
    """Return the fields in their order, each by its name of today; what they hold is left alone."""
    return {NEW_NAMES.get(name, name): value for name, value in fields.items()}


def signature_with_new_names(signature: str) -> str:
    """Return a score's signature, `key:value` pairs joined by `|`, with the keys of today."""
    pairs = (pair.partition(":") for pair in signature.split("|"))
    return "|".join(f"{NEW_NAMES.get(key, key)}{colon}{value}" for key, colon, value in pairs)
