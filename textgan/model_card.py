"""The card that goes with every exported model: `model/MODEL_CARD.md`, beside the weights.

It is made from the run folder alone, and holds no sentence, image or row of the data.
"""

import html
import json
from collections.abc import Mapping
from pathlib import Path
from typing import Any

from textgan.catalogue import Section, card_names, read_card
from textgan.files import write_text
from textgan.gan.run_folder import RunFolder, flatten, read_config

NAME = "MODEL_CARD.md"
# Built-in images and tables: what they are, their licence, whom to cite.
_BUILT_IN = {
    "digits": (
        "handwritten digits, 8 x 8 (scikit-learn's copy of a set of the UCI repository)",
        "CC BY 4.0",
        "Alpaydin and Kaynak 1998, Optical Recognition of Handwritten Digits",
    ),
    "mnist": ("handwritten digits, 28 x 28", "CC BY-SA 3.0", "LeCun et al. 1998, MNIST"),
    "fashion_mnist": ("garments, 28 x 28", "MIT", "Xiao et al. 2017 (arXiv:1708.07747)"),
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
_BUILT_IN["stacked_mnist"] = ("three digits of MNIST as colours", *_BUILT_IN["mnist"][1:])
_SCRIPTS = {"text": "text", "image": "images", "table": "table"}
# What the folder of a model holds of the data it was made from, and what the model cannot do.
_HOLDS = {
    "text": "The folder holds the weights of the generator, the words of the training text "
    "(words.txt: names may be among them) and a vector for each. It holds no sentence.",
    "language model": "The folder holds the weights and the words of the training text (words.txt: "
    "names may be among them). It holds no sentence.",
    "image": "The folder holds the weights of the generator and, if it is told classes, how often "
    "each occurs. It holds no image.",
    "table": "The folder holds the weights of the generator, and in encoding.json the columns with "
    "their names, categories and quantiles: look at them before you share it.",
}
_LIMITS = {
    "text": "Sentences are made up: what they say is not true, and they carry the prejudices of "
    "the text they were learned from. No word is written that is not in words.txt. A sample may "
    "repeat a training sentence; the score `copied` says how often.",
    "image": "Images are made up. A sample may be near to a training image; the score `nearest` "
    "says how near, beside real test images.",
    "table": "Rows are made up, and no guarantee of privacy comes with them: a sample may be near "
    "to a training row. The scores of distance and membership say how near, beside real rows that "
    "were held out.",
}
_LIMITS["language model"] = _LIMITS["text"]


def write_model_card(run: Path) -> None:
    """Write the card of a run's exported model; scores are those of its `evaluation.json`.

    An evaluation that is older than the weights is not of this model, and left out.

    Raises:
        UserError: `run` holds no run.
        OSError: the card cannot be written.
    """
    config = read_config(run)
    settings, kind = config["settings"], str(config["settings"].get("kind"))
    parts = [
        f"# A {kind if kind == 'language model' else f'{kind} GAN'}",
        "Made by textgan. This card was generated with the model; it goes wherever the model goes.",
        "## Data and licence",
        _data(settings, config.get("notes")),
        _HOLDS.get(kind, ""),
        "## How to sample",
        _sampling(kind),
        "## Scores",
        _scores(run),
        "## Limits",
        _LIMITS.get(kind, ""),
        "## Settings",
        _settings(settings),
    ]
    write_text(run / RunFolder.MODEL / NAME, "\n\n".join(filter(None, parts)) + "\n")


def _data(settings: Mapping[str, Any], notes: Any) -> str:
    sources = [_source(settings, key) for key in ("corpus", "images", "table", "vectors")]
    known = notes if isinstance(notes, dict) else {}
    counts = [
        f"{known[f'training_{what}']:,} training {what}"
        for what in ("sentences", "images", "rows")
        if isinstance(known.get(f"training_{what}"), int)
    ]
    checksum = settings.get("data", {}).get("checksum", "unknown")
    told = (*filter(None, sources), *counts, f"SHA-256 of the data: {_plain(checksum)}")
    return "\n".join(f"- {line}" for line in told)


def _source(settings: Mapping[str, Any], key: str) -> str:
    """Say where a part of the data is from; of a file the name alone, not where it lay."""
    name = settings.get(key)
    if not isinstance(name, str) or not name:
        return ""
    sections: dict[str, Section] = {"corpus": "corpora", "vectors": "embeddings"}
    if key in sections and name in card_names(sections[key]):
        card = read_card(sections[key], name)
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


def _sampling(kind: str) -> str:
    if kind not in _SCRIPTS:
        return "In Python: `LanguageModel.load(Path('RUN/model')).sample(10, seed=1)`."
    out = " --out images.png" if kind == "image" else ""
    return (
        "With this folder as `model/` in a folder RUN:\n\n"
        f"```sh\npython scripts/sample_{_SCRIPTS[kind]}.py RUN -n 10 --seed 1{out}\n```"
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
