"""Settings of the language model: a plain record, so that a command line reads it without Keras."""

from dataclasses import dataclass, fields

from textgan.errors import UserError
from textgan.gan.settings import require_above_zero


def check_temperature(temperature: float) -> None:
    """Raise a `UserError` if logits divided by it would be more than a float32 holds, or none."""
    if not 1e-6 <= temperature <= 1e6:
        raise UserError(f"temperature {temperature}: it must be from .000001 to 1,000,000")


@dataclass(frozen=True)
class LanguageModelSettings:
    """An LSTM over words, and its training.

    Attributes:
        dim: dimensions of the word vectors that it learns.
        width: units of each LSTM layer.
        layers: how many LSTM layers there are.
        dropout: share of channels left out, from 0 to below 1, one choice for all the words of a
            sentence (Gal and Ghahramani 2016, "A theoretically grounded application of dropout in
            recurrent neural networks").
        batch_size: sentences per step, and per call when sentences are scored.
        rate: Adam's learning rate at the start; it falls to nothing on a cosine over `steps`.
        steps: of training, at most.
        evaluate_every: steps between two evaluations of the validation sentences.
        patience: evaluations in a row without improvement after which training stops.
    """

    dim: int = 128
    width: int = 256
    layers: int = 1
    dropout: float = 0.3
    batch_size: int = 64
    rate: float = 2e-3
    steps: int = 4000
    evaluate_every: int = 200
    patience: int = 5

    def __post_init__(self) -> None:
        """Refuse sizes and rates with which there is nothing to train."""
        require_above_zero(self, *(field.name for field in fields(self) if field.name != "dropout"))
        if not 0 <= self.dropout < 1:
            raise UserError(f"dropout is {self.dropout}: it must be at least 0 and below 1")
