"""The known behaviours."""

from textgan.inspection.toy_settings import PRESETS
from textgan.play.known import KNOWN


def test_every_preset_has_one_sentence() -> None:
    assert KNOWN.keys() == PRESETS.keys()
    for known in KNOWN.values():
        assert known.says.endswith(".") and known.says.count(". ") == 0
