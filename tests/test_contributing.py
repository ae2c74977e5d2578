"""The worked examples of CONTRIBUTING.md, executed, and what they promise."""

import re
import shutil
from importlib import import_module
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from keras import ops

from tests.gan.ring import ring_game
from tests.report.folders import read_run, write_run
from textgan import catalogue
from textgan.catalogue import card_names, data_folder, read_card, sha256_of
from textgan.errors import UserError
from textgan.gan.autodiff import value_and_input_gradient
from textgan.gan.objectives import OBJECTIVES
from textgan.gan.settings import GameSettings
from textgan.gan.step import Source, draw_batch
from textgan.metrics import catalogue as catalogue_of_metrics
from textgan.metrics import metric, text_evaluation
from textgan.metrics.evaluation import render
from textgan.report import page
from textgan.report.page import render_report
from textgan.text.corpus import load_corpus

ROOT = Path(__file__).parents[1]
DOCUMENT = (ROOT / "CONTRIBUTING.md").read_text(encoding="utf-8")

TO_WRITE = {"textgan/metrics/stutter.py", "textgan/report/surprises.py"}  # by the examples


def blocks(title: str, language: str) -> list[str]:
    """The fenced blocks of one language under a heading, in order."""
    (section,) = re.findall(rf"^## {title}$(.*?)(?=^## |\Z)", DOCUMENT, re.MULTILINE | re.DOTALL)
    return re.findall(rf"^```{language}\n(.*?)^```$", section, re.MULTILINE | re.DOTALL)


def run(title: str) -> dict[str, Any]:
    """Execute the Python of a section; return what it defines."""
    names: dict[str, Any] = {}
    for code in blocks(title, "python"):
        exec(compile(code, f"CONTRIBUTING.md: {title}", "exec"), names)
    return names


