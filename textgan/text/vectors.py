"""Word vectors for a vocabulary: trained here with gensim's word2vec, or read from a file.

Names are looked up in this order: a card of `embeddings/`, a word2vec file by path. What a
source has no vector for is listed in `WordVectors.missing` and treated by the card's policy:

* `random`: the word gets a Gaussian vector of its own, drawn from its spelling, of the mean
  length of the others. The default for ready-made vectors, which lack even "a", "of" and most
  punctuation (Google News): those words need to differ more than to have neighbours.
* `drop-sentences`: the word gets no vector, and sentences with it are left out.
"""

import hashlib
import zlib
from collections.abc import Callable, Collection, Iterable, Iterator, Sequence
from dataclasses import asdict, dataclass
from itertools import chain
from pathlib import Path
from typing import Literal, cast, get_args

import numpy as np

from textgan.catalogue import (
    Card,
    cache_folder,
    card_names,
    find_file,
    obtain_file,
    read_card,
)
from textgan.errors import UserError
from textgan.files import DAMAGE, open_arrays, write_aside
from textgan.text.corpus import Corpus, Sentence, load_corpus
from textgan.text.vector_files import read_word2vec

Policy = Literal["random", "drop-sentences"]
EpochDone = Callable[[int, int], None]  # (epochs done, epochs in all)

# The largest coordinate of a vector. Other kinds of numbers read as float32 are mostly beyond.
MAGNITUDES = 1e-9, 1e6

# In a card's `train_on`, the corpus that is being modelled.
OWN_CORPUS = "@corpus"


@dataclass(frozen=True)
class WordVectors:
    """Words and their vectors.

    Attributes:
        words: the words, without repetition.
        matrix: (word, dim) float32, finite.
        missing: words that were asked for and that the source does not have, sorted.
        policy: how the missing are treated; under `random` they are among `words`, at the end.
    """

    words: tuple[str, ...]
    matrix: np.ndarray
    missing: tuple[str, ...] = ()
    policy: Policy = "drop-sentences"


@dataclass(frozen=True)
class Word2VecSettings:
    """Skip-gram word2vec with negative sampling (Mikolov et al. 2013, arXiv:1310.4546).

    Attributes:
        dim: dimensions of a vector.
        window: how many words to each side are context, at most.
        epochs: passes over the sentences.
        negative: noise words per context word.
        subsample: frequency above which a word is thinned out (equation 5); 0 never.
        min_count: rarer words get no vector.
        seed: for the initial vectors, the windows and the noise words.
    """

    dim: int = 64
    window: int = 5
    epochs: int = 10
    negative: int = 10
    subsample: float = 1e-3
    min_count: int = 1
    seed: int = 1


def train_vectors(
    sentences: Iterable[Sentence],
    settings: Word2VecSettings | None = None,
    progress: EpochDone | None = None,
) -> WordVectors:
    """Train word2vec: a pure function of the sentences and the settings (one thread).

    Args:
        sentences: are read once for the words and once an epoch, so no iterator; none is held.
        settings: of word2vec.
        progress: called after each epoch.

    Returns:
        Vectors of every word that is frequent enough, the most frequent first.

    Raises:
        UserError: no word occurs `min_count` times; a setting out of range.
    """
    from gensim.models import Word2Vec
    from gensim.models.callbacks import CallbackAny2Vec

    s = settings or Word2VecSettings()
    if min(s.dim, s.window, s.epochs, s.negative, s.min_count) < 1:
        raise UserError(f"every count of word2vec's settings must be at least 1: {s}")
    if not (0 <= s.subsample < 1 and 0 <= s.seed < 2**32):
        raise UserError(
            f"word2vec's subsample is from 0 to below 1, its seed from 0 to 2^32 - 1: {s}"
        )

    class EpochEnd(CallbackAny2Vec):
        done = 0

        def on_epoch_end(self, model: object) -> None:
            self.done += 1
            if progress:
                progress(self.done, s.epochs)

    model = Word2Vec(
        sg=1,
        vector_size=s.dim,
        window=s.window,
        negative=s.negative,
        sample=s.subsample,
        min_count=s.min_count,
        seed=s.seed,
        workers=1,
        hashfxn=_stable_hash,
    )
    model.build_vocab(sentences)
    if not len(model.wv):
        raise UserError(f"no word occurs {s.min_count} times: nothing to train vectors on")
    model.train(
        sentences, total_examples=model.corpus_count, epochs=s.epochs, callbacks=[EpochEnd()]
    )
    words = cast(list[str], model.wv.index_to_key)
    return WordVectors(tuple(words), np.array(model.wv.vectors, np.float32))


