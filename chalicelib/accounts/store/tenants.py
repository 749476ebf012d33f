"""Storage of tenants and their slugs."""

from collections.abc import Callable, Mapping

from chalicelib.accounts.model import Member, Tenant
from chalicelib.accounts.store.items import (
    EmailExists,
    SlugItem,
    TenantItem,
    account_item,
    member_item,
    tenant_item,
    to_tenant,
)
from chalicelib.core.dynamodb import keys
from chalicelib.core.dynamodb.retries import ConditionFailed, with_retries
from chalicelib.core.dynamodb.transaction import Transaction


class SlugExists(Exception):
    """Another tenant has this slug."""


class NoSuchTenant(Exception):
    """There is no tenant with this id."""


AddInitialSetup = Callable[[Transaction, Tenant, Member], None]


def no_setup(transaction: Transaction, tenant: Tenant, admin: Member) -> None:
    """Add nothing to the transaction of a new tenant."""


def create_tenant(
    tenant: Tenant, admin: Member, password_hash: str, add_initial_setup: AddInitialSetup = no_setup
) -> None:
    """Store a tenant with its first member and its initial setup in one transaction.

    Raises:
        EmailExists, SlugExists: another account or tenant has it.
    """
    slug = SlugItem.for_key(keys.slug_key(tenant.slug), tenant_id=tenant.id)
    transaction = Transaction()
    transaction.put(account_item(admin, password_hash), unless_exists=True, refused=EmailExists)
    transaction.put(slug, unless_exists=True, refused=SlugExists)
    transaction.put(tenant_item(tenant))
    transaction.put(member_item(admin))
    add_initial_setup(transaction, tenant, admin)
    transaction.commit()


def find_tenant_id_by_slug(slug: str) -> str | None:
    """Return the id of the tenant with this slug, None if there is none; one call."""
    item = SlugItem.read(keys.slug_key(slug))
    return item.tenant_id if item else None


def find_tenant(tenant_id: str) -> Tenant | None:
    """Return a tenant, read consistently; one call."""
    item = TenantItem.read(keys.tenant_key(tenant_id), consistent=True)
    return to_tenant(item) if item else None


def change_tenant(tenant_id: str, changes: Mapping[str, object]) -> Tenant:
    """Write some fields of a tenant, by their names in `Tenant`, and return the whole.

    One call.

    Raises:
        NoSuchTenant: there is no tenant with this id.
    """
    item = TenantItem.for_key(keys.tenant_key(tenant_id))
    actions = [getattr(TenantItem, name).set(value) for name, value in changes.items()]
    try:
        with_retries(lambda: item.update(actions, TenantItem.pk.exists()))
    except ConditionFailed:
        raise NoSuchTenant from None
    return to_tenant(item)
