"""Presence, pointers and live updates of the day, in two browsers."""

from collections.abc import Callable

from playwright.sync_api import Locator, expect

from tests.browser.window import NARROW, Window

Open = Callable[..., Window]


def here(window: Window) -> Locator:
    """Return the list of the other members."""
    return window.page.get_by_role("list", name="Also here")


def form(window: Window) -> Locator:
    """Return the form under the pointers."""
    return window.page.get_by_role("form", name="Appointment")


def point(window: Window, x: float, y: float) -> None:
    """Move the mouse to a place of the form, given as shares of its size."""
    box = form(window).bounding_box()
    assert box is not None
    window.page.mouse.move(box["x"] + x * box["width"], box["y"] + y * box["height"])


def test_members_see_presence_of_each_other(window: Open, appointment: str) -> None:
    alice = window().signs_in("alice@demo.test").opens(appointment)
    bob = window(theme="dark", size=NARROW).signs_in("bob@demo.test").opens(appointment)

    expect(here(alice).get_by_role("listitem")).to_have_count(1)
    expect(here(alice)).to_contain_text("Bob Okafor is viewing")
    expect(here(bob)).to_contain_text("Alice Marques is viewing")

    alice.edits()
    expect(here(bob)).to_contain_text("Alice Marques is editing")

    alice.presses("Done")
    expect(here(bob)).to_contain_text("Alice Marques is viewing")

    bob.closes()
    expect(here(alice)).to_have_count(0)


def test_members_see_pointers_of_each_other(window: Open, appointment: str) -> None:
    alice = window().signs_in("alice@demo.test").opens(appointment)
    bob = window(theme="dark", size=NARROW).signs_in("bob@demo.test").opens(appointment)
    expect(here(alice)).to_contain_text("Bob Okafor")
    label = form(bob).get_by_text("Alice Marques", exact=True)

    for step in range(1, 8):
        point(alice, step / 10, 0.5)
    expect(label).to_be_visible()
    box, mark = form(bob).bounding_box(), label.bounding_box()
    assert box is not None
    assert mark is not None
    assert box["x"] <= mark["x"]
    assert mark["x"] + mark["width"] <= box["x"] + box["width"]

    alice.closes()
    expect(label).to_have_count(0)


def test_presence_does_not_widen_the_page(window: Open, appointment: str) -> None:
    alice = window(size=NARROW).signs_in("alice@demo.test").opens(appointment)
    bob = window().signs_in("bob@demo.test").opens(appointment)
    expect(here(alice)).to_contain_text("Bob Okafor")
    expect(here(bob)).to_contain_text("Alice Marques")

    point(bob, 0.98, 0.98)
    expect(form(alice).get_by_text("Bob Okafor", exact=True)).to_be_visible()

    assert alice.page.evaluate("document.documentElement.scrollWidth") == NARROW[0]


def test_day_updates_live(window: Open) -> None:
    alice = window().signs_in("alice@demo.test")
    first = alice.page.get_by_role("main").get_by_role("listitem").get_by_role("link").first
    appointment = str(first.get_attribute("href")).rpartition("/")[2]
    bob = window().signs_in("bob@demo.test").opens(appointment)
    before = bob.field("Title").input_value()

    bob.edits()
    bob.field("Title").fill("Moved to the room upstairs")
    bob.presses("Save")
    expect(first).to_contain_text("Moved to the room upstairs")

    bob.field("Title").fill(before)
    bob.presses("Save")
    expect(first).not_to_contain_text("Moved to the room upstairs")
    bob.presses("Done")
