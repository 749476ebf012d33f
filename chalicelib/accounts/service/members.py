"""A tenant's members, and the deactivation of an account."""

from dataclasses import replace
from typing import TYPE_CHECKING

from chalicelib.accounts.model import Deactivation, EmailTaken, Member, MemberDetails, MemberPage, OwnAccount
from chalicelib.accounts.service.passwords import default_hasher, validate_password
from chalicelib.accounts.store import members as store
from chalicelib.accounts.store.items import EmailExists, deactivation_in_image
from chalicelib.core.clock import Clock, IdFactory, new_id, utc_now
from chalicelib.core.dynamodb import keys
from chalicelib.core.dynamodb.item import Image
from chalicelib.core.http.errors import NotFound, Unauthenticated
from chalicelib.core.http.pagination import PageQuery, to_cursor
from chalicelib.core.security.revocation import RevocationList, revocation_list
from chalicelib.core.security.tokens import INVALID_TOKEN_MESSAGE, Principal, Role

if TYPE_CHECKING:
    from argon2 import PasswordHasher


def add_member(
    admin: Principal,
    name: str,
    email: str,
    role: Role,
    password: str,
    *,
    ids: IdFactory = new_id,
    hasher: "PasswordHasher | None" = None,
) -> Member:
    """Add a member to the admin's tenant; one call.

    Raises:
        Forbidden: the caller is not an admin.
        ValidationFailed: the password is too weak.
        EmailTaken: the email has an account.
    """
    admin.require_admin()
    validate_password(password)
    member = Member(id=ids(), tenant_id=admin.tenant_id, name=name, email=email, role=role)
    try:
        store.add_member(member, (hasher or default_hasher()).hash(password))
    except EmailExists:
        raise EmailTaken("There is an account with this email; use another one.") from None
    return member


def get_member(principal: Principal, member_id: str) -> Member:
    """Return a member of the caller's tenant, deactivated or not; one call.

    Raises:
        NotFound: there is none with this id.
    """
    return _require_member(principal.tenant_id, member_id)


def list_members(admin: Principal, page: PageQuery) -> MemberPage:
    """Return one page of the members in order of their ids; one call.

    Deactivated members are included.

    Raises:
        Forbidden: the caller is not an admin.
        ValidationFailed: the cursor was not issued for this list.
    """
    admin.require_admin()
    partition = keys.tenant(admin.tenant_id)
    members, last = store.list_members(admin.tenant_id, page.position_in(partition), page.limit)
    return MemberPage(members, to_cursor(partition, last) if last else None)


def deactivate_member(
    admin: Principal, member_id: str, *, clock: Clock = utc_now, revocations: RevocationList | None = None
) -> MemberDetails:
    """Deactivate another member; idempotent, two calls.

    This process refuses the member's tokens at once, every other within seconds. The stream ends leases and
    connections.

    Raises:
        Forbidden: the caller is not an admin.
        OwnAccount: the account is the caller's own.
        NotFound: there is no member with this id.
        Unauthenticated: the caller was deactivated in the meantime.
    """
    admin.require_admin()
    if member_id == admin.member_id:
        raise OwnAccount
    member = _require_member(admin.tenant_id, member_id)
    if member.deactivated_at is not None:
        return member
    deactivation = Deactivation(admin.tenant_id, member_id, clock(), admin)
    try:
        store.deactivate_member(member, deactivation)
    except store.NotAdmin:
        raise Unauthenticated(INVALID_TOKEN_MESSAGE) from None
    except store.NotActive:  # a concurrent request did it
        return _require_member(admin.tenant_id, member_id)
    (revocations or revocation_list()).add(admin.tenant_id, member_id)
    return replace(member, deactivated_at=deactivation.at)


def _require_member(tenant_id: str, member_id: str) -> MemberDetails:
    member = store.find_member(tenant_id, member_id)
    if member is None:
        raise NotFound("There is no member with this id.")
    return member


def find_deactivation(tenant_id: str, member_id: str) -> Deactivation | None:
    """Return how a member was deactivated, None if active; one consistent read."""
    return store.find_deactivation(tenant_id, member_id)


def new_deactivation(old: Image | None, new: Image | None) -> Deactivation | None:
    """Return the deactivation in the images of a stream record of a member.

    None for any other change.
    """
    if new is None or (old is not None and deactivation_in_image(old)):
        return None
    return deactivation_in_image(new)
