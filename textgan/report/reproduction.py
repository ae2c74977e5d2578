"""The section on how runs are made again: commands with every setting, versions, checksums."""

import shlex
from typing import Any

from markupsafe import Markup

from textgan.gan.run_folder import flatten
from textgan.report.run import Run
from textgan.report.sections import Code, Definitions, Details, Item, Section, Text
from textgan.report.shown import Shown

_NOT_OPTIONS = ("kind", "data")


def again_section(shown: Shown) -> Section:
    """Show how each run is made again."""
    items: list[Item] = []
    for run in shown.runs:
        commands = _again(run)
        if shown.comparison and run is not shown.runs[0]:
            items.append(Details(run.name, commands))
        else:
            items += [*(() if shown.comparison else shown.heading(run)), *commands]
    if shown.comparison:
        said = "The other runs of each group: the same commands with another seed and folder."
        items.append(Text(said, "soft"))
    return Section("again", "Reproduce it", "", items)


def _again(run: Run) -> list[Item]:
    items: list[Item] = []
    if training := training_command(run):
        said = (
            "The same settings and seed on the same machine and versions give the same run; "
            "batches and noise are a function of seed and step alone."
        )
        items += [Text(said), Code(training)]
    found = [
        (name, "unknown" if value is None else value, "") for name, value in run.environment.items()
    ]
    if checksum := run.settings.get("data", {}).get("checksum", ""):
        found.append(("data (SHA-256)", Markup("<code>{}</code>").format(checksum), ""))
    every = [(k, v, "") for k, v in (*flatten(run.settings).items(), *flatten(run.notes).items())]
    return [
        *items,
        Code("\n".join(later_commands(run))),
        Definitions(found),
        Details("Every setting and note", [Definitions(every)]),
    ]


def training_command(run: Run) -> str | None:
    """Return the command that trains this run with every setting spelled out.

    It does not lean on the defaults of a preset, which may change. None for a kind of run whose
    command the report does not know.
    """
    script, positional = run.domain.training, run.domain.given_first
    if not script or not run.settings.keys() >= set(positional):
        return None
    settings = {key: value for key, value in run.settings.items() if key not in _NOT_OPTIONS}
    if run.kind == "language model":
        settings.pop("max_words", None)  # the corpus' own
    words = [script, *(shlex.quote(str(settings.pop(key))) for key in positional)]
    options = [f"--run-dir {shlex.quote(str(run.path))}"]
    options += [_option(key, value) for key, value in flatten(settings).items()]
    return _wrap(" ".join(words), options)


def later_commands(run: Run) -> list[str]:
    """Return the commands that sample, evaluate and report a run."""
    path = shlex.quote(str(run.path))
    known = filter(None, (run.domain.sampling, run.domain.evaluating))
    commands = [command.format(run=path, n=20) for command in known]
    if run.truncation:
        scales = " ".join(f"{scale:g}" for scale in run.truncation)
        commands[-1] = _wrap(commands[-1], [f"--truncation-curve {scales}"])
    return [*commands, f"textgan report {path}"]


def evaluating_command(run: Run) -> str:
    """Return the command that evaluates a run, "" if there is none."""
    later = later_commands(run)
    return later[-2] if len(later) > 1 else ""


def _option(key: str, value: Any) -> str:
    """Write a setting as the command line has it."""
    name = key.rpartition(".")[2].replace("_", "-")
    if isinstance(value, bool):
        return f"--{name}" if value else f"--no-{name}"
    values = value if isinstance(value, list) else [value]
    return " ".join([f"--{name}", *(shlex.quote(str(item)) for item in values)])


def _wrap(command: str, options: list[str], width: int = 88) -> str:
    lines = [command]
    for option in options:
        if len(lines[-1]) + len(option) + 3 > width:
            lines[-1] += " \\"
            lines.append("   ")
        lines[-1] += f" {option}"
    return "\n".join(lines)
