"""Storage of members, their credentials and their deactivation."""

from pynamodb.expressions.update import Action
from pynamodb.transactions import TransactGet

from chalicelib.accounts.model import Deactivation, Member, MemberDetails, Tenant
from chalicelib.accounts.store.items import (
    AccountItem,
    Credentials,
    EmailExists,
    MemberItem,
    TenantItem,
    account_item,
    deactivated_at,
    member_item,
    to_deactivation,
    to_member,
    to_member_details,
    to_tenant,
)
from chalicelib.core.clock import to_ms
from chalicelib.core.dynamodb import keys
from chalicelib.core.dynamodb.connection import connection
from chalicelib.core.dynamodb.transaction import Transaction
from chalicelib.core.security.revocation import add_revocation

# Sorts after every id.
_AFTER_ALL_IDS = "~"


class NotAdmin(Exception):
    """The caller is not an active admin of the tenant any more."""


class NotActive(Exception):
    """The member was deactivated before, or does not exist."""


def add_member(member: Member, password_hash: str) -> None:
    """Store a member of an existing tenant; one call.

    Raises:
        EmailExists: another member has this email.
    """
    transaction = Transaction()
    transaction.put(account_item(member, password_hash), unless_exists=True, refused=EmailExists)
    transaction.put(member_item(member))
    transaction.commit()


def find_credentials(email: str) -> Credentials | None:
    """Return the credentials of an email in any letter case.

    None if unknown or deactivated; one call.
    """
    account = AccountItem.read(keys.account_key(email))
    if account is None or deactivated_at(account) is not None:
        return None
    return Credentials(account.tenant_id, account.member_id, account.password_hash)


def load_member_and_tenant(tenant_id: str, member_id: str) -> tuple[Member, Tenant] | None:
    """Return an active member and the tenant in one call.

    None if either is gone or the member is deactivated.
    """
    partition = keys.tenant(tenant_id)
    with TransactGet(connection=connection) as read:
        member_future = read.get(MemberItem, partition, keys.member(member_id))
        tenant_future = read.get(TenantItem, partition, keys.TENANT)
    try:
        member, tenant = member_future.get(), tenant_future.get()
    except (MemberItem.DoesNotExist, TenantItem.DoesNotExist):
        return None
    return (to_member(member), to_tenant(tenant)) if deactivated_at(member) is None else None


def find_member(tenant_id: str, member_id: str) -> MemberDetails | None:
    """Return a member, deactivated or not, read consistently; one call.

    Raises:
        InvalidId: this cannot be an id.
    """
    item = _read(tenant_id, member_id)
    return to_member_details(item) if item else None


def find_deactivation(tenant_id: str, member_id: str) -> Deactivation | None:
    """Return how a member was deactivated, read consistently.

    None if active or unknown. One call.

    Raises:
        InvalidId: this cannot be an id.
    """
    item = _read(tenant_id, member_id)
    return to_deactivation(item) if item else None


def _read(tenant_id: str, member_id: str) -> MemberItem | None:
    return MemberItem.read(keys.MemberKey(tenant_id, member_id), consistent=True)


def list_members(tenant_id: str, after: str | None, limit: int) -> tuple[list[MemberDetails], str | None]:
    """Return at most `limit` members after an id, in order of their ids.

    The last id is returned too if more follow.
    """
    found = MemberItem.query(
        keys.tenant(tenant_id),
        MemberItem.sk.between(keys.member(min(after or "", _AFTER_ALL_IDS)), keys.member(_AFTER_ALL_IDS)),
        # One more shows whether there are more, and another one may be `after` itself: a range includes its start.
        limit=limit + 2,
    )
    items = [item for item in found if item.member_id != after]
    more = items[limit - 1].member_id if len(items) > limit else None
    return [to_member_details(item) for item in items[:limit]], more


def deactivate_member(member: Member, deactivation: Deactivation) -> None:
    """Deactivate a member and their account and revoke their tokens.

    One transaction. The transaction also checks that the caller is still an active admin: if two admins deactivate
    each other at once, one remains.

    Raises:
        NotAdmin, NotActive: the transaction was refused.
    """
    tenant_id, admin, at = deactivation.tenant_id, deactivation.by, to_ms(deactivation.at)
    is_active = MemberItem.pk.exists() & MemberItem.deactivated_at.does_not_exist()
    is_active_admin = is_active & (MemberItem.role == "admin")
    marks: list[Action] = [
        MemberItem.deactivated_at.set(at),
        MemberItem.deactivated_by.set(admin.member_id),
        MemberItem.deactivated_by_name.set(admin.name),
        MemberItem.deactivated_by_email.set(admin.email),
    ]
    item = MemberItem.for_key(keys.MemberKey(tenant_id, member.id))
    account = AccountItem.for_key(keys.account_key(member.email))
    transaction = Transaction()
    transaction.check(MemberItem, keys.MemberKey(tenant_id, admin.member_id), is_active_admin, refused=NotAdmin)
    transaction.update(item, marks, is_active, refused=NotActive)
    transaction.update(account, [AccountItem.deactivated_at.set(at)], AccountItem.member_id == member.id)
    add_revocation(transaction, tenant_id, member.id, deactivation.at)
    transaction.commit()
