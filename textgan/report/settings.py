"""The section on what was run: the settings that matter, and those in which runs differ."""

from collections.abc import Sequence
from typing import Any

from textgan.gan.run_folder import flatten
from textgan.report.run import Run
from textgan.report.sections import Cell, Definitions, Item, Section, Table, Text
from textgan.report.shown import Shown

# Settings shown first, and what they mean.
SETTINGS = {
    "corpus": "where the real sentences come from",
    "images": "the real images",
    "table": "the real rows",
    "vectors": "the pretrained word vectors",
    "max_words": "the longest sentence, in words",
    "keep_fraction": "share of the sentences that is kept when the model is sampled",
    "output": "how generated points meet the discriminator",
    "conditional": "whether both networks see the class, as their condition",
    "game.objective": "the losses of the two players",
    "game.penalty": "what keeps the discriminator smooth",
    "game.gamma": "weight of that penalty",
    "game.instance_noise": "noise added to real and generated samples alike",
    "game.batch_size": "samples per step",
    "game.generator_rate": "the generator's learning rate at the start",
    "game.discriminator_rate": "the discriminator's learning rate at the start",
    "game.ema_halflife": "half-life of the moving average of the weights (EMA), in steps",
    "seed": "of everything random",
    "backend": "what computed it",
}


def settings_section(shown: Shown) -> Section:
    """Show the settings of the first run, and what differs in the others."""
    first = shown.runs[0]
    items = _differences(shown)
    if not shown.single:
        said = f"The settings of {first.name}; the others have the same but for those above:"
        items.append(Text(said))
    settings = flatten(first.settings)
    items.append(
        Definitions([(key, settings[key], SETTINGS[key]) for key in SETTINGS if key in settings])
    )
    known = [f"{k} {v}" for k, v in first.environment.items() if k != "commit" and v]
    computed = f"Computed with {', '.join(known)}. " if known else ""
    items.append(Text(f"{computed}Every setting stands at the end.", "soft"))
    return Section("run", "What was run", "", items)


def _differences(shown: Shown) -> list[Item]:
    if shown.single:
        return []
    if shown.comparison:
        head = [*shown.comparison.settings, "seeds", "runs"]
        rows = []
        for group in shown.comparison.groups:
            style, names = shown.color(group.runs[0]), [run.name for run in group.runs]
            values = [Cell(value, style=style) for value in group.values]
            rows.append([*values, group.seeds, ", ".join(names)])
        return [Table("", head, rows)]
    differing = differing_settings(shown.runs)
    if not differing:
        return [Text("The runs have the same settings.")]
    head = ["setting", *(Cell(run.name, style=shown.color(run)) for run in shown.runs)]
    rows = [[name, *map(str, values)] for name, values in differing]
    return [Text("The settings in which the runs differ:"), Table("", head, rows)]


def differing_settings(runs: Sequence[Run]) -> list[tuple[str, list[Any]]]:
    """Return the settings in which runs differ: name, and each run's value."""
    flat = [flatten(run.settings) for run in runs]
    for settings in flat:
        if "data.checksum" in settings:
            settings["data.checksum"] = f"{settings['data.checksum']:.12}…"
    names = list(dict.fromkeys(name for settings in flat for name in settings))
    rows = [(name, [settings.get(name, "not set") for settings in flat]) for name in names]
    return [(name, values) for name, values in rows if any(v != values[0] for v in values)]
