"""The page in a browser: played, stopped, stepped and changed, by mouse and keyboard."""

import os
import shutil
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import keras
import pytest

from tests.play.conftest import served

playwright = pytest.importorskip("playwright.sync_api", reason="Playwright is not installed")
CHROMIUM = os.environ.get("CHROMIUM") or shutil.which("chromium") or shutil.which("google-chrome")
WAIT = 120_000  # milliseconds
pytestmark = [
    pytest.mark.skipif(CHROMIUM is None, reason="there is no Chromium"),
    pytest.mark.skipif(keras.backend.backend() != "tensorflow", reason="TensorFlow's"),
]
UNNAMED = """() => [...document.querySelectorAll("button, input, select")].filter((element) =>
  !element.closest("[hidden]") && !element.textContent.trim() &&
  ![...element.labels].some((label) => label.textContent.trim())).map((element) => element.id)"""


@pytest.fixture(scope="module")
def browser() -> Iterator[Any]:
    with playwright.sync_playwright() as start:
        started = start.chromium.launch(executable_path=CHROMIUM, args=["--no-sandbox"])
        yield started
        started.close()


@pytest.fixture
def page(browser: Any) -> Iterator[Any]:
    """A page whose every error, also those of its policy, fails the test."""
    opened = browser.new_page(viewport={"width": 1200, "height": 900})
    opened.set_default_timeout(WAIT)
    errors: list[str] = []
    opened.on("console", lambda said: errors.append(said.text))
    opened.on("pageerror", lambda error: errors.append(str(error)))
    yield opened
    opened.close()
    assert not errors


def step(page: Any) -> int:
    return int(page.inner_text("#status").split()[1].rstrip(",").replace(",", ""))


def test_the_game_is_played_stopped_stepped_and_changed(plane: str, page: Any) -> None:
    page.goto(f"http://{plane}/")
    page.wait_for_selector("#play:not([disabled])")
    assert step(page) == 0
    page.click("#step")
    page.wait_for_selector("#status:has-text('step 1,')")
    page.keyboard.press("s")
    page.wait_for_selector("#status:has-text('step 2,')")
    page.click("h1")
    page.keyboard.press("Space")
    page.wait_for_selector("#play:has-text('Stop')")
    page.wait_for_selector("#trouble[data-trouble=healthy]")
    page.keyboard.press("Space")
    page.wait_for_selector("#play:has-text('Play')")
    page.wait_for_timeout(500)
    stopped = step(page)
    assert stopped >= 60
    page.fill("#gamma", "abc")
    page.press("#gamma", "Tab")
    page.wait_for_selector("#wrong-gamma:has-text(\"'abc' is no number\")")
    assert page.get_attribute("#gamma", "aria-invalid") == "true"
    page.fill("#gamma", "0.5")
    page.select_option("#data", "moons")
    page.wait_for_selector("#wrong-gamma:empty", state="attached")
    assert step(page) == stopped


def test_a_known_behaviour_is_one_click(plane: str, page: Any) -> None:
    page.goto(f"http://{plane}/")
    page.wait_for_selector("#play:not([disabled])")
    page.fill("#speed", "50")
    page.click("[data-preset=mode_collapse]")
    assert page.inner_text("#says").startswith("The generator is fast")
    assert page.input_value("#discriminator_width") == "8"
    page.wait_for_selector("#trouble[data-trouble=mode_collapse]")


@pytest.mark.parametrize("width", [1200, 390])
def test_it_fits_and_every_control_is_named(plane: str, page: Any, width: int) -> None:
    page.set_viewport_size({"width": width, "height": 844})
    page.goto(f"http://{plane}/")
    assert page.evaluate("document.documentElement.scrollWidth") == width
    assert page.evaluate(UNNAMED) == []


@pytest.mark.parametrize("kind", ["text", "table"])
def test_a_run(kind: str, page: Any, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    shutil.copytree(Path(__file__).parents[1] / "data", tmp_path, dirs_exist_ok=True)
    monkeypatch.chdir(tmp_path)
    with served(Path(kind)) as place:
        page.goto(f"http://{place}/")
        page.wait_for_selector("#judged:has-text('Judged')")
        assert page.locator("#way button").count() == 9
        if kind == "text":
            page.hover(".word >> nth=1")
            assert page.locator("#near li").count() == 6
        page.fill("#seed", "one")
        page.wait_for_selector("#wrong-seed:has-text(\"'one' is no number\")")
        page.set_viewport_size({"width": 390, "height": 844})
        assert page.evaluate("document.documentElement.scrollWidth") == 390
        assert page.evaluate(UNNAMED) == []
