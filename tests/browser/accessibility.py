"""Accessibility checks of a page."""

from axe_playwright_python.sync_playwright import Axe

from tests.browser.window import Window


def assert_accessible(window: Window) -> None:
    """Assert that axe finds no violation and that nothing overflows sideways."""
    found = Axe().run(window.page)
    assert found.violations_count == 0, found.generate_report()
    overflow = window.page.evaluate("document.documentElement.scrollWidth - window.innerWidth")
    assert overflow <= 0, f"{overflow} px stick out"
