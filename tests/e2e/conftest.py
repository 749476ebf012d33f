"""Members and visitors of the local stack."""

import uuid

import pytest

from tests.app_client.member import Member, Visitor
from tests.e2e.account import Account
from tests.e2e.demo import create_appointment, sign_in
from tests.e2e.local_stack import LocalStack
from tests.e2e.seed import add_member
from tests.stack import Stack


@pytest.fixture
def account(stack: Stack) -> Account:
    """Return the emulated account, as its root user."""
    return Account(stack)


@pytest.fixture
def visitor(stack: Stack) -> Visitor:
    """Return a person without an account."""
    return Visitor(LocalStack(stack))


@pytest.fixture
def alice(stack: Stack) -> Member:
    """Alice of the demo practice, signed in."""
    return sign_in(stack, "alice@demo.test")


@pytest.fixture
def bob(stack: Stack) -> Member:
    """Bob of the demo practice, signed in."""
    return sign_in(stack, "bob@demo.test")


@pytest.fixture
def admin(stack: Stack) -> Member:
    """Return the admin of the demo practice, signed in."""
    return sign_in(stack, "admin@demo.test")


@pytest.fixture
def appointment(admin: Member) -> str:
    """Return the id of a new appointment."""
    return create_appointment(admin)


@pytest.fixture
def carla(account: Account, stack: Stack, admin: Member) -> Member:
    """Return a new member, whom a test may deactivate."""
    email = f"carla-{uuid.uuid4().hex}@demo.test"
    add_member(account, admin, "Carla", email)
    return sign_in(stack, email)
