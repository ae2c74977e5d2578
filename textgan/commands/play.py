"""A playground in the browser: the game in the plane, live, or a trained run.

    textgan play [RUN] [--port N] [--host ADDRESS]

Without a run: a GAN in the plane that trains while you watch, stop, step and change it. With a run:
its noise as sliders, what it makes of it, and what the discriminator thinks of that. The page is
served to this machine alone, unless --host says otherwise, and nothing is sent anywhere.
"""

from collections.abc import Sequence
from pathlib import Path
from socket import gethostname

import tyro

from textgan.command_line import run_script
from textgan.errors import UserError


def run(arguments: Sequence[str], prog: str) -> None:
    """Open the playground that the arguments ask for."""
    run_script(play, __doc__, args=arguments, prog=prog)


def play(
    run: tyro.conf.Positional[Path | None] = None, port: int = 8642, host: str = "127.0.0.1"
) -> None:
    """Serve the playground until Ctrl-C.

    Args:
        run: folder of a text, image or table run; without one, the game in the plane.
        port: that the page is served at; 0 chooses a free one.
        host: address to listen at; 0.0.0.0 lets every machine on the network in, such as a phone.
    """
    try:
        from textgan.play.server import listen, web_server
        from textgan.play.start import playground
    except ModuleNotFoundError as error:
        raise UserError(
            f"the playground needs {error.name}, which is not installed; "
            "pip install 'textgan[play]'"
        ) from error
    app = playground(run, host)
    listening = listen(host, port)
    everywhere = host == "0.0.0.0"  # noqa: S104
    place = f"http://{gethostname() if everywhere else host}:{listening.getsockname()[1]}/"
    open_to = "open to every machine that can reach this one; " if everywhere else ""
    print(f"{place} ({open_to}Ctrl-C ends it)", flush=True)
    web_server(app).run(sockets=[listening])
