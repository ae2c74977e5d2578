"""What every layer holds: feature maps, what a probe can read from them, what each channel does.

Probes (Alain and Bengio 2017, "Understanding intermediate layers using linear classifier probes"):
a logistic regression on the activations of a layer, scored on samples it was not fitted to.
Ablation, as in GAN dissection (Bau et al. 2019): silence a channel of the generator and see what
goes missing.
"""

from collections import Counter
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from itertools import islice
from typing import Any

import keras
import numpy as np
from keras import layers as keras_layers

from textgan.gan.step import network_inputs
from textgan.inspection.hooks import Edit
from textgan.inspection.opened import Opened, OpenedImages, OpenedText
from textgan.metrics.neighbours import Sentence

BATCH = 256
FILTERS = 8  # of each layer, whose n-grams are listed
MOST = 8  # n-grams of a filter
ABLATED = 32  # samples whose change is measured
FREQUENT = 20  # words that the probe of the word before tells apart
CLASSES = 8  # of words
CLASSED = 300  # commonest words that are sorted into them
NEIGHBOURS = 50  # commonest words that a word is known by


@dataclass(frozen=True)
class Probe:
    """How much of something a layer knows.

    Attributes:
        layer: its name.
        accuracy: of the probe on samples it was not fitted to, 0 to 1.
        chance: of always guessing the commonest answer.
    """

    layer: str
    accuracy: float
    chance: float


@dataclass(frozen=True)
class Excitement:
    """What a filter responds to most.

    Attributes:
        channel: of the layer.
        ngrams: the distinct n-grams with the strongest responses, strongest first.
        strength: their responses, in standard deviations of the channel over the corpus.
    """

    channel: int
    ngrams: list[str]
    strength: list[float]


@dataclass(frozen=True)
class Ablation:
    """What goes missing without a channel.

    Attributes:
        channel: of the layer.
        change: how much the output changes: share of words, or mean change of a pixel in [0, 2].
        lost: what there is less of: words or classes, with counts before and after.
    """

    channel: int
    change: float
    lost: list[tuple[str, int, int]]


def mapped_layers(network: keras.Model) -> list[str]:
    """Return the layers with weights whose activations have positions, in order."""
    plain = (keras_layers.LayerNormalization, keras_layers.InputLayer)
    return [
        layer.name
        for layer in network.layers
        if layer.weights
        and not isinstance(layer, plain)
        and len(layer.output.shape) > 2
        and layer.output.shape[0] is None
    ]


def probed(activations: np.ndarray) -> np.ndarray:
    """Return features (sample, feature) of activations: means and peaks over the positions.

    Args:
        activations: (sample, *position, channel); without positions they are returned.
    """
    if activations.ndim == 2:
        return activations
    axes = tuple(range(1, activations.ndim - 1))
    return np.concatenate([activations.mean(axis=axes), activations.max(axis=axes)], axis=1)


def probe(layer: str, features: np.ndarray, labels: np.ndarray) -> Probe:
    """Fit a probe to two thirds of the samples and score it on the rest.

    Args:
        layer: where the features come from.
        features: (sample, feature).
        labels: (sample,) whole numbers.
    """
    from sklearn.linear_model import LogisticRegression
    from sklearn.pipeline import make_pipeline
    from sklearn.preprocessing import StandardScaler

    cut = 2 * len(labels) // 3
    # The many weights of a wide layer must not read what is not there: a firm penalty.
    reader = LogisticRegression(C=0.05, tol=1e-2, max_iter=300)
    model = make_pipeline(StandardScaler(), reader)
    test = labels[cut:]
    chance = float((test == np.bincount(labels[:cut]).argmax()).mean())
    if (labels[:cut] == labels[0]).all():  # nothing to tell apart
        return Probe(layer, chance, chance)
    model.fit(features[:cut], labels[:cut])
    return Probe(layer, float((model.predict(features[cut:]) == test).mean()), chance)


