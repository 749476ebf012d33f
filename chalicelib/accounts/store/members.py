"""A practice's members as an admin sees them, and the end of one's account."""

from pynamodb.expressions.update import Action

from chalicelib.accounts.model import Deactivation, Member
from chalicelib.accounts.store.items import AccountItem, MemberItem, to_deactivation, to_member
from chalicelib.core.clock import to_ms
from chalicelib.core.dynamodb import keys
from chalicelib.core.dynamodb.transaction import Transaction
from chalicelib.core.security.revocation import add_revocation

# Sorts after every id.
_AFTER_ALL_IDS = "~"


class NotAdmin(Exception):
    """Whoever wants this is no active admin of the practice any more."""


class NotActive(Exception):
    """The member was deactivated before, or is not there."""


def find_member(tenant_id: str, member_id: str) -> Member | None:
    """A member, deactivated or not, read consistently; one call.

    Raises:
        InvalidId: this cannot be an id.
    """
    item = _read(tenant_id, member_id)
    return to_member(item) if item else None


def find_deactivation(tenant_id: str, member_id: str) -> Deactivation | None:
    """How a member was deactivated, read consistently; one call. None if they were not, or are not there.

    Raises:
        InvalidId: this cannot be an id.
    """
    item = _read(tenant_id, member_id)
    return to_deactivation(item) if item else None


def _read(tenant_id: str, member_id: str) -> MemberItem | None:
    return MemberItem.read(keys.MemberKey(tenant_id, member_id), consistent=True)


def list_members(tenant_id: str, after: str | None, limit: int) -> tuple[list[Member], str | None]:
    """At most `limit` members after that id, in the order of their ids; and the last one's id if more follow."""
    found = MemberItem.query(
        keys.tenant(tenant_id),
        MemberItem.sk.between(keys.member(min(after or "", _AFTER_ALL_IDS)), keys.member(_AFTER_ALL_IDS)),
        # One more tells whether there are more; another one, because a range includes its beginning.
        limit=limit + 2,
    )
    items = [item for item in found if item.user_id != after]
    more = items[limit - 1].user_id if len(items) > limit else None
    return [to_member(item) for item in items[:limit]], more


def deactivate_member(member: Member, ended: Deactivation) -> None:
    """Mark a member and their account as deactivated and put them on the list of those, all or nothing.

    It is part of the transaction that the admin still is one, so that of two who deactivate each other in the same
    moment one is left.

    Raises:
        NoAdmin, NotActive: it cannot be done.
    """
    tenant_id, admin, at = ended.tenant_id, ended.by, to_ms(ended.at)
    is_active = MemberItem.pk.exists() & MemberItem.deactivated_at.does_not_exist()
    is_active_admin = is_active & (MemberItem.role == "admin")
    marks: list[Action] = [
        MemberItem.deactivated_at.set(at),
        MemberItem.deactivated_by.set(admin.member_id),
        MemberItem.deactivated_by_name.set(admin.name),
        MemberItem.deactivated_by_email.set(admin.email),
    ]
    account = AccountItem.for_key(keys.account_key(member.email))
    transaction = Transaction()
    transaction.check(MemberItem, keys.MemberKey(tenant_id, admin.member_id), is_active_admin, refused=NotAdmin)
    transaction.update(
        MemberItem.for_key(keys.MemberKey(tenant_id, member.id)), marks, is_active, refused=NotActive
    )
    transaction.update(account, [AccountItem.deactivated_at.set(at)], AccountItem.user_id == member.id)
    add_revocation(transaction, tenant_id, member.id, ended.at)
    transaction.commit()
