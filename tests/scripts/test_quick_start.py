"""The Python of the README and of the documentation's first page, on a small text."""

import re
from dataclasses import replace
from pathlib import Path

import pytest

from textgan.gan.settings import GameSettings, LoopSettings
from textgan.text.settings import PRESETS, TextNetworkSettings

ROOT = Path(__file__).parents[2]
SMALL = replace(
    PRESETS["scenes"],
    network=TextNetworkSettings(
        generator_width=8,
        generator_layers=1,
        attention_heads=2,
        discriminator_width=8,
        discriminator_layers=1,
    ),
    game=GameSettings(batch_size=8),
    loop=LoopSettings(steps=2, log_every=1, evaluate_every=2),
)


def test_the_quick_start_in_python(
    corpus_file: Path,
    tmp_path: Path,
    monkeypatch: pytest.MonkeyPatch,
    capsys: pytest.CaptureFixture[str],
) -> None:
    monkeypatch.setitem(PRESETS, "scenes", replace(SMALL, corpus=str(corpus_file)))
    monkeypatch.chdir(tmp_path)
    texts = [(ROOT / page).read_text("utf-8") for page in ("README.md", "docs/index.md")]
    code, again = re.findall(r"^```python\n(.*?)^```$", "".join(texts), re.MULTILINE | re.DOTALL)
    assert code == again
    exec(compile(code, "README.md", "exec"), {})
    words = set(corpus_file.read_text("utf-8").split())
    *sentences, bleu = capsys.readouterr().out.splitlines()[-9:]
    assert 0 < float(bleu) < 1
    assert len(sentences) == 8 and all(words.issuperset(each.split()) for each in sentences)
