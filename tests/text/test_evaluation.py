"""The evaluation of text files and runs: what is found, what is refused, and the command."""

import json
import subprocess
import sys
from dataclasses import asdict
from pathlib import Path

import keras
import numpy as np
import pytest

from tests.report.folders import read_run
from textgan.commands import evaluate as command
from textgan.errors import UserError
from textgan.metrics.evaluation import chosen_rows, render
from textgan.metrics.protocols import protocol_bleu, protocol_self_bleu
from textgan.metrics.sentence_encoder import SentenceEncoder
from textgan.metrics.text_evaluation import compare_features, evaluate_text
from textgan.report.run import read_frontier
from textgan.text import evaluation
from textgan.text.corpus import Corpus
from textgan.text.domain import TEXT
from textgan.text.evaluation import TextEvaluationSettings, evaluate
from textgan.text.grammar import Grammar
from textgan.text.judges import ngram_judge
from textgan.text.language_model import LanguageModel
from textgan.text.language_model_settings import LanguageModelSettings
from textgan.text.lexicon import Lexicon
from textgan.text.model import TextModel
from textgan.text.networks import build_generator
from textgan.text.settings import TextNetworkSettings
from textgan.text.tokenization import tokenize
from textgan.text.vectors import load_vectors, prepare_points

SCRIPT = Path(__file__).parents[2] / "scripts" / "evaluate_text.py"
TEXTS = {
    "s": ["A red cat sat.", "", "a dog ran off", "the cat sat"] * 3,
    "r": ["a red dog sat down", "the cat ran off", "A bird sat"] * 4,
    "t": ["a red cat sat .", "a dog sat", "one bird", "the dog ran"] * 3,
}
CORPUS = Corpus(
    name="birds",
    train=[tuple(line.split()) for line in TEXTS["t"]],
    validation=[("a", "bird")],
    test=[tuple(line.lower().split()) for line in TEXTS["r"]],
    tokenization="nltk-lower",
    checksum="c0",
    max_words=5,
)
WORDS = ("a", "bird", "cat", "dog", "sat", "the")


@pytest.fixture
def files(tmp_path):
    for name, lines in TEXTS.items():
        (tmp_path / name).write_text("".join(line + "\n" for line in lines))
    return tmp_path


@pytest.fixture
def corpus(monkeypatch):
    """The only corpus of the catalogue."""
    monkeypatch.setattr(evaluation, "load_corpus", {"birds": CORPUS}.__getitem__)
    return CORPUS


def write_config(run, **settings):
    (run / "model").mkdir(parents=True)
    settings = {"corpus": "birds", "data": {"checksum": "c0"}} | settings
    (run / "config.json").write_text(json.dumps({"settings": settings}))


@pytest.fixture
def text_run(tmp_path):
    run = tmp_path / "run"
    write_config(run, kind="text")
    network = TextNetworkSettings(generator_width=8, generator_layers=1, attention_heads=2)
    vectors = np.random.default_rng(0).standard_normal((len(WORDS), 6))
    keras.utils.set_random_seed(1)
    generator = build_generator(5, 6, network)
    lexicon = Lexicon.of(WORDS, vectors, 0.0)
    TextModel([generator], [lexicon], network, "nltk-lower").save(run / "model")
    return run


def by_ngrams(training, samples, references):
    """What the n-gram judge adds to the scores that are about sentences alone."""
    judge = ngram_judge(training)
    return judge(samples), judge(references)


def words(lines, lower=True):
    return [tuple((line.lower() if lower else line).replace(".", " .").split()) for line in lines]


