"""A playground that is served to the tests."""

import json
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path
from threading import Thread
from typing import Any

import pytest


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
