"""A browser window, with the actions of a person at it."""

import re
from dataclasses import dataclass
from typing import Literal

from playwright.sync_api import Browser, Locator, Page, expect

PASSWORD = "demo-password"
Theme = Literal["light", "dark"]
WIDE, NARROW = (1440, 900), (360, 740)


@dataclass
class Window:
    """A browser window with its own cookies and storage."""

    page: Page
    origin: str

    @classmethod
    def open(
        cls, browser: Browser, origin: str, *, size: tuple[int, int] = WIDE, theme: Theme = "light"
    ) -> "Window":
        """Open a new window."""
        context = browser.new_context(
            viewport={"width": size[0], "height": size[1]},
            color_scheme=theme,
            locale="en-GB",
            timezone_id="Europe/Lisbon",
            reduced_motion="reduce",
        )
        return cls(context.new_page(), origin)

    def visits(self, path: str) -> "Window":
        """Go to an address of the site."""
        self.page.goto(self.origin + path)
        return self

    def signs_in(self, email: str) -> "Window":
        """Sign in and wait for the day, whose address appears before its page."""
        self.visits("/sign-in")
        self.page.get_by_label("Email").fill(email)
        self.page.get_by_label("Password", exact=True).fill(PASSWORD)
        self.page.get_by_role("button", name="Sign in").click()
        expect(self.page.get_by_role("button", name="Account")).to_be_visible()
        return self

    def opens(self, appointment: str) -> "Window":
        """Open an appointment and wait for its lock status."""
        self.visits(f"/appointments/{appointment}")
        expect(self.lock).not_to_contain_text("Checking")
        return self

    def presses(self, button: str) -> None:
        """Press a button by its name."""
        self.page.get_by_role("button", name=re.compile(f"^{button}")).first.click()

    def edits(self) -> None:
        """Press Edit and wait until the fields are open."""
        self.presses("Edit")
        expect(self.lock).to_contain_text("You are editing.")

    @property
    def lock(self) -> Locator:
        """The bar with the lock status."""
        return self.page.get_by_role("region", name="Editing", exact=True)

    def field(self, label: str) -> Locator:
        """Return a field of the form."""
        return self.page.get_by_label(label, exact=True)

    def closes(self) -> None:
        """Close the tab as a person does, so that the page can send its beacon."""
        self.page.close(run_before_unload=False)