def test_files_and_features(files, tmp_path):
    rng = np.random.default_rng(0)
    arrays = [rng.standard_normal((12, 3)) for _ in range(3)]
    paths = tuple(tmp_path / f"{number}.npy" for number in range(3))
    for path, array in zip(paths, arrays, strict=True):
        np.save(path, array)
    found = evaluate(
        TextEvaluationSettings(
            files / "s", files / "r", files / "t", features=paths, lowercase=True
        )
    )
    expected = evaluate_text(
        words(TEXTS["s"]),
        words(TEXTS["r"]),
        words(TEXTS["t"]),
        "texygen",
        {"tok": "nltk", "case": "lower"},
    )
    scores, _ = compare_features(*arrays)
    expected = expected.with_scores(*by_ngrams(*(words(TEXTS[name]) for name in "tsr")))
    assert found.samples.keys() - expected.samples.keys() == {score.name for score in scores}
    assert all(found.samples[name] == score for name, score in expected.samples.items())
    assert all(found.samples[score.name].value == score.value for score in scores)
    assert "encoder:file-" in found.samples["frechet"].signature


def test_a_corpus_brings_its_tokenisation(files, corpus):
    found, samples = (
        evaluate(TextEvaluationSettings(files / "s", corpus="birds")),
        words(TEXTS["s"]),
    )
    expected = evaluate_text(
        samples, corpus.test, corpus.train, "texygen", {"tok": "nltk", "case": "lower"}
    )
    assert found == expected.with_scores(*by_ngrams(corpus.train, samples, corpus.test))


NEWS = [
    'He said "no", and she said "yes".',
    '"It is late," he said.',
    'They called it "the end" of it.',
    'She didn\'t say "maybe".',
    "A dog sat down.",
    "The cat ran off, and the dog sat.",
] * 2


def test_of_very_many_references_a_choice_is_taken_and_said(files, monkeypatch):
    lines = []
    for name in "rt":
        (files / name).write_text("".join(line + "\n" for line in TEXTS[name] * 2))
    features = [files / f"{name}.npy" for name in "srt"]
    for path, count in zip(features, (12, 24, 24), strict=True):
        np.save(path, np.random.default_rng(count).standard_normal((count, 2)))
    settings = TextEvaluationSettings(
        files / "s",
        references=files / "r",
        training=files / "t",
        features=tuple(features),
        tokenizer="whitespace",
    )
    assert "refs_of" not in evaluate(settings).samples["bleu.2"].signature
    monkeypatch.setattr(evaluation, "MAX_REAL", 13)
    found = evaluate(settings, lines.append)
    assert "13 of the 24 references are taken, always the same" in lines
    signature = found.samples["bleu.2"].signature
    assert "refs:13|" in signature and "|refs_of:24|" in signature
    assert found.samples["copied"].signature.startswith("hyps:12|training:24|")
    texts = {name: [tuple(line.split()) for line in TEXTS[name] * 2] for name in "sr"}
    chosen = [texts["r"][row] for row in chosen_rows(24, 13)]
    by_hand = protocol_bleu(texts["s"][:12], chosen, "texygen", {})
    assert found.samples["bleu.2"].value == by_hand[0].value
    cut = [np.load(path)[chosen_rows(24, 13)] for path in features[1:]]
    ours, _ = compare_features(np.load(features[0]), *cut)
    assert found.samples["frechet"].value == ours[0].value


