"""Scores a file of sentences or a run: finds the real text, the samples and the judges.

What is measured is in `textgan.metrics`, which knows sentences and arrays only. This is where the
catalogue, run folders, word vectors, the grammar and language models come in.
"""

import hashlib
from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace
from functools import partial
from itertools import chain
from pathlib import Path
from typing import Any

import numpy as np

from textgan.domain import Kind
from textgan.errors import UserError
from textgan.files import read_lines, write_json
from textgan.gan.run_folder import RunFolder, known_setting, read_config, require_same_data
from textgan.metrics.distribution import read_features
from textgan.metrics.evaluation import Evaluation, chosen_rows, real_choice
from textgan.metrics.protocols import Form
from textgan.metrics.sentence_encoder import SentenceEncoder
from textgan.metrics.text_evaluation import compare_features, evaluate_text
from textgan.model_card import write_model_card
from textgan.text.corpus import Corpus, Sentence, as_learned, load_corpus, text_notes
from textgan.text.domain import LANGUAGE_MODEL, TEXT
from textgan.text.frontier import Frontier, as_json
from textgan.text.grammar import Grammar
from textgan.text.judges import (
    Judge,
    grammar_judge,
    language_model_judge,
    ngram_judge,
    reverse_judge,
)
from textgan.text.neighbours import write_neighbours
from textgan.text.settings import TextEvaluationSettings
from textgan.text.tokenization import Tokenizer, recognise, signature, tokenize
from textgan.text.vectors import load_vectors, prepare_points

SEED = 1  # of a run's samples
MAX_SAMPLES = 10_000  # of a run
MAX_REAL = 100_000  # references; of more a fixed random choice stands for them
WHITENING = 0.5  # of the vectors that are asked for, see `prepare_points`


def evaluate(
    settings: TextEvaluationSettings, say: Callable[[str], None] = lambda line: None
) -> Evaluation:
    """Score what the settings say; a run's scores are also written to its `evaluation.json`.

    Args:
        settings: what to score.
        say: called with a line about progress, where it takes minutes.

    Raises:
        UserError: a file, folder, card or setting that cannot be used.
    """
    run = _open_run(settings.samples) if settings.samples.is_dir() else None
    _check_curves(settings, run)
    real = _limited(_real_text(settings, run, say), say)
    own = _learned(settings.samples, real) if run is not None else None
    if settings.with_real and own is None:
        raise UserError(f"--with-real: the text at hand is not what {settings.samples} has learned")
    form = real.form
    if run is None:
        samples, scheme = _read(settings.samples, settings, real.tokenization, say)
        if scheme != form["tok"]:
            form = {**form, "samples": scheme}
    else:
        samples = run.sample(min(len(real.references), MAX_SAMPLES))
    judges: list[Judge] = []
    ngrams = None
    if real.training is not None:
        background = real.corpus.background if real.corpus is not None else ()
        ngrams = ngram_judge(real.learned or [], background, say)
        judges.append(ngrams)
    if settings.oracle or (real.corpus is not None and real.corpus.card == "scenes"):
        judges.append(grammar_judge(Grammar.load()))
    if settings.language_model is not None:
        judges.append(language_model_judge(settings.language_model))
    features = _features(settings, run, samples, real)

    evaluation = evaluate_text(samples, real.references, real.training, settings.protocol, form)
    if features is not None:
        scores = compare_features(*features.arrays, encoder=features.encoder)
        evaluation = evaluation.with_scores(*scores)
    for judge in judges:
        evaluation = evaluation.with_scores(judge(samples), judge(real.references))
    if settings.reverse:
        assert real.training is not None
        judge = reverse_judge(real.references, real.training, say=say)
        learned = real_choice(real.training, len(samples))
        evaluation = evaluation.with_scores(judge(samples), judge(learned))
    if run is not None:
        write_json(evaluation.as_json(), settings.samples / RunFolder.EVALUATION)
        write_model_card(settings.samples, run.kind)
        if own is not None:
            write_neighbours(settings.samples, own, settings.with_real)
        frontier = Frontier(real.references, settings.protocol, real.form, ngrams, say)
        _write_frontier(settings, run, frontier)
        if run.kind is TEXT:
            _write_temperatures(settings, real, frontier)
    return evaluation


@dataclass(frozen=True)
class _Run:
    """A run that can be sampled: `sample(n)`; the corpus it learned, and what it says of it.

    A text run also has `sample(n, truncation=scale)` and `sample(n, keep_fraction=share)`, and an
    encoder. What is scored with a share of its sentences is scored with all of them, too: then
    `kept_too` is (1.0,).
    """

    kind: Kind
    corpus: str
    sample: Callable[..., list[Sentence]]
    tokenization: str | None = None
    encoder: SentenceEncoder | None = None
    kept_too: tuple[float, ...] = ()


