"""All kinds of runs, by the name that their `config.json` has. A new one is a line here."""

from collections.abc import Mapping
from pathlib import Path

from textgan.domain import Domain, Kind
from textgan.errors import UserError
from textgan.gan.run_folder import read_config
from textgan.images.domain import IMAGES
from textgan.tables.domain import TABLES
from textgan.text.domain import LANGUAGE_MODEL, TEXT

DOMAINS: dict[str, Domain] = {domain.name: domain for domain in (TEXT, IMAGES, TABLES)}
PLURALS: dict[str, Domain] = {domain.plural: domain for domain in DOMAINS.values()}
KINDS: dict[str, Kind] = {**DOMAINS, LANGUAGE_MODEL.name: LANGUAGE_MODEL}


def kind_of(run: Path, known: Mapping[str, Kind] = KINDS) -> str:
    """Return the kind of a run.

    Raises:
        UserError: the folder holds no run, or one of a kind that is not among the `known`.
    """
    kind = read_config(run)["settings"].get("kind")
    if kind not in known:
        raise UserError(f"{run} is a run of kind {kind!r}; there are: {', '.join(known)}")
    return kind
