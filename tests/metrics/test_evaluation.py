"""The evaluation of text files, as a library and as a command."""

import json
import runpy
import subprocess
import sys
from pathlib import Path

import pytest

from textgan.errors import UserError
from textgan.metrics.evaluation import TABLE, evaluate_text, render

SCRIPT = Path(__file__).parents[2] / "scripts" / "evaluate_text.py"
FORM = {"tok": "whitespace", "case": "mixed"}
SAMPLES = [text.split() for text in ("a red cat sat", "", "a dog ran off", "a red cat sat")]
REFERENCES = [text.split() for text in ("a red dog sat down", "the cat ran off", "a bird sat")]
TRAINING = [text.split() for text in ("a red cat sat", "a dog sat", "one bird", "the dog ran")]


def run(*arguments):
    return subprocess.run(
        [sys.executable, SCRIPT, *map(str, arguments)], capture_output=True, text=True
    )


@pytest.fixture
def files(tmp_path):
    for name, texts in {"s": SAMPLES, "r": REFERENCES, "t": TRAINING}.items():
        (tmp_path / name).write_text("".join(" ".join(text) + "\n" for text in texts))
    return tmp_path


@pytest.mark.parametrize("training", [None, TRAINING])
def test_every_score_has_a_real_counterpart_and_a_place_in_the_table(training):
    evaluation = evaluate_text(SAMPLES, REFERENCES, training, "texygen", FORM)
    assert set(evaluation.samples) == set(evaluation.real)
    text = render(evaluation)
    for name, score in evaluation.samples.items():
        assert sum(name.startswith(names) for names in TABLE.values()) == 1
        assert name in text
        assert score.minimum <= score.value <= score.maximum
        assert "version:" in score.signature
    assert text.count("\nreal ") == text.count("\nsamples ") == (6 if training else 4)


def test_scores_of_known_samples():
    evaluation = evaluate_text(SAMPLES, REFERENCES, TRAINING, "texygen", FORM)
    values = {name: score.value for name, score in evaluation.samples.items()}
    assert values["empty"] == 0.25
    assert values["unique"] == 0.75
    assert values["copied"] == 0.5
    assert values["longest_copy"] == (4 + 0 + 2 + 4) / 4
    assert values["mean_length"] == 3
    assert evaluation.real["copied"].value == 0


def test_command_writes_scores_by_name(files):
    out = files / "scores.json"
    done = run(files / "s", "--references", files / "r", "--training", files / "t", "--json", out)
    assert done.returncode == 0, done.stderr
    scores = json.loads(out.read_text())
    expected = evaluate_text(
        SAMPLES, REFERENCES, TRAINING, "texygen", {"tok": "nltk", "case": "mixed"}
    )
    assert scores == json.loads(json.dumps(expected.as_json()))
    for n in (2, 3, 4, 5):
        for name in (f"bleu.{n}", f"self_bleu.{n}"):
            assert {"value", "interval", "signature", "real"} <= set(scores[name])
    assert render(expected) == done.stdout.rstrip("\n")
    assert [path.name for path in files.iterdir() if path.name.startswith(".")] == []


@pytest.mark.parametrize(
    ("samples", "references", "options", "message"),
    [
        (None, b"a\nb\n", {}, "cannot read"),
        (b"", b"a\nb\n", {}, "is empty"),
        (b"a\n\xff\n", b"a\nb\n", {}, "line 2: not UTF-8"),
        (b"a\n", b"a\nb\n", {}, "at least two sentences"),
        (b"a\nb\n", b"a\n", {}, "at least two lines"),
        (b"a\nb\n", b"a\nb\n", {"json": Path("no/such/folder.json")}, "cannot write"),
        (b"a\nb\n", b"a\nb\n", {"protocol": "textgan-pytorch"}, "there are only 2"),
    ],
)
def test_mistakes_are_named_in_one_line(tmp_path, samples, references, options, message):
    if samples is not None:
        (tmp_path / "s").write_bytes(samples)
    (tmp_path / "r").write_bytes(references)
    main = runpy.run_path(str(SCRIPT))["main"]
    with pytest.raises(UserError, match=message) as raised:
        main(tmp_path / "s", tmp_path / "r", **options)
    assert "\n" not in str(raised.value)


def test_command_reports_a_mistake_without_a_traceback(tmp_path):
    done = run(tmp_path / "missing", "--references", tmp_path / "missing")
    assert done.returncode == 2
    assert done.stderr == f"error: cannot read {tmp_path / 'missing'}: No such file or directory\n"


def test_no_deep_learning_library_is_imported():
    code = "import runpy, sys; runpy.run_path(sys.argv[1]); print('tensorflow' in sys.modules)"
    done = subprocess.run([sys.executable, "-c", code, SCRIPT], capture_output=True, text=True)
    assert done.stdout == "False\n"
