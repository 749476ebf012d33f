"""The pages: their content and accessibility."""

import re
from collections.abc import Callable

import pytest
from playwright.sync_api import Route, expect

from tests.browser.accessibility import assert_accessible
from tests.browser.window import NARROW, WIDE, Theme, Window

Open = Callable[..., Window]
LOOKS = [(size, theme) for size in (WIDE, NARROW) for theme in ("light", "dark")]


@pytest.mark.parametrize(("size", "theme"), LOOKS)
def test_pages_are_accessible(window: Open, appointment: str, size: tuple[int, int], theme: Theme) -> None:
    alice = window(size=size, theme=theme).visits("/sign-in")
    expect(alice.page.get_by_role("heading", name="Sign in")).to_be_visible()
    assert_accessible(alice)
    alice.visits("/sign-up")
    expect(alice.page.get_by_role("button", name="Create practice")).to_be_visible()
    assert_accessible(alice)

    alice.signs_in("alice@demo.test")
    expect(alice.page.get_by_role("main").get_by_role("listitem").get_by_role("link").first).to_be_visible()
    assert_accessible(alice)

    alice.opens(appointment)
    assert_accessible(alice)
    bob = window(size=size, theme=theme).signs_in("bob@demo.test").opens(appointment)
    alice.edits()
    assert_accessible(alice)
    expect(bob.lock).to_contain_text("Alice Marques is editing.")
    assert_accessible(bob)


def test_day_lists_and_links_appointments(window: Open) -> None:
    alice = window().signs_in("alice@demo.test")
    first = alice.page.get_by_role("main").get_by_role("listitem").get_by_role("link").first
    expect(first).to_be_visible()

    first.click()

    expect(alice.lock).to_contain_text("Nobody is editing.")
    alice.page.go_back()
    alice.page.get_by_role("button", name="Next day").click()
    expect(alice.page).to_have_url(re.compile(r"date=\d{4}-\d\d-\d\d"))


def test_sign_in_shows_progress_until_the_day_loads(window: Open) -> None:
    visitor = window().visits("/sign-in")
    visitor.page.get_by_label("Email").fill("alice@demo.test")
    visitor.page.get_by_label("Password", exact=True).fill("demo-password")
    held: list[Route] = []

    def hold(script: Route) -> None:
        held.append(script)

    visitor.page.route("**/*.js", hold)
    visitor.page.get_by_role("button", name="Sign in").click()

    expect(visitor.page).to_have_url(re.compile("/appointments$"))
    expect(visitor.page.get_by_role("button", name="Sign in")).to_have_attribute("aria-busy", "true")

    visitor.page.route("**/*.js", lambda script: script.continue_())
    for script in held:
        script.continue_()
    expect(visitor.page.get_by_role("button", name="Account")).to_be_visible()


def test_wrong_password_is_explained(window: Open) -> None:
    visitor = window().visits("/sign-in")
    visitor.page.get_by_label("Email").fill("alice@demo.test")
    visitor.page.get_by_label("Password", exact=True).fill("not the password")
    visitor.page.get_by_role("button", name="Sign in").click()

    expect(visitor.page.get_by_role("alert")).to_contain_text("do not belong together")


def test_sign_in_returns_to_requested_page(window: Open, appointment: str) -> None:
    visitor = window().visits(f"/appointments/{appointment}")
    visitor.page.get_by_label("Email").fill("alice@demo.test")
    visitor.page.get_by_label("Password", exact=True).fill("demo-password")
    visitor.page.get_by_role("button", name="Sign in").click()

    expect(visitor.lock).to_contain_text("Nobody is editing.")
    expect(visitor.page).to_have_url(re.compile(f"/appointments/{appointment}$"))


def test_new_practice_starts_with_an_empty_day(window: Open, appointment: str) -> None:
    visitor = window().visits("/sign-up")
    visitor.page.get_by_label("Practice name").fill("Harbour Dental")
    visitor.page.get_by_label("Your name").fill("Eva Brandt")
    visitor.page.get_by_label("Email").fill(f"eva-{appointment}@harbour.test")
    visitor.page.get_by_label("Password", exact=True).fill("correct horse battery")
    visitor.page.get_by_role("button", name="Create practice").click()

    expect(visitor.page.get_by_text("Harbour Dental")).to_be_visible()
    expect(visitor.page.get_by_role("main")).to_contain_text("No appointments")

    visitor.visits(f"/appointments/{appointment}")
    expect(visitor.page.get_by_role("main")).to_contain_text("There is no such appointment")