@dataclass(frozen=True)
class _RealText:
    """References, training text if there is one, and the corpus they come from if it is one.

    `chosen_from` is how many references there are, where a choice of them stands for all.
    """

    references: Sequence[Sentence]
    training: Sequence[Sentence] | None
    tokenization: str
    corpus: Corpus | None = None
    chosen_from: int = 0

    @property
    def form(self) -> Form:
        """The tokenisation, and what is chosen, as a signature has it."""
        form = dict(zip(("tok", "case"), self.tokenization.split("-"), strict=True))
        return form | ({"refs_of": str(self.chosen_from)} if self.chosen_from else {})

    @property
    def learned(self) -> Sequence[Sentence] | None:
        """What stands for the training text where not all of it has to be looked at."""
        return None if self.training is None else real_choice(self.training, MAX_REAL)


def _limited(real: _RealText, say: Callable[[str], None]) -> _RealText:
    """Let a choice of the references stand for all, if they are very many: always the same."""
    count = len(real.references)
    if count <= MAX_REAL:
        return real
    say(f"{MAX_REAL:,} of the {count:,} references are taken, always the same")
    chosen = real_choice(real.references, MAX_REAL)
    return replace(real, references=chosen, chosen_from=count)


def _learned(path: Path, real: _RealText) -> Corpus | None:
    """Return the corpus if it is what the run has learned."""
    known = known_setting(path, "data.checksum")
    return real.corpus if real.corpus is not None and real.corpus.checksum == known else None


def _write_frontier(settings: TextEvaluationSettings, run: _Run, frontier: Frontier) -> None:
    """Score samples at each scale of the noise and each share kept, into `truncation.json`."""
    count = min(len(frontier.references), MAX_SAMPLES)
    entries: list[dict[str, Any]] = []
    for dial, head, places in (
        ("truncation", "noise times", settings.truncation_curve),
        ("keep_fraction", "share kept", settings.keep_curve or run.kept_too),
    ):
        if not places:
            continue

        def sample(place: float, dial: str = dial) -> list[Sentence]:
            return run.sample(count, **{dial: place})

        for place, scores in frontier.along(head, places, sample).items():
            entries.append({dial: place, "scores": as_json(scores)})
    if entries:
        write_json(entries, settings.samples / RunFolder.TRUNCATION)


def _check_curves(settings: TextEvaluationSettings, run: _Run | None) -> None:
    for option in ("truncation_curve", "keep_curve"):
        if getattr(settings, option) and (run is None or run.encoder is None):
            name = option.replace("_", "-")
            raise UserError(f"--{name} is for the folder of a text run, not what else writes")


def _write_temperatures(
    settings: TextEvaluationSettings, real: _RealText, frontier: Frontier
) -> None:
    """Score samples of the language model at each temperature, into `mle_frontier.json`."""
    if settings.language_model is None:
        return
    learned = known_setting(settings.language_model, "data.checksum")
    if real.corpus is None or learned != real.corpus.checksum:
        frontier.say(f"no curve of {settings.language_model}: it has learned another text")
        return
    if not settings.temperature_curve:
        return
    from textgan.text.language_model import LanguageModel

    model = LanguageModel.load(settings.language_model / RunFolder.MODEL)
    count = min(len(frontier.references), MAX_SAMPLES)
    curve = frontier.along(
        "temperature", settings.temperature_curve, lambda heat: model.sample(count, SEED, heat)
    )
    named = {f"{place:g}": as_json(scores) for place, scores in curve.items()}
    write_json(named, settings.samples / RunFolder.FRONTIER)


@dataclass(frozen=True)
class _Features:
    encoder: str
    arrays: tuple[np.ndarray, np.ndarray, np.ndarray | None]  # of samples, references, training


def _open_run(path: Path) -> _Run:
    config: dict[str, Any] = read_config(path)["settings"]
    try:
        kind, corpus, _ = config["kind"], config["corpus"], config["data"]["checksum"]
    except KeyError as error:
        raise UserError(f"{path / RunFolder.CONFIG} is not of a run that writes text") from error
    if kind == TEXT.name:
        from textgan.text.model import TextModel

        model = TextModel.load(path)
        encoder = SentenceEncoder(model.lexicon.words, model.lexicon.points[:-1])
        sample = partial(model.sample, seed=SEED)
        kept_too = (1.0,) if model.keep_fraction < 1 else ()
        return _Run(TEXT, corpus, sample, model.tokenization, encoder, kept_too)
    if kind == LANGUAGE_MODEL.name:
        from textgan.text.language_model import LanguageModel

        language_model = LanguageModel.load(path / RunFolder.MODEL)
        return _Run(LANGUAGE_MODEL, corpus, partial(language_model.sample, seed=SEED))
    raise UserError(f"{path} is a run of kind {kind!r}, which writes no text")


