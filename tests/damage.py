"""Ways to damage the files of a stored model."""

import json
from collections.abc import Callable
from pathlib import Path
from typing import Any

Damage = Callable[[Path], Any]


def cut(name: str) -> Damage:
    """Leave half of a file of the folder."""

    def damage(folder: Path) -> None:
        content = (folder / name).read_bytes()
        (folder / name).write_bytes(content[: len(content) // 2])

    return damage


def setting(**changes: Any) -> Damage:
    """Change entries of the folder's settings.json; those that become `...` go."""

    def damage(folder: Path) -> None:
        settings = json.loads((folder / "settings.json").read_text()) | changes
        kept = {key: value for key, value in settings.items() if value is not ...}
        (folder / "settings.json").write_text(json.dumps(kept))

    return damage
