"""Patients at the public page of a practice, in two browsers."""

import re
from collections.abc import Callable

import pytest
from playwright.sync_api import Locator, expect

from tests.browser.accessibility import assert_accessible
from tests.browser.window import NARROW, WIDE, Window

Open = Callable[..., Window]
TIME = re.compile(r"^\d\d:\d\d$")


def comes_to_times(window: Window) -> Window:
    """Choose a service and any doctor, and open the times."""
    window.visits("/p/demo")
    heading(window, "What would you like to book?")
    window.page.get_by_role("button", name=re.compile("^Follow-up")).click()
    heading(window, "With whom?")
    window.page.get_by_role("button", name=re.compile("^Dr. Inês Carvalho")).click()
    heading(window, "When?")
    window.page.get_by_role("button", name=re.compile("^(Next free time|Go to)")).first.wait_for()
    return window


def heading(window: Window, name: str) -> None:
    """Wait for a step of the booking."""
    expect(window.page.get_by_role("heading", level=1, name=name)).to_be_visible()


def a_time(window: Window) -> Locator:
    """Return the first time of the shown day."""
    return window.page.get_by_role("button", name=TIME).first


def test_booked_time_disappears_for_other_patient(window: Open) -> None:
    marta, joao = comes_to_times(window()), comes_to_times(window(theme="dark", size=NARROW))
    expect(a_time(marta)).to_be_visible()
    name = a_time(marta).inner_text()
    same = joao.page.get_by_role("button", name=name, exact=True)
    expect(same).to_be_visible()

    a_time(marta).click()
    heading(marta, "Your details")

    expect(same).to_have_count(0)
    marta.field("Name").fill("Marta Nunes")
    marta.field("Email").fill("marta@patients.test")
    marta.presses("Book this time")
    heading(marta, "You are booked")
    expect(marta.page.get_by_role("link", name="Add to my calendar")).to_be_visible()

    marta.presses("Cancel the appointment")
    marta.presses("Yes, cancel it")

    expect(same).to_be_visible()


@pytest.mark.parametrize(("theme", "size"), [("light", WIDE), ("dark", NARROW)])
def test_booking_steps_are_accessible(window: Open, theme: str, size: tuple[int, int]) -> None:
    patient = window(theme=theme, size=size).visits("/p/demo")
    heading(patient, "What would you like to book?")
    assert_accessible(patient)
    comes_to_times(patient)
    assert_accessible(patient)
    a_time(patient).click()
    heading(patient, "Your details")
    assert_accessible(patient)
