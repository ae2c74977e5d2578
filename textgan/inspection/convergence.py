"""How a run converged: its diagnosis, its curves, and what every layer learned along the way."""

from collections.abc import Sequence
from typing import get_args

import numpy as np

from textgan.errors import UserError
from textgan.gan.diagnosis import diagnose
from textgan.gan.run_folder import flatten
from textgan.gan.settings import ObjectiveName
from textgan.inspection.pictures import new_figure, png_bytes
from textgan.report.curves import draw_curves
from textgan.report.run import Run
from textgan.report.sections import Item, Picture, Section

NETWORKS = ("generator", "discriminator")


def convergence_section(run: Run) -> Section:
    """Return the section; it needs the telemetry alone."""
    objective = flatten(run.settings).get("game.objective", "")
    if objective not in get_args(ObjectiveName):
        raise UserError(
            f"{run.path} is a run of kind {run.kind!r} with the objective {objective!r}: there is "
            "no game of two networks to look into"
        )
    diagnosis = diagnose(run.rows, objective)
    name = diagnosis.trouble.replace("_", " ")
    findings = [f"Diagnosis: {name}. {_sentence(diagnosis.evidence)}"]
    if diagnosis.advice:
        findings.append(_sentence(f"what usually helps: {diagnosis.advice}"))
    findings += [*_overfitting(run), *_best(run), *_updates(run)]
    items: list[Item] = [_layers(run, what) for what in ("gradient", "update") if _names(run, what)]
    items += draw_curves([run])
    return Section(
        "convergence",
        "How it converged",
        "Two networks learn against each other, so no curve falls to zero; what counts is that "
        "neither loses contact with the other. The maps show every layer by itself: a layer whose "
        "row stays dark learns next to nothing, one that flares up may tear the others along.",
        items,
        findings,
    )


def _overfitting(run: Run) -> list[str]:
    train, others = run.series("win_rate_train"), run.series("win_rate_unseen")
    if not train or not others:
        return []
    seen, unseen = train[-1][1], others[-1][1]
    verdict = (
        "it has begun to learn the training data by heart"
        if seen - unseen > 0.05
        else "it judges what it has not seen just as well, so it is not learning by heart"
    )
    return [
        f"At the last evaluation the discriminator ranks {seen:.1%} of real training samples above "
        f"a generated one, and {unseen:.1%} of unseen ones: {verdict}."
    ]


def _best(run: Run) -> list[str]:
    if run.best_step is None:
        return []
    score = dict(run.series("score"))
    last = max(score)
    return [
        f"The best score, {score[run.best_step]:.3g}, came at step {run.best_step:,}; at the last "
        f"evaluation, step {int(last):,}, it is {score[last]:.3g}."
    ]


def _updates(run: Run) -> list[str]:
    """Say which layers of each network move most and least for their size."""
    found = []
    for network in NETWORKS:
        names = [n for n in _names(run, "update") if n.startswith(network)]
        moved = {n.partition("/")[2]: float(np.median(_row(run, "update", n))) for n in names}
        if len(moved) > 1:
            most, least = max(moved, key=moved.__getitem__), min(moved, key=moved.__getitem__)
            found.append(
                f"In the {network} the layer {most} moved most for its size ({moved[most]:.1e} of "
                f"its norm a step, the median over the run), {least} least ({moved[least]:.1e})."
            )
    return found


def _layers(run: Run, what: str) -> Picture:
    """Draw a map of layers by steps, in powers of ten."""
    titles = {"gradient": "Gradient norm", "update": "Update, as a share of the layer's norm"}
    names = _names(run, what)
    figure = new_figure(12, 1.2 + 0.2 * len(names) / 2 + 1.2)
    steps = [row["step"] for row in run.rows]
    for place, network in enumerate(NETWORKS):
        rows = [name for name in names if name.startswith(network)]
        if not rows:
            continue
        values = np.log10(np.maximum([_row(run, what, name) for name in rows], 1e-9))
        axes = figure.add_subplot(1, 2, place + 1)
        low, high = np.percentile(values, [2, 98])
        image = axes.imshow(
            values,
            aspect="auto",
            cmap="viridis",
            vmin=low,
            vmax=high,
            interpolation="nearest",
            extent=(steps[0], steps[-1], len(rows) - 0.5, -0.5),
        )
        axes.set_yticks(range(len(rows)), [name.partition("/")[2] for name in rows], fontsize=7)
        axes.set_xlabel("step")
        axes.set_title(network)
        figure.colorbar(image, ax=axes, label="power of ten", shrink=0.8)
    readings = {
        "gradient": "How hard each layer is pulled. Health: colours of one family down the "
        "column. Failure: rows that go dark towards the input (the signal dies on its way "
        "back), or a column that turns bright at once (it is about to diverge).",
        "update": "How far each layer moves in a step, for its size. Health: between -3 (a "
        "thousandth) and -2 (a hundredth) at first, less as the rate decays. Failure: near -5 (it "
        "hardly learns) or -1 (it forgets).",
    }
    return Picture(
        f"{titles[what]}, layer by layer",
        f"convergence_{what}.png",
        png_bytes(figure),
        readings[what],
    )


def _names(run: Run, what: str) -> list[str]:
    """Return `network/layer` of all layers of which something was recorded."""
    keys = run.rows[-1]
    return [key.partition("/")[2] for key in keys if key.startswith(f"{what}/")]


def _row(run: Run, what: str, name: str) -> Sequence[float]:
    return [float(row.get(f"{what}/{name}") or 0.0) for row in run.rows]


def _sentence(text: str) -> str:
    return f"{text[0].upper()}{text[1:]}."