def _real_text(
    settings: TextEvaluationSettings, run: _Run | None, say: Callable[[str], None]
) -> _RealText:
    if settings.references is not None:
        known = run.tokenization if run else None
        references, scheme = _read_real(settings.references, settings, known, say)
        training = None
        if settings.training is not None:
            training, _ = _read_real(settings.training, settings, known, say)
        tokenization = known or signature(scheme, settings.lowercase)
        return _RealText(references, training, tokenization)
    name = settings.corpus or (run.corpus if run else None)
    if name is None:
        raise UserError("what is real? Give --references FILE or --corpus CARD")
    corpus = load_corpus(name) if settings.corpus or not run else _corpus_of_run(run, settings)
    if run and not settings.corpus:
        corpus = as_learned(corpus, known_setting(settings.samples, "data.checksum"))
        advice = f"to score against it all the same, give --corpus {name}"
        require_same_data(settings.samples, corpus.checksum, advice)
    for note in corpus.notes:
        say(note)
    return _RealText(corpus.test, corpus.train, corpus.tokenization, corpus)


def _corpus_of_run(run: _Run, settings: TextEvaluationSettings) -> Corpus:
    try:
        return load_corpus(run.corpus)
    except UserError as error:
        raise UserError(
            f"{error} ({settings.samples} has learned it: if it lies elsewhere now, say where with "
            "--corpus)"
        ) from None


def _read(
    path: Path,
    settings: TextEvaluationSettings,
    tokenization: str | None,
    say: Callable[[str], None],
) -> tuple[list[Sentence], Tokenizer]:
    """Read a text file as the settings say, and where they say nothing as it looks.

    A text that stands beside one tokenised by blanks is so, too.

    Args:
        path: of the file.
        settings: of the evaluation.
        tokenization: signature of the text beside it, if it is known.
        say: is called with what the owner of the file should know.

    Returns:
        A sentence for each line, and how it was tokenised.
    """
    known, case = (tokenization or "nltk-").split("-")
    lines = list(read_lines(path))
    if not any(line.strip() for line in lines):
        raise UserError(f"{path} is empty: it needs a sentence a line")
    for note in text_notes(path.name, lines):
        say(note)
    scheme = settings.tokenizer or ("whitespace" if known == "whitespace" else recognise(lines))
    lowercase = settings.lowercase or case == "lower"
    return [tokenize(line, scheme, lowercase) for line in lines], scheme


def _read_real(
    path: Path,
    settings: TextEvaluationSettings,
    tokenization: str | None,
    say: Callable[[str], None],
) -> tuple[list[Sentence], Tokenizer]:
    """Read a file of real text, see `_read`; empty lines are left out, as in a corpus."""
    lines, scheme = _read(path, settings, tokenization, say)
    sentences = [words for words in lines if words]
    if empty := len(lines) - len(sentences):
        say(f"{path.name}: {empty:,} empty lines are left out")
    return sentences, scheme


def _features(
    settings: TextEvaluationSettings, run: _Run | None, samples: list[Sentence], real: _RealText
) -> _Features | None:
    if settings.features:
        counts = [len(samples), real.chosen_from or len(real.references)]
        counts += [len(real.training)] if real.training is not None else []
        if len(settings.features) != len(counts):
            raise UserError(
                f"--features has {len(settings.features)} files for {len(counts)} texts: samples, "
                "references and, if there is one, training text"
            )
        read = [
            read_features(path, count)
            for path, count in zip(settings.features, counts, strict=True)
        ]
        digest = hashlib.sha256(np.ascontiguousarray(read[1]).tobytes()).hexdigest()[:8]
        read[1:] = [array[chosen_rows(len(array), MAX_REAL)] for array in read[1:]]
        training = read[2] if len(read) > 2 else None
        return _Features(f"file-{digest}", (read[0], read[1], training))
    if settings.vectors is not None:
        sentences = chain(real.references, real.learned or [])
        vocabulary = sorted({word for words in sentences for word in words})
        vectors = load_vectors(settings.vectors, vocabulary, real.corpus)
        points = prepare_points(vectors.matrix, WHITENING)
        encoder = SentenceEncoder(vectors.words, points)
    elif run and run.encoder:
        encoder = run.encoder
    else:
        return None
    training = None if real.learned is None else encoder(real.learned)
    return _Features(encoder.name, (encoder(samples), encoder(real.references), training))
