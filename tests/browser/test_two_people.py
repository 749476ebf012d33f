"""Alice and Bob, in two browsers on one appointment."""

import re
from collections.abc import Callable

from playwright.sync_api import expect

from tests.browser.window import Window

Open = Callable[..., Window]


def test_editing_passes_from_alice_to_bob(window: Open, appointment: str) -> None:
    alice = window().signs_in("alice@demo.test").opens(appointment)
    bob = window(theme="dark").signs_in("bob@demo.test").opens(appointment)

    alice.edits()

    expect(bob.lock).to_contain_text("Alice Marques is editing.")
    expect(bob.lock).to_contain_text(re.compile(r"Free in [45]:\d\d at the latest"))
    expect(bob.page.get_by_role("button", name=re.compile("^Edit"))).to_have_count(0)
    for label in ("Title", "Patient name", "Patient email", "Patient phone", "Notes"):
        expect(bob.field(label)).not_to_be_editable()

    alice.field("Title").fill("Knee, the left one")
    alice.field("Notes").fill("Bring last year's X-rays.")
    alice.presses("Save")

    expect(alice.lock).to_contain_text("Saved at")
    expect(bob.field("Title")).to_have_value("Knee, the left one")
    expect(bob.field("Notes")).to_have_value("Bring last year's X-rays.")

    alice.presses("Done")

    expect(bob.lock).to_contain_text("Nobody is editing.")
    bob.edits()
    expect(alice.lock).to_contain_text("Bob Okafor is editing.")
    expect(alice.field("Title")).not_to_be_editable()


def test_closed_tab_releases_the_lock(window: Open, appointment: str) -> None:
    alice = window().signs_in("alice@demo.test").opens(appointment)
    bob = window().signs_in("bob@demo.test").opens(appointment)
    alice.edits()
    expect(bob.lock).to_contain_text("Alice Marques is editing.")

    alice.closes()

    expect(bob.lock).to_contain_text("Nobody is editing.")
    bob.edits()


def test_second_of_two_simultaneous_editors_sees_the_first(window: Open, appointment: str) -> None:
    alice = window().signs_in("alice@demo.test").opens(appointment)
    bob = window().signs_in("bob@demo.test").opens(appointment)

    alice.page.keyboard.press("e")
    bob.page.keyboard.press("e")

    texts = re.compile(r"You are editing\.|is editing\.")
    expect(alice.lock).to_contain_text(texts)
    expect(bob.lock).to_contain_text(texts)
    winners = [person for person in (alice, bob) if "You are editing." in person.lock.inner_text()]
    assert len(winners) == 1


def test_editing_works_by_keyboard(window: Open, appointment: str) -> None:
    alice = window().signs_in("alice@demo.test").opens(appointment)

    alice.page.keyboard.press("e")
    expect(alice.lock).to_contain_text("You are editing.")
    expect(alice.field("Title")).to_be_focused()
    alice.page.keyboard.press("ControlOrMeta+a")
    alice.page.keyboard.type("Follow-up by phone")
    alice.page.keyboard.press("ControlOrMeta+s")
    expect(alice.lock).to_contain_text("Saved at")
    alice.page.keyboard.press("Escape")

    expect(alice.lock).to_contain_text("Nobody is editing.")
    expect(alice.field("Title")).to_have_value("Follow-up by phone")


def test_second_tab_of_holder_is_explained(window: Open, appointment: str) -> None:
    alice = window().signs_in("alice@demo.test").opens(appointment)
    alice.edits()

    other = Window(alice.page.context.new_page(), alice.origin).opens(appointment)

    expect(other.lock).to_contain_text("You are editing this in another tab.")


def test_leaving_with_unsaved_text_asks_first(window: Open, appointment: str) -> None:
    alice = window().signs_in("alice@demo.test").opens(appointment)
    alice.edits()
    alice.field("Notes").fill("Half a thought")

    alice.page.get_by_role("link", name="Holdfast").click()

    question = alice.page.get_by_role("alertdialog")
    expect(question).to_contain_text("Leave without saving?")
    question.get_by_role("button", name="Stay").click()
    expect(alice.field("Notes")).to_have_value("Half a thought")
