"""A practice and its people, from signing up on."""

from collections.abc import Callable, Mapping

from pynamodb.transactions import TransactGet

from chalicelib.accounts.model import Tenant, User
from chalicelib.accounts.store.items import (
    AccountItem,
    MemberItem,
    SlugItem,
    TenantItem,
    account_item,
    deactivated_at,
    member_item,
    tenant_item,
    to_tenant,
    to_user,
)
from chalicelib.core.dynamodb import keys
from chalicelib.core.dynamodb.connection import connection
from chalicelib.core.dynamodb.retries import ConditionFailed, with_retries
from chalicelib.core.dynamodb.transaction import Transaction


class EmailExists(Exception):
    """Another member has this email."""


class SlugExists(Exception):
    """Another practice has this slug."""


AddInitialSetup = Callable[[Transaction, Tenant, User], None]


def no_setup(transaction: Transaction, tenant: Tenant, admin: User) -> None:
    """Put nothing into a new practice."""


class NoSuchTenant(Exception):
    """There is no practice with this id."""


def create_tenant(
    tenant: Tenant, admin: User, password_hash: str, add_initial_setup: AddInitialSetup = no_setup
) -> None:
    """Store a practice with its first member and what `furnish` adds, all or nothing.

    Raises:
        EmailExists, SlugExists: somebody has it already.
    """
    slug = SlugItem.for_key(keys.slug_key(tenant.slug), tenant_id=tenant.id)
    transaction = Transaction()
    transaction.put(account_item(admin, password_hash), unless_exists=True, refused=EmailExists)
    transaction.put(slug, unless_exists=True, refused=SlugExists)
    transaction.put(tenant_item(tenant))
    transaction.put(member_item(admin))
    add_initial_setup(transaction, tenant, admin)
    transaction.commit()


def add_member(member: User, password_hash: str) -> None:
    """Store a member of an existing practice.

    Raises:
        EmailExists: another member has this email.
    """
    transaction = Transaction()
    transaction.put(account_item(member, password_hash), unless_exists=True, refused=EmailExists)
    transaction.put(member_item(member))
    transaction.commit()


def find_account(email: str) -> AccountItem | None:
    """The account behind an email, in any letter case; None if nobody can sign in by it."""
    account = AccountItem.read(keys.account_key(email))
    return account if account and deactivated_at(account) is None else None


def find_tenant_id_by_slug(slug: str) -> str | None:
    """The practice that has this slug."""
    item = SlugItem.read(keys.slug_key(slug))
    return item.tenant_id if item else None


def find_tenant(tenant_id: str) -> Tenant | None:
    """A practice, as it was last changed; one call."""
    item = TenantItem.read(keys.tenant_key(tenant_id), consistent=True)
    return to_tenant(item) if item else None


def change_tenant(tenant_id: str, changes: Mapping[str, object]) -> Tenant:
    """Write these fields of a practice, by their names in `Tenant`; the whole of it afterwards. One call.

    Raises:
        NoSuchTenant: it is not there.
    """
    item = TenantItem.for_key(keys.tenant_key(tenant_id))
    actions = [getattr(TenantItem, name).set(value) for name, value in changes.items()]
    try:
        with_retries(lambda: item.update(actions, TenantItem.pk.exists()))
    except ConditionFailed:
        raise NoSuchTenant from None
    return to_tenant(item)


def load_member_and_tenant(tenant_id: str, member_id: str) -> tuple[User, Tenant] | None:
    """An active member and their practice, in one call; None if either is gone, or the member was deactivated."""
    member_key, tenant_key = keys.MemberKey(tenant_id, member_id), keys.tenant_key(tenant_id)
    with TransactGet(connection=connection) as read:
        member_future = read.get(MemberItem, member_key.partition, member_key.sort)
        tenant_future = read.get(TenantItem, tenant_key.partition, tenant_key.sort)
    try:
        member, tenant = member_future.get(), tenant_future.get()
    except (MemberItem.DoesNotExist, TenantItem.DoesNotExist):
        return None
    return (to_user(member), to_tenant(tenant)) if deactivated_at(member) is None else None
