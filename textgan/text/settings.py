"""Settings of a text run, the table of presets, and settings of an evaluation of text.

Plain records: Keras is not loaded here.
"""

from dataclasses import dataclass, field, fields, replace
from math import inf
from pathlib import Path
from typing import Literal

from textgan.errors import UserError
from textgan.files import require_place
from textgan.gan.settings import GameSettings, LoopSettings, require_above_zero, require_share
from textgan.metrics.protocols import ProtocolName
from textgan.text.language_model_settings import check_temperature
from textgan.text.tokenization import Tokenizer

SharesName = Literal["average", "batch"]


@dataclass(frozen=True)
class TextNetworkSettings:
    """Sizes of the two networks.

    Attributes:
        generator: whether all positions are written at once, or one after the other, each from
            the words before it.
        sentence_noise: length of the noise vector shared by all positions.
        position_noise: length of the noise vector that each position has to itself.
        local_noise: whether each position's noise enters every block, not the first alone: more
            variety of single words, less coherence between them.
        local_batch: whether the logit of each position sees statistics of the batch, as that of
            the sentence does: more variety.
        similarity: whether the logit of the sentence sees how like the sentence is to the others
            of its batch: less repetition.
        shares: what the biases follow that hold each word's share of the corpus: a moving average
            of what the generator has written, and the averaged generator has the average of its
            biases; or each batch, and the averaged generator has biases of its own, which follow
            what it writes itself: more exact, but rare words come where they do not fit.
        judge_alone: whether there are also logits that see each sentence by itself, without its
            batch.
        modulation: what scales (and shifts) the channels of each block of a parallel generator:
            the sentence's noise, or for each position both noises and where it stands.
        generator_width: channels of the generator.
        generator_layers: residual blocks of the generator.
        attention_every: generator blocks for each one with self-attention.
        attention_heads: heads of the generator's self-attention.
        discriminator_width: channels of the discriminator.
        discriminator_layers: residual blocks of the discriminator.
    """

    generator: Literal["parallel", "recurrent"] = "parallel"
    sentence_noise: int = 96
    position_noise: int = 4
    local_noise: bool = False
    local_batch: bool = False
    similarity: bool = False
    shares: SharesName = "average"
    judge_alone: bool = False
    modulation: Literal["sentence", "position"] = "sentence"
    generator_width: int = 128
    generator_layers: int = 4
    attention_every: int = 1
    attention_heads: int = 4
    discriminator_width: int = 128
    discriminator_layers: int = 3

    def __post_init__(self) -> None:
        """Refuse sizes that make no network."""
        sizes = (field.name for field in fields(self) if field.type is int)
        require_above_zero(self, *sizes)
        if self.generator_width % self.attention_heads:
            raise UserError(
                f"generator_width is {self.generator_width}: it must be a multiple of "
                f"attention_heads, {self.attention_heads}"
            )

    def noise_size(self, length: int) -> int:
        """Return the length of the generator's input for sentences of `length` positions."""
        return self.sentence_noise + length * self.position_noise


@dataclass(frozen=True)
class ClozeSettings:
    """The network that learns the language before the game, see `textgan.text.cloze`.

    Attributes:
        cloze_width: channels of the cloze network.
        cloze_layers: residual blocks of each of its two towers.
        cloze_steps: steps of its training, at most.
        cloze_epochs: passes through the text, at most: a small text is soon learned by heart.
        cloze_batch_size: sentences in a step of its training.
        cloze_rate: its learning rate (Adam) at the start; it decays to nothing.
    """

    cloze_width: int = 128
    cloze_layers: int = 4
    cloze_steps: int = 2500
    cloze_epochs: float = 6.0
    cloze_batch_size: int = 128
    cloze_rate: float = 2e-3

    def __post_init__(self) -> None:
        """Refuse sizes that make no network."""
        require_above_zero(self, *(field.name for field in fields(self)))