@pytest.mark.parametrize("tokenised", [False, True])
def test_a_models_own_output_is_not_tokenised_again(tmp_path, monkeypatch, tokenised):
    """Copies of the training text are seen, and real text is the mark that its file reaches."""
    real = [tuple(tokenize(line, "nltk")) for line in NEWS]
    lines = [" ".join(words) for words in real] if tokenised else NEWS
    corpus = Corpus("news", real, real[:2], real, "nltk-cased", "c1", 12)
    monkeypatch.setattr(evaluation, "load_corpus", {"news": corpus}.__getitem__)
    (tmp_path / "r").write_text("\n".join(lines) + "\n")
    (tmp_path / "s").write_text("".join(" ".join(words) + "\n" for words in real))
    direct = evaluate_text(real, real, real, "texygen", {"tok": "nltk", "case": "cased"})
    direct = direct.with_scores(*by_ngrams(real, real, real))
    for against in ({"corpus": "news"}, {"references": tmp_path / "r", "training": tmp_path / "r"}):
        found = evaluate(TextEvaluationSettings(tmp_path / "s", **against))
        assert found.samples["copied"].value == 1
        assert {name: score.value for name, score in found.samples.items()} == {
            name: score.value for name, score in direct.samples.items()
        }
        assert found.real["bleu.5"].value == direct.real["bleu.5"].value
        if against == {"corpus": "news"}:
            assert "tok:nltk|case:cased|samples:whitespace" in found.samples["bleu.2"].signature
            assert "samples:" not in found.real["bleu.2"].signature
            assert found.real == direct.real
    (tmp_path / "s").write_text("\n".join(NEWS) + "\n")
    assert evaluate(TextEvaluationSettings(tmp_path / "s", corpus="news")).samples == direct.samples


def test_a_run_and_the_file_it_wrote_have_the_same_scores(text_run, tmp_path, corpus):
    run = evaluate(TextEvaluationSettings(text_run))
    samples = TextModel.load(text_run).sample(len(corpus.test), seed=1)
    (tmp_path / "s").write_text("".join(" ".join(words) + "\n" for words in samples))
    file = evaluate(TextEvaluationSettings(tmp_path / "s", corpus="birds"))
    for name, score in file.samples.items():
        assert score.value == run.samples[name].value


def test_empty_lines_of_real_text_are_left_out_and_said(files, tmp_path):
    for name in "rt":
        blanks = "\n\n  \n".join([*TEXTS[name], ""])
        (tmp_path / f"{name}-blank").write_text("\ufeff" + blanks, encoding="utf-8")
    said = []
    settings = TextEvaluationSettings(files / "s", tmp_path / "r-blank", tmp_path / "t-blank")
    assert evaluate(settings, said.append) == evaluate(
        TextEvaluationSettings(files / "s", files / "r", files / "t")
    )
    assert said == [f"{name}-blank: 24 empty lines are left out" for name in "rt"]


def test_text_without_blanks_between_words_is_said(tmp_path):
    (tmp_path / "zh").write_text("我喜欢在公园里散步\n今天天气很好\n", encoding="utf-8")
    said = []
    evaluate(TextEvaluationSettings(tmp_path / "zh", tmp_path / "zh"), said.append)
    assert len(said) == 2 and all(line.startswith("zh: words are what stands") for line in said)


def test_vectors_of_a_file(files, tmp_path, corpus):
    matrix = np.random.default_rng(0).standard_normal((len(WORDS), 8)).round(3)
    rows = [" ".join([w, *map(str, row)]) for w, row in zip(WORDS, matrix, strict=True)]
    (tmp_path / "v.txt").write_text("\n".join([f"{len(WORDS)} 8", *rows]) + "\n")
    settings = TextEvaluationSettings(files / "s", corpus="birds", vectors=str(tmp_path / "v.txt"))
    found = evaluate(settings)
    vocabulary = {word for words in (*corpus.train, *corpus.test) for word in words}
    vectors = load_vectors(settings.vectors, sorted(vocabulary))
    encoder = SentenceEncoder(vectors.words, prepare_points(vectors.matrix, 0.5))
    assert encoder.name in found.samples["frechet"].signature
    scores, real = compare_features(*map(encoder, (words(TEXTS["s"]), corpus.test, corpus.train)))
    assert found.samples["frechet"].value == pytest.approx(scores[0].value)
    assert found.real["coverage"].value == pytest.approx(real[4].value)