def activations_of(
    run: Callable[[Any, np.ndarray], dict[str, Any]],
    samples: np.ndarray,
    condition: np.ndarray,
    names: Sequence[str],
) -> dict[str, np.ndarray]:
    """Return the activations of layers on many samples, run in batches: name to (sample, ...).

    Args:
        run: samples and their condition to the activations of all layers by name.
        samples: (sample, *shape).
        condition: (sample, condition).
        names: of the layers.
    """
    pieces: dict[str, list[np.ndarray]] = {name: [] for name in names}
    for start in range(0, len(samples), BATCH):
        part = slice(start, start + BATCH)
        seen = run(samples[part], condition[part])
        for name in names:
            pieces[name].append(np.asarray(seen[name]))
    return {name: np.concatenate(parts) for name, parts in pieces.items()}


def discriminator_activations(opened: Opened) -> Callable[[Any, np.ndarray], dict[str, Any]]:
    """Return the function from samples (sample, *shape) and condition to the activations."""
    return lambda samples, condition: opened.discriminator(samples, condition)[1]


def generator_activations(opened: Opened) -> Callable[[Any, np.ndarray], dict[str, Any]]:
    """Return the function from noise (sample, noise) and condition to the activations."""
    return lambda noise, condition: opened.hooks(network_inputs(noise, condition))[1]


def exciting_ngrams(
    respond: Callable[[np.ndarray], np.ndarray],
    batches: Iterator[tuple[np.ndarray, Sequence[Sentence]]],
    reach: int,
) -> list[Excitement]:
    """Find the n-grams to which the filters of a layer respond most, over a stream of sentences.

    The memory is that of one batch, however long the corpus.

    Args:
        respond: points (sentence, position, dim) to responses (sentence, position, channel).
        batches: points, and the sentences they are.
        reach: positions to each side that a response depends on.

    Returns:
        The `FILTERS` channels whose strongest responses stand out most.
    """
    best: list[dict[str, float]] = []
    total, squares, count = np.zeros(()), np.zeros(()), 0
    for points, sentences in batches:
        responses = respond(points)
        places = [(row, t) for row, words in enumerate(sentences) for t in range(len(words))]
        within = responses[tuple(np.transpose(places))]
        total, squares = total + within.sum(axis=0), squares + (within**2).sum(axis=0)
        count += len(within)
        numbers: dict[str, int] = {}
        windows = [_window(sentences[row], t, reach) for row, t in places]
        ids = np.array([numbers.setdefault(window, len(numbers)) for window in windows])
        ngrams = list(numbers)
        strongest = np.full((len(ngrams), within.shape[1]), -np.inf)
        np.maximum.at(strongest, ids, within)
        order = np.argsort(-strongest, axis=0)[:MOST]
        best = best or [{} for _ in range(within.shape[1])]
        for channel, table in enumerate(best):
            for number in order[:, channel]:
                ngram, response = ngrams[number], float(strongest[number, channel])
                table[ngram] = max(response, table.get(ngram, -np.inf))
            kept = sorted(table.items(), key=lambda pair: -pair[1])[:MOST]
            best[channel] = dict(kept)
    mean = np.asarray(total / max(1, count))
    deviation = np.sqrt(np.maximum(squares / max(1, count) - mean**2, 1e-12))
    found = [
        Excitement(
            channel,
            list(table),
            [(value - mean[channel]) / deviation[channel] for value in table.values()],
        )
        for channel, table in enumerate(best)
    ]
    return sorted(found, key=lambda one: -min(one.strength))[:FILTERS]


def corpus_batches(opened: OpenedText) -> Iterator[tuple[np.ndarray, list[Sentence]]]:
    """Yield batches of training sentences that fit: points (sentence, position, dim), words."""
    lexicon, length = opened.lexicon, opened.reals.shape[1]
    fitting = filter(None, lexicon.fitting(opened.corpus.train, length))
    while batch := list(islice(fitting, BATCH)):
        yield lexicon.points[lexicon.encode(batch, length)], batch


def silence(channel: int) -> Edit:
    """Return an edit that sets one channel of a layer to 0."""

    def edit(output: Any) -> Any:
        mask = np.ones(output.shape[-1], np.float32)
        mask[channel] = 0.0
        return output * mask

    return edit


