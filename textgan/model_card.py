"""The card that goes with every exported model: `model/MODEL_CARD.md`, beside the weights.

It is made from the run folder alone, and holds no sentence, image or row of the data.
"""

import html
import json
from collections.abc import Mapping
from pathlib import Path
from typing import Any

from textgan.catalogue import CardKind, card_names, read_card
from textgan.domain import Kind
from textgan.files import write_text
from textgan.gan.run_folder import RunFolder, flatten, read_config

NAME = "MODEL_CARD.md"
# Built-in tables: what they are, their licence, whom to cite.
_BUILT_IN = {
    "breast_cancer": (
        "measurements of cell nuclei (scikit-learn's copy of a table of the UCI repository)",
        "CC BY 4.0",
        "Wolberg et al. 1995, Breast Cancer Wisconsin (Diagnostic)",
    ),
    "wine": (
        "chemical analyses of wines (scikit-learn's copy of a table of the UCI repository)",
        "CC BY 4.0",
        "Aeberhard and Forina 1991, Wine",
    ),
    "diabetes": ("patients and the course of their disease", "not stated", "Efron et al. 2004"),
}
_SECTIONS: dict[str, CardKind] = {
    "corpus": "corpora",
    "vectors": "embeddings",
    "images": "pictures",
}


def write_model_card(run: Path, kind: Kind) -> None:
    """Write the card of a run's exported model; scores are those of its `evaluation.json`.

    An evaluation that is older than the weights is not of this model, and left out.

    Args:
        run: the run folder.
        kind: of run.

    Raises:
        UserError: `run` holds no run.
        OSError: the card cannot be written.
    """
    config = read_config(run)
    settings = config["settings"]
    parts = [
        f"# A {kind.title}",
        "Made by textgan. This card was generated with the model; it goes wherever the model goes.",
        "## Data and licence",
        _data(settings, config.get("notes"), kind),
        kind.holds,
        "## How to sample",
        _sampling(kind),
        "## Scores",
        _scores(run),
        "## Limits",
        kind.limits,
        "## Settings",
        _settings(settings),
    ]
    write_text(run / RunFolder.MODEL / NAME, "\n\n".join(filter(None, parts)) + "\n")


def _data(settings: Mapping[str, Any], notes: Any, kind: Kind) -> str:
    sources = [_source(settings, key) for key in (kind.data, "vectors")]
    known = notes if isinstance(notes, dict) else {}
    count = known.get(f"training_{kind.samples}")
    counts = [f"{count:,} training {kind.samples}"] if isinstance(count, int) else []
    checksum = settings.get("data", {}).get("checksum", "unknown")
    lines = (*filter(None, sources), *counts, f"SHA-256 of the data: {_plain(checksum)}")
    return "\n".join(f"- {line}" for line in lines)


def _source(settings: Mapping[str, Any], key: str) -> str:
    """Say where a part of the data is from; of a file the name alone, not where it lay."""
    name = settings.get(key)
    if not isinstance(name, str) or not name:
        return ""
    if key in _SECTIONS and name in card_names(_SECTIONS[key]):
        card = read_card(_SECTIONS[key], name)
        title, licence, citation = card.title, card.licence, card.citation
    elif name in _BUILT_IN:
        title, licence, citation = _BUILT_IN[name]
    else:
        return (
            f"{key}: {_plain(Path(name).name)}, a file; its licence is not known here, and whoever "
            "shares this model has to state it"
        )
    what = f"{_plain(name)} ({_plain(title)})"
    return f"{key}: {what}. Licence: {_plain(licence)}. {_plain(citation)}."


def _sampling(kind: Kind) -> str:
    if not kind.sampling:
        return "In Python: `LanguageModel.load(Path('RUN/model')).sample(10, seed=1)`."
    return (
        "With this folder as `model/` in a folder RUN:\n\n"
        f"```sh\n{kind.sampling.format(run='RUN', n=10)}\n```"
    )


def _scores(run: Path) -> str:
    """Return the scores as a table, each beside that of real data and with its signature."""
    place = run / RunFolder.EVALUATION
    weights = [file.stat().st_mtime for file in (run / RunFolder.MODEL).glob("*.npz")]
    try:
        if not weights or place.stat().st_mtime < max(weights):
            raise FileNotFoundError
        scores = json.loads(place.read_text(encoding="utf-8"))
        rows = [_score_row(name, score) for name, score in scores.items()]
    except (OSError, ValueError, TypeError, LookupError, AttributeError):
        return "Not evaluated yet."
    head = "| score | this model | real data | signature |\n|---|---|---|---|"
    return "\n".join([head, *rows])


def _score_row(name: str, score: Mapping[str, Any]) -> str:
    real = (score.get("real") or {}).get("value")
    numbers = f"{_number(score['value'])} | {_number(real)}"
    return f"| {_plain(name)} | {numbers} | {_plain(score['signature'])} |"


def _settings(settings: Mapping[str, Any]) -> str:
    left_out = ("corpus", "images", "table", "vectors", "kind", "data")
    kept = {key: value for key, value in settings.items() if key not in left_out}
    return "\n".join(f"- {_plain(key)}: {_plain(value)}" for key, value in flatten(kept).items())


def _number(value: Any) -> str:
    return f"{value:.4g}" if isinstance(value, int | float) else "none"


def _plain(value: Any) -> str:
    """Write a value so that Markdown takes it for text, on one line."""
    text = html.escape(" ".join(str(value).split()))
    return "".join(f"&#{ord(sign)};" if sign in "|`[]*_\\" else sign for sign in text)