def test_a_run_is_sampled_and_keeps_its_scores(text_run, corpus):
    found = evaluate(TextEvaluationSettings(text_run))
    model = TextModel.load(text_run)
    samples = model.sample(len(corpus.test), seed=1)
    assert found.samples["distinct.1"].value == len({w for s in samples for w in s}) / max(
        1, sum(map(len, samples))
    )
    encoder = SentenceEncoder(WORDS, model.lexicon.points[:-1])
    scores, real = compare_features(*map(encoder, (samples, corpus.test, corpus.train)))
    assert found.samples["frechet"].value == pytest.approx(scores[0].value)
    assert found.real["frechet"].value == pytest.approx(real[0].value)
    assert json.loads((text_run / "evaluation.json").read_text()) == json.loads(
        json.dumps(found.as_json())
    )


def test_a_curve_of_truncation_is_kept_as_the_report_reads_it(text_run, corpus):
    said = []
    curves = {"truncation_curve": (1.0, 0.5), "keep_curve": (0.5,)}
    evaluate(TextEvaluationSettings(text_run, **curves), said.append)
    (text_run / "telemetry.jsonl").write_text('{"step": 1}\n')
    run = read_run(text_run)
    assert list(run.truncation) == [0.5, 1] and list(run.kept) == [0.5]
    model, form = TextModel.load(text_run), {"tok": "nltk", "case": "lower"}
    ngrams = ngram_judge(corpus.train)
    for dial, curve in (("truncation", run.truncation), ("keep_fraction", run.kept)):
        for place, scores in curve.items():
            samples = model.sample(len(corpus.test), 1, **{dial: place})
            expected = [
                *protocol_bleu(samples, corpus.test, "texygen", form),
                *protocol_self_bleu(samples, "texygen", form),
                *ngrams(samples),
            ]
            assert list(scores.values()) == expected
    assert [scores["bleu.2"] for scores in run.truncation.values()][1] == run.scores["bleu.2"]
    assert [line.split()[0] for line in said] == ["noise", "1", "0.5", "share", "0.5"]


def test_a_model_that_keeps_a_share_is_scored_with_all_of_its_sentences_too(text_run, corpus):
    settings_file = text_run / "model" / "settings.json"
    settings = json.loads(settings_file.read_text())
    settings_file.write_text(json.dumps(settings | {"keep_fraction": 0.5}))
    found = evaluate(TextEvaluationSettings(text_run))
    (text_run / "telemetry.jsonl").write_text('{"step": 1}\n')
    every = read_run(text_run).kept[1.0]
    model = TextModel.load(text_run)
    (bleu, *_), (half, *_) = (
        protocol_bleu(model.sample(12, 1, keep_fraction=share), corpus.test, "texygen", {})
        for share in (1.0, 0.5)
    )
    assert every["bleu.2"].value == bleu.value
    assert found.samples["bleu.2"].value == half.value


def test_the_temperatures_of_a_language_model_stand_beside_a_run(text_run, tmp_path, corpus):
    small = LanguageModelSettings(dim=4, width=6, batch_size=4, steps=4, evaluate_every=2)
    model = LanguageModel(WORDS, 5, small)
    runs = {}
    for name, checksum in (("same", corpus.checksum), ("other", "other")):
        runs[name] = tmp_path / name
        write_config(runs[name], kind="language model", data={"checksum": checksum})
        model.save(runs[name] / "model")
    said = []
    evaluate(TextEvaluationSettings(text_run, language_model=runs["other"]), said.append)
    assert said[-1].endswith("it has learned another text")
    assert not (text_run / "mle_frontier.json").exists()
    heats = (0.5, 1.0)
    evaluate(
        TextEvaluationSettings(text_run, language_model=runs["same"], temperature_curve=heats),
        said.append,
    )
    curve = read_frontier(text_run / "mle_frontier.json")
    ngrams = ngram_judge(corpus.train)
    for heat in heats:
        assert curve[heat]["ngram.nll"] == ngrams(model.sample(12, 1, heat))[0]