@dataclass(frozen=True)
class TextSettings:
    """Everything that decides the outcome of a text run, but the seed and the backend.

    Attributes:
        corpus: a card of `corpora/`, a text file (one sentence a line) or a hub name.
        vectors: a card of `embeddings/`, or a word2vec file.
        max_words: longer training sentences are left out (and counted).
        whitening: how far the vectors' principal directions are evened out, 0 to 1
            (see `textgan.text.vectors.prepare_points`).
        decoding_whitening: how far they are evened out in the decoding space, in which the
            nearest word to each point is looked for, 0 to 1; 0 is where word2vec put the words.
            Less than `whitening` reads more varied sentences.
        output: how the generator's points meet the discriminator: as they are, or snapped to the
            nearest word with a straight-through gradient.
        features: what the discriminator sees of a sentence: its points, or the features of a frozen
            cloze network, which is trained before the game.
        ensemble: how many games are played side by side, each with networks of its own; their
            generators write the sentences in turn. More cost more and repeat themselves less.
        keep_fraction: share of the sentences that is kept when the model is sampled: those whose
            points lie nearest to words. Less writes more grammatical and less varied text.
        network: what the two networks are made of.
        cloze: the cloze network, where the discriminator sees its features.
        game: how the two networks are trained.
        loop: how long they are trained.
    """

    corpus: str = "scenes"
    vectors: str = "local"
    max_words: int = 16
    whitening: float = 0.5
    decoding_whitening: float = 0.5
    output: Literal["continuous", "straight_through"] = "continuous"
    features: Literal["points", "cloze"] = "points"
    ensemble: int = 1
    keep_fraction: float = 1.0
    network: TextNetworkSettings = field(default_factory=TextNetworkSettings)
    cloze: ClozeSettings = field(default_factory=ClozeSettings)
    game: GameSettings = field(default_factory=GameSettings)
    loop: LoopSettings = field(default_factory=LoopSettings)

    def __post_init__(self) -> None:
        """Refuse shares that are none, and settings that contradict each other."""
        require_above_zero(self, "max_words", "ensemble")
        require_share(self, "whitening", "decoding_whitening")
        if not 0 < self.keep_fraction <= 1:
            raise UserError(
                f"keep_fraction is {self.keep_fraction}: a share is above 0 and at most 1"
            )
        if self.network.generator == "recurrent" and self.output != "straight_through":
            raise UserError(
                "a recurrent generator reads the words that it has written: add "
                "--output straight_through, or take --generator parallel"
            )


