"""Signing up, signing in, and staying signed in."""

import zlib
from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from functools import cache
from typing import TYPE_CHECKING

from chalicelib.accounts.model import (
    DEMO_PASSWORD,
    MAX_PASSWORD_LENGTH,
    MIN_PASSWORD_LENGTH,
    EmailTaken,
    LockPolicy,
    SignUp,
    Tenant,
    User,
    slug_candidates,
)
from chalicelib.accounts.store import tenants
from chalicelib.core.clock import Clock, IdFactory, new_id, utc_now
from chalicelib.core.http.errors import FieldError, Unauthenticated, Unavailable, ValidationFailed
from chalicelib.core.http.schema import Schema
from chalicelib.core.security import tokens
from chalicelib.core.security.tokens import Principal, Role
from chalicelib.core.settings import settings

if TYPE_CHECKING:
    from argon2 import PasswordHasher

# The hash of a random password nobody knows: an unknown email is checked against it, so that it takes as long.
DUMMY_PASSWORD_HASH = (
    "$argon2id$v=19$m=65536,t=3,p=4$e0i5rQeUoyGPr1QJuJjENQ$K8rrUmenBYPTKHdx2T52Ht7GX81o7Myp4w+8oAaPNPE"
)


@dataclass(frozen=True, slots=True)
class SignInResponse(Schema):
    """A signed-in member: the token to send, when it ends, and who and where they are."""

    token: str
    expires_at: datetime
    user: User
    tenant: Tenant


@dataclass(frozen=True, slots=True)
class Profile(Schema):
    """Who and where a member is."""

    user: User
    tenant: Tenant


@cache
def default_hasher() -> "PasswordHasher":
    """Argon2id with the library's defaults, which follow RFC 9106's low-memory recommendation."""
    from argon2 import PasswordHasher

    return PasswordHasher()


def sign_up(
    form: SignUp,
    *,
    add_initial_setup: tenants.AddInitialSetup = tenants.no_setup,
    clock: Clock = utc_now,
    ids: IdFactory = new_id,
    hasher: "PasswordHasher | None" = None,
) -> SignInResponse:
    """Make a practice and its first admin, and sign them in. What `furnish` adds to the transaction is part of it.

    Raises:
        Invalid: the password is too weak, or another practice has the slug that was asked for.
        EmailTaken: the email has an account.
    """
    _validate_password(form.password)
    tenant = _new_tenant(form, ids)
    admin = User(id=ids(), tenant_id=tenant.id, name=form.name, email=form.email, role="admin")
    password_hash = (hasher or default_hasher()).hash(form.password)
    slugs = (
        [form.slug]
        if form.slug
        else slug_candidates(form.tenant_name, lambda most: zlib.crc32(ids().encode()) % most)
    )
    for slug in slugs:
        addressed = replace(tenant, slug=slug)
        if _create_tenant(addressed, admin, password_hash, add_initial_setup):
            return _to_response(admin, addressed, started_at=clock(), clock=clock)
    if form.slug:
        raise ValidationFailed([FieldError("slug", "is taken by another practice; choose another one")])
    raise Unavailable("We found no address for a practice of this name; please try again.")


def _new_tenant(form: SignUp, ids: IdFactory) -> Tenant:
    """A practice that has no address yet."""
    policy = LockPolicy()
    return Tenant(
        id=ids(),
        name=form.tenant_name,
        slug="",
        time_zone=form.time_zone,
        on_control_timeout=policy.on_timeout,
        admins_first=policy.admins_first,
    )


def _create_tenant(
    tenant: Tenant, admin: User, password_hash: str, add_initial_setup: tenants.AddInitialSetup
) -> bool:
    """Store a practice; False if another one has its slug."""
    try:
        tenants.create_tenant(tenant, admin, password_hash, add_initial_setup)
    except tenants.EmailExists:
        raise EmailTaken("There is an account with this email; sign in instead.") from None
    except tenants.SlugExists:
        return False
    return True


def add_member(
    admin: Principal,
    name: str,
    email: str,
    role: Role,
    password: str,
    *,
    ids: IdFactory = new_id,
    hasher: "PasswordHasher | None" = None,
) -> User:
    """Add a person to the admin's practice.

    Raises:
        Forbidden: the caller is not an admin.
        Invalid: the password is too weak.
        EmailTaken: the email has an account.
    """
    admin.require_admin()
    _validate_password(password)
    member = User(id=ids(), tenant_id=admin.tenant_id, name=name, email=email, role=role)
    try:
        tenants.add_member(member, (hasher or default_hasher()).hash(password))
    except tenants.EmailExists:
        raise EmailTaken("There is an account with this email; use another one.") from None
    return member


def sign_in(email: str, password: str, *, clock: Clock = utc_now) -> SignInResponse:
    """Sign in. An unknown email takes the same time and gets the same words as a wrong password, and so does that
    of a deactivated member.

    Raises:
        Unauthenticated: the two do not belong together.
    """
    account = tenants.find_account(email)
    matches = _verify_password(account.password_hash if account else DUMMY_PASSWORD_HASH, password)
    found = tenants.load_member_and_tenant(account.tenant_id, account.user_id) if account and matches else None
    if found is None:
        raise Unauthenticated("Email and password do not belong together.")
    return _to_response(*found, started_at=clock(), clock=clock)


def refresh_session(session: tokens.Session, *, clock: Clock = utc_now) -> SignInResponse:
    """A fresh token with the member's present name and role, within the same session.

    Raises:
        Unauthenticated: the member is gone or was deactivated, or the session has reached its end.
    """
    principal = session.principal
    found = tenants.load_member_and_tenant(principal.tenant_id, principal.member_id)
    if found is None or clock() - session.started_at >= timedelta(seconds=settings().session_seconds):
        raise Unauthenticated("This session has ended; sign in again.")
    return _to_response(*found, started_at=session.started_at, clock=clock)


def get_profile(principal: Principal) -> Profile:
    """The caller and their practice.

    Raises:
        Unauthenticated: the member is gone or was deactivated.
    """
    found = tenants.load_member_and_tenant(principal.tenant_id, principal.member_id)
    if found is None:
        raise Unauthenticated("This account is no longer there.")
    return Profile(*found)


def is_slug_taken(slug: str) -> bool:
    """Whether a practice has this slug."""
    return tenants.find_tenant_id_by_slug(slug) is not None


def _to_response(member: User, tenant: Tenant, *, started_at: datetime, clock: Clock) -> SignInResponse:
    principal = Principal(
        tenant_id=tenant.id,
        member_id=member.id,
        email=member.email,
        name=member.name,
        role=member.role,
    )
    token, expires_at = tokens.issue_token(tokens.Session(principal, started_at), clock=clock)
    return SignInResponse(token, expires_at, member, tenant)


def _verify_password(password_hash: str, password: str) -> bool:
    from argon2.exceptions import VerifyMismatchError

    try:
        return default_hasher().verify(password_hash, password)
    except VerifyMismatchError:
        return False


def _validate_password(password: str) -> None:
    if password == DEMO_PASSWORD and not settings().is_local:
        raise ValidationFailed([FieldError("password", "is the demo's and public; choose another one")])
    if not MIN_PASSWORD_LENGTH <= len(password) <= MAX_PASSWORD_LENGTH:
        raise ValidationFailed(
            [FieldError("password", f"must have {MIN_PASSWORD_LENGTH} to {MAX_PASSWORD_LENGTH} characters")]
        )
