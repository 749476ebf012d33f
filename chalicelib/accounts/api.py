"""Accounts over HTTP."""

from dataclasses import dataclass
from typing import Annotated

from chalicelib.accounts.model import Member, MemberPage, OnTimeout, OwnAccount, Password, Tenant
from chalicelib.accounts.service import sessions, staff, tenants
from chalicelib.accounts.service.sessions import Profile, SignInResponse
from chalicelib.core.http.constraints import Length
from chalicelib.core.http.errors import Forbidden, Unauthenticated
from chalicelib.core.http.pagination import PageQuery
from chalicelib.core.http.partial_update import PartialUpdate
from chalicelib.core.http.requests import Request
from chalicelib.core.http.router import endpoint
from chalicelib.core.http.schema import Name, Schema, ZoneName, optional


@dataclass(frozen=True, slots=True)
class SignIn(Schema):
    """A member's email and password."""

    email: Annotated[str, Length(0, 254)]
    password: Password


@endpoint(body=SignIn, response=SignInResponse, public=True, errors=(Unauthenticated,))
def sign_in(request: Request[SignIn, None]) -> SignInResponse:
    """Sign in with email and password."""
    return sessions.sign_in(request.body.email, request.body.password)


@endpoint(response=SignInResponse)
def refresh(request: Request[None, None]) -> SignInResponse:
    """Exchange a token that is still valid for a fresh one."""
    return sessions.refresh_session(request.session)


@endpoint(response=Profile)
def me(request: Request[None, None]) -> Profile:
    """The caller and their practice."""
    return sessions.get_profile(request.principal)


@dataclass(frozen=True, slots=True)
class ChangeTenant(PartialUpdate):
    """The fields of the practice to change; the others stay as they are.

    `on_control_timeout` is what a request for control comes to that the holder does not answer: it lapses, or it
    is granted. `admins_first` lets admins stand before others in the line of those who ask.
    """

    name: Name = optional()
    time_zone: ZoneName = optional()
    on_control_timeout: OnTimeout = optional()
    admins_first: bool = optional()


@endpoint(response=Tenant)
def get_tenant(request: Request[None, None]) -> Tenant:
    """The caller's practice."""
    return tenants.get_tenant(request.principal)


@endpoint(body=ChangeTenant, response=Tenant, errors=(Forbidden,))
def change_tenant(request: Request[ChangeTenant, None]) -> Tenant:
    """Change the practice's name, zone or what its locks do when two want one; for admins."""
    return tenants.change_tenant(request.principal, request.body.changes())


@endpoint(query=PageQuery, response=MemberPage, errors=(Forbidden,))
def list_members(request: Request[None, PageQuery]) -> MemberPage:
    """The practice's members, deactivated or not; for admins."""
    return staff.list_members(request.principal, request.query)


@endpoint(response=Member, errors=(Forbidden, OwnAccount))
def deactivate_member(request: Request[None, None], user_id: str) -> Member:
    """Deactivate another member: their tokens, locks and connections end. For admins; repeating it is no error."""
    return staff.deactivate_member(request.principal, user_id)
