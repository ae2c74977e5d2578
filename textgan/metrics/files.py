"""The text files that are scored, and the scores on disk."""

import json
import os
from collections.abc import Mapping
from pathlib import Path

from textgan.errors import UserError


def read_lines(path: Path) -> list[str]:
    """Lines of a UTF-8 file, empty ones too: in a file of samples they are empty sentences.

    Raises:
        UserError: the file cannot be read, is empty, or is not UTF-8 (with the line number).
    """
    try:
        content = path.read_bytes()
    except OSError as error:
        raise UserError(f"cannot read {path}: {error.strerror}") from error
    if not content.strip():
        raise UserError(f"{path} is empty: it needs a sentence a line")
    lines = []
    for number, line in enumerate(content.removesuffix(b"\n").split(b"\n"), start=1):
        try:
            lines.append(line.decode())
        except UnicodeDecodeError:
            raise UserError(f"{path}, line {number}: not UTF-8: convert it first") from None
    return lines


def write_json(content: Mapping, path: Path) -> None:
    """Write a JSON file aside, then put it in its place.

    Raises:
        UserError: the file cannot be written.
    """
    aside = path.with_name(f".{path.name}.{os.getpid()}")
    try:
        aside.write_text(json.dumps(content, indent=2) + "\n", encoding="utf-8")
        os.replace(aside, path)
    except OSError as error:
        aside.unlink(missing_ok=True)
        raise UserError(f"cannot write {path}: {error.strerror}") from error
