"""Sign-in, and the refresh of a session."""

from dataclasses import dataclass
from datetime import datetime, timedelta

from chalicelib.accounts.model import Member, Tenant
from chalicelib.accounts.service.passwords import DUMMY_PASSWORD_HASH, verify_password
from chalicelib.accounts.store import members as store
from chalicelib.core.clock import Clock, utc_now
from chalicelib.core.http.errors import Unauthenticated
from chalicelib.core.http.schema import Schema
from chalicelib.core.security import tokens
from chalicelib.core.security.tokens import Principal
from chalicelib.core.settings import settings


@dataclass(frozen=True, slots=True)
class SignInResponse(Schema):
    """The token of a session and its end, with the member and the practice."""

    token: str
    expires_at: datetime
    user: Member
    tenant: Tenant


@dataclass(frozen=True, slots=True)
class Profile(Schema):
    """A member and the practice."""

    user: Member
    tenant: Tenant


def sign_in(email: str, password: str, *, clock: Clock = utc_now) -> SignInResponse:
    """Sign in by email and password.

    An unknown email and a deactivated member take the same time and get the same message as a wrong password.

    Raises:
        Unauthenticated: the email and the password do not match.
    """
    known = store.find_credentials(email)
    matches = verify_password(known.password_hash if known else DUMMY_PASSWORD_HASH, password)
    found = store.load_member_and_tenant(known.tenant_id, known.member_id) if known and matches else None
    if found is None:
        raise Unauthenticated("Email and password do not belong together.")
    return issue_session(*found, started_at=clock(), clock=clock)


def refresh_session(session: tokens.Session, *, clock: Clock = utc_now) -> SignInResponse:
    """Issue a new token with the member's current name and role.

    The session stays the same.

    Raises:
        Unauthenticated: the member was deactivated, or the session has reached its end.
    """
    principal = session.principal
    found = store.load_member_and_tenant(principal.tenant_id, principal.member_id)
    if found is None or clock() - session.started_at >= timedelta(seconds=settings().session_seconds):
        raise Unauthenticated("This session has ended; sign in again.")
    return issue_session(*found, started_at=session.started_at, clock=clock)


def get_profile(principal: Principal) -> Profile:
    """Return the caller and the practice; one call.

    Raises:
        Unauthenticated: the member was deactivated.
    """
    found = store.load_member_and_tenant(principal.tenant_id, principal.member_id)
    if found is None:
        raise Unauthenticated("This account is no longer there.")
    return Profile(*found)


def issue_session(member: Member, tenant: Tenant, *, started_at: datetime, clock: Clock) -> SignInResponse:
    """Issue a token in the session of a member that began at `started_at`."""
    principal = Principal(
        tenant_id=tenant.id,
        member_id=member.id,
        email=member.email,
        name=member.name,
        role=member.role,
    )
    token, expires_at = tokens.issue_token(tokens.Session(principal, started_at), clock=clock)
    return SignInResponse(token, expires_at, member, tenant)
