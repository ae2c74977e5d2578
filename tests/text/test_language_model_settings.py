"""Settings of the language model: what they refuse."""

from math import inf, nan
from typing import Any

import pytest

from textgan.errors import UserError
from textgan.text.language_model_settings import LanguageModelSettings, check_temperature


@pytest.mark.parametrize(
    ("wrong", "message"),
    [
        ({"dropout": 1.0}, "dropout is 1.0: it must be at least 0 and below 1"),
        ({"dropout": nan}, "dropout is nan"),
        ({"rate": 0.0}, "rate is 0.0"),
        ({"patience": 0}, "patience is 0"),
    ],
)
def test_a_model_that_cannot_be_trained(wrong: dict[str, Any], message: str) -> None:
    assert LanguageModelSettings(dropout=0.0).dropout == 0
    with pytest.raises(UserError, match=message):
        LanguageModelSettings(**wrong)


@pytest.mark.parametrize("temperature", [0.0, 9e-7, 1.1e6, inf, nan])
def test_temperatures_that_no_logit_can_be_divided_by(temperature: float) -> None:
    check_temperature(1e-6)
    check_temperature(1e6)
    with pytest.raises(UserError, match="temperature"):
        check_temperature(temperature)
