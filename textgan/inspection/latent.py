"""The space of the noise: ways through it, directions in it, and what stands nearest to samples."""

from collections.abc import Sequence
from dataclasses import dataclass
from itertools import pairwise

import numpy as np

from textgan.gan.step import network_inputs
from textgan.inspection.opened import Look, OpenedImages, OpenedText
from textgan.inspection.pictures import new_figure, png_bytes, show_image
from textgan.metrics.images import GREY_LEVELS, nearest_images
from textgan.metrics.neighbours import find_neighbours
from textgan.report.nearest import choose_neighbours, neighbour_lines
from textgan.report.sections import Item, Lines, Picture, Section, Table, Word

STEPS = 9  # on a way from one noise vector to another
PUSHES = (-3.0, -1.5, 0.0, 1.5, 3.0)  # along a direction, in standard deviations of the noise
INTRO = (
    "The generator turns noise into samples. If it has understood the data, neighbouring noise "
    "gives "
    "neighbouring samples, some directions mean something, and what it makes is not a copy of what "
    "it was shown."
)


@dataclass(frozen=True)
class Direction:
    """A direction of the noise along which something changes.

    Attributes:
        name: of what changes.
        vector: (noise,) of length 1.
        correlation: of the noise along it with what changes, on noise it was not fitted to.
    """

    name: str
    vector: np.ndarray
    correlation: float


def text_latent(look: Look) -> Section:
    """Return the section of a text run."""
    return latent_section(*_text(look.opened, look.sample))


def image_latent(look: Look) -> Section:
    """Return the section of an image run."""
    return latent_section(*_images(look.opened, look.sample))


def latent_section(items: Sequence[Item], findings: Sequence[str]) -> Section:
    """Return the section that shows these."""
    return Section("latent", "The space of the noise", INTRO, list(items), list(findings))


def way(start: np.ndarray, end: np.ndarray, steps: int = STEPS) -> np.ndarray:
    """Return noise (step, noise) from start to end along a great circle.

    A straight line would pass through noise shorter than any that training saw (White 2016,
    "Sampling generative networks", section 2.1). Lengths change evenly on the way.
    """
    from scipy.spatial import geometric_slerp

    start, end = start.astype(np.float64), end.astype(np.float64)
    lengths = np.linalg.norm(start), np.linalg.norm(end)
    shares = np.linspace(0, 1, steps)
    turned = geometric_slerp(start / lengths[0], end / lengths[1], shares)
    return (turned * np.linspace(*lengths, steps)[:, None]).astype(np.float32)


def find_direction(name: str, noise: np.ndarray, amount: np.ndarray) -> Direction:
    """Fit the direction along which an amount grows: a ridge regression on two thirds of it.

    Args:
        name: of the amount.
        noise: (sample, noise).
        amount: (sample,).
    """
    cut = 2 * len(noise) // 3
    seen, rise = noise[:cut], amount[:cut] - amount[:cut].mean()
    size = noise.shape[1]
    vector = np.linalg.solve(seen.T @ seen + size * np.eye(size), seen.T @ rise)
    vector = vector / (np.linalg.norm(vector) + 1e-12)
    along, test = noise[cut:] @ vector, amount[cut:]
    certain = along.std() * test.std() > 0
    correlation = float(np.corrcoef(along, test)[0, 1]) if certain else 0.0
    return Direction(name, vector.astype(np.float32), correlation)


def along(direction: Direction, noise: np.ndarray) -> np.ndarray:
    """Set the part of noise (noise,) along a direction to each of `PUSHES`: (push, noise)."""
    rest = noise - (noise @ direction.vector) * direction.vector
    return rest + np.array(PUSHES, np.float32)[:, None] * direction.vector


def _text(opened: OpenedText, sample: int) -> tuple[list[Item], list[str]]:
    other = (sample + 1) % len(opened.noise)
    path = way(opened.noise[sample], opened.noise[other])
    read = [
        (f"{index / (STEPS - 1):.0%}", _sentence(opened, noise)) for index, noise in enumerate(path)
    ]
    sentences = opened.lexicon.decode(np.asarray(opened.generator(path)))
    same = sum(a == b for a, b in pairwise(sentences))
    length = np.array([len(words) for words in opened.lexicon.decode(opened.fakes)], float)
    direction = find_direction("length", opened.noise, length)
    pushed = [
        (f"{push:+.1f} sd", _sentence(opened, noise))
        for push, noise in zip(PUSHES, along(direction, opened.noise[sample]), strict=True)
    ]
    many = np.concatenate([along(direction, noise) for noise in opened.noise[:64]])
    lengths = [len(words) for words in opened.lexicon.decode(np.asarray(opened.generator(many)))]
    means = np.reshape(lengths, (64, len(PUSHES))).mean(axis=0)
    items: list[Item] = [
        Lines(
            f"From noise {sample} to noise {other}",
            read,
            "Along a great circle. Health: the sentence changes a few words at a time. Failure: "
            "one "
            "sentence, then suddenly another.",
        ),
        Lines(f"Along the direction of length, from noise {sample}", pushed),
        Table(
            "Mean length along that direction, over 64 noise vectors",
            ["pushed to", *(f"{push:+.1f} sd" for push in PUSHES)],
            [["words", *(f"{mean:.2f}" for mean in means)]],
        ),
        *_neighbours(opened),
    ]
    return items, [
        f"On the way from noise {sample} to noise {other}, in {STEPS - 1} steps, {same} steps "
        "leave "
        "the sentence as it is.",
        f"A single direction of the noise correlates {direction.correlation:.2f} with the length "
        "of "
        f"the sentence (on noise it was not fitted to); pushing it from {PUSHES[0]:+g} to "
        f"{PUSHES[-1]:+g} deviations takes the mean length from {means[0]:.1f} to {means[-1]:.1f} "
        "words.",
    ]