def test_a_run_against_files(text_run, files, corpus):
    found = evaluate(TextEvaluationSettings(text_run, files / "r"))
    assert "tok:nltk|case:lower" in found.samples["bleu.2"].signature
    assert "refs:12" in found.samples["bleu.2"].signature


def test_language_models_write_and_judge(tmp_path, corpus):
    run = tmp_path / "lm"
    write_config(run, kind="language model")
    small = LanguageModelSettings(dim=4, width=6, batch_size=4, steps=4, evaluate_every=2)
    model = LanguageModel(WORDS, 5, small)
    model.save(run / "model")
    settings = TextEvaluationSettings(run, language_model=run)
    found = evaluate(settings)
    assert found.samples["lm.nll"].value == pytest.approx(
        model.score(model.sample(12, seed=1)).nll_per_word, rel=1e-5
    )
    unknown = model.score(corpus.test).unknown
    assert found.real["lm.unknown"].value == pytest.approx(unknown / 12)
    assert "frechet" not in found.samples


def test_reverse_score_stands_beside_that_of_training_text(files, monkeypatch, corpus):
    def judge_of(references, real, say):
        assert (references, real) == (corpus.test, corpus.train)
        return lambda sentences: seen.append(list(sentences)) or []

    seen = []
    monkeypatch.setattr(evaluation, "reverse_judge", judge_of)
    evaluate(TextEvaluationSettings(files / "s", corpus="birds", reverse=True))
    assert seen == [words(TEXTS["s"]), corpus.train]


def test_the_grammar_judges_when_asked_and_always_on_its_corpus(tmp_path, monkeypatch):
    sentences = Grammar.load().sample(40, seed=1)
    lines = ["dog dog dog", *(" ".join(words) for words in sentences[:19])]
    (tmp_path / "s").write_text("\n".join(lines) + "\n")
    (tmp_path / "r").write_text("\n".join(" ".join(words) for words in sentences[20:]) + "\n")
    asked = evaluate(
        TextEvaluationSettings(tmp_path / "s", tmp_path / "r", oracle=True, tokenizer="whitespace")
    )
    assert asked.samples["oracle.grammatical"].value == 0.95
    assert asked.real["oracle.grammatical"].value == 1
    scenes = Corpus("scenes", sentences[20:], [], sentences[20:], "whitespace-cased", "", 16)
    monkeypatch.setattr(evaluation, "load_corpus", {"scenes": scenes}.__getitem__)
    always = evaluate(TextEvaluationSettings(tmp_path / "s", corpus="scenes"))
    assert always.samples["oracle.nll"] == asked.samples["oracle.nll"]


def test_the_grammar_does_not_judge_a_file_of_its_name(tmp_path):
    (tmp_path / "scenes").write_text("".join(f"a line number {n}\n" for n in range(40)))
    found = evaluate(TextEvaluationSettings(tmp_path / "scenes", corpus=str(tmp_path / "scenes")))
    assert "oracle.grammatical" not in found.samples


@pytest.mark.parametrize(
    ("arguments", "message"),
    [
        ({}, "Give --references FILE or --corpus CARD"),
        ({"training": "t"}, "--training needs --references"),
        ({"references": "r", "corpus": "birds"}, "give one or the other"),
        ({"references": "r", "vectors": "v", "features": ("a",)}, "two encoders"),
        ({"references": "r", "reverse": True}, "--reverse needs --training"),
        ({"references": "r", "features": ("s.npy",)}, "1 files for 2 texts"),
        ({"references": "r", "language_model": "nowhere"}, "no trained language model"),
        ({"references": "r", "vectors": "nowhere"}, "nowhere"),
        ({"references": "r", "truncation_curve": (1.0,)}, "is for the folder of a text run"),
        ({"references": "r", "truncation_curve": (-1.0,)}, "-1.0: a scale of the noise is 0 or"),
        ({"references": "r", "keep_curve": (1.0,)}, "--keep-curve is for the folder of a text"),
        ({"references": "r", "keep_curve": (0.0,)}, "0.0: a share is above 0"),
        ({"references": "r", "temperature_curve": (0.0,)}, "temperature 0.0"),
    ],
)
def test_settings_that_cannot_be_used(files, arguments, message):
    paths = {"references", "training", "language_model"}
    arguments = {k: files / v if k in paths else v for k, v in arguments.items()}
    if "features" in arguments:
        arguments["features"] = tuple(files / name for name in arguments["features"])
    with pytest.raises(UserError, match=message) as raised:
        evaluate(TextEvaluationSettings(files / "s", **arguments))
    assert "\n" not in str(raised.value)


