"""Chromium, driven by Playwright, on the local stack."""

from collections.abc import Callable, Iterator

import pytest
from playwright.sync_api import Browser, expect, sync_playwright

from infra import browser as chromium
from tests.browser.window import Window
from tests.e2e.demo import create_appointment, sign_in
from tests.stack import Stack

# A page's first call starts new functions, on two processors.
expect.set_options(timeout=20_000)
SWITCHES = [
    "--no-sandbox",
    "--disable-gpu",
    "--no-first-run",
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-sync",
]


@pytest.fixture(scope="session")
def browser() -> Iterator[Browser]:
    """One browser for all windows."""
    program = chromium.find()
    if program is None:
        pytest.fail(chromium.MISSING, pytrace=False)
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=program, args=SWITCHES)
        yield browser
        browser.close()


@pytest.fixture
def window(browser: Browser, stack: Stack) -> Iterator[Callable[..., Window]]:
    """Yield a factory of windows; fail at the end if a page threw an error."""
    opened: list[Window] = []
    errors: list[str] = []

    def open_window(**how: object) -> Window:
        window = Window.open(browser, stack.origin, **how)  # type: ignore[arg-type]
        window.page.on("pageerror", lambda error: errors.append(str(error)))
        opened.append(window)
        return window

    yield open_window
    for each in opened:
        each.page.context.close()
    assert errors == []


@pytest.fixture
def appointment(stack: Stack) -> str:
    """Return the id of a new appointment."""
    return create_appointment(sign_in(stack, "admin@demo.test"))
