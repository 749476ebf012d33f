"""People at the deployed system's front door."""

import uuid

import pytest

from tests.e2e.account import Account
from tests.e2e.clients import Person, Visitor
from tests.e2e.seed import add_member
from tests.stack import Stack


@pytest.fixture
def account(stack: Stack) -> Account:
    """The emulated account, as its root."""
    return Account(stack)


@pytest.fixture
def visitor(stack: Stack) -> Visitor:
    """Someone without an account."""
    return Visitor(stack)


@pytest.fixture
def alice(visitor: Visitor) -> Person:
    """Alice of the demo practice, freshly signed in."""
    return visitor.signs_in("alice@demo.test")


@pytest.fixture
def bob(visitor: Visitor) -> Person:
    """Bob of the demo practice, in another browser."""
    return visitor.signs_in("bob@demo.test")


@pytest.fixture
def admin(visitor: Visitor) -> Person:
    """The demo practice's admin."""
    return visitor.signs_in("admin@demo.test")


@pytest.fixture
def appointment(admin: Person) -> str:
    """The id of an appointment that no other test touches."""
    return admin.books()


@pytest.fixture
def carla(account: Account, visitor: Visitor, admin: Person) -> Person:
    """A member whom the practice can do without."""
    email = f"carla-{uuid.uuid4().hex}@demo.test"
    add_member(account, admin, "Carla", email)
    return visitor.signs_in(email)