@dataclass(frozen=True)
class _Joined:
    """Texts one after the other, read as often as gensim asks: none is held."""

    texts: Sequence[Iterable[Sentence]]

    def __iter__(self) -> Iterator[Sentence]:
        return chain.from_iterable(self.texts)


def load_vectors(
    name_or_path: str,
    vocabulary: Collection[str],
    corpus: Corpus | None = None,
    progress: EpochDone | None = None,
) -> WordVectors:
    """The vectors of a vocabulary from a card or a word2vec file.

    Args:
        name_or_path: a card of `embeddings/`, or a word2vec file (text, binary, gzipped or not).
        vocabulary: the words that are wanted; nothing else is kept in memory.
        corpus: what is being modelled, for cards that train on it (`train_on = ["@corpus"]`).
        progress: called after each epoch when vectors have to be trained first.

    Raises:
        UserError: unknown name, unreadable or damaged file, no word of the vocabulary in it, or
            numbers of a magnitude that word vectors do not have.
    """
    policy: Policy = "random"
    if name_or_path in card_names("embeddings"):
        card = read_card("embeddings", name_or_path)
        policy = card.settings["missing"]
        assert policy in get_args(Policy)
        if card.kind == "trained":
            whole = trained_vectors(card, corpus, progress=progress)
            wanted = set(vocabulary)
            chosen = [row for row, word in enumerate(whole.words) if word in wanted]
            words, matrix = tuple(whole.words[row] for row in chosen), whole.matrix[chosen]
        else:
            words, matrix = read_word2vec(
                obtain_vector_file(card), vocabulary, card.settings.get("member", "")
            )
    else:
        path = Path(name_or_path)
        if not path.exists():
            read_card("embeddings", name_or_path)  # raises: lists the cards
        words, matrix = read_word2vec(path, vocabulary)
    _check_magnitudes(name_or_path, words, matrix)
    if not words:
        raise UserError(
            f"{name_or_path} has no vector for any of the {len(vocabulary)} words of the vocabulary"
        )
    return _with_missing(words, matrix, vocabulary, policy)


def drawn_vectors(name_or_path: str, vocabulary: Collection[str]) -> WordVectors:
    """Random vectors of the size that `load_vectors` would give: nothing is trained or fetched.

    Args:
        name_or_path: see `load_vectors`.
        vocabulary: the words; each gets a vector.

    Raises:
        UserError: there is neither such a card nor such a file.
    """
    if name_or_path in card_names("embeddings") or not Path(name_or_path).exists():
        settings = read_card("embeddings", name_or_path).settings
        dim = settings.get("word2vec", settings)["dim"]
    else:
        dim = read_word2vec(Path(name_or_path), ())[1].shape[1]
    words = tuple(sorted(set(vocabulary)))
    matrix = np.stack([_random_direction(word, dim) for word in words]).astype(np.float32)
    return WordVectors(words, matrix)


def _check_magnitudes(name: str, words: Sequence[str], matrix: np.ndarray) -> None:
    least, most = MAGNITUDES
    largest = np.abs(matrix).max(axis=1, initial=0)
    strange = np.flatnonzero((largest > most) | (largest > 0) & (largest < least))
    if len(strange):
        row = int(strange[0])
        raise UserError(
            f"{name}: the largest number in the vector of {words[row]!r} is {largest[row]:.0e}, as "
            "in no vector of a word: the file is damaged or of another format"
        )


def trained_vectors(
    card: Card,
    corpus: Corpus | None = None,
    settings: Word2VecSettings | None = None,
    progress: EpochDone | None = None,
) -> WordVectors:
    """The vectors of a card of kind `trained`: from the cache, or trained and put there.

    Only the training halves of the corpora that the card names are read. The cache goes by the
    checksums of the corpora, the settings and gensim's version.
    """
    import gensim

    settings = settings or Word2VecSettings(**card.settings["word2vec"])
    corpora: dict[str, Corpus] = {}
    for name in card.settings["train_on"]:
        if corpus is not None and name in (OWN_CORPUS, corpus.card):
            each = corpus
        elif name != OWN_CORPUS:
            each = load_corpus(name)
        else:
            raise UserError(f"vectors {card.name!r} are trained on a corpus: name the corpus")
        corpora[each.checksum] = each
    key = repr((sorted(corpora), sorted(asdict(settings).items()), gensim.__version__))
    digest = hashlib.sha256(key.encode()).hexdigest()[:16]
    place = cache_folder() / "vectors" / f"{card.name}-{digest}.npz"
    cached = _read_cached(place, settings.dim)
    if cached is not None:
        return cached
    texts = _Joined([corpora[name].train for name in sorted(corpora)])
    vectors = train_vectors(texts, settings, progress)
    try:
        place.parent.mkdir(parents=True, exist_ok=True)
        with write_aside(place) as aside, aside.open("wb") as file:
            np.savez(file, words=np.array(vectors.words), matrix=vectors.matrix)
    except OSError as error:
        raise UserError(f"cannot write to the cache {place.parent}: {error.strerror}") from error
    return vectors