def _neighbours(opened: OpenedText) -> list[Lines]:
    neighbours = find_neighbours(opened.lexicon.decode(opened.fakes[:200]), opened.corpus.train)
    return [
        neighbour_lines(f"Nearest training sentences. {name}", chosen, "Shared words are marked.")
        for name, chosen in choose_neighbours(neighbours, 4).items()
    ]


def _sentence(opened: OpenedText, noise: np.ndarray) -> list[Word]:
    (words,) = opened.lexicon.decode(np.asarray(opened.generator(noise[None])))
    return [Word(word) for word in words]


def _images(opened: OpenedImages, sample: int) -> tuple[list[Item], list[str]]:
    condition, classify = opened.condition[sample : sample + 1], opened.classify

    def make(noise: np.ndarray) -> np.ndarray:
        same = condition.repeat(len(noise), axis=0)
        return np.asarray(opened.generator(network_inputs(noise.astype(np.float32), same)))

    ends = [(sample + shift) % len(opened.noise) for shift in range(1, 5)]
    ways = {
        f"{sample} to {end}": make(way(opened.noise[sample], opened.noise[end])) for end in ends
    }
    classes = classify(opened.fakes) if opened.data.classes > 1 else np.empty(0, dtype=np.int64)
    directions = [
        find_direction(f"class {label}", opened.noise, (classes == label).astype(float))
        for label in sorted(set(classes.tolist()))[:10]
    ]
    moved, reached = {}, {}
    for direction in directions:
        moved[f"{direction.name}, r {direction.correlation:.2f}"] = make(
            along(direction, opened.noise[sample])
        )
        if not condition.shape[1]:  # else the class is the condition, and not left to the noise
            many = np.concatenate([along(direction, noise)[-1:] for noise in opened.noise[:100]])
            wanted = int(direction.name.split()[1])
            reached[wanted] = float((classify(make(many)) == wanted).mean())
    nearest, findings = _nearest(opened)
    if reached:
        best = max(reached, key=reached.__getitem__)
        findings.insert(
            0,
            f"Pushed to {PUSHES[-1]:+g} deviations along the direction of its class, noise gives "
            f"class {best} most reliably ({reached[best]:.0%} of 100 noise vectors); on average "
            f"over the classes {np.mean(list(reached.values())):.0%}.",
        )
    items: list[Item] = [
        _rows(
            "From one noise vector to another",
            "latent_ways.png",
            ways,
            "Along great circles. Health: every image on the way is a plausible one.",
        ),
        nearest,
    ]
    if moved:
        pushed = ", ".join(f"{push:+g}" for push in PUSHES)
        along_classes = _rows(
            "Along the direction of each class",
            "latent_directions.png",
            moved,
            f"The chosen noise pushed to {pushed} deviations along the direction that predicts "
            "each class; r is its correlation with the class.",
        )
        items.insert(1, along_classes)
    return items, findings


def _rows(title: str, name: str, rows: dict[str, np.ndarray], reading: str) -> Picture:
    columns = max(map(len, rows.values()))
    figure = new_figure(12, 1.3 * len(rows) * min(1.0, 9 / columns))
    for place, (label, images) in enumerate(rows.items()):
        for column, image in enumerate(images):
            axes = figure.add_subplot(len(rows), columns, place * columns + column + 1)
            show_image(axes, image)
            if not column:
                axes.set_title(label, fontsize=8, loc="left")
    return Picture(title, name, png_bytes(figure), reading)


def _nearest(opened: OpenedImages) -> tuple[Picture, list[str]]:
    """Draw samples above their nearest training images."""
    training = opened.data.train
    count = min(len(training), 20_000)
    batches = [
        training.floats(np.arange(start, min(start + 2000, count)))
        for start in range(0, count, 2000)
    ]
    fakes, tests = (
        opened.fakes[:100],
        opened.data.test.floats(np.arange(min(100, len(opened.data.test)))),
    )
    found = nearest_images(fakes, batches)
    beside = nearest_images(tests, batches)
    near = training.floats(found.training[:9])
    picture = _rows(
        "Samples and their nearest training images",
        "latent_nearest.png",
        {"samples": fakes[:9], "nearest": near},
        f"Nearest by pixels, among {count:,} training images. Failure: the two rows are the same.",
    )
    return picture, [
        f"The nearest training image is {found.distance.mean():.1f} grey levels away from a sample "
        f"(root mean square, of {2 * GREY_LEVELS:.0f}), and {beside.distance.mean():.1f} from a "
        "real "
        "test image: "
        + (
            "samples are not nearer to the training images than real ones are."
            if found.distance.mean() > 0.9 * beside.distance.mean()
            else "samples are nearer to the training images than real ones are: look whether they "
            "are copies, or merely smooth."
        )
    ]
