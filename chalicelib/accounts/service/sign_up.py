"""Sign-up of a tenant with its first admin."""

import zlib
from dataclasses import replace
from typing import TYPE_CHECKING

from chalicelib.accounts.model import EmailTaken, LockPolicy, Member, SignUp, Tenant, slug_candidates
from chalicelib.accounts.service.passwords import default_hasher, validate_password
from chalicelib.accounts.service.sessions import SignInResponse, issue_session
from chalicelib.accounts.store import tenants as store
from chalicelib.accounts.store.items import EmailExists
from chalicelib.core.clock import Clock, IdFactory, new_id, utc_now
from chalicelib.core.http.errors import FieldError, Unavailable, ValidationFailed

if TYPE_CHECKING:
    from argon2 import PasswordHasher


def sign_up(
    form: SignUp,
    *,
    add_initial_setup: store.AddInitialSetup = store.no_setup,
    clock: Clock = utc_now,
    ids: IdFactory = new_id,
    hasher: "PasswordHasher | None" = None,
) -> SignInResponse:
    """Create a tenant and its first admin, and sign the admin in.

    `add_initial_setup` adds to the same transaction.

    Raises:
        ValidationFailed: the password is too weak, or another tenant has the requested slug.
        EmailTaken: the email has an account.
    """
    validate_password(form.password)
    tenant = _new_tenant(form, ids)
    admin = Member(id=ids(), tenant_id=tenant.id, name=form.name, email=form.email, role="admin")
    password_hash = (hasher or default_hasher()).hash(form.password)
    slugs = (
        [form.slug]
        if form.slug
        else slug_candidates(form.tenant_name, lambda limit: zlib.crc32(ids().encode()) % limit)
    )
    for slug in slugs:
        tenant_with_slug = replace(tenant, slug=slug)
        if _create_tenant(tenant_with_slug, admin, password_hash, add_initial_setup):
            return issue_session(admin, tenant_with_slug, started_at=clock(), clock=clock)
    if form.slug:
        raise ValidationFailed([FieldError("slug", "is taken by another practice; choose another one")])
    raise Unavailable("We found no address for a practice of this name; please try again.")


def is_slug_taken(slug: str) -> bool:
    """Return whether a tenant has this slug; one call."""
    return store.find_tenant_id_by_slug(slug) is not None


def _new_tenant(form: SignUp, ids: IdFactory) -> Tenant:
    """Return a tenant without a slug."""
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
    tenant: Tenant, admin: Member, password_hash: str, add_initial_setup: store.AddInitialSetup
) -> bool:
    """Store a tenant; return False if another one has its slug."""
    try:
        store.create_tenant(tenant, admin, password_hash, add_initial_setup)
    except EmailExists:
        raise EmailTaken("There is an account with this email; sign in instead.") from None
    except store.SlugExists:
        return False
    return True
