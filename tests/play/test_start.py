"""What the playground shows."""

import threading

import pytest

from tests.play.conftest import visiting


def test_without_a_run_it_is_the_plane(plane: str) -> None:
    with visiting(plane) as ask:
        assert ask({"do": "look"})["reach"] == 3.2


def test_the_engine_is_loaded_aside(monkeypatch: pytest.MonkeyPatch) -> None:
    pytest.importorskip("starlette", reason="the extra `play` is not installed")
    from textgan.play import start

    here = threading.current_thread()
    loaded: list[threading.Thread] = []
    done = threading.Event()

    def load() -> None:
        loaded.append(threading.current_thread())
        done.set()

    monkeypatch.setattr(start, "start_engine", load)
    start.playground(None, "127.0.0.1")
    assert done.wait(5) and loaded != [here]
