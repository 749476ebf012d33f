"""A practice's members: seeing them, and ending the account of one who has left."""

from dataclasses import replace
from typing import Any

from chalicelib.accounts.model import Deactivation, Member, MemberPage, OwnAccount, User
from chalicelib.accounts.store import items
from chalicelib.accounts.store import members as staff
from chalicelib.core.clock import Clock, utc_now
from chalicelib.core.dynamodb import keys
from chalicelib.core.http.errors import NotFound, Unauthenticated
from chalicelib.core.http.pagination import PageQuery, to_cursor
from chalicelib.core.security.revocation import RevocationList, revocation_list
from chalicelib.core.security.tokens import INVALID_TOKEN_MESSAGE, Principal

Image = dict[str, Any]


def get_member(principal: Principal, member_id: str) -> User:
    """A member of the caller's practice, deactivated or not; one call.

    Raises:
        NotFound: there is none with this id.
    """
    return _require_member(principal.tenant_id, member_id)


def list_members(admin: Principal, page: PageQuery) -> MemberPage:
    """The members of the caller's practice, deactivated or not; one call.

    Raises:
        Forbidden: the caller is not an admin.
        ValidationFailed: the cursor was not issued for this list.
    """
    admin.require_admin()
    partition = keys.tenant(admin.tenant_id)
    after = page.position_in(partition)
    members, last = staff.list_members(admin.tenant_id, after, page.limit)
    return MemberPage(members, to_cursor(partition, last) if last else None)


def deactivate_member(
    admin: Principal, member_id: str, *, clock: Clock = utc_now, revocations: RevocationList | None = None
) -> Member:
    """End the account of another member; two calls. Whoever was deactivated before stays as they are.

    This process refuses their tokens at once, all others within seconds. What they hold ends when the change comes
    by the stream.

    Raises:
        Forbidden: the caller is not an admin.
        OwnAccount: it is the caller's own.
        NotFound: there is no member with this id.
        Unauthenticated: the caller was deactivated in the meantime.
    """
    admin.require_admin()
    if member_id == admin.member_id:
        raise OwnAccount
    found = _require_member(admin.tenant_id, member_id)
    if found.deactivated_at is not None:
        return found
    ended = Deactivation(admin.tenant_id, member_id, clock(), admin)
    try:
        staff.deactivate_member(found, ended)
    except staff.NotAdmin:
        raise Unauthenticated(INVALID_TOKEN_MESSAGE) from None
    except staff.NotActive:  # another admin was quicker
        return _require_member(admin.tenant_id, member_id)
    (revocations or revocation_list()).add(admin.tenant_id, member_id)
    return replace(found, deactivated_at=ended.at)


def _require_member(tenant_id: str, member_id: str) -> Member:
    found = staff.find_member(tenant_id, member_id)
    if found is None:
        raise NotFound("There is no member with this id.")
    return found


def find_deactivation(tenant_id: str, member_id: str) -> Deactivation | None:
    """How a member was deactivated, by what is stored in this moment; one call. None if they were not."""
    return staff.find_deactivation(tenant_id, member_id)


def new_deactivation(old: Image | None, new: Image | None) -> Deactivation | None:
    """The deactivation that a change of a member is, given the images of its stream record, as DynamoDB has them;
    None if it is any other change.
    """
    if new is None or (old is not None and items.deactivation_in_image(old)):
        return None
    return items.deactivation_in_image(new)