def ablate(
    opened: OpenedText | OpenedImages,
    layer: str,
    classify: Callable[[np.ndarray], np.ndarray] | None = None,
) -> list[Ablation]:
    """Silence each channel of a layer of the EMA generator, one at a time.

    Args:
        opened: the run.
        layer: of the generator.
        classify: images (image, height, width, channel) to their classes (image,); needed for an
            image run.

    Returns:
        One entry a channel, the largest change first.
    """
    inputs = opened.generator_inputs(slice(0, ABLATED))
    before, seen = opened.hooks(inputs)
    channels = seen[opened.hooks.require(layer)].shape[-1]
    describe = _words(opened) if isinstance(opened, OpenedText) else _classes(classify)
    usual = describe(np.asarray(before))
    found = []
    for channel in range(channels):
        after = np.asarray(opened.hooks(inputs, {layer: silence(channel)})[0])
        now = describe(after)
        if isinstance(opened, OpenedText):
            change = float((now != usual).mean())
        else:
            change = float(np.abs(after - np.asarray(before)).mean())
        counts = Counter(usual.ravel().tolist()), Counter(now.ravel().tolist())
        lost = [(str(name), n, counts[1][name]) for name, n in counts[0].items()]
        lost = [entry for entry in lost if entry[2] < entry[1]]
        lost.sort(key=lambda entry: entry[2] - entry[1])
        found.append(Ablation(channel, change, lost[:3]))
    return sorted(found, key=lambda one: -one.change)


def word_before(ids: np.ndarray, words: int) -> tuple[np.ndarray, np.ndarray]:
    """Label positions by the word before them.

    Args:
        ids: (sentence, position) rows of the lexicon; `words` means after the end.
        words: how many the lexicon has.

    Returns:
        (position, 2) sentence and position of places inside sentences but the first, and
        (position,) labels: which of the `FREQUENT` commonest words stands before, or none of them.
    """
    inside = np.argwhere(ids[:, 1:] != words) + np.array([0, 1])
    before = ids[inside[:, 0], inside[:, 1] - 1]
    common = [word for word, _ in Counter(before.tolist()).most_common(FREQUENT)]
    number = {word: index for index, word in enumerate(common)}
    labels = [number.get(word, FREQUENT) for word in before.tolist()]
    return inside, np.array(labels, dtype=np.int64)


def word_classes(sentences: Sequence[Sentence]) -> list[list[str]]:
    """Sort the commonest words into classes, each by its frequency, by the words around them.

    No tagger is used: words that stand between the same words are of a kind (Schuetze 1995,
    "Distributional part-of-speech tagging"). Here it is k-means on the square roots of the shares
    of their left and right neighbours.
    """
    from sklearn.cluster import KMeans

    counts = Counter(word for words in sentences for word in words)
    common = [word for word, _ in counts.most_common(CLASSED)]
    row = {word: index for index, word in enumerate(common)}
    column = {word: index for index, word in enumerate(common[:NEIGHBOURS])}
    rare, edge = NEIGHBOURS, NEIGHBOURS + 1
    beside = np.zeros((len(common), 2, NEIGHBOURS + 2))
    for words in sentences:
        known = [edge, *(column.get(word, rare) for word in words), edge]
        for place, word in enumerate(words):
            if word in row:
                beside[row[word], 0, known[place]] += 1
                beside[row[word], 1, known[place + 2]] += 1
    shares = np.sqrt(beside / beside.sum(axis=2, keepdims=True)).reshape(len(common), -1)
    count = min(CLASSES, len(np.unique(shares, axis=0)))
    labels = KMeans(count, n_init=4, random_state=0).fit_predict(shares)
    return [[word for word in common if labels[row[word]] == one] for one in range(count)]


def _window(sentence: Sentence, position: int, reach: int) -> str:
    return " ".join(sentence[max(0, position - reach) : position + reach + 1])


def _words(opened: OpenedText) -> Callable[[np.ndarray], np.ndarray]:
    lexicon = opened.lexicon
    names = np.array([*lexicon.words, "(no word)"])
    return lambda points: names[lexicon.nearest(points)]


def _classes(classify: Callable[[np.ndarray], np.ndarray] | None) -> Callable[..., np.ndarray]:
    assert classify is not None, "images are described by their classes"
    return classify
