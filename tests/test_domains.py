"""The kinds of runs by name, and the kind of a folder."""

from pathlib import Path

import pytest

from tests.report.folders import write_run
from textgan.domains import DOMAINS, KINDS, PLURALS, kind_of
from textgan.errors import UserError

DATA = Path(__file__).parent / "data"


@pytest.mark.parametrize("name", DOMAINS)
def test_the_kind_of_a_run(name: str) -> None:
    assert kind_of(DATA / name) == name


def test_a_kind_that_is_not_asked_for_or_not_known(tmp_path: Path) -> None:
    language_model = write_run(tmp_path / "lm", settings={"kind": "language model"})
    assert kind_of(language_model) == "language model"
    with pytest.raises(UserError, match=r"kind .language model.; there are: text, image, table$"):
        kind_of(language_model, DOMAINS)
    with pytest.raises(UserError, match="is a run of kind 'sound'"):
        kind_of(write_run(tmp_path / "other", settings={"kind": "sound"}))
    with pytest.raises(UserError, match="is not a run folder"):
        kind_of(tmp_path)


def test_every_kind_has_one_name_and_one_plural() -> None:
    assert list(KINDS) == [*DOMAINS, "language model"]
    assert set(PLURALS.values()) == set(DOMAINS.values())
    assert all(domain.plural == plural for plural, domain in PLURALS.items())
