"""Accounts over HTTP."""

from dataclasses import dataclass, fields
from typing import Annotated

from chalicelib.accounts.model import Member, MemberPage, OnTimeout, OwnAccount, Password, Tenant
from chalicelib.accounts.service import members, practice, staff
from chalicelib.accounts.service.members import Profile, Session
from chalicelib.core.constraints import Between, Length
from chalicelib.core.errors import Forbidden, Unauthenticated
from chalicelib.core.http import Call, Routes
from chalicelib.core.shape import OMITTED, Name, Shape, ZoneName, omissible

routes = Routes(__name__)


@dataclass(frozen=True, slots=True)
class SignIn(Shape):
    """A member's email and password."""

    email: Annotated[str, Length(0, 254)]
    password: Password


@routes.endpoint("POST", "/auth/signin", body=SignIn, answers=Session, public=True, problems=(Unauthenticated,))
def sign_in(call: Call[SignIn, None]) -> Session:
    """Sign in with email and password."""
    return members.sign_in(call.body.email, call.body.password)


@routes.endpoint("POST", "/auth/refresh", answers=Session)
def refresh(call: Call[None, None]) -> Session:
    """Exchange a token that is still valid for a fresh one."""
    return members.refresh(call.session)


@routes.endpoint("GET", "/auth/me", answers=Profile)
def me(call: Call[None, None]) -> Profile:
    """The caller and their practice."""
    return members.profile(call.principal)


@dataclass(frozen=True, slots=True)
class ChangeTenant(Shape):
    """The fields of the practice to change; the others stay as they are.

    `on_control_timeout` is what a request for control comes to that the holder does not answer: it lapses, or it
    is granted. `admins_first` lets admins stand before others in the line of those who ask.
    """

    name: Name = omissible()
    time_zone: ZoneName = omissible()
    on_control_timeout: OnTimeout = omissible()
    admins_first: bool = omissible()

    def changes(self) -> dict[str, object]:
        """The fields that were sent."""
        sent = {field.name: getattr(self, field.name) for field in fields(self)}
        return {name: value for name, value in sent.items() if value is not OMITTED}


@routes.endpoint("GET", "/tenant", answers=Tenant)
def get_tenant(call: Call[None, None]) -> Tenant:
    """The caller's practice."""
    return practice.tenant_of(call.principal)


@routes.endpoint("PATCH", "/tenant", body=ChangeTenant, answers=Tenant, problems=(Forbidden,))
def change_tenant(call: Call[ChangeTenant, None]) -> Tenant:
    """Change the practice's name, zone or what its locks do when two want one; for admins."""
    return practice.change_tenant(call.principal, call.body.changes())


@dataclass(frozen=True, slots=True)
class MemberListing(Shape):
    """How many to list, and where to go on."""

    limit: Annotated[int, Between(1, 100)] = 50
    cursor: Annotated[str, Length(0, 512)] | None = None


@routes.endpoint("GET", "/users", query=MemberListing, answers=MemberPage, problems=(Forbidden,))
def list_members(call: Call[None, MemberListing]) -> MemberPage:
    """The practice's members, deactivated or not; for admins."""
    return staff.list_members(call.principal, limit=call.query.limit, cursor=call.query.cursor)


@routes.endpoint("DELETE", "/users/{user_id}", answers=Member, problems=(Forbidden, OwnAccount))
def deactivate_member(call: Call[None, None], user_id: str) -> Member:
    """Deactivate another member: their tokens, locks and connections end. For admins; repeating it is no error."""
    return staff.deactivate(call.principal, user_id)
