"""A practice's members as an admin sees them, and the end of one's account."""

from pynamodb.expressions.update import Action
from pynamodb.transactions import TransactWrite

from chalicelib.accounts.model import Deactivation, Member
from chalicelib.accounts.store.items import AccountItem, MemberItem, to_deactivation, to_member
from chalicelib.core.clock import to_ms
from chalicelib.core.dynamodb import keys
from chalicelib.core.dynamodb.retries import ConditionFailed, transact
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
        NotFound: this cannot be an id.
    """
    item = _read(tenant_id, member_id)
    return to_member(item) if item else None


def find_deactivation(tenant_id: str, member_id: str) -> Deactivation | None:
    """How a member was deactivated, read consistently; one call. None if they were not, or are not there.

    Raises:
        NotFound: this cannot be an id.
    """
    item = _read(tenant_id, member_id)
    return to_deactivation(item) if item else None


def _read(tenant_id: str, member_id: str) -> MemberItem | None:
    return MemberItem.read(keys.tenant(tenant_id), keys.member(keys.validate_id(member_id)), consistent=True)


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
    partition, at = keys.tenant(ended.tenant_id), to_ms(ended.at)
    is_active = MemberItem.pk.exists() & MemberItem.deactivated_at.does_not_exist()

    def fill(write: TransactWrite) -> None:
        is_admin = is_active & (MemberItem.role == "admin")
        write.condition_check(MemberItem, partition, keys.member(ended.by.member_id), condition=is_admin)
        add_revocation(write, ended.tenant_id, ended.member_id, ended.at)
        mark: list[Action] = [
            MemberItem.deactivated_at.set(at),
            MemberItem.deactivated_by.set(ended.by.member_id),
            MemberItem.deactivated_by_name.set(ended.by.name),
            MemberItem.deactivated_by_email.set(ended.by.email),
        ]
        write.update(MemberItem(partition, keys.member(member.id)), mark, is_active)
        account, own = AccountItem(keys.email(member.email), keys.ACCOUNT), AccountItem.user_id == member.id
        write.update(account, [AccountItem.deactivated_at.set(at)], own)

    try:
        transact(fill)
    except ConditionFailed as refusal:
        # PynamoDB sends the checks of a transaction first, then what is put, then what is updated.
        admin_is_gone, _, member_is_not_active, _ = refusal.failed
        if admin_is_gone:
            raise NotAdmin from None
        if member_is_not_active:
            raise NotActive from None
        raise
