"""The server: who is answered, and who is not."""

import socket
from http.client import HTTPConnection
from types import SimpleNamespace

import pytest

from textgan.errors import UserError

pytest.importorskip("uvicorn", reason="the extra `play` is not installed")
pytest.importorskip("websockets", reason="the extra `play` is not installed")
from websockets.exceptions import InvalidStatus

from tests.play.conftest import visiting
from textgan.play.server import application, listen


def fetch(place: str, path: str = "/", **headers: str) -> SimpleNamespace:
    connection = HTTPConnection(place)
    connection.request("GET", path, headers=headers)
    answer = connection.getresponse()
    return SimpleNamespace(
        status=answer.status, text=answer.read().decode(), headers=dict(answer.getheaders())
    )


def test_the_page_asks_no_other_host(plane: str) -> None:
    page = fetch(plane)
    policy = {name.lower(): value for name, value in page.headers.items()}
    policy = policy["content-security-policy"]
    assert page.status == 200
    assert f"default-src 'self'; connect-src ws://{plane};" in policy
    sources = [
        page.text,
        *(fetch(plane, f"/static/{name}").text for name in ("plane.js", "play.css")),
    ]
    assert not any("http://" in text or "https://" in text for text in sources)


def test_only_this_machine_is_let_in(plane: str) -> None:
    listening = listen("127.0.0.1", 0)
    assert listening.getsockname()[0] == "127.0.0.1"
    listening.close()
    assert fetch(plane, Host="elsewhere.example").status == 400
    for place in {info[4][0] for info in socket.getaddrinfo(socket.gethostname(), None)}:
        if not str(place).startswith("127.") and ":" not in str(place):
            with pytest.raises(OSError):
                socket.create_connection((place, int(plane.split(":")[1])), timeout=2)


def test_another_sites_page_is_not_answered(plane: str) -> None:
    with pytest.raises(InvalidStatus), visiting(plane, Origin="http://elsewhere.example"):
        pass


def test_what_cannot_be_read_is_answered(plane: str) -> None:
    with visiting(plane, Origin=f"http://{plane}") as ask:
        for question in (
            "no json",
            "[]",
            '{"do": "play", "steps": NaN}',
            '{"do": "look", "fields": 3}',
            "[" * 5000,
        ):
            assert "error" in ask(question)
        wrong = ask({"do": "look", "preset": "ring", "fields": {"gamma": "much"}})
        assert wrong == {"error": "Weight of the penalty: 'much' is no number", "field": "gamma"}
        assert ask({"do": "look"})["reach"] == 3.2


def test_every_visitor_has_an_answerer_of_its_own(plane: str) -> None:
    with visiting(plane) as first, visiting(plane) as second:
        first({"do": "begin"})
        assert first({"do": "play", "steps": 2})["step"] == 2
        assert second({"do": "play", "steps": 2})["error"] == "no game has begun"


def test_a_port_that_is_taken() -> None:
    with listen("127.0.0.1", 0) as first:
        port = first.getsockname()[1]
        with pytest.raises(UserError, match=f"port {port} is taken; choose another with --port"):
            listen("127.0.0.1", port)
    for host, port in (("no.such.host.invalid", 0), ("127.0.0.1", 99999)):
        with pytest.raises(UserError, match="cannot listen at"):
            listen(host, port)


def test_an_address_of_its_own_lets_others_in() -> None:
    from textgan.play.conversation import PlaneAnswers, page_values

    app = application("plane.html.j2", page_values(), PlaneAnswers, "192.0.2.7")
    (guard,) = app.user_middleware
    assert guard.kwargs["allowed_hosts"] == ["127.0.0.1", "localhost", "192.0.2.7"]
