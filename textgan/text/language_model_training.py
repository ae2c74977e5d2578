"""Trains a language model: batches, the best weights by validation, checkpoints, a run folder."""

import time
from collections.abc import Callable, Sequence
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import Any

import keras
import numpy as np
from keras import ops

from textgan.errors import UserError
from textgan.gan.autodiff import compile_step, value_and_gradients
from textgan.gan.checkpoint import Checkpoint, load_latest, restore, save_checkpoint
from textgan.gan.run_folder import RunFolder, known_setting
from textgan.model_card import write_model_card
from textgan.text.corpus import Corpus, Sentence, as_learned, load_corpus
from textgan.text.domain import LANGUAGE_MODEL
from textgan.text.language_model import LanguageModel, LanguageScore
from textgan.text.language_model_settings import LanguageModelSettings


@dataclass(frozen=True)
class Progress:
    """How far a training has come, at one evaluation of the validation sentences.

    Attributes:
        step: steps done.
        training: nats per word of the batches since the evaluation before, under dropout.
        validation: the score of the validation sentences.
    """

    step: int
    training: float
    validation: LanguageScore

    def __str__(self) -> str:
        """Both as perplexities."""
        return (
            f"perplexity {np.exp(self.training):.2f} training, "
            f"{self.validation.perplexity:.2f} validation at step {self.step}"
        )


def fit_language_model(
    model: LanguageModel,
    sentences: Sequence[Sentence],
    validation: Sequence[Sentence],
    seed: int = 1,
    run: RunFolder | None = None,
    report: Callable[[Progress], None] | None = None,
    checkpoint_seconds: float = 60.0,
) -> LanguageScore:
    """Train until the validation sentences stop improving; keep the weights that were best.

    Args:
        model: to train.
        sentences: to learn; those longer than `max_words` or with unknown words are left out.
        validation: to choose the best weights by.
        seed: of batches and dropout; both are a pure function of it and of the step.
        run: where to log, to keep checkpoints, and from which to resume; default nowhere.
        report: called after each evaluation of the validation sentences.
        checkpoint_seconds: least time between two checkpoints; when they fall does not change
            the outcome.

    Returns:
        The validation sentences' score under the best weights, which the model now holds.

    Raises:
        UserError: no usable sentence, divergence, or a run folder that cannot be written.
    """
    training = model.encode(_usable(model, sentences), model.max_words + 1)
    trainer = _Trainer(model, training, seed)
    if run is not None:
        trainer.resume(run)
    saved, losses = time.monotonic(), []
    while not trainer.finished:
        losses.append(trainer.step())
        if trainer.done % model.settings.evaluate_every and not trainer.finished:
            continue
        progress = Progress(trainer.done, float(np.mean(losses)), model.score(validation))
        losses.clear()
        improved = trainer.consider(progress.validation.nll_per_word)
        if run is not None:
            if improved:
                model.save(run.model)
                write_model_card(run.path, LANGUAGE_MODEL)
            row = {"training": progress.training, "validation": progress.validation.nll_per_word}
            run.log({"step": progress.step, **row})
            if trainer.finished or time.monotonic() - saved >= checkpoint_seconds:
                trainer.save(run)
                saved = time.monotonic()
        if report is not None:
            report(progress)
    trainer.take_best()
    return model.score(validation)


def load_learned(name_or_path: str, run_dir: Path | None) -> tuple[Corpus, Path]:
    """Load a corpus as the run of a folder has read it, if there is one.

    Args:
        name_or_path: see `load_corpus`.
        run_dir: the folder; default runs/language-model-<corpus>.

    Raises:
        UserError: see `load_corpus`; the run's configuration cannot be read.
    """
    corpus = load_corpus(name_or_path)
    run_dir = run_dir or Path("runs") / f"language-model-{corpus.name}"
    return as_learned(corpus, known_setting(run_dir, "data.checksum")), run_dir


def train_language_model(
    corpus: Corpus,
    settings: LanguageModelSettings,
    run_dir: Path,
    seed: int = 1,
    report: Callable[[Progress], None] | None = None,
) -> LanguageModel:
    """Train a language model on a corpus, resume it, or load it when it is finished.

    Args:
        corpus: whose training sentences to learn, and whose validation sentences to watch.
        settings: sizes and training.
        run_dir: where the run is kept.
        seed: of everything random.
        report: see `fit_language_model`.

    Raises:
        UserError: a folder that cannot be used, or see `fit_language_model`.
    """
    used = [words for words in corpus.train if len(words) <= corpus.max_words]
    vocabulary = sorted({word for sentence in used for word in sentence})
    # Runs of earlier versions hold the name of a file without its folder.
    earlier = known_setting(run_dir, "corpus") == corpus.name
    config = {
        "kind": "language model",
        "seed": seed,
        "backend": keras.backend.backend(),
        "corpus": corpus.name if earlier else corpus.source,
        "max_words": corpus.max_words,
        "data": {"checksum": corpus.checksum, "words": len(vocabulary)},
        **asdict(settings),
    }
    notes = {"training_sentences": len(used), "left_out": len(corpus.train) - len(used)}
    run = RunFolder(run_dir, config, notes)
    model = LanguageModel(vocabulary, corpus.max_words, settings, seed=seed)
    with run.one_line_endings():
        fit_language_model(model, used, corpus.validation, seed, run, report)
    return model


