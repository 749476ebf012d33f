"""Whether everybody can use a page."""

from axe_playwright_python.sync_playwright import Axe

from tests.browser.window import Window


def assert_accessible(window: Window) -> None:
    """No violation of axe's rules, and nothing to scroll sideways for."""
    found = Axe().run(window.page)
    assert found.violations_count == 0, found.generate_report()
    overflow = window.page.evaluate("document.documentElement.scrollWidth - window.innerWidth")
    assert overflow <= 0, f"{overflow} px stick out"
