"""How soon the playground shows a game, how often it draws it, and what memory that takes.

    python benchmarks/playground.py [--minutes 1]

Starts `textgan play`, opens its page in a headless Chromium, presses "Play", and counts what the
server answers. Needs the extras `play` and `dev`, a Chromium, and two cores without other work.
"""

import os
import shutil
import socket
import subprocess
import time
from pathlib import Path

from playwright.sync_api import sync_playwright

from textgan.command_line import run_script

PORT = 8790


def main(minutes: int = 1) -> None:
    """Measure, and print a line for the start and one for each minute.

    Args:
        minutes: how long the game is played.
    """
    answers: list[float] = []
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(
            executable_path=shutil.which("chromium"), args=["--no-sandbox"]
        )
        page = browser.new_page()
        page.on(
            "websocket",
            lambda ws: ws.on("framereceived", lambda _: answers.append(time.monotonic())),
        )
        start = time.monotonic()
        command = [shutil.which("textgan") or "textgan", "play", "--port", str(PORT)]
        server = subprocess.Popen(command, stdout=subprocess.DEVNULL)  # noqa: S603
        try:
            wait_for(PORT)
            page.goto(f"http://127.0.0.1:{PORT}/")
            play = page.get_by_role("button", name="Play").first
            play.click(timeout=60_000)  # enabled by the first picture of the networks
            print(f"real points after {answers[0] - start:.1f} s", end=", ")
            print(f"networks after {answers[1] - start:.1f} s")
            for minute in range(minutes):
                seen = len(answers)
                page.wait_for_timeout(60_000)
                rate, used = (len(answers) - seen) / 60, memory(server.pid)
                print(f"minute {minute + 1}: {rate:.1f} pictures a second, {used} MB", flush=True)
        finally:
            server.terminate()
            browser.close()


def wait_for(port: int) -> None:
    """Return once a server listens on the port of this machine."""
    while True:
        try:
            return socket.create_connection(("127.0.0.1", port), timeout=1).close()
        except OSError:
            time.sleep(0.05)


def memory(process: int) -> int:
    """Return what a process holds in memory, in MB."""
    pages = int(Path(f"/proc/{process}/statm").read_text().split()[1])
    return pages * os.sysconf("SC_PAGE_SIZE") // 2**20


if __name__ == "__main__":
    run_script(main, __doc__)
