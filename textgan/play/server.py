"""Serves the page and answers its questions. Keras is loaded after the page is shown.

Both sides speak JSON over a websocket: the page asks, every question gets one answer, and a mistake
in a field is an answer, too. Nothing is asked of any other host, and only pages that this server
wrote are answered: another site that is open in the browser can neither read nor ask.
"""

import asyncio
import errno
import json
import socket
from collections.abc import Callable, Mapping
from pathlib import Path
from typing import Any

import jinja2
import uvicorn
from starlette.applications import Starlette
from starlette.middleware import Middleware
from starlette.middleware.trustedhost import TrustedHostMiddleware
from starlette.requests import Request
from starlette.responses import HTMLResponse, Response
from starlette.routing import Mount, Route, WebSocketRoute
from starlette.staticfiles import StaticFiles
from starlette.websockets import WebSocket, WebSocketDisconnect

from textgan.errors import UserError
from textgan.play.conversation import Answerer

HERE = Path(__file__).parent
LONGEST = 65_536  # bytes of a question
POLICY = (
    "default-src 'self'; connect-src ws://{host}; img-src 'self' data:; frame-ancestors 'none'; "
    "base-uri 'none'"
)
LOOPBACK = ["127.0.0.1", "localhost"]


def application(
    page: str, values: Mapping[str, Any], visitor: Callable[[], Answerer], host: str = LOOPBACK[0]
) -> Starlette:
    """Return the server's application.

    Args:
        page: name of the template.
        values: for it.
        visitor: makes what answers one page's questions; it is called for every page that opens.
        host: address that the server listens at.
    """
    environment = jinja2.Environment(
        loader=jinja2.FileSystemLoader(HERE), autoescape=True, undefined=jinja2.StrictUndefined
    )
    text = environment.get_template(page).render(values)

    async def show(request: Request) -> Response:
        policy = POLICY.format(host=request.headers["host"])
        headers = {"Content-Security-Policy": policy, "Cache-Control": "no-store"}
        return HTMLResponse(text, headers=headers)

    async def talk(socket: WebSocket) -> None:
        if _is_own(socket):
            await _converse(socket, visitor())
        else:
            await socket.close(1008)

    known = ["*"] if host == "0.0.0.0" else [*LOOPBACK, host]  # noqa: S104
    return Starlette(
        routes=[
            Route("/", show),
            WebSocketRoute("/talk", talk),
            Mount("/static", StaticFiles(directory=HERE / "static")),
        ],
        middleware=[Middleware(TrustedHostMiddleware, allowed_hosts=known)],
    )


def listen(host: str, port: int) -> socket.socket:
    """Return a socket that listens.

    Raises:
        UserError: the port is taken, or the address is none of this machine's.
    """
    listening = socket.socket(socket.AF_INET, socket.SOCK_STREAM)
    listening.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
    try:
        listening.bind((host, port))
        listening.listen()  # who comes early waits for the server
    except (OSError, OverflowError) as error:
        listening.close()
        if isinstance(error, OSError) and error.errno == errno.EADDRINUSE:
            raise UserError(f"port {port} is taken; choose another with --port") from error
        raise UserError(f"cannot listen at {host}, port {port}: {error}") from error
    return listening


def web_server(app: Starlette) -> uvicorn.Server:
    """Return the server; `run(sockets=[...])` serves until Ctrl-C."""
    config = uvicorn.Config(
        app, log_level="error", lifespan="off", ws_max_size=LONGEST, timeout_graceful_shutdown=1
    )
    return uvicorn.Server(config)


def _is_own(socket: WebSocket) -> bool:
    """Whether a page of this server asks, or a program that is no browser."""
    origin = socket.headers.get("origin")
    return origin is None or origin.split("://")[-1] == socket.headers.get("host")


async def _converse(socket: WebSocket, visitor: Answerer) -> None:
    """Answer one page's questions, each in a thread, until it is closed."""
    await socket.accept()
    try:
        while True:
            question = await socket.receive_text()
            await socket.send_text(await asyncio.to_thread(_answer, visitor, question))
    except WebSocketDisconnect:
        pass


def _answer(visitor: Answerer, question: str) -> str:
    """Answer a question; what is wrong with it is also an answer."""
    try:
        asked = json.loads(question)
        if not isinstance(asked, dict):
            raise UserError("a question is an object")
        return _written(visitor.answer(asked))
    except UserError as error:
        return _written({"error": str(error), "field": getattr(error, "field", None)})
    except (ValueError, TypeError, KeyError, RecursionError) as error:
        what = f"this question cannot be read ({type(error).__name__})"
        return _written({"error": what, "field": None})


def _written(answer: dict[str, Any]) -> str:
    return json.dumps(answer, separators=(",", ":"), allow_nan=False)
