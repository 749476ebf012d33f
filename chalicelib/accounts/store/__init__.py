"""How tenants, members and sign-in accounts are kept."""

from chalicelib.accounts.store.items import TenantItem, deactivation_of
from chalicelib.accounts.store.practices import (
    EmailExists,
    NoSuchTenant,
    SlugExists,
    add_member,
    change_tenant,
    create_tenant,
    find_account,
    find_tenant,
    find_tenant_id,
    load,
)
from chalicelib.accounts.store.staff import (
    NoAdmin,
    NotActive,
    deactivate,
    find_deactivation,
    find_member,
    members,
)

__all__ = [
    "EmailExists",
    "NoAdmin",
    "NoSuchTenant",
    "NotActive",
    "SlugExists",
    "TenantItem",
    "add_member",
    "change_tenant",
    "create_tenant",
    "deactivate",
    "deactivation_of",
    "find_account",
    "find_deactivation",
    "find_member",
    "find_tenant",
    "find_tenant_id",
    "load",
    "members",
]
