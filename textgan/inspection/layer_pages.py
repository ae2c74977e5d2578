"""The page's section on layers: maps of a sample, probes, exciting n-grams, ablations."""

from collections.abc import Sequence

import numpy as np

from textgan.inspection.layers import (
    Ablation,
    Probe,
    ablate,
    activations_of,
    corpus_batches,
    discriminator_activations,
    exciting_ngrams,
    generator_activations,
    mapped_layers,
    probe,
    probed,
    silence,
    word_before,
    word_classes,
)
from textgan.inspection.opened import Look, Opened, OpenedImages, OpenedText
from textgan.inspection.pictures import new_figure, png_bytes, show_image
from textgan.report.sections import Item, Picture, Section, Table
from textgan.report.svg import number

CHANNELS = 10  # of a layer of images that are drawn
COLUMNS = 3  # heat maps side by side
SPOTS = 3000  # positions that a probe of words sees
PLACE = "the place alone"
Probes = dict[str, dict[str, list[Probe]]]
"""Network to what is looked for to what was found, layer by layer."""
INTRO = (
    "Every layer makes something new of what the one before gave it. First the layers of both "
    "networks for one chosen sample, in the order in which they are computed; then what a simple "
    "reader (a probe) can make out in each of them; then what single channels are for."
)


def layers_section(look: Look) -> Section:
    """Return the section of a text or image run."""
    opened, sample = look.opened, look.sample
    generator, discriminator = opened.generator, opened.game.discriminator
    seen = {
        "generator": generator_activations(opened)(
            opened.noise[sample : sample + 1], opened.condition[sample : sample + 1]
        ),
        "discriminator": discriminator_activations(opened)(
            opened.fakes[sample : sample + 1], opened.condition[sample : sample + 1]
        ),
    }
    items: list[Item] = []
    for name, network in (("generator", generator), ("discriminator", discriminator)):
        maps = {key: np.asarray(seen[name][key])[0] for key in mapped_layers(network)}
        if isinstance(opened, OpenedText):
            items.append(_heat_maps(opened, name, maps, sample))
        else:
            items.append(_tiles(opened, name, maps, sample))
    findings = []
    if isinstance(opened, OpenedText):
        classes = word_classes(opened.corpus.train)
        probes = _text_probes(opened, classes)
        ngrams, found = _ngram_tables(opened)
        items += [*_probe_tables(opened, probes), _class_table(classes), *ngrams]
        findings += [*_probe_findings(probes), *found]
    else:
        probes = _image_probes(opened)
        items += _probe_tables(opened, probes)
        findings += _probe_findings(probes)
    chosen = look.made_at or _late_layer(opened)
    classify = opened.classify if isinstance(opened, OpenedImages) else None
    ablations = ablate(opened, chosen, classify)
    items.append(_ablation_table(chosen, ablations, isinstance(opened, OpenedText)))
    if isinstance(opened, OpenedImages):
        items.append(_ablation_picture(opened, chosen, ablations))
    findings.append(_ablation_finding(chosen, ablations, isinstance(opened, OpenedText)))
    return Section("layers", "What every layer holds", INTRO, items, findings)


def _late_layer(opened: Opened) -> str:
    """Return the last layer of the generator but its output that keeps channels apart."""
    names = mapped_layers(opened.generator)
    convolutions = [name for name in names if name.endswith("_conv")]
    return convolutions[-1] if convolutions and isinstance(opened, OpenedText) else names[-2]


