"""The fields of the page: read, refused, and filled from every preset."""

import pytest

from textgan.inspection.toy_settings import PRESETS
from textgan.play.fields import FIELDS, FieldError, field_values, read_settings


@pytest.mark.parametrize("name", PRESETS)
def test_the_fields_of_a_preset_are_read_back(name: str) -> None:
    assert read_settings(name, field_values(PRESETS[name])) == PRESETS[name]


def test_one_thing_is_changed() -> None:
    settings = read_settings("ring", {"gamma": "0,5", "data": "moons", "seed": "7"})
    assert (settings.game.gamma, settings.data, settings.seed) == (0.5, "moons", 7)
    assert settings.game.generator_rate == PRESETS["ring"].game.generator_rate


@pytest.mark.parametrize(
    ("field", "given", "message"),
    [
        ("gamma", "abc", "Weight of the penalty: 'abc' is no number"),
        ("gamma", "", "Weight of the penalty: '' is no number"),
        ("gamma", "-1", "Weight of the penalty: -1 is not from 0 to 1000"),
        ("generator_rate", "nan", "Generator's rate: nan is not from 1e-07 to 1"),
        ("generator_rate", "0", "Generator's rate: 0 is not from 1e-07 to 1"),
        ("seed", "1e99", "Seed: 1e99 is not from 0 to 2147483647"),
        ("seed", "1.5", "Seed: 1.5 is no whole number"),
        ("data", "spiral", "Data: 'spiral' is none of the choices"),
        ("gamma", ["1"], "Weight of the penalty: ['1'] is no number"),
    ],
)
def test_what_a_field_refuses(field: str, given: object, message: str) -> None:
    with pytest.raises(FieldError) as raised:
        read_settings("ring", {field: given})
    assert (raised.value.field, str(raised.value)) == (field, message)


def test_names_are_unique_and_said() -> None:
    assert len({field.name for field in FIELDS}) == len(FIELDS)
    assert all(field.label and field.hint for field in FIELDS)
