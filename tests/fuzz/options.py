"""Command lines with odd options and values."""

import random
import shutil
from pathlib import Path
from typing import Any

from tests.fuzz.cases import Case
from tests.fuzz.folders import PAGES

VALUES = (
    *(
        "0",
        "-1",
        "1",
        "3",
        "2.5",
        "nan",
        "inf",
        "-inf",
        "1e400",
        "9" * 30,
        "",
        " ",
        "x",
        "true",
        "é",
    ),
    *(
        "a=drop",
        "1e-320",
        "\n",
        "--",
        "-",
        "a=b",
        "/",
        ".",
        "/dev/null",
        "/dev/full",
        "<b>",
        "None",
        "0.5",
    ),
)
COMMON = (
    *("batch-size", "objective", "penalty", "gamma", "instance-noise", "generator-rate", "steps"),
    *("discriminator-rate", "rate-floor", "beta-1", "beta-2", "ema-halflife", "log-every", "seed"),
    *("evaluate-every", "generator-width", "discriminator-width", "backend"),
)
# Each script: its options, and arguments that make it quick where nothing is odd.
SCRIPTS: dict[str, tuple[tuple[str, ...], tuple[str, ...]]] = {
    "train_text_gan.py": (
        (
            *COMMON,
            "corpus",
            "vectors",
            "max-words",
            "whitening",
            "decoding-whitening",
            "output",
            "keep-fraction",
        ),
        ("file", "--corpus", "{text}", "--run-dir", "{out}"),
    ),
    "train_image_gan.py": (
        (
            *COMMON,
            "images",
            "size",
            "noise",
            "mapping-layers",
            "generator-blocks",
            "discriminator-blocks",
        ),
        ("digits", "--run-dir", "{out}"),
    ),
    "train_table_gan.py": (
        (*COMMON, "columns", "target", "condition", "noise", "generator-layers"),
        ("wine", "--run-dir", "{out}"),
    ),
    "evaluate_text.py": (
        (
            "references",
            "training",
            "corpus",
            "features",
            "truncation-curve",
            "keep-curve",
            "protocol",
        ),
        ("{text}", "--references", "{text}"),
    ),
    "sample_text.py": (("n", "seed", "truncation", "out", "backend"), ("{run}", "-n", "3")),
    "sample_images.py": (("n", "seed", "label", "truncation", "out"), ("{run}", "-n", "3")),
    "sample_table.py": (("n", "seed", "where", "out"), ("{run}", "-n", "3")),
    "report.py": (("out", "frontier"), ("{run}",)),
    "inspect_run.py": (("what", "sample", "layer"), ("{run}",)),
    "evaluate_table.py": (("real", "test", "columns", "target"), ("{text}",)),
    "evaluate_images.py": (("data", "json"), ("{text}",)),
    "train_embeddings.py": (("dim", "window", "epochs", "min-count", "out", "also"), ("{text}",)),
}


def odd_options(draw: random.Random, place: Path, whole: dict[str, tuple[Path, Any]]) -> Case:
    """Run a script with one to three odd options.

    Args:
        draw: decides.
        place: an empty folder.
        whole: run folders by kind.
    """
    script = draw.choice(list(SCRIPTS))
    names, given = SCRIPTS[script]
    text = place / "text.txt"
    text.write_text("a dog sleeps\na cat eats a bone\n" * 20)
    kind = "image" if "image" in script else "table" if "table" in script else "text"
    shutil.copytree(whole[kind][0], place / "trained")
    places = {"{text}": text, "{out}": place / "run", "{run}": place / "trained"}
    words = [str(places.get(word, word)) for word in given]
    for name in draw.sample(names, min(len(names), draw.randint(1, 3))):
        words += [f"--{name}", *draw.choices(VALUES, k=draw.choice((0, 1, 1, 1, 1, 2)))]
    return Case(script, words, ["run", *PAGES, *(name for name in VALUES if name)])
