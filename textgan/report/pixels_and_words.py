"""Text and image runs side by side: one engine, and what differs between pixels and words.

Every statement is tied to numbers of the runs at hand or to how the models are built.
"""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from math import prod
from statistics import median

from markupsafe import Markup

from textgan.gan.settings import CHANCE_LOSS
from textgan.report.noise import changed_share
from textgan.report.pictures import changed_levels
from textgan.report.run import Run
from textgan.report.sections import Cell, Heading, Item, Section, Table, Text
from textgan.report.shown import Shown
from textgan.report.svg import number

INTRO = (
    "Text and images are learned by one engine: the same two players, losses and penalties, the "
    "same training loop. So their curves stand in the same charts, and what differs between them "
    "comes from the settings, or from what words are and pixels are not."
)
# Last values of the telemetry: title and how to read them across the two kinds.
LAST = {
    "logit_gap": (
        "gap of the logits",
        "how far real samples are ahead in the discriminator's marks",
    ),
    "accuracy": ("real above generated", "share of pairs of the training batches"),
    "win_rate_train": ("win rate, training samples", "the same with the EMA generator"),
    "win_rate_unseen": ("win rate, unseen samples", "lower than above: learned by heart"),
    "discriminator_gradient": ("discriminator's gradient", "norm over all its weights"),
    "generator_gradient": ("generator's gradient", "norm over all its weights"),
    "real_penalty": ("penalty at real samples", "squared steepness, before its weight"),
    "fake_penalty": ("penalty at generated samples", "squared steepness, before its weight"),
    "ema_distance": ("distance of the EMA", "as a share of the generator's weights"),
}


@dataclass(frozen=True)
class Measure:
    """A row of numbers, one of each run, "" where there is none."""

    title: str
    reading: str
    values: list[str]


@dataclass(frozen=True)
class Statement:
    """What differs: a heading, how it is built, and the numbers of these runs."""

    title: str
    built: str
    seen: str


def pixels_and_words_section(shown: Shown) -> Section | None:
    """Lay text and image runs side by side; None unless there are both."""
    text = next((run for run in shown.runs if run.kind == "text"), None)
    image = next((run for run in shown.runs if run.kind == "image"), None)
    if text is None or image is None:
        return None
    head = ["last values", *(Cell(run.name, style=shown.color(run)) for run in shown.runs)]
    rows = [
        [Cell(measure.title, measure.reading), *measure.values] for measure in _measures(shown.runs)
    ]
    items: list[Item] = [Table("", head, rows)]
    for statement in contrast(text, image):
        items += [Heading(statement.title), Text(statement.built)]
        if statement.seen:
            items.append(Text(Markup("<b>In these runs:</b> {}").format(statement.seen)))
    return Section("kinds", "Pixels and words", INTRO, items)


def contrast(text: Run, image: Run) -> list[Statement]:
    """State what differs between a text run and an image run."""
    return [
        _borders(text, image),
        _noise(text, image),
        _gradients(text, image),
        _diversity(text, image),
    ]