def _usable(model: LanguageModel, sentences: Sequence[Sentence]) -> list[Sentence]:
    usable = [s for s in sentences if len(s) <= model.max_words and model.knows(s)]
    if not usable:
        raise UserError(
            f"none of {len(sentences)} training sentences has at most {model.max_words} words, "
            "all in the vocabulary: there is nothing to learn"
        )
    return usable


class _Trainer:
    """What changes while a model is trained: weights, optimizer, the best so far.

    Attributes:
        done: steps done.
        best: nats per word at the best evaluation, which was after `best_step` steps.
    """

    def __init__(self, model: LanguageModel, ids: np.ndarray, seed: int) -> None:
        self.model, self.ids, self.seed = model, ids, seed
        self.done, self.best, self.best_step = 0, float("inf"), 0
        s = model.settings
        decay = keras.optimizers.schedules.CosineDecay(s.rate, s.steps)
        self.optimizer = keras.optimizers.Adam(decay, global_clipnorm=1.0)
        self.optimizer.build(model.variables)
        self.state = [*model.variables, *self.optimizer.variables]
        self.best_weights = self._weights()
        self._compiled = compile_step(self._step, self.state)

    @property
    def finished(self) -> bool:
        """Whether all steps are done, or nothing has improved for too long."""
        s = self.model.settings
        return self.done >= s.steps or self.done - self.best_step >= s.patience * s.evaluate_every

    def step(self) -> float:
        """Learn from one batch; return its nats per word."""
        loss = float(np.asarray(self._compiled(*map(ops.convert_to_tensor, self._batch()))))
        self.done += 1
        if not np.isfinite(loss):
            raise UserError(
                f"the language model diverged at step {self.done}; try a lower learning rate"
            )
        return loss

    def consider(self, nll: float) -> bool:
        """Keep the present weights if they are the best so far."""
        improved = nll < self.best
        if improved:
            self.best, self.best_step, self.best_weights = nll, self.done, self._weights()
        return improved

    def take_best(self) -> None:
        """Give the model its best weights."""
        restore(self.model.variables, self.best_weights)

    def save(self, run: RunFolder) -> None:
        """Write a checkpoint: weights, optimizer, best weights."""
        arrays = [np.array(ops.convert_to_numpy(variable)) for variable in self.state]
        progress = {"best": self.best, "best_step": self.best_step}
        save_checkpoint(
            run.checkpoints, Checkpoint(self.done, arrays + self.best_weights, progress)
        )

    def resume(self, run: RunFolder) -> None:
        """Go back to the newest checkpoint, if there is one."""
        variables = [*self.state, *self.model.variables]
        checkpoint = load_latest(run.checkpoints, variables, ("best", "best_step"))
        if checkpoint is not None:
            count = len(self.state)
            restore(self.state, checkpoint.arrays[:count])
            self.best_weights = checkpoint.arrays[count:]
            self.done = checkpoint.step
            self.best = checkpoint.progress["best"]
            self.best_step = checkpoint.progress["best_step"]
        run.forget_after(self.done)

    def _weights(self) -> list[np.ndarray]:
        return [np.array(ops.convert_to_numpy(variable)) for variable in self.model.variables]

    def _batch(self) -> tuple[np.ndarray, ...]:
        """Draw rows (batch, position) and dropout's factors: a function of (seed, step)."""
        s = self.model.settings
        rng = np.random.Generator(np.random.SFC64([self.seed, self.done]))
        rows = self.ids[rng.integers(len(self.ids), size=s.batch_size)]

        def factors(*shape: int) -> np.ndarray:
            kept = rng.random(shape, dtype=np.float32) >= s.dropout
            return kept.astype(np.float32) / np.float32(1.0 - s.dropout)

        return rows, factors(s.batch_size, s.dim), factors(s.layers, s.batch_size, s.width)

    def _step(self, ids: Any, keep_input: Any, keep: Any) -> Any:
        def loss() -> tuple[Any, Any]:
            surprise, counted = self.model.surprise(ids, keep_input, keep)
            value = ops.sum(surprise) / ops.sum(counted)
            return value, value

        value, gradients = value_and_gradients(loss, self.model.variables)
        self.optimizer.apply(gradients, self.model.variables)
        return value
