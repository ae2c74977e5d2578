"""A playground that is served to the tests."""

import json
import shutil
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path
from threading import Thread
from typing import Any

import pytest

from textgan.domains import DOMAINS
from textgan.inspection import opened
from textgan.play.trained import TrainedRun

DATA = Path(__file__).parents[1] / "data"


@contextmanager
def served(run: Path | None) -> Iterator[str]:
    """Serve the playground in a thread; yield its host and port."""
    pytest.importorskip("uvicorn", reason="the extra `play` is not installed")
    from textgan.play.server import listen, web_server
    from textgan.play.start import playground

    listening = listen("127.0.0.1", 0)
    server = web_server(playground(run, "127.0.0.1"))
    thread = Thread(target=server.run, kwargs={"sockets": [listening]})
    thread.start()
    try:
        yield "{}:{}".format(*listening.getsockname())
    finally:
        server.should_exit = True
        thread.join()


@pytest.fixture(scope="module")
def plane() -> Iterator[str]:
    """The game in the plane, served."""
    with served(None) as place:
        yield place


@contextmanager
def visiting(place: str, **headers: str) -> Iterator[Callable[[dict[str, Any]], dict[str, Any]]]:
    """Yield what asks a question as one visitor and returns the answer."""
    from websockets.sync.client import connect

    with connect(f"ws://{place}/talk", additional_headers=headers, max_size=None) as socket:

        def ask(question: Any) -> dict[str, Any]:
            socket.send(question if isinstance(question, str) else json.dumps(question))
            return json.loads(socket.recv())

        yield ask


def open_kept_run(folder: Path, patch: pytest.MonkeyPatch, kind: str) -> TrainedRun:
    """Open a copy of the small run of a kind that is kept with the tests."""
    shutil.copytree(DATA, folder, dirs_exist_ok=True)
    patch.chdir(folder)
    patch.setattr(opened, "NOISES", 40)
    return TrainedRun(Path(kind), DOMAINS[kind])