def obtain_vector_file(card: Card) -> Path:
    """Where a card's file lies, downloaded if need be: gensim's cards by gensim's downloader.

    Raises:
        UserError: it cannot be fetched; the message says where to put it.
    """
    (file,) = card.files
    place = find_file(file)
    if place is not None or card.kind != "gensim":
        return obtain_file(file)
    from gensim import downloader

    try:
        return Path(downloader.load(card.name, return_path=True))
    except Exception as error:  # the downloader raises bare Exception
        raise UserError(
            f"cannot fetch {card.name} with gensim's downloader ({error}): "
            f"put the file at {cache_folder() / file.path}"
        ) from error


def prepare_points(
    matrix: np.ndarray, whitening: float = 0.0, radius: float | None = None
) -> np.ndarray:
    """Turn word vectors into points on a sphere: centre, whiten, scale each to one length.

    With the centred vectors = U S V^T (singular value decomposition), whitening by a power p
    gives U S^(1-p) V^T: 0 leaves them as they are, 1 gives every direction the same spread.
    Directions without any spread stay without.

    Args:
        matrix: (word, dim).
        whitening: the power p, in [0, 1].
        radius: length of every point; default sqrt(dim), so that a coordinate is about 1.

    Returns:
        (word, dim) float32, each row of length `radius`.

    Raises:
        UserError: a vector equals the mean of all, so that it has no direction.
    """
    centred = matrix.astype(np.float64) - matrix.mean(axis=0, dtype=np.float64)
    u, s, vt = np.linalg.svd(centred, full_matrices=False)
    negligible = s <= s.max() * max(matrix.shape) * np.finfo(np.float32).eps
    spread = np.where(negligible, 0.0, np.where(negligible, 1.0, s) ** (1.0 - whitening))
    points = (u * spread) @ vt
    lengths = np.linalg.norm(points, axis=1, keepdims=True)
    if not (lengths > 1e-6 * lengths.max()).all() or not lengths.max() > 0:
        row = int(lengths.argmin())
        raise UserError(f"the vector of word {row + 1} equals the mean: it has no direction")
    radius = float(np.sqrt(matrix.shape[1])) if radius is None else radius
    return (points * (radius / lengths)).astype(np.float32)


def _with_missing(
    words: tuple[str, ...], matrix: np.ndarray, vocabulary: Collection[str], policy: Policy
) -> WordVectors:
    missing = tuple(sorted(set(vocabulary) - set(words)))
    if policy == "random" and missing:
        length = float(np.linalg.norm(matrix, axis=1).mean())
        drawn = np.stack([_random_direction(word, matrix.shape[1]) for word in missing])
        matrix = np.concatenate([matrix, (length * drawn).astype(np.float32)])
        words = words + missing
    return WordVectors(words, matrix, missing, policy)


def _random_direction(word: str, dim: int) -> np.ndarray:
    seed = int.from_bytes(hashlib.sha256(word.encode()).digest()[:8], "little")
    direction = np.random.default_rng(seed).standard_normal(dim)
    return direction / np.linalg.norm(direction)


def _read_cached(place: Path, dim: int) -> WordVectors | None:
    """What the cache holds, or None when it holds nothing whole: then it is trained again."""
    try:
        with open_arrays(place) as arrays:
            words, matrix = arrays["words"], arrays["matrix"]
    except DAMAGE:
        return None
    if matrix.shape != (len(words), dim) or matrix.dtype != np.float32 or words.dtype.kind != "U":
        return None
    return WordVectors(tuple(words.tolist()), matrix)


def _stable_hash(word: str) -> int:
    """A hash that is the same in every process; gensim's default is Python's salted one."""
    return zlib.crc32(word.encode())
