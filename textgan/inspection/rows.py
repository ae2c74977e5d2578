"""How a table run is looked into: its columns take the place of words and pixels."""

from collections.abc import Sequence
from itertools import islice

import numpy as np

from textgan.gan.step import network_inputs
from textgan.inspection.evolution import evolution_section, kept_steps, push
from textgan.inspection.latent import PUSHES, STEPS, along, find_direction, latent_section, way
from textgan.inspection.layers import (
    BATCH,
    activations_of,
    discriminator_activations,
    generator_activations,
    probe,
    probed,
    silence,
)
from textgan.inspection.opened import REFERENCE, Look, OpenedRows, visit
from textgan.report.sections import Section, Table

SHOWN = 12  # columns of a table that are shown side by side
ABLATED = 32  # samples whose change is measured
FIRST = 8  # units that are listed


def row_evolution(look: Look) -> Section:
    """Show what one noise vector became, and where the discriminator pushed each column."""
    opened: OpenedRows = look.opened
    names, read, forces = list(opened.columns), [], []
    for step in kept_steps(opened):
        with visit(opened, step):
            made = opened.make(slice(0, REFERENCE))
            arrows = np.abs(push(opened, made, opened.condition[:REFERENCE]))
        read.append([f"{step:,}", *_cells(opened, made, [look.sample % REFERENCE])[0]])
        force = [float(arrows[:, opened.columns[name]].sum(axis=1).mean()) for name in names]
        forces.append((step, force))
    shares = [
        [f"{step:,}", *(f"{one / (sum(force) + 1e-12):.1%}" for one in force[:SHOWN])]
        for step, force in forces
    ]
    last, force = forces[-1]
    most = int(np.argmax(force))
    items = [
        Table(
            f"What noise {look.sample % REFERENCE} is at several steps",
            ["step", *_shown(opened)],
            read,
            "By the EMA generator of each checkpoint, as single values come out, before their "
            "distribution is put right. Health: large changes first, then small ones.",
        ),
        Table(
            "Where the discriminator pushes, by column",
            ["step", *names[:SHOWN]],
            shares,
            "Each column's share of the push by which the generator learns. A column with more "
            "than its share is what gives the rows away.",
        ),
    ]
    return evolution_section(
        items,
        [
            f"At step {last:,} the hardest push is on {names[most]}, with "
            f"{force[most] / (sum(force) + 1e-12):.0%} of all {len(names)} columns' together."
        ],
    )


def row_layers(look: Look) -> Section:
    """Show what can be read in each layer, and what single units of the generator are for."""
    opened: OpenedRows = look.opened
    layers = opened.discriminator.hooks.names
    judged = activations_of(
        discriminator_activations(opened), opened.reals, opened.real_condition, layers
    )
    made = activations_of(
        generator_activations(opened), opened.noise, opened.condition, opened.hooks.names
    )
    items, findings = [], []
    for player, values, points in (
        ("discriminator", {"row": opened.reals, **judged}, opened.reals),
        ("generator", {"noise": opened.noise, **made}, opened.made),
    ):
        table, found = _probes(opened, player, values, points)
        items.append(table)
        findings.append(found)
    chosen = look.made_at or _late_layer(opened)
    table, found = _ablations(opened, chosen)
    return Section(
        "layers",
        "What every layer holds",
        "Every layer makes something new of what the one before gave it. First what a simple "
        "reader (a probe) can make out in each of them, then what single units of the generator "
        "are for.",
        [*items, table],
        [*findings, found],
    )


def row_latent(look: Look) -> Section:
    """Show rows on the way from one noise vector to another, and directions of the columns."""
    opened: OpenedRows = look.opened
    sample = look.sample
    other = (sample + 1) % len(opened.noise)
    condition = opened.condition[sample : sample + 1]

    def make(noise: np.ndarray) -> np.ndarray:
        conditions = condition.repeat(len(noise), axis=0)
        return np.asarray(opened.generator(network_inputs(noise.astype(np.float32), conditions)))

    path = make(way(opened.noise[sample], opened.noise[other]))
    rows = _cells(opened, path, [sample] * STEPS, range(STEPS))
    directions = []
    for name, columns in islice(opened.columns.items(), SHOWN):
        amount = opened.made[:, columns.start]
        direction = find_direction(name, opened.noise, amount)
        many = np.concatenate([along(direction, noise) for noise in opened.noise[:64]])
        reached = make(many)[:, columns.start].reshape(64, len(PUSHES)).mean(axis=0)
        directions.append((direction, reached))
    best, reached = max(directions, key=lambda pair: pair[0].correlation)
    items = [
        Table(
            f"From noise {sample} to noise {other}",
            ["way", *_shown(opened)],
            [[f"{k / (STEPS - 1):.0%}", *row] for k, row in enumerate(rows)],
            "Along a great circle, under one condition. Health: values change a little at a time.",
        ),
        Table(
            "Along the direction of each column",
            ["column", "correlation", *(f"{push:+.1f} sd" for push in PUSHES)],
            [
                [one.name, f"{one.correlation:.2f}", *(f"{value:.2f}" for value in values)]
                for one, values in directions
            ],
            "The mean of each column's first coordinate (a number's score in standard deviations, "
            "a category's share) over 64 noise vectors that are pushed along the direction that "
            "predicts it.",
        ),
    ]
    return latent_section(
        items,
        [
            f"The column that a single direction of the noise predicts best is {best.name} "
            f"(correlation {best.correlation:.2f} on noise it was not fitted to): pushed from "
            f"{PUSHES[0]:+g} to {PUSHES[-1]:+g} deviations, its first coordinate goes from "
            f"{reached[0]:.2f} to {reached[-1]:.2f}."
        ],
    )


