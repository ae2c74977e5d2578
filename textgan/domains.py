"""All kinds of runs, by the name that their `config.json` has. A new one is a line here."""

from textgan.domain import Domain, Kind
from textgan.images.domain import IMAGES
from textgan.tables.domain import TABLES
from textgan.text.domain import LANGUAGE_MODEL, TEXT

DOMAINS: dict[str, Domain] = {domain.name: domain for domain in (TEXT, IMAGES, TABLES)}
PLURALS: dict[str, Domain] = {domain.plural: domain for domain in DOMAINS.values()}
KINDS: dict[str, Kind] = {**DOMAINS, LANGUAGE_MODEL.name: LANGUAGE_MODEL}
