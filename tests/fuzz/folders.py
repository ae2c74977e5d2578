"""Run folders in which something is damaged, missing or of another run."""

import json
import os
import random
import shutil
from pathlib import Path
from typing import Any

from tests.fuzz.cases import Case, odd_place, spoil

ODD_VALUES: tuple[Any, ...] = (
    *(None, True, -1, 0, 3.5, 10**30, float("nan"), float("inf"), "", "x", "<script>", [], [1], {}),
    *({"a": {}}, ["x"], "9" * 400),
)
COMMANDS = {
    "text": ("train_text_gan.py", "sample_text.py", "evaluate_text.py"),
    "image": ("train_image_gan.py", "sample_images.py", "evaluate_images.py"),
    "table": ("train_table_gan.py", "sample_table.py", "evaluate_table.py"),
    "language model": ("train_language_model.py", "sample_text.py", "evaluate_text.py"),
}
PAGES = ("report.html", "nearest.json", "inspection.html", "inspection", "MODEL_CARD.md")


def _nodes(tree: Any) -> list[tuple[Any, Any]]:
    """Return every place in a tree of JSON: its container and its key."""
    keys = (
        tree.keys()
        if isinstance(tree, dict)
        else range(len(tree))
        if isinstance(tree, list)
        else ()
    )
    return [place for key in keys for place in ((tree, key), *_nodes(tree[key]))]


def change_json(draw: random.Random, file: Path) -> None:
    """Change, remove or add a value somewhere in a file of JSON, or in one line of such."""
    text = file.read_bytes().decode(errors="replace")
    lines = text.splitlines() if file.suffix == ".jsonl" and text else [text]
    number = draw.randrange(len(lines))
    try:
        tree = json.loads(lines[number])
    except ValueError:
        tree = None  # it was damaged before
    places = _nodes(tree)
    if not places or draw.random() < 0.1:
        tree = draw.choice(ODD_VALUES)
    else:
        container, key = draw.choice(places)
        how = draw.random()
        if how < 0.7:
            container[key] = draw.choice(ODD_VALUES)
        elif how < 0.9:
            del container[key]
        elif isinstance(container, dict):
            container["of a later version"] = draw.choice(ODD_VALUES)
    lines[number] = json.dumps(tree)
    file.write_text("\n".join(lines) + "\n" * (file.suffix == ".jsonl"))


def damage(draw: random.Random, run: Path, others: list[Path]) -> None:
    """Damage one file or folder of a run."""
    files = sorted(path for path in run.rglob("*") if path.is_file())
    if not files:
        return
    file = draw.choice(files)
    how = draw.randrange(8)
    if how == 0:
        file.unlink()
    elif how == 1:
        shutil.rmtree(draw.choice([path for path in run.rglob("*") if path.is_dir()]))
    elif how == 2:
        name = file.relative_to(run)
        stranger = draw.choice(others) / name
        if stranger.is_file():
            file.write_bytes(stranger.read_bytes())
        else:
            file.write_bytes(draw.choice(files).read_bytes())
    elif how == 3:
        odd_place(draw, file)
    elif how == 4:
        file.chmod(0)
    elif how == 5:
        file.write_bytes(spoil(draw, file.read_bytes()))
    else:
        texts = [path for path in files if path.suffix in (".json", ".jsonl")]
        change_json(draw, draw.choice(texts or files))


def another_users(run: Path) -> None:
    """Give a run folder to somebody else; root alone can."""
    if os.getuid() == 0:
        for path in (run, *run.rglob("*")):
            os.chown(path, 65534, 65534, follow_symlinks=False)


def damaged_run(draw: random.Random, place: Path, whole: dict[str, tuple[Path, list[Any]]]) -> Case:
    """Open a damaged run with one of the commands that read it.

    Args:
        draw: decides.
        place: an empty folder.
        whole: run folders by kind, each with the arguments that trained it, but the run folder.
    """
    kind = draw.choice(list(COMMANDS))
    run = place / draw.choice(("run", "run", "run", "<script>", "a b", "[x]*"))
    shutil.copytree(whole[kind][0], run)
    for _ in range(draw.choice((1, 1, 1, 2, 4))):
        damage(draw, run, [path for path, _ in whole.values()])
    if draw.random() < 0.05:
        another_users(run)
    train, sample, evaluate = COMMANDS[kind]
    out = ("--out", place / "out.npz") if kind == "image" else ()
    choices = [
        (0.40, Case("report.py", (run,), PAGES)),
        (0.25, Case(sample, (run, "-n", 5, *out), ["out.npz"])),
        (0.10, Case(evaluate, (run,), ["evaluation.json", "pictures.json", *PAGES])),
        (0.15, Case("inspect_run.py", (run, "--what", "convergence"), PAGES)),
        (0.10, Case(train, (*whole[kind][1], "--run-dir", run), [run.name])),
    ]
    return draw.choices([case for _, case in choices], [weight for weight, _ in choices])[0]