def _heat_maps(
    opened: OpenedText, network: str, maps: dict[str, np.ndarray], sample: int
) -> Picture:
    """Draw position x channel of each layer; channels in order of where they peak."""
    names = [opened.lexicon.name(row) for row in opened.lexicon.nearest(opened.fakes[sample])]
    rows = -(-len(maps) // COLUMNS)
    figure = new_figure(12, 1.9 * rows + 0.6)
    for place, (layer, values) in enumerate(maps.items()):
        axes = figure.add_subplot(rows, COLUMNS, place + 1)
        order = np.argsort(np.abs(values).argmax(axis=0), kind="stable")
        bound = np.percentile(np.abs(values), 99) + 1e-12
        axes.imshow(
            values[:, order].T,
            aspect="auto",
            cmap="RdBu",
            vmin=-bound,
            vmax=bound,
            interpolation="nearest",
        )
        axes.set_title(layer, fontsize=8)
        axes.set_yticks([])
        last = place >= len(maps) - COLUMNS
        axes.set_xticks(
            range(len(names)), names if last else [], rotation=60, fontsize=7, ha="right"
        )
    return Picture(
        f"The {network}'s layers for noise {sample}",
        f"layers_{network}.png",
        png_bytes(figure),
        "Positions from left to right, channels from top to bottom, each where it peaks; blue "
        "above "
        "0, red below. Vertical stripes are words that differ from their neighbours. Failure: a "
        "layer of one colour is dead, one whose columns are all alike does not tell positions "
        "apart.",
    )


def _tiles(opened: OpenedImages, network: str, maps: dict[str, np.ndarray], sample: int) -> Picture:
    """Draw the channels of each layer that vary most, one row a layer."""
    figure = new_figure(12, 1.05 * len(maps) + 0.8)
    for place, (layer, values) in enumerate(maps.items()):
        order = np.argsort(-values.var(axis=(0, 1)))[:CHANNELS]
        bound = np.percentile(np.abs(values), 99.5) + 1e-12
        for column in range(CHANNELS):
            axes = figure.add_subplot(len(maps), CHANNELS, place * CHANNELS + column + 1)
            axes.axis("off")
            if column < len(order):
                axes.imshow(values[..., order[column]], cmap="RdBu", vmin=-bound, vmax=bound)
            if not column:
                height, width, channels = values.shape
                axes.set_title(f"{layer}, {height} x {width} x {channels}", fontsize=8, loc="left")
    return Picture(
        f"The {network}'s layers for noise {sample}",
        f"layers_{network}.png",
        png_bytes(figure),
        f"The {CHANNELS} channels of each layer that vary most; blue above 0, red below. Health: "
        "coarse layers hold places, fine ones strokes and edges. Failure: rows of one colour (dead "
        "layers) or of chequers (upsampling that does not overlap evenly).",
    )


def _text_probes(opened: OpenedText, classes: Sequence[Sequence[str]]) -> Probes:
    """Probe real sentences in the discriminator, generated ones in the generator."""
    lexicon, words = opened.lexicon, len(opened.lexicon.words)
    layers = mapped_layers(opened.game.discriminator)
    judged = activations_of(
        discriminator_activations(opened), opened.reals, opened.real_condition, layers
    )
    judged = {"points": opened.reals, **judged}
    places, before = word_before(opened.ids, words)
    made = activations_of(
        generator_activations(opened),
        opened.noise,
        opened.condition,
        mapped_layers(opened.generator),
    )
    rows = lexicon.nearest(opened.fakes)
    written = np.array([len(sentence) for sentence in lexicon.read(rows)])
    number = {word: index for index, group in enumerate(classes) for word in group}
    kind = np.array([number.get(word, -1) for word in lexicon.words] + [-1])

    def in_place(values: dict[str, np.ndarray], where: np.ndarray, what: np.ndarray) -> list[Probe]:
        """Probe the activations at some positions, if there are enough to fit and to score."""
        spots, labels = where[:SPOTS], what[:SPOTS]
        if len(spots) < 3:
            return []
        return [
            probe(name, layer[spots[:, 0], spots[:, 1]], labels) for name, layer in values.items()
        ]

    def of_kind(values: dict[str, np.ndarray], ids: np.ndarray) -> list[Probe]:
        """Probe for the class of the word at a position, also in the number of the position."""
        where = np.argwhere(kind[ids] >= 0)
        place = np.broadcast_to(np.eye(ids.shape[1]), (len(ids), *[ids.shape[1]] * 2))
        return in_place({PLACE: place, **values}, where, kind[ids][tuple(where.T)])

    length = (opened.ids != words).sum(axis=1)
    probes: Probes = {
        "discriminator": {
            "the length of a real sentence": [
                probe(name, probed(values), length) for name, values in judged.items()
            ],
            "the class of the word": of_kind(judged, opened.ids),
            "the word before": in_place(judged, places, before),
        },
        "generator": {
            "the length of the sentence to come": [
                probe(name, probed(values), written)
                for name, values in {"noise": opened.noise, **made}.items()
            ],
            "the class of the word to come": of_kind(made, rows),
        },
    }
    return {
        player: {what: fitted for what, fitted in found.items() if fitted}
        for player, found in probes.items()
    }


def _image_probes(opened: OpenedImages) -> Probes:
    """Probe real images in the discriminator, generated ones in the generator, for their class."""
    if opened.data.classes == 1:
        return {}
    discriminator = mapped_layers(opened.game.discriminator)
    judged = activations_of(
        discriminator_activations(opened), opened.reals, opened.real_condition, discriminator
    )
    ema = opened.generator
    mapping = [layer.name for layer in ema.layers if layer.name.startswith("mapping_")]
    generator = [*mapping, *mapped_layers(ema)]
    made = activations_of(generator_activations(opened), opened.noise, opened.condition, generator)
    classes = opened.classify(opened.fakes)
    return {
        "discriminator": {
            "the class of a real image": [
                probe(name, probed(values), opened.labels) for name, values in judged.items()
            ]
        },
        "generator": {
            "the class of the image to come": [
                probe(name, probed(values), classes)
                for name, values in {"noise": opened.noise, **made}.items()
            ]
        },
    }


def _probe_tables(opened: Opened, probes: Probes) -> list[Table]:
    reading = (
        "How often a logistic regression on a layer's activations is right, on samples it was not "
        "fitted to (it sees their mean and peak over positions; for a word, the activations at "
        "that position). It shows what is there for the next layer to use, not that it is "
        "used."
    )
    tables = []
    for network, found in probes.items():
        player = getattr(opened.game, "ema" if network == "generator" else network)
        layers, columns = (
            mapped_layers(player),
            [{one.layer: f"{one.accuracy:.1%}" for one in probed} for probed in found.values()],
        )
        names = dict.fromkeys(name for column in columns for name in column if name not in layers)
        rows = [[name, *(column.get(name, "") for column in columns)] for name in [*names, *layers]]
        guesses = ["by guessing", *(f"{probed[0].chance:.1%}" for probed in found.values())]
        tables.append(
            Table(
                f"What a probe reads in the {network}",
                ["layer", *found],
                [guesses, *rows],
                "" if tables else reading,
            )
        )
    return tables


def _probe_findings(probes: Probes) -> list[str]:
    findings = []
    for network, found in probes.items():
        for what, layers in found.items():
            best, first = max(layers, key=lambda one: one.accuracy), layers[0]
            findings.append(
                f"In the {network} a probe for {what} is right {first.accuracy:.0%} of the time at "
                f"{first.layer} and {best.accuracy:.0%} at best, in {best.layer}; guessing the "
                f"commonest answer gives {best.chance:.0%}."
            )
    return findings


def _class_table(classes: Sequence[Sequence[str]]) -> Table:
    return Table(
        "The classes of words that the probes look for",
        ["class", "words", "the commonest of them"],
        [
            [str(number), str(len(group)), " ".join(group[:14])]
            for number, group in enumerate(classes, 1)
        ],
        "These classes were not given, but found: the commonest words of the training text, "
        "grouped by the words that stand before and after them. They come near the parts of "
        "speech.",
    )


def _ngram_tables(opened: OpenedText) -> tuple[list[Table], list[str]]:
    """List what excites the first convolution and the last."""
    convolutions = [
        layer.name for layer in opened.game.discriminator.layers if "_conv_" in layer.name
    ]
    tables, findings = [], []
    for depth, name in ((1, convolutions[0]), (len(convolutions), convolutions[-1])):
        reach = min(depth, 3)
        found = exciting_ngrams(
            lambda points, name=name: np.asarray(opened.discriminator(points)[1][name]),
            corpus_batches(opened),
            reach,
        )
        rows = [
            [f"channel {one.channel}", f"{one.strength[0]:.1f}", " / ".join(one.ngrams[:5])]
            for one in found
        ]
        tables.append(
            Table(
                f"What excites {name} most",
                ["filter", "response, in deviations", "the strongest n-grams of the training text"],
                rows,
                f"Over all training sentences. A filter here sees {2 * depth + 1} positions; the "
                f"middle {2 * reach + 1} are shown.",
            )
        )
        if found:
            findings.append(
                f"The most selective filter of {name}, channel {found[0].channel}, responds "
                f"{found[0].strength[0]:.1f} deviations above its mean to “{found[0].ngrams[0]}”."
            )
    return tables, findings


def _ablation_table(layer: str, ablations: Sequence[Ablation], text: bool) -> Table:
    kind = "" if text else "class "
    rows = [
        [
            f"channel {one.channel}",
            f"{one.change:.1%}" if text else number(one.change),
            ", ".join(f"{kind}{name}: {n} → {left}" for name, n, left in one.lost) or "nothing",
        ]
        for one in ablations[:10]
    ]
    return Table(
        f"Without one channel of the generator's {layer}",
        [
            "silenced",
            "positions that change" if text else "mean change of a pixel",
            "there is less of",
        ],
        rows,
        "Each channel is silenced by itself; the ten whose silence changes most. What then "
        "goes missing is what the channel was for.",
    )


def _ablation_finding(layer: str, ablations: Sequence[Ablation], text: bool) -> str:
    changes = np.array([one.change for one in ablations])
    unit = "of the positions" if text else "on a pixel"
    write = (lambda value: f"{value:.1%}") if text else (lambda value: f"{value:.3f}")
    return (
        f"Silencing channel {ablations[0].channel} of {layer} changes most, {write(changes[0])} "
        f"{unit}; the median channel changes {write(np.median(changes))}, and "
        f"{(changes < 0.1 * changes[0]).mean():.0%} of the channels less than a tenth of the most."
    )


def _ablation_picture(opened: OpenedImages, layer: str, ablations: Sequence[Ablation]) -> Picture:
    """Draw some images, and the same without each of the three weightiest channels."""
    shown = 10
    inputs = opened.generator_inputs(slice(0, shown))
    rows = [("all channels", np.asarray(opened.hooks(inputs)[0]))]
    for one in ablations[:3]:
        without = opened.hooks(inputs, {layer: silence(one.channel)})[0]
        rows.append((f"without {one.channel}", np.asarray(without)))
    figure = new_figure(12, 1.25 * len(rows))
    for place, (label, images) in enumerate(rows):
        for column in range(shown):
            axes = figure.add_subplot(len(rows), shown, place * shown + column + 1)
            show_image(axes, images[column])
            if not column:
                axes.set_title(label, fontsize=8, loc="left")
    return Picture(
        "What goes missing",
        "layers_ablation.png",
        png_bytes(figure),
        f"The same noise with all channels of {layer}, and without the three that matter most.",
    )
