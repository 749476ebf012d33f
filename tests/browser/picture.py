"""Take the README's picture: `python -m tests.browser.picture http://localhost:8000` while `make run` runs."""

import base64
import sys
from pathlib import Path

from playwright.sync_api import Browser, Locator, expect, sync_playwright

from infra import browser as chromium
from infra.paths import ROOT
from tests.browser.conftest import SWITCHES
from tests.browser.window import Window

PICTURE = ROOT / "docs" / "images" / "two-browsers.png"
SIZE = (720, 640)
BACKGROUND = "linear-gradient(120deg, #c7d2fe, #e2e8f0 60%, #a5b4fc)"
FRAME = f'<body style="margin:0;display:flex;gap:24px;padding:24px;background:{BACKGROUND}">{{}}</body>'
IMAGE = '<img src="data:image/png;base64,{}" style="border-radius:12px;box-shadow:0 12px 40px #0f172a40">'


def form(window: Window) -> Locator:
    """Return the form under the pointers."""
    return window.page.get_by_role("form", name="Appointment")


def points(window: Window, x: float, y: float) -> None:
    """Move the mouse to a place of the form, given as shares of its size."""
    box = form(window).bounding_box()
    assert box is not None
    for step in range(2):
        window.page.mouse.move(box["x"] + x * box["width"] + step, box["y"] + y * box["height"])


def take(browser: Browser, origin: str) -> bytes:
    """Show Alice editing in a light window and Bob waiting in a dark one, side by side."""
    alice = Window.open(browser, origin, size=SIZE).signs_in("alice@demo.test")
    first = alice.page.get_by_role("main").get_by_role("listitem").get_by_role("link").nth(3)
    appointment = str(first.get_attribute("href")).rpartition("/")[2]
    alice.opens(appointment)
    bob = Window.open(browser, origin, size=SIZE, theme="dark").signs_in("bob@demo.test").opens(appointment)
    alice.edits()
    alice.field("Notes").fill("Prefers the morning. Bring last year's X-rays.")
    expect(bob.lock).to_contain_text("Alice Marques is editing.")
    points(alice, 0.62, 0.82)
    points(bob, 0.55, 0.3)
    for window, other in ((alice, "Bob Okafor"), (bob, "Alice Marques")):
        expect(form(window).get_by_text(other, exact=True)).to_be_visible()
    shots = [window.page.screenshot() for window in (alice, bob)]
    alice.presses("Save")
    alice.presses("Done")
    frame = browser.new_page(viewport={"width": 2 * SIZE[0] + 72, "height": SIZE[1] + 48})
    frame.set_content(FRAME.format("".join(IMAGE.format(base64.b64encode(shot).decode()) for shot in shots)))
    return frame.screenshot()


def main(origin: str, picture: Path = PICTURE) -> None:
    """Write the picture."""
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=chromium.find(), args=SWITCHES)
        picture.write_bytes(take(browser, origin))
        browser.close()


if __name__ == "__main__":
    main(sys.argv[1])