def _shown(opened: OpenedRows) -> list[str]:
    return list(opened.subject.model.format.order)[:SHOWN]


def _cells(
    opened: OpenedRows,
    points: np.ndarray,
    samples: Sequence[int],
    rows: Sequence[int] | None = None,
) -> list[list[str]]:
    """Write some rows of coordinates, under the conditions of some samples, as a reader sees them.

    Args:
        opened: the run.
        points: (row, coordinate).
        samples: numbers of the samples whose condition they have.
        rows: which of the points; by default those numbers.
    """
    chosen = points[list(samples if rows is None else rows)]
    frame = opened.read(chosen, opened.condition[list(samples)])
    return [[cell_text(value) for value in row[:SHOWN]] for row in frame.itertuples(index=False)]


def cell_text(value: object) -> str:
    """Write a value of a table, a number with four digits."""
    return f"{value:.4g}" if isinstance(value, float) else str(value)


def _labels(opened: OpenedRows, points: np.ndarray, name: str) -> np.ndarray:
    """Return what a probe looks for in a column: its category, or whether it is above the middle.

    The middle is that of the real rows.
    """
    columns = opened.columns[name]
    if columns.stop - columns.start > 1:
        return points[:, columns].argmax(axis=1)
    middle = np.median(opened.reals[:, columns.start])
    return (points[:, columns.start] > middle).astype(np.int64)


def _probes(
    opened: OpenedRows, player: str, values: dict[str, np.ndarray], points: np.ndarray
) -> tuple[Table, str]:
    """Probe every layer of a network for the first columns."""
    values = {name: layer for name, layer in values.items() if len(layer) == len(points)}
    names = list(opened.columns)[:SHOWN]
    labels = {name: _labels(opened, points, name) for name in names}
    found = {
        name: [probe(layer, probed(found), labels[name]) for layer, found in values.items()]
        for name in names
    }
    guesses = ["by guessing", *(f"{found[name][0].chance:.0%}" for name in names)]
    rows = [
        [layer, *(f"{found[name][place].accuracy:.0%}" for name in names)]
        for place, layer in enumerate(values)
    ]
    sure = max(names, key=lambda name: found[name][-1].accuracy - found[name][-1].chance)
    table = Table(
        f"What a probe reads in the {player}",
        ["layer", *names],
        [guesses, *rows],
        "How often a logistic regression on a layer's activations is right, on samples it was not "
        "fitted to: of the category, or whether a number is above the real rows' median.",
    )
    last = found[sure][-1]
    return table, (
        f"In the {player} the last layer, {last.layer}, tells most of {sure}: a probe is right "
        f"{last.accuracy:.0%} of the time, guessing {last.chance:.0%}."
    )


def _late_layer(opened: OpenedRows) -> str:
    """Return the last layer with weights whose units are not the coordinates themselves."""
    width = opened.made.shape[1]
    layers = opened.generator.layers
    return [one.name for one in layers if one.weights and one.output.shape[-1] != width][-1]


def _ablations(opened: OpenedRows, layer: str) -> tuple[Table, str]:
    """Silence each unit of a layer of the EMA generator by itself."""
    inputs = opened.generator_inputs(slice(0, ABLATED))
    before, seen = opened.hooks(inputs)
    changes = []
    for unit in range(min(BATCH, seen[opened.hooks.require(layer)].shape[-1])):
        after, _ = opened.hooks(inputs, {layer: silence(unit)})
        change = np.abs(np.asarray(after) - np.asarray(before)).mean(axis=0)
        changes.append([float(change[part].sum()) for part in opened.columns.values()])
    total = np.sum(changes, axis=1)
    names = list(opened.columns)
    order = np.argsort(-total, kind="stable")
    rows = [
        [f"unit {unit}", f"{total[unit]:.3f}", names[int(np.argmax(changes[unit]))]]
        for unit in order[:FIRST]
    ]
    table = Table(
        f"Without one unit of the generator's {layer}",
        ["silenced", "mean change of a row", "most in column"],
        rows,
        "Each unit is silenced by itself; those whose silence changes most, in standard deviations "
        "or shares, summed over the coordinates.",
    )
    return table, (
        f"Silencing unit {order[0]} of {layer} changes a row most, by {total[order[0]]:.3f}; the "
        f"median unit changes it by {np.median(total):.3f}."
    )
