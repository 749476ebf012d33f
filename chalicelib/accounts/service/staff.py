"""A practice's members: seeing them, and ending the account of one who has left."""

from dataclasses import replace
from typing import Any

from chalicelib.accounts.model import Deactivation, Member, MemberPage, OwnAccount, User
from chalicelib.accounts.store import items, staff
from chalicelib.core import keys
from chalicelib.core.auth import ENDED, Principal
from chalicelib.core.clock import Clock, utc_now
from chalicelib.core.cursor import cursor_in, position_in
from chalicelib.core.deactivated import LatelyDeactivated, lately_deactivated
from chalicelib.core.errors import NotFound, Unauthenticated

Image = dict[str, Any]


def member(principal: Principal, user_id: str) -> User:
    """A member of the caller's practice, deactivated or not; one call.

    Raises:
        NotFound: there is none with this id.
    """
    return _found(principal.tenant_id, user_id)


def list_members(admin: Principal, *, limit: int, cursor: str | None = None) -> MemberPage:
    """The members of the caller's practice, deactivated or not; one call.

    Raises:
        Forbidden: the caller is not an admin.
        Invalid: the cursor is not one that a page of this list gave.
    """
    admin.require_admin()
    partition = keys.tenant(admin.tenant_id)
    after = position_in(partition, cursor) if cursor else None
    members, last = staff.members(admin.tenant_id, after, limit)
    return MemberPage(members, cursor_in(partition, last) if last else None)


def deactivate(
    admin: Principal, user_id: str, *, clock: Clock = utc_now, lately: LatelyDeactivated | None = None
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
    if user_id == admin.user_id:
        raise OwnAccount
    found = _found(admin.tenant_id, user_id)
    if found.deactivated_at is not None:
        return found
    ended = Deactivation(admin.tenant_id, user_id, clock(), admin)
    try:
        staff.deactivate(found, ended)
    except staff.NoAdmin:
        raise Unauthenticated(ENDED) from None
    except staff.NotActive:  # another admin was quicker
        return _found(admin.tenant_id, user_id)
    (lately or lately_deactivated()).add(admin.tenant_id, user_id)
    return replace(found, deactivated_at=ended.at)


def _found(tenant_id: str, user_id: str) -> Member:
    found = staff.find_member(tenant_id, user_id)
    if found is None:
        raise NotFound("There is no member with this id.")
    return found


def deactivation_of(tenant_id: str, user_id: str) -> Deactivation | None:
    """How a member was deactivated, by what is stored in this moment; one call. None if they were not."""
    return staff.find_deactivation(tenant_id, user_id)


def deactivated(old: Image | None, new: Image | None) -> Deactivation | None:
    """The deactivation that a change of a member is, given the images of its stream record, as DynamoDB has them;
    None if it is any other change.
    """
    if new is None or (old is not None and items.deactivation_of(old)):
        return None
    return items.deactivation_of(new)
