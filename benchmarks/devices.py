"""Time a step on one and on more devices, on the JAX backend.

    python benchmarks/devices.py                        # text scenes, batch 256, 1 and 2 devices
    python benchmarks/devices.py tables breast_cancer
    python benchmarks/devices.py text coco --devices 1 2 4 8 --batch-size 1024

Each number of devices runs in a process of its own. A step is what the training loop does: draw the
batch, play, read the metrics. On a processor each device is a share of its cores; the time that all
of them work tells what the cutting costs, also where other programs run.
"""

import time
from concurrent.futures import ProcessPoolExecutor
from dataclasses import asdict, dataclass
from multiprocessing import get_context
from pathlib import Path
from typing import Annotated, Any

import numpy as np
import tyro

from textgan.backend import use_backend
from textgan.command_line import run_script
from textgan.domain import with_changes
from textgan.domains import PLURALS
from textgan.errors import UserError
from textgan.files import write_json
from textgan.gan.devices import Placement, training_on


@dataclass(frozen=True)
class Timing:
    """What some devices did.

    Attributes:
        seconds: of a step, the median.
        worked: seconds of a step in which a core worked for it, summed over the cores, the mean.
        drawing: seconds of a step in which its batch is drawn, by every process the whole of it.
        gradients: bytes that each device has to tell the others in a step.
    """

    seconds: float
    worked: float
    drawing: float
    gradients: int


def main(
    kind: Annotated[str, tyro.conf.Positional] = "text",
    preset: Annotated[str, tyro.conf.Positional] = "scenes",
    devices: tuple[int, ...] = (1, 2),
    batch_size: int = 256,
    steps: int = 20,
    json: Path | None = None,
) -> None:
    """Print one line for each number of devices.

    Args:
        kind: text, images or tables.
        preset: of `textgan train KIND`, or data.
        devices: how many, one after the other.
        batch_size: of all devices together.
        steps: to time.
        json: also write the figures to this file.
    """
    if kind not in PLURALS:
        raise UserError(f"{kind} is none of {', '.join(PLURALS)}")
    settings = with_changes(PLURALS[kind].choose(preset), {"batch_size": batch_size})
    print(f"{kind} {preset}, batch {batch_size}")
    print("devices  ms/step  ms of work  ms drawing  MB of gradients")
    timings: dict[str, Any] = {}
    with ProcessPoolExecutor(1, get_context("spawn"), max_tasks_per_child=1) as pool:
        for count in devices:
            timing = pool.submit(measure, kind, count, settings, steps).result()
            timings[str(count)] = asdict(timing)
            print(
                f"{count:7} {timing.seconds * 1e3:8.1f} {timing.worked * 1e3:11.1f} "
                f"{timing.drawing * 1e3:11.1f} {timing.gradients / 1e6:16.2f}",
                flush=True,
            )
    if json:
        write_json({"kind": kind, "settings": asdict(settings), "timings": timings}, json)


def measure(kind: str, count: int, settings: Any, steps: int) -> Timing:
    """Time steps on so many devices, in this process."""
    placement = Placement(count)
    placement.check("jax", settings.game.batch_size)
    use_backend("jax")
    from textgan.gan.step import draw_batch

    domain = PLURALS[kind]
    with training_on(placement):
        subject = domain.subject(domain.load(settings, ""), settings, 1)
        game, size = subject.game, subject.game.batch_size  # of all games, in an ensemble
        game.step(draw_batch(subject, size, 1, 0), 0)  # compiles
        seconds, drawing, worked = [], [], time.process_time()
        for step in range(1, steps + 1):
            began = time.perf_counter()
            batch = draw_batch(subject, size, 1, step)
            drawing.append(time.perf_counter() - began)
            game.step(batch, step)
            seconds.append(time.perf_counter() - began)
        worked = (time.process_time() - worked) / steps
    learned = [
        variable
        for each in game.games
        for network in (each.generator, each.discriminator)
        for variable in network.trainable_variables
    ]
    gradients = 4 * sum(int(np.prod(variable.shape)) for variable in learned)
    return Timing(float(np.median(seconds)), worked, float(np.median(drawing)), gradients)


if __name__ == "__main__":
    run_script(main, __doc__)