@pytest.fixture
def own_catalogue(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A copy of the catalogue to write cards into, and an empty data folder beside it."""
    for section in catalogue.SECTIONS:
        shutil.copytree(ROOT / section, tmp_path / section)
    (tmp_path / "data" / "proverbs").mkdir(parents=True)
    monkeypatch.setattr(catalogue, "files", lambda package: tmp_path / package.split(".")[-1])
    monkeypatch.setenv("TEXTGAN_DATA", str(tmp_path / "data"))
    monkeypatch.setenv("TEXTGAN_CACHE", str(tmp_path / "cache"))
    return tmp_path


def place(catalogue: Path, title: str, card: str, file: str) -> Path:
    """Put a section's card and its file where the document says; return the file's place."""
    (text,), (toml,) = blocks(title, "text"), blocks(title, "toml")
    (catalogue / card).write_text(toml, encoding="utf-8")
    path = catalogue / "data" / file
    path.write_text(text, encoding="utf-8")
    return path


def test_every_example_is_found() -> None:
    fenced = set(re.findall(r"^```(\w+)", DOCUMENT, re.MULTILINE))
    assert fenced == {"sh", "text", "toml", "python"}
    titles = re.findall(r"^## (Add .*)$", DOCUMENT, re.MULTILINE)
    assert len(titles) == 8 and all(blocks(title, "python") for title in titles)
    for named in set(re.findall(r"(?:textgan|tests|scripts|notebooks)/[\w/]+\.py", DOCUMENT)):
        assert (ROOT / named).is_file() or named in TO_WRITE, named


def test_corpus(own_catalogue: Path) -> None:
    path = place(own_catalogue, "Add a corpus", "corpora/proverbs.toml", "proverbs/proverbs.txt")
    assert data_folder() == own_catalogue / "data"
    assert "proverbs" in card_names("corpora")
    card = read_card("corpora", "proverbs")
    assert (card.files[0].sha256, card.files[0].size) == (sha256_of(path), path.stat().st_size)

    corpus = run("Add a corpus")["proverbs"]
    sizes = [len(part) for part in (corpus.train, corpus.validation, corpus.test)]
    assert sizes == [7, 2, 3] and sum(sizes) == card.settings["sentences"]
    lines = {" ".join(words) for words in [*corpus.train, *corpus.validation, *corpus.test]}
    assert lines == set(path.read_text().splitlines())
    assert max(map(len, map(str.split, lines))) <= corpus.max_words

    path.write_text(path.read_text().replace("moss", "mist"))
    with pytest.raises(UserError, match="other checksum"):
        load_corpus("proverbs")


def test_vectors(own_catalogue: Path) -> None:
    place(
        own_catalogue,
        "Add a set of vectors",
        "embeddings/few-words.toml",
        "proverbs/vectors.txt",
    )
    assert "few-words" in card_names("embeddings")
    vectors = run("Add a set of vectors")["vectors"]
    rows = dict(zip(vectors.words, vectors.matrix.tolist(), strict=True))
    assert rows.keys() == {"bird", "time", "moss"} and vectors.missing == ("moss",)
    assert rows["bird"] == [0.5, -1, 2] and rows["time"] == [-1, 1, 0]
    mean = (np.sqrt(5.25) + np.sqrt(2)) / 2
    np.testing.assert_allclose(np.linalg.norm(rows["moss"]), mean, rtol=1e-5)


def test_images(own_catalogue: Path) -> None:
    (toml,) = blocks("Add a set of images", "toml")
    (own_catalogue / "pictures" / "squares.toml").write_text(toml)
    assert "squares" in card_names("pictures")
    squares = run("Add a set of images")["squares"]
    assert (own_catalogue / "data" / "squares" / "squares.npz").is_file()
    assert (len(squares.train), len(squares.test), squares.classes) == (400, 100, 2)
    assert squares.shape == (16, 16, 1)
    means = [squares.train.pixels[squares.train.labels == label].mean() for label in (0, 1)]
    np.testing.assert_allclose(means, [128 * 3 / 4, 128 * 3 / 4 + 255 / 4])


def test_objective(monkeypatch: pytest.MonkeyPatch) -> None:
    table: Any = OBJECTIVES
    name: Any = "relativistic_hinge"
    monkeypatch.setitem(table, name, None)  # so that it is gone after the test
    run("Add an objective")
    rng = np.random.default_rng(0)
    real, fake = rng.standard_normal((2, 16, 3)).astype(np.float32)
    for loss, sign in zip(table[name], (1.0, -1.0), strict=True):
        expected = np.maximum(0, 1 - sign * (real - fake))
        np.testing.assert_allclose(loss(real, fake), expected, rtol=1e-6)
        for player in (0, 1):
            _gradient_is_finite_difference(loss, [real, fake], player)
    game = ring_game(GameSettings(batch_size=16, objective=name), 4)
    played = [game.step(draw_batch(_Normal(), 16, 1, step), step) for step in range(4)]
    losses = [row[game.metrics.index("discriminator_loss")] for row in played]
    assert np.isfinite(played).all() and 0 < min(losses) < max(losses) < 3


def test_network() -> None:
    names = run("Add a network")
    game, length, dim = names["game"], names["LENGTH"], names["DIM"]
    rng = np.random.default_rng(0)
    points = rng.standard_normal((5, length, dim)).astype(np.float32)
    logits = np.asarray(game.discriminator(points))
    assert logits.shape == (5, 1) and logits.std() > 1e-3
    shuffled = points[:, rng.permutation(length)]
    np.testing.assert_allclose(game.discriminator(shuffled), logits, atol=1e-5)
    assert not np.allclose(game.discriminator(points[::-1]), logits, atol=1e-3)

    source = _Normal((length, dim), game.generator.input_shape[-1])
    before = [np.asarray(w) for w in game.discriminator.trainable_weights]
    row = game.step(draw_batch(source, 8, 1, 0), 0)
    assert np.isfinite(row).all()
    after = [np.asarray(w) for w in game.discriminator.trainable_weights]
    assert all((old != new).any() for old, new in zip(before[:-1], after[:-1], strict=True))


def test_generator_of_several_passes() -> None:
    names = run("Add a generator of several passes")
    build, game, length, dim = (
        names[n] for n in ("build_mending_generator", "game", "LENGTH", "DIM")
    )
    once, thrice = (build(length, dim, names["sizes"], passes) for passes in (1, 3))
    noise = np.random.default_rng(0).standard_normal((5, *once.input_shape[1:]))
    shared = {variable.path: variable.value for variable in thrice.variables}
    assert {variable.path for variable in once.variables} <= shared.keys()
    assert len(shared) == len({path.split("/")[0] for path in shared}) * 2 - 1  # one table
    for variable in once.variables:
        variable.assign(shared[variable.path])
    draft, mended = (np.asarray(network(noise.astype(np.float32))) for network in (once, thrice))
    for points in (draft, mended):
        np.testing.assert_allclose(np.linalg.norm(points, axis=-1), dim**0.5, rtol=1e-4)
    assert np.abs(draft - mended).max() > 0.1

    before = [np.asarray(weight) for weight in game.generator.trainable_weights]
    row = game.step(draw_batch(_Normal((length, dim), noise.shape[1]), 8, 1, 0), 0)
    assert np.isfinite(row).all()
    after = [np.asarray(weight) for weight in game.generator.trainable_weights]
    assert all((old != new).any() for old, new in zip(before, after, strict=True))


def test_the_place_of_each_change_is_there() -> None:
    (table,) = re.findall(
        r"^## Where a change goes$(.*?)(?=^## )", DOCUMENT, re.MULTILINE | re.DOTALL
    )
    for place in re.findall(r"`((?:textgan|corpora|embeddings|pictures)/[\w/.]*)`", table):
        assert (ROOT / place).exists(), place
    for link in re.findall(r"\(#([\w-]+)\)", table):
        titles = re.findall(r"^## (.*)$", DOCUMENT, re.MULTILINE)
        assert link in {title.lower().replace(" ", "-") for title in titles}, link
    for name, module in (
        ("load_images", "textgan.images.datasets"),
        ("draw_batch", "textgan.gan.step"),
        ("compile_step", "textgan.gan.autodiff"),
    ):
        assert callable(getattr(import_module(module), name))


def test_metric(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    monkeypatch.setattr(metric, "METRICS", metric.METRICS.copy())
    names = run("Add a metric")
    stutter, samples = names["stutter_scores"], names["samples"]
    form = {"tok": "whitespace", "case": "cased"}
    assert stutter(samples, form)[0].value == 0.5
    assert stutter([["no", "no"]], form)[0].value == 1
    assert stutter([["no"], []], form)[0].value == 0
    assert "hyps:2|tok:whitespace" in stutter(samples, form)[0].signature

    # The one line.
    monkeypatch.setattr(text_evaluation, "ALONE", (*text_evaluation.ALONE, stutter))
    monkeypatch.setattr(catalogue_of_metrics, "METRICS", metric.METRICS)
    scored = text_evaluation.evaluate_text(samples, samples, None, "texygen", form)
    assert scored.samples["stutter"] == scored.real["stutter"] == stutter(samples, form)[0]
    (row,) = (line.split() for line in render(scored).splitlines() if "stutter" in line)
    assert row == ["stutter", "0.500", "[0.000", "1.000]", "0.500", "[0.000", "1.000]"]
    written = render_report([read_run(write_run(tmp_path / "run", evaluation=scored.as_json()))])
    assert written.count("sentences that stutter") == 3  # a headline, a row, a signature
    assert "The share of sentences in which a word follows itself. hyps:2" in written


def test_section(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    surprises = run("Add a section to the report")["surprises_section"]
    monkeypatch.setattr(page, "SECTIONS", (*page.SECTIONS[:-1], surprises, page.SECTIONS[-1]))
    folder = write_run(tmp_path / "<b>run")
    written = render_report([read_run(folder)])
    assert written.index('<h2 id="surprises">Surprises</h2>') < written.index('<h2 id="again">')
    assert '<a href="#surprises">' in written and "<b>run" not in written
    (found,) = re.findall(r"The three largest.*?</table>", written, re.DOTALL)
    assert re.findall(r'<td class="number">([^<]*)<', found) == ["300", "0.100", "200", "0.100"]

    (folder / "telemetry.jsonl").write_text('{"step": 1}\n')
    assert 'id="surprises"' not in render_report([read_run(folder)])


class _Normal(Source):
    """Standard normal samples."""

    count = 64

    def __init__(self, shape: tuple[int, ...] = (2,), noise_size: int = 4) -> None:
        self.noise_size = noise_size
        self._samples = np.random.default_rng(1).standard_normal((64, *shape), dtype=np.float32)

    def real(self, rows: np.ndarray) -> np.ndarray:
        return self._samples[rows]


def _gradient_is_finite_difference(loss: Any, logits: list[np.ndarray], player: int) -> None:
    """Differentiate the sum of a loss by one of its two arguments, both ways."""

    def with_argument(value: Any) -> list[Any]:
        return [value if index == player else logits[index] for index in range(2)]

    _, gradient = value_and_input_gradient(
        lambda value: (ops.sum(loss(*with_argument(value))), ops.zeros(())),
        ops.convert_to_tensor(logits[player]),
    )
    small, flat = 1e-3, np.abs(1 - np.abs(logits[0] - logits[1])) > 1e-2  # away from the kink
    ends = [
        np.asarray(loss(*with_argument(logits[player] + step)), dtype=np.float64)
        for step in (small, -small)
    ]
    numeric = (ends[0] - ends[1]) / (2 * small)
    np.testing.assert_allclose(np.asarray(gradient)[flat], numeric[flat], atol=1e-3)