@dataclass(frozen=True)
class TextEvaluationSettings:
    """What to score, against what, and how.

    Attributes:
        samples: a text file, one sentence a line (an empty line is an empty sentence), or the
            folder of a text or language-model run, which is then sampled: as many sentences as
            there are references, 10,000 at most. Its scores are also kept in it.
        references: a text file of real sentences that the model has not seen. Empty lines of real
            text are left out.
        training: a text file of those that it learned from, for the real-text row and for copying.
        corpus: a card or file whose test and training halves take the place of both; for a run
            the default is its own.
        vectors: a card or word2vec file for the distance to real text; for a text run the default
            is its own lexicon, and for a file none.
        features: instead, another encoder's features of samples, references and, if there is one,
            the training text: .npy files with a row for each sentence.
        oracle: score by the built-in grammar; for the corpus `scenes` always.
        language_model: a run of `textgan language-model` that scores the sentences.
        reverse: train a language model on the samples, another on as many training sentences, and
            score both by the references; takes minutes.
        truncation_curve: also score a text run at these scales of the noise, by BLEU, self-BLEU
            and n-grams; kept in its `truncation.json`, for the report's planes.
        keep_curve: also score it where only these shares of its sentences are kept; in the same
            file. A model that keeps a share is scored with all of them in any case.
        temperature_curve: also score the language model at these temperatures, if it has learned
            the run's corpus; kept in the run's `mle_frontier.json`.
        protocol: whose way of measuring BLEU and self-BLEU.
        tokenizer: of the text files: nltk's, or the blanks of a text that is tokenised already.
            By default each file is taken for what it looks like; if the corpus is tokenised by
            blanks, so is every file.
        lowercase: lower-case the text files first; they are anyway if the corpus is.
        with_real: keep the training sentences that are nearest to a run's samples in its folder,
            for `textgan report --with-real`.
        json: also write the scores to this file.
    """

    samples: Path
    references: Path | None = None
    training: Path | None = None
    corpus: str | None = None
    vectors: str | None = None
    features: tuple[Path, ...] = ()
    oracle: bool = False
    language_model: Path | None = None
    reverse: bool = False
    truncation_curve: tuple[float, ...] = ()
    keep_curve: tuple[float, ...] = ()
    temperature_curve: tuple[float, ...] = (0.7, 0.8, 0.9, 1.0, 1.1)
    protocol: ProtocolName = "texygen"
    tokenizer: Tokenizer | None = None
    lowercase: bool = False
    with_real: bool = False
    json: Path | None = None

    def __post_init__(self) -> None:
        """Refuse what contradicts itself, and samples that are not there."""
        if self.corpus and (self.references or self.training):
            raise UserError("--corpus brings references and training text: give one or the other")
        if self.training and not self.references:
            raise UserError("--training needs --references: what to score against")
        if self.features and self.vectors:
            raise UserError("--features and --vectors are two encoders: give one of them")
        if self.reverse and self.references and not self.training:
            raise UserError("--reverse needs --training: real text to train on beside the samples")
        for scale in self.truncation_curve:
            if not 0 <= scale < inf:
                raise UserError(f"--truncation-curve {scale}: a scale of the noise is 0 or more")
        for share in self.keep_curve:
            if not 0 < share <= 1:
                raise UserError(f"--keep-curve {share}: a share is above 0 and at most 1")
        for temperature in self.temperature_curve:
            check_temperature(temperature)
        require_place(self.samples)
        if self.with_real and not self.samples.is_dir():
            raise UserError("--with-real is for a run, which keeps them; a file is only scored")

    @property
    def needs_keras(self) -> bool:
        """Whether a model has to be loaded or trained."""
        return self.samples.is_dir() or self.language_model is not None or self.reverse


# Found by experiment (see LOG.md). A batch of 64 is too few to see what a fluent generator repeats.
_GAME = GameSettings(
    generator_rate=1e-3,
    discriminator_rate=1e-3,
    gamma=0.5,
    instance_noise=0.2,
    ema_halflife=400.0,
)
_CAPTIONS = TextSettings(
    corpus="coco-captions",
    vectors="captions",
    output="straight_through",
    features="cloze",
    ensemble=6,
    network=TextNetworkSettings(
        generator="recurrent",
        position_noise=16,
        local_batch=True,
        similarity=True,
        judge_alone=True,
        generator_width=384,
        generator_layers=2,
    ),
    game=replace(
        _GAME,
        batch_size=128,
        generator_rate=4e-4,
        gamma=0.05,
        instance_noise=0.7,
        moment_weight=12.0,
    ),
    loop=LoopSettings(steps=1500, evaluate_every=125, log_every=25),
)

# In a language of interchangeable words their vectors nearly coincide; whitening parts them.
# One sentence in fifty is longer than 12 words; without them a step costs a quarter less.
_SCENES = TextSettings(
    max_words=12,
    whitening=1.0,
    decoding_whitening=0.0,
    output="straight_through",
    ensemble=5,
    network=TextNetworkSettings(
        generator="recurrent",
        position_noise=8,
        local_batch=True,
        similarity=True,
        shares="batch",
        generator_width=192,
        generator_layers=2,
        discriminator_width=96,
    ),
    # Rates that fall further stop the grammar while the variety goes on shrinking.
    game=replace(
        _GAME,
        batch_size=128,
        instance_noise=0.3,
        generator_rate=1.5e-3,
        discriminator_rate=1.5e-3,
        ema_halflife=150.0,
        rate_floor=0.45,
    ),
    loop=LoopSettings(steps=450, evaluate_every=50),
)

# The recipe of the captions in one game, with word vectors of the text itself.
_TEXT = replace(_CAPTIONS, corpus="", vectors="local", ensemble=1)

PRESETS: dict[str, TextSettings] = {
    "scenes": _SCENES,
    "coco": _CAPTIONS,
    "news": replace(_TEXT, corpus="emnlp-news", max_words=32),
    "file": _TEXT,
}
