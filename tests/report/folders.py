"""Run folders for the tests: small, whole, and made of nothing but their files."""

import json
from collections.abc import Sequence
from functools import partial
from pathlib import Path
from typing import Any

from textgan.domains import KINDS
from textgan.gan.run_folder import RunFolder, read_snapshots
from textgan.metrics.neighbours import measure_neighbours
from textgan.report import run

read_run = partial(run.read_run, kinds=KINDS)

SETTINGS = {
    "kind": "text",
    "seed": 3,
    "backend": "tensorflow",
    "data": {"checksum": "c0ffee", "words": 12},
    "corpus": "coco-captions",
    "game": {"objective": "relativistic", "gamma": 0.5},
    "loop": {"steps": 300, "log_every": 100, "evaluate_every": 100},
}
BLEU = (0.70, 0.45, 0.28, 0.17)
SELF_BLEU = (0.88, 0.72, 0.54, 0.38)
REAL_BLEU = (0.74, 0.52, 0.337, 0.218)
REAL_SELF_BLEU = (0.892, 0.747, 0.574, 0.416)


def signature(samples: int = 10_000, **changed: object) -> str:
    fields = {"protocol": "texygen", "n": 2, "hyps": samples, "refs": 9999, "tok": "nltk"}
    fields |= {"case": "lower", "smooth": "method1"} | changed
    return "|".join(f"{key}:{value}" for key, value in fields.items())


def score(value: float | None, sign: str, maximum: float | None = 1) -> dict[str, Any]:
    interval = None if value is None else [value - 0.01, value + 0.01]
    fields = {"value": value, "goal": "match", "minimum": 0, "maximum": maximum}
    return fields | {"signature": sign, "interval": interval}


def plane_scores(
    bleu: tuple[float, ...] = BLEU, self_bleu: tuple[float, ...] = SELF_BLEU, sign: str = ""
) -> dict[str, dict[str, Any]]:
    sign = sign or signature()
    return {
        f"{key}.{n}": score(values[n - 2], sign)
        for key, values in (("bleu", bleu), ("self_bleu", self_bleu))
        for n in (2, 3, 4, 5)
    }


def evaluation(sign: str = "") -> dict[str, dict[str, Any]]:
    """Scores of samples, each with real text's."""
    ours = plane_scores(sign=sign)
    real = plane_scores(REAL_BLEU, REAL_SELF_BLEU, sign)
    ours |= {"frechet": score(0.4567, "encoder:x", None), "copied": score(0.011, "hyps:10000")}
    real |= {"frechet": score(0.0123, "encoder:x", None), "copied": score(0.005, "hyps:10000")}
    return {name: fields | {"real": real[name]} for name, fields in ours.items()}


def write_neighbours(
    run: Path,
    training: Sequence[tuple[str, ...]],
    test: Sequence[tuple[str, ...]],
    with_real: bool = False,
) -> Path:
    """Set the samples of a run folder, of which those of step 200 are kept, beside a text."""
    snapshots = {
        step: [tuple(line.split()) for line in lines] for step, lines in read_snapshots(run).items()
    }
    form = {"tok": "whitespace", "case": "cased"}
    found = measure_neighbours(snapshots, 200, training, test, form, with_real)
    (run / RunFolder.NEAREST).write_text(json.dumps(found.as_json()))
    return run


def write_run(
    path: Path,
    *,
    settings: dict[str, Any] | None = None,
    bare: dict[str, Any] | None = None,
    **files: Any,
) -> Path:
    """Write a run folder.

    Args:
        path: of the folder.
        settings: that differ from `SETTINGS`.
        bare: all settings, instead.
        files: further JSON files, by their names without `.json`.
    """
    (path / "samples").mkdir(parents=True)
    config = {
        "settings": bare or SETTINGS | (settings or {}),
        "notes": {"training_sentences": 9130, "generator_parameters": 894080},
        "environment": {"textgan": "0.1.0", "commit": None},
    }
    (path / "config.json").write_text(json.dumps(config))
    rows = [
        {
            "step": step,
            "seconds": step / 4,
            "logit_gap": 1 + step / 1000,
            "real_logit": 2.0,
            "real_penalty": 0.1,
            "bleu_3": 0.3 + step / 1000,
            "score": score,
            "something_new": step**2,
        }
        for step, score in ((100, 0.2), (200, 0.4), (300, 0.3))
    ]
    (path / "telemetry.jsonl").write_text("".join(json.dumps(row) + "\n" for row in rows))
    for step, lines in {
        100: "a cat cat\na cup sits\n",
        200: "a cat sits\na <script>alert(1)</script> cup\n",
        300: "a dog sits\n\n",
    }.items():
        (path / "samples" / f"{step:07d}.txt").write_text(lines)
    for name, content in files.items():
        (path / f"{name}.json").write_text(json.dumps(content))
    return path
