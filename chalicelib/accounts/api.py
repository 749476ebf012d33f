"""Accounts over HTTP."""

from dataclasses import dataclass
from typing import Annotated

from chalicelib.accounts.model import MemberDetails, MemberPage, OnTimeout, OwnAccount, Password, Tenant
from chalicelib.accounts.service import members, sessions, tenants
from chalicelib.accounts.service.sessions import Profile, SignInResponse
from chalicelib.core.http.constraints import Length
from chalicelib.core.http.errors import Forbidden, Unauthenticated
from chalicelib.core.http.pagination import PageQuery
from chalicelib.core.http.partial_update import PartialUpdate
from chalicelib.core.http.requests import PublicRequest, Request
from chalicelib.core.http.router import endpoint
from chalicelib.core.http.schema import Name, Schema, ZoneName, optional


@dataclass(frozen=True, slots=True)
class SignIn(Schema):
    """A member's email and password."""

    email: Annotated[str, Length(0, 254)]
    password: Password


@endpoint(body=SignIn, response=SignInResponse, public=True, errors=(Unauthenticated,))
def sign_in(request: PublicRequest[SignIn, None]) -> SignInResponse:
    """Sign in with email and password."""
    return sessions.sign_in(request.body.email, request.body.password)


@endpoint(response=SignInResponse)
def refresh(request: Request[None, None]) -> SignInResponse:
    """Exchange a token that is still valid for a new one."""
    return sessions.refresh_session(request.session)


@endpoint(response=Profile)
def me(request: Request[None, None]) -> Profile:
    """Return the caller and the practice."""
    return sessions.get_profile(request.principal)


@dataclass(frozen=True, slots=True)
class ChangeTenant(PartialUpdate):
    """The fields of the practice to change.

    `on_control_timeout` is the outcome of a control request that the holder does not answer: it lapses or is
    granted. With `admins_first`, admins come before others in the waitlist of a lock.
    """

    name: Name = optional()
    time_zone: ZoneName = optional()
    on_control_timeout: OnTimeout = optional()
    admins_first: bool = optional()


@endpoint(response=Tenant)
def get_tenant(request: Request[None, None]) -> Tenant:
    """Return the caller's practice."""
    return tenants.get_tenant(request.principal)


@endpoint(body=ChangeTenant, response=Tenant, errors=(Forbidden,))
def change_tenant(request: Request[ChangeTenant, None]) -> Tenant:
    """Change the practice's name, time zone or lock policy. Admins only."""
    return tenants.change_tenant(request.principal, request.body.changes())


@endpoint(query=PageQuery, response=MemberPage, errors=(Forbidden,))
def list_members(request: Request[None, PageQuery]) -> MemberPage:
    """List the practice's members, deactivated ones included. Admins only."""
    return members.list_members(request.principal, request.query)


@endpoint(response=MemberDetails, errors=(Forbidden, OwnAccount))
def deactivate_member(request: Request[None, None], user_id: str) -> MemberDetails:
    """Deactivate another member: tokens, locks and connections end. Idempotent.

    Admins only.
    """
    return members.deactivate_member(request.principal, user_id)