def steadiness(run: Run) -> float | None:
    """Return the largest of the generator's gradient norms over the median, in the second half."""
    norms = [value for _, value in run.series("generator_gradient")]
    late = norms[len(norms) // 2 :]
    return max(late) / median(late) if late and median(late) > 0 else None


def _measures(runs: Sequence[Run]) -> list[Measure]:
    def row(title: str, reading: str, measure: Callable[[Run], float | None]) -> Measure:
        values = [measure(run) for run in runs]
        return Measure(title, reading, ["" if v is None else number(v) for v in values])

    rows = [
        row(title, reading, lambda run, key=key: _last(run, key))
        for key, (title, reading) in LAST.items()
    ]
    rows.insert(2, row("loss of the discriminator", "1: the chance level", _of_chance_loss))
    reading = "largest over median norm, second half"
    rows.append(row("unrest of the generator's gradient", reading, steadiness))
    rows.append(row("steps per second", "over the whole run", _speed))
    return [measure for measure in rows if any(measure.values)]


def _borders(text: Run, image: Run) -> Statement:
    shape = image.settings.get("data", {}).get("shape", [])
    numbers = f"{prod(shape):,} numbers" if shape else "a grid of numbers"
    places = text.settings.get("max_words")
    words = text.settings.get("data", {}).get("words")
    sentence = f"up to {places} places" if places else "a row of places"
    vocabulary = f"one of {words:,} words" if words else "one of the known words"
    built = (
        f"An image of {image.name} is {numbers}, a sentence of {text.name} {sentence}, with "
        f"{vocabulary} at each. Both generators put out numbers that move smoothly with their "
        "weights. In an image each is a grey level: one that is a little off is still a pixel, a "
        "little too bright. In a sentence they are a point for each place, and the point is read "
        "as the nearest word. As long as the same word is nearest, an error does not show; past "
        "the border to the next word it changes the whole word; and a point between two words may "
        "be read as either, or as a third that lies nearer than both."
    )
    seen = []
    pixels, written = changed_levels(image.grids), changed_share(text.snapshots)
    if pixels and written:
        seen.append(
            f"From the last snapshot but one to the last, pixels of {image.name} moved by "
            f"{pixels[-1][1]:.1f} of 255 grey levels on average, while {written[-1][1]:.0%} of the "
            f"words of {text.name} were replaced, each as a whole."
        )
    return Statement("A pixel has neighbours, a word has none", built, " ".join(seen))


def _noise(text: Run, image: Run) -> Statement:
    noise = [run.settings.get("game", {}).get("instance_noise", 0.0) for run in (text, image)]
    if text.settings.get("output") == "straight_through":
        built = (
            f"The points of {text.name} are snapped to the nearest word before the discriminator "
            "sees them; the gradient passes as if they had not been, so it is only about right. "
        )
    else:
        built = (
            "Real sentences lie exactly on the points of words, generated ones may lie anywhere "
            "between: a discriminator could tell them by that alone, and teach nothing about "
            "sentences. "
        )
    built += _said_noise(text.name, noise[0]) + "Grey levels lie close together, so there is less "
    built += "to give a generated pixel away. " + _said_noise(image.name, noise[1])
    seen = _both(text, image, "accuracy", lambda value: f"{value:.1%}")
    said = f"The discriminator ranks real above generated in {seen} of pairs. " if seen else ""
    chance = [_of_chance_loss(run) for run in (text, image)]
    if None not in chance:
        said += (
            "To be right often is no victory by itself: its loss, as a share of the chance level, "
            f"is {chance[0]:.2f} for {text.name} and {chance[1]:.2f} for {image.name}."
        )
    return Statement("What would give a sample away", built.strip(), said.strip())


def _said_noise(name: str, noise: float) -> str:
    if not noise:
        return f"{name} adds no noise to either. "
    return f"{name} blurs both with noise of standard deviation {noise:g} (instance_noise). "


def _gradients(text: Run, image: Run) -> Statement:
    built = (
        "A generator learns from nothing but the gradient that the discriminator passes back to "
        "its output. For pixels that is the whole way: what is improved is what is seen. For words "
        "the reading comes after it. The gradient moves points, and says nothing about where the "
        "border to the next word lies; much of what it does shows only once a border is crossed."
    )
    norms = _both(text, image, "generator_gradient", lambda value: f"{value:.3g}")
    seen = f"The norms of the generators' gradients end at {norms}. " if norms else ""
    unrest = [steadiness(run) for run in (text, image)]
    if seen and None not in unrest:
        seen += (
            "They are sums over networks of different size, so what compares is how steady they "
            f"are: in the second half the largest is {unrest[0]:.2f} times the median for "
            f"{text.name} and {unrest[1]:.2f} times for {image.name}."
        )
    return Statement("How far the gradient reaches", built, seen.strip())


def _diversity(text: Run, image: Run) -> Statement:
    built = (
        "Either can look good by saying little: a few safe sentences, a few easy images. So "
        "quality is always read beside diversity, and both beside real samples: precision asks "
        "whether samples lie where real ones do, recall whether they reach wherever real ones do. "
        "The two runs are measured in spaces of their own, so their distances do not compare; how "
        "far each is from its own real samples does."
    )
    seen = [
        f"{run.name}: "
        + ", ".join(
            f"{title} {run.scores[name].value:{form}} (real {run.real[name].value:{form}})"
            for name, (title, form) in names.items()
            if name in run.scores and name in run.real
        )
        + "."
        for run, names in ((text, _TEXT_SCORES), (image, _IMAGE_SCORES))
        if any(name in run.scores and name in run.real for name in names)
    ]
    return Statement("Quality and diversity", built, " ".join(seen))


_SHARED = {"precision": ("precision", ".2f"), "recall": ("recall", ".2f")}
_TEXT_SCORES: Mapping[str, tuple[str, str]] = _SHARED | {
    "bleu.3": ("BLEU-3", ".3f"),
    "self_bleu.3": ("self-BLEU-3, too alike above the real value,", ".3f"),
}
_IMAGE_SCORES: Mapping[str, tuple[str, str]] = _SHARED | {
    "classifier_score": ("classifier score", ".2f"),
    "modes": ("classes that occur", ",.0f"),
}


def _both(text: Run, image: Run, key: str, write: Callable[[float], str]) -> str:
    """Write the last values of both runs; "" unless both have one."""
    values = [_last(run, key) for run in (text, image)]
    values_of = [
        f"{write(value)} ({run.name})"
        for run, value in zip((text, image), values, strict=True)
        if value is not None
    ]
    return " and ".join(values_of) if len(values_of) == 2 else ""


def _last(run: Run, key: str) -> float | None:
    series = run.series(key)
    return series[-1][1] if series else None


def _of_chance_loss(run: Run) -> float | None:
    """Return the discriminator's loss as a share of the chance level."""
    chance = CHANCE_LOSS.get(str(run.settings.get("game", {}).get("objective")))
    loss = _last(run, "discriminator_loss")
    return None if chance is None or loss is None else loss / chance


def _speed(run: Run) -> float | None:
    seconds = _last(run, "seconds")
    return run.step / seconds if seconds else None