def test_runs_that_cannot_be_scored(tmp_path, text_run, corpus, monkeypatch):
    (tmp_path / "empty").mkdir()
    with pytest.raises(UserError, match="no config"):
        evaluate(TextEvaluationSettings(tmp_path / "empty"))
    write_config(tmp_path / "image", kind="image")
    with pytest.raises(UserError, match="writes no text"):
        evaluate(TextEvaluationSettings(tmp_path / "image"))
    write_config(tmp_path / "odd", data=None)
    with pytest.raises(UserError, match="is not a run's configuration"):
        evaluate(TextEvaluationSettings(tmp_path / "odd"))
    write_config(tmp_path / "untrained", kind="text")
    with pytest.raises(UserError, match="no trained text model"):
        evaluate(TextEvaluationSettings(tmp_path / "untrained"))
    changed = Corpus(**(asdict(corpus) | {"checksum": "other"}))
    monkeypatch.setattr(evaluation, "load_corpus", lambda name: changed)
    with pytest.raises(UserError, match="it has changed"):
        evaluate(TextEvaluationSettings(text_run))


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
    with pytest.raises(UserError, match=message) as raised:
        command.score(TEXT, TextEvaluationSettings(tmp_path / "s", tmp_path / "r", **options))
    assert "\n" not in str(raised.value)


# The command


def run(*arguments):
    return subprocess.run(
        [sys.executable, SCRIPT, *map(str, arguments)], capture_output=True, text=True
    )


def test_command_writes_scores_by_name(files):
    out = files / "scores.json"
    done = run(files / "s", "--references", files / "r", "--training", files / "t", "--json", out)
    assert done.returncode == 0, done.stderr
    expected = evaluate(TextEvaluationSettings(files / "s", files / "r", files / "t"))
    scores = json.loads(out.read_text())
    assert scores == json.loads(json.dumps(expected.as_json()))
    for n in (2, 3, 4, 5):
        for name in (f"bleu.{n}", f"self_bleu.{n}"):
            assert {"value", "interval", "signature", "real"} <= set(scores[name])
    assert render(expected) == done.stdout.rstrip("\n")
    assert [path.name for path in files.iterdir() if path.name.startswith(".")] == []


def test_command_reports_a_mistake_without_a_traceback(tmp_path):
    done = run(tmp_path / "missing", "--references", tmp_path / "missing")
    assert done.returncode == 2
    assert done.stderr == f"error: cannot read {tmp_path / 'missing'}: No such file or directory\n"
    done = run(tmp_path / "missing", "--training", tmp_path / "missing")
    assert done.returncode == 2
    assert done.stderr == "error: --training needs --references: what to score against\n"


def test_files_are_scored_without_a_deep_learning_library(files):
    code = (
        "import sys; from pathlib import Path; from textgan.commands.evaluate import evaluate;"
        "from textgan.text.domain import TEXT;"
        "evaluate(TEXT, [sys.argv[1], '--references', sys.argv[2], '--oracle'], '');"
        "print({'tensorflow', 'keras', 'gensim'} & set(sys.modules))"
    )
    done = subprocess.run(
        [sys.executable, "-c", code, files / "s", files / "r"],
        capture_output=True,
        text=True,
    )
    assert done.stdout.splitlines()[-1] == "set()", done.stderr
